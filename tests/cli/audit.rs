//! `verify audit`: the command around the audit, whose findings tests/audit.rs tests.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, verify};

const ROWS: &str =
    "{\"id\": \"a\", \"prompt\": \"6*7?\", \"answer\": \"42\"}\n{\"id\": \"b\", \"prompt\": \"6*8?\", \"answer\": \"N/A\"}\n";

#[test]
fn findings_are_shown_and_written_with_their_lines() {
    let folder = folder(ROWS);
    let shown = contains("error: 1 findings").and(contains("gold_sentinel")).and(contains("in.jsonl:2 `N/A`"));
    verify(&folder, &["audit", "in.jsonl", "-o", "audit/of/rows"]).assert().success().stderr(shown);
    let path = folder.path().join("audit/of/rows");
    let finding = json!({"code": "gold_sentinel", "severity": "error", "source": "in.jsonl", "line": 2, "unit": "line", "id": "b", "detail": "`N/A`"});
    assert_eq!(results(&path.join("findings.jsonl")), [finding]);
    let about: Value = serde_json::from_str(&fs::read_to_string(path.join("audit.json")).unwrap()).unwrap();
    assert_eq!((&about["rows"], &about["completions"]), (&json!(2), &json!(0)));
    assert_eq!(about["findings"][0]["examples"][0]["line"], json!(2));
    let page = fs::read_to_string(path.join("report.html")).unwrap();
    assert!(page.contains("<code>gold_sentinel</code>") && page.contains("Rows by source"), "the page shows findings and tables");
}

#[test]
fn the_exit_code_says_whether_there_is_a_finding() {
    let folder = folder(ROWS);
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--fail-on", "error"]).assert().code(1);
    let fine = ROWS.lines().next().unwrap();
    fs::write(folder.path().join("in.jsonl"), fine).unwrap();
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--fail-on", "info"]).assert().success().stderr(contains("no findings"));
    let share = ["audit", "in.jsonl", "-o", "a", "--near-duplicates", "80"];
    verify(&folder, &share).assert().code(2).stderr(contains("give a share from 0 to 1"));
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--fail-on", "worst"])
        .assert()
        .code(2)
        .stderr(contains("error, warning, info"));
}

#[test]
fn an_input_without_anything_to_examine_is_refused() {
    let folder = folder("{\"question\": \"6*7?\", \"gold\": \"42\"}\n");
    verify(&folder, &["audit", "in.jsonl", "-o", "a"]).assert().code(2).stderr(contains("columns seen: question, gold"));
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--map", "answer=gold"]).assert().success();
    verify(&folder, &["audit", "in.jsonl", "-o", "in.jsonl"]).assert().code(2).stderr(contains("cannot make the folder in.jsonl"));
}

#[test]
fn prompts_are_checked_against_other_files() {
    let folder = folder("{\"prompt\": \"Tell me: what is 7 times 8 and then 9?\", \"answer\": \"63\"}\n");
    fs::write(folder.path().join("test.jsonl"), "{\"problem\": \"What is 7 times 8 and then 9?\"}\n").unwrap();
    let arguments = ["audit", "in.jsonl", "-o", "a", "--against", "test.jsonl", "--ngram-size", "6"];
    verify(&folder, &arguments).assert().success().stderr(contains("contaminated").and(contains("test.jsonl:1")));
    fs::write(folder.path().join("test.jsonl"), "{\"a\": 1}\n").unwrap();
    verify(&folder, &arguments).assert().code(2).stderr(contains("no row has a prompt"));
}

#[test]
fn prompts_without_references_are_checked_against_other_files() {
    let prompts = "{\"id\": 1, \"prompt\": \"What is 7 times 8 and then 9?\"}\n{\"id\": 2, \"prompt\": \"Name a prime.\"}\n";
    let folder = folder(prompts);
    fs::write(folder.path().join("test.jsonl"), "{\"problem\": \"What is 7 times 8 and then 9?\"}\n").unwrap();
    let arguments = ["audit", "in.jsonl", "-o", "a", "--against", "test.jsonl", "--fail-on", "error"];
    let codes = || {
        let found = results(&folder.path().join("a/findings.jsonl"));
        found.iter().map(|row| format!("{}:{}", row["line"], row["code"].as_str().unwrap())).collect::<Vec<_>>()
    };
    verify(&folder, &arguments).assert().code(1).stderr(contains("no row has a reference or a completion: only prompts"));
    assert_eq!(codes(), ["1:contaminated"]);
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--near-duplicates", "0.8"]).assert().success();
    assert_eq!(codes(), [""; 0]);
    // Where one row has a reference, the others lack it.
    let row = "{\"id\": 3, \"prompt\": \"6*7?\", \"answer\": \"42\"}\n";
    fs::write(folder.path().join("in.jsonl"), format!("{prompts}{row}")).unwrap();
    verify(&folder, &arguments).assert().code(1);
    assert_eq!(codes(), ["1:contaminated", "1:gold_missing", "2:gold_missing"]);
    // What has no prompt either is refused, and so are prompts where nothing is asked about them.
    fs::write(folder.path().join("in.jsonl"), "{\"query\": \"6*7?\"}\n").unwrap();
    verify(&folder, &arguments).assert().code(2).stderr(contains("columns seen: query"));
    fs::write(folder.path().join("in.jsonl"), prompts).unwrap();
    verify(&folder, &["audit", "in.jsonl", "-o", "a"]).assert().code(2).stderr(contains("no row has the column `answer`"));
}

