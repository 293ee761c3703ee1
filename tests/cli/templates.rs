//! `verify templates`: the same problems under several prompt templates.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{folder, verify};

/// Four problems under two templates, with two completions each; a line that is no row; a reference that cannot be read.
const ROWS: &str = r#"{"template":"zero","id":"a","completion":["\\boxed{1}","\\boxed{9}"],"answer":"1"}
{"template":"zero","id":"b","completion":["\\boxed{9}","\\boxed{9}"],"answer":"2"}
{"template":"zero","id":"c","completion":["\\boxed{3}","\\boxed{3}"],"answer":"3"}
not a row
{"template":"few","id":"c","completion":["\\boxed{9}","\\boxed{3}"],"answer":"3"}
{"template":"few","id":"b","completion":["\\boxed{2}","\\boxed{2}"],"answer":"2"}
{"template":"few","id":"a","completion":["\\boxed{1}","\\boxed{1}"],"answer":"1"}
{"template":"few","id":"d","completion":"\\boxed{4}","answer":"\\frac{"}
"#;

fn printed(folder: &TempDir, arguments: &[&str]) -> Value {
    let output = verify(folder, arguments).assert().success().stderr("").get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

#[test]
fn rates_and_differences_are_printed_as_a_table() {
    let folder = folder(ROWS);
    let table = "\
template      problems   samples  unscored  pass rate  95 % interval\n";
    let shown = verify(&folder, &["templates", "in.jsonl"]).assert().success();
    shown
        .stdout(contains(table))
        .stdout(contains("zero                 3         6         0      0.500  [0.0"))
        .stdout(contains("few                  3         6         1      0.833  [0."))
        .stdout(contains(
            "against zero  problems  left out  difference  95 % interval     better  worse  equal        p  p (Holm)\n",
        ))
        .stdout(contains(
            "few                  3         0      +0.333  [-1.000, +1.000]       2      1      0    0.529     0.529\n",
        ))
        .stdout(contains("\nspread 0.333 [0.000, 1.000] over 3 problems, from zero to few\nskipped 1 lines that are not rows\n"));
}

#[test]
fn the_report_as_json_has_the_counts_and_how_it_was_made() {
    let folder = folder(ROWS);
    let report = printed(&folder, &["templates", "in.jsonl", "--json"]);
    assert_eq!((&report["by"], &report["problem"], &report["unreadable"]), (&json!(["template"]), &json!("id"), &json!(1)));
    assert_eq!((&report["baseline"], report["config_hash"].as_str().unwrap().len()), (&json!("zero"), 16));
    let rate = &report["variants"][1];
    assert_eq!(
        (&rate["name"], &rate["problems"], &rate["samples"], &rate["unscored"]),
        (&json!("few"), &json!(3), &json!(6), &json!(1))
    );
    let comparison = &report["comparisons"][0];
    let counts = ["better", "worse", "equal", "problems", "left_out"].map(|name| comparison[name].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 0, 3, 0]);
    assert!((comparison["difference"].as_f64().unwrap() - 1.0 / 3.0).abs() < 1e-12);
    assert_eq!((&report["spread"]["highest"], &report["spread"]["lowest"]), (&json!("few"), &json!("zero")));
}

#[test]
fn the_baseline_can_be_named_and_all_pairs_compared() {
    let third = r#"{"template":"long","id":"a","completion":"\\boxed{1}","answer":"1"}"#;
    let folder = folder(&format!("{ROWS}{third}\n"));
    let report = printed(&folder, &["templates", "in.jsonl", "--json", "--baseline", "few"]);
    let pairs = |report: &Value| -> Vec<(String, String)> {
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        report["comparisons"].as_array().unwrap().iter().map(|one| (text(one, "variant"), text(one, "baseline"))).collect()
    };
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    assert_eq!(pairs(&report), [pair("zero", "few"), pair("long", "few")]);
    let report = printed(&folder, &["templates", "in.jsonl", "--json", "--all-pairs"]);
    assert_eq!(pairs(&report), [pair("few", "zero"), pair("long", "zero"), pair("long", "few")]);
    assert_eq!(report["comparisons"][1]["interval"], Value::Null, "one problem in common");
    verify(&folder, &["templates", "in.jsonl", "--baseline", "none"])
        .assert()
        .code(2)
        .stderr(contains("option `baseline` got `none`: use one of zero, few, long"));
}

#[test]
fn templates_and_problems_are_read_from_the_named_columns() {
    let row = |style: &str, shots: u32, question: &str| {
        json!({"meta": {"style": style, "shots": shots}, "q": question, "text": "1", "gold": "1"}).to_string() + "\n"
    };
    let folder = folder(&[row("plain", 0, "x"), row("plain", 3, "x"), row("cot", 3, "x")].concat());
    let columns =
        ["--by", "meta.style", "--by", "meta.shots", "--problem", "q", "--map", "completion=text", "--map", "answer=gold"];
    let report = printed(&folder, &[&["templates", "in.jsonl", "--json"], &columns[..]].concat());
    let names: Vec<&str> = report["variants"].as_array().unwrap().iter().map(|rate| rate["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["plain/0", "plain/3", "cot/3"]);
}

#[test]
fn results_of_score_and_rows_with_verdicts_give_the_report_of_judging() {
    let folder = folder("");
    let rows: Vec<Value> = ROWS.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    // Result rows are found by their ids, so each row has an id of its own.
    let own = |place: usize, row: &Value| {
        let mut row = row.clone();
        (row["problem"], row["id"]) = (row["id"].clone(), json!(format!("row-{place}")));
        row
    };
    let lines = |rows: &[Value]| rows.iter().map(|row| row.to_string() + "\n").collect::<String>();
    let rows: Vec<Value> = rows.iter().enumerate().map(|(place, row)| own(place, row)).collect();
    fs::write(folder.path().join("rows.jsonl"), lines(&rows)).unwrap();
    verify(&folder, &["score", "rows.jsonl", "-o", "out.jsonl"]).assert().success();
    let judged = printed(&folder, &["templates", "rows.jsonl", "--json"]);
    let mut found = printed(&folder, &["templates", "rows.jsonl", "--json", "--results", "out.jsonl"]);
    assert_eq!(found["config_hash"], Value::Null);
    found["config_hash"] = judged["config_hash"].clone();
    assert_eq!(found, judged);

    let verdicts: Vec<Value> = super::results(&folder.path().join("out.jsonl")).iter().map(|row| row["verdict"].clone()).collect();
    let mut left = verdicts.iter();
    let with_verdict = |row: &Value| {
        let mut row = row.clone();
        row["verdict"] = match &row["completion"] {
            Value::Array(items) => left.by_ref().take(items.len()).cloned().collect(),
            _ => left.next().unwrap().clone(),
        };
        row.as_object_mut().unwrap().remove("completion");
        row
    };
    let scored: Vec<Value> = rows.iter().map(with_verdict).collect();
    fs::write(folder.path().join("scored.jsonl"), lines(&scored)).unwrap();
    let mut found = printed(&folder, &["templates", "scored.jsonl", "--json", "--scored"]);
    found["config_hash"] = judged["config_hash"].clone();
    assert_eq!(found, judged);
}

#[test]
fn what_cannot_be_compared_names_the_row_the_column_and_the_fix() {
    let refused = |rows: &str, arguments: &[&str], wanted: &str| {
        let folder = folder(rows);
        let refused = verify(&folder, &[&["templates", "in.jsonl"], arguments].concat()).assert().code(2);
        refused.stdout("").stderr(contains(wanted));
    };
    let row = |template: &str, id: &str, answer: &str| {
        json!({"template": template, "id": id, "completion": "1", "answer": answer}).to_string() + "\n"
    };
    refused("", &[], "the input has no rows");
    refused(
        &row("a", "p", "1"),
        &["--by", "style"],
        "in.jsonl:1: the row lacks the column `style`; its columns: template, id, completion, answer. Name the column of the prompt template with --by COLUMN",
    );
    refused(
        "{\"template\":\"a\",\"completion\":\"1\"}\n",
        &[],
        "in.jsonl:1: the row lacks the columns `problem` and `id`; its columns: template, completion. Name the column of the problem",
    );
    refused(&row("a", "p", "1"), &["--problem", "task"], "the row lacks the column `task`");
    refused(
        &row("a", "p", "1").replace("\"a\"", "[1]"),
        &[],
        "in.jsonl:1: the column `template` must be text or a number to name a template or problem, got a list of 1",
    );
    refused(&[row("a", "p", "1"), row("a", "q", "1")].concat(), &[], "all rows have the template `a` in the column `template`");
    refused(
        &[row("a", "p", "1"), row("b", "p", "1"), row("a", "p", "2")].concat(),
        &[],
        "in.jsonl:3: the problem `p` has another reference here than in an earlier row of the template `a`",
    );
    refused(
        &[row("a", "p", "1"), row("b", "q", "1")].concat(),
        &[],
        "with templates from the column `template` and problems from the column `id`: option `variants` got `b` and `a` without a scored problem in common",
    );
    refused(&row("a", "p", "1"), &["--scored"], "in.jsonl:1: the row lacks the column `verdict`: --scored needs `correct`");
    refused(&[row("a", "p", "1"), row("b", "p", "1")].concat(), &["--map", "completion=text"], "no row has the column `text`");
    refused(&row("a", "p", "1"), &["--scored", "--reward", "math"], "cannot be used with");
    refused(&row("a", "p", "1"), &["--results", "in.jsonl"], "in.jsonl:1: not a result row of `verify score`");
}

#[test]
fn several_rows_of_a_problem_count_together() {
    let row = |template: &str, completion: &str| {
        json!({"template": template, "problem": "p", "completion": completion, "answer": "1"}).to_string() + "\n"
    };
    let folder = folder(&[row("a", "1"), row("b", "2"), row("a", "2"), row("b", "2")].concat());
    let report = printed(&folder, &["templates", "in.jsonl", "--json"]);
    assert_eq!((&report["variants"][0]["samples"], &report["variants"][0]["pass_rate"]), (&json!(2), &json!(0.5)));
    assert_eq!(report["comparisons"][0]["difference"], json!(-0.5));
}

#[test]
fn names_cannot_act_on_a_terminal_or_break_the_table() {
    let row = |template: &str| json!({"template": template, "id": 1, "completion": "1", "answer": "1"}).to_string() + "\n";
    let folder = folder(&[row("a\u{1b}[2J\nb"), row(&"long ".repeat(100))].concat());
    let shown = verify(&folder, &["templates", "in.jsonl"]).assert().success();
    let long = contains("long long ...  ").and(contains("long ".repeat(20)).not());
    shown.stdout(contains("a\\x1b[2J b  ").and(contains("\u{1b}").not()).and(long));
}

#[test]
fn a_row_that_is_refused_ends_the_run() {
    let row = |id: usize| json!({"template": "a", "id": id, "completion": "1", "answer": "1"}).to_string() + "\n";
    let rows: String = (0..20_000).map(row).collect();
    let folder = folder(&rows.replacen("\"template\":\"a\",", "", 1));
    verify(&folder, &["templates", "in.jsonl"])
        .assert()
        .code(2)
        .stderr(contains("in.jsonl:1: the row lacks the column `template`"));
}