#[cfg(all(feature = "code", target_os = "linux"))]
#[test]
fn a_sandbox_that_does_not_start_is_a_finding() {
    let tests = json!({"kind": "stdio", "tests": [{"input": "1\n", "output": "2\n"}, {"input": "2\n", "output": "4\n"}]});
    let row = json!({"prompt": "Twice?", "solution": "print(2 * int(input()))", "tests": tests});
    let bad = json!({"prompt": "Thrice?", "tests": {"kind": "stdio", "tests": []}});
    let folder = folder(&format!("{row}\n{bad}\n"));
    // An instance reserves 4 GiB of addresses.
    let script = "ulimit -v 3000000; exec \"$0\" audit in.jsonl -o a --fail-on error";
    let mut command = assert_cmd::Command::new("sh");
    command.current_dir(folder.path()).args(["-c", script, env!("CARGO_BIN_EXE_verify")]);
    let shown = contains("tests_not_run").and(contains("tests_bad")).and(contains("skipped: the sandbox failed"));
    command.assert().code(1).stderr(shown);
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--no-run"]).assert().success().stderr(contains("no findings"));
    std::fs::write(folder.path().join("in.jsonl"), format!("{row}\n")).unwrap();
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--fail-on", "error"])
        .assert()
        .success()
        .stderr(contains("no findings").and(contains("passed")));
}

#[test]
fn rows_to_check_against_that_cannot_be_read_are_counted() {
    let prompt = "A train with nine cars leaves at noon and another with seven cars leaves an hour later on the same track";
    let folder = folder(&format!("{}\n", json!({"prompt": prompt, "answer": "1"})));
    let odd = json!({"prompt": prompt, "answer": {"a": [1]}});
    fs::write(folder.path().join("bench.jsonl"), format!("{odd}\n{{\"prompt\": \"cut\n{}\n", json!({"id": 3}))).unwrap();
    let audit = ["audit", "in.jsonl", "--against", "bench.jsonl", "-o", "audit"];
    let said = contains("--against: 2 rows have no prompt that can be read, and are left out: bench.jsonl:2 is the first");
    verify(&folder, &audit).assert().success().stderr(said.and(contains("contaminated")));
}

#[test]
fn sources_with_long_names_are_told_apart() {
    let row = |source: &str| json!({"prompt": source, "answer": "1", "data_source": source}).to_string() + "\n";
    let long = "data/runs/2026-11-27/an-experiment-with-a-long-name/part-";
    let folder = folder(&(row(&format!("{long}one")) + &row(&format!("{long}two"))));
    verify(&folder, &["audit", "in.jsonl", "-o", "a"])
        .assert()
        .success()
        .stderr(contains("/part-one ").and(contains("/part-two ")));
}

/// A misspelt column was left out without a word.
#[test]
fn an_audit_says_which_columns_there_are_if_none_has_completions_or_references() {
    let one = folder("{\"prompt\": \"2+2\", \"answer\": \"4\", \"respones\": \"4\"}\n");
    let said = "no row has a completion that was read; if a column holds it, name it with --map completion=COLUMN; columns seen: prompt, answer, respones";
    verify(&one, &["audit", "in.jsonl", "-o", "a"]).assert().success().stderr(contains(said));
    let two = folder("{\"prompt\": \"2+2\", \"completion\": \"4\", \"gold\": \"4\"}\n");
    let said = "no row has a reference that was read; if a column holds it, name it with --map answer=gold; columns seen: prompt, completion, gold";
    verify(&two, &["audit", "in.jsonl", "-o", "a"]).assert().success().stderr(contains(said));
}
