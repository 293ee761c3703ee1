//! `verify compare`: two judgements of the same samples.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, verify};

/// Three samples: both policies right, only `lenient` right, both wrong.
fn samples() -> String {
    let row = |id: &str, completion: &str| json!({"id": id, "answer": "42", "completion": completion}).to_string() + "\n";
    row("a", "It is \\boxed{42}.") + &row("b", "We get 42") + &row("c", "It is \\boxed{41}.")
}

#[test]
fn policies_are_compared_with_examples_and_explanations() {
    let folder = folder(&samples());
    let arguments = ["compare", "in.jsonl", "--left", "strict", "--right", "lenient", "-o", "different.jsonl"];
    let shown = contains("agree on 2 of 3 samples")
        .and(contains("1  incorrect/no_answer against correct/equal"))
        .and(contains("in.jsonl:2"));
    verify(&folder, &arguments).assert().success().stdout(shown);
    let rows = results(&folder.path().join("different.jsonl"));
    assert_eq!(rows.len(), 1);
    assert_eq!((&rows[0]["id"], &rows[0]["line"]), (&json!("b"), &json!(2)));
    assert_eq!(rows[0]["right"]["explanation"]["answer"]["extracted"], json!("42"));
    verify(&folder, &["compare", "in.jsonl", "--right", "lenient", "--report", "page.html"]).assert().success();
    assert!(fs::read_to_string(folder.path().join("page.html")).unwrap().contains("strict against lenient"));
    verify(&folder, &["compare", "in.jsonl", "--right", "lenient", "--fail-on-difference"]).assert().code(1);
    verify(&folder, &["compare", "in.jsonl", "--right", "math", "--fail-on-difference"]).assert().success();
}

#[test]
fn results_are_joined_by_id() {
    let folder = folder(&samples());
    verify(&folder, &["score", "in.jsonl", "-o", "old.jsonl"]).assert().success();
    let mut lines: Vec<String> = fs::read_to_string(folder.path().join("old.jsonl")).unwrap().lines().map(str::to_owned).collect();
    lines.reverse();
    lines.push(lines[0].replace("\"c\"", "\"d\""));
    fs::write(folder.path().join("old.jsonl"), lines.join("\n")).unwrap();
    let arguments = ["compare", "in.jsonl", "--left", "old.jsonl", "--right", "strict", "--json"];
    let output =
        verify(&folder, &arguments).assert().success().stderr(contains("old.jsonl has 1 results without a row, for example \"d\""));
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!((&report["pairs"], &report["agreeing"]), (&json!(3), &json!(3)));
    fs::write(folder.path().join("old.jsonl"), &lines[0]).unwrap();
    verify(&folder, &arguments).assert().code(2).stderr(contains("in.jsonl:1: old.jsonl has no result for the row \"a\""));
}

#[cfg(unix)]
#[test]
fn another_grader_is_a_command() {
    let folder = folder(&samples());
    let run = |grader: &str| verify(&folder, &["compare", "in.jsonl", "--right", &format!("command:{grader}")]);
    // It reads all samples before it writes, or writes before it reads.
    run("sh -c 'cat > /dev/null; printf \"true\\nfalse\\n0\\n\"'").assert().success();
    run("sh -c 'while read -r line; do echo true; done'").assert().success().stdout(contains("agree on 1 of 3 samples"));
    run("sh -c 'while read -r line; do echo null; done'").assert().success().stdout(contains("3").and(contains("reward_error")));
    run("sh -c 'read -r line; echo true'").assert().code(2).stderr(contains("ended before it had judged the sample \"b\""));
    run("sh -c 'read -r line; echo yes; cat > /dev/null'")
        .assert()
        .code(2)
        .stderr(contains("for the sample \"a\": the verdict is not JSON").and(contains(": yes")));
    let idle = ["compare", "in.jsonl", "--right", "command:sleep 1000", "--patience", "1"];
    verify(&folder, &idle).assert().code(2).stderr(contains("did not answer for 1 s, for the sample \"a\""));
    // More than a pipe holds, for a grader that reads nothing.
    fs::write(folder.path().join("in.jsonl"), samples().replace("We get 42", &"We get 42 ".repeat(100_000))).unwrap();
    verify(&folder, &idle).assert().code(2).stderr(contains("did not answer for 1 s"));
    run("no-such-program-anywhere").assert().code(2).stderr(contains("cannot start `no-such-program-anywhere`"));
}

#[test]
fn a_side_that_is_nothing_is_refused_with_what_there_is() {
    let folder = folder(&samples());
    let expected =
        contains("--right: `harsh` is no math policy (strict, lenient, science, math_verify, hendrycks), kind of reward, spec");
    verify(&folder, &["compare", "in.jsonl", "--right", "harsh"]).assert().code(2).stderr(expected);
    let input = ["compare", "in.jsonl", "--right", "lenient", "-o", "in.jsonl"];
    verify(&folder, &input).assert().code(2).stderr(contains("it is the input in.jsonl"));
    let columns = ["compare", "in.jsonl", "--right", "lenient", "--map", "completion=response"];
    verify(&folder, &columns).assert().code(2).stderr(contains("no row could be read"));
}

/// The end of a comparison with a grader: its exit code and standard error.
#[cfg(unix)]
fn graded(folder: &tempfile::TempDir, grader: &str) -> (i32, String) {
    let command = format!("command:{grader}");
    let arguments = ["compare", "in.jsonl", "--right", &command, "--fail-on-difference", "--patience", "2"];
    let output = verify(folder, &arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// More samples than the pipe to a grader holds.
#[cfg(unix)]
fn long_samples() -> String {
    samples().replace("We get 42", &"We get 42 ".repeat(100_000))
}

#[cfg(unix)]
#[test]
fn a_grader_that_does_not_read_its_input_is_an_error() {
    let folder = folder(&long_samples());
    let control = graded(&folder, "sh -c 'while read -r line; do echo true; done'");
    assert_eq!(control.0, 1, "{control:?}");
    for (grader, message) in [
        ("sh -c 'exec 0<&-; sleep 1; echo true; echo true; echo true'", "stopped reading its input before the sample"),
        ("sh -c 'read -r line; echo true; exec 0<&-; exec sleep 1000'", "stopped reading its input before the sample"),
        ("sh -c 'echo true; echo true; echo true; exec sleep 1000'", "did not read its input for 2 s"),
        ("sh -c 'echo true; echo true; echo true'", "it must write one line for each line that it reads"),
    ] {
        let (code, stderr) = graded(&folder, grader);
        // A line may be seen before the first sample was written; that is refused, too.
        let early = stderr.contains("wrote a line before");
        assert!(code == 2 && (stderr.contains(message) || early), "{grader}: {code} {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_grader_with_a_line_too_many_is_refused() {
    let folder = folder(&samples());
    for grader in [
        "sh -c 'echo true; while read -r line; do echo false; done'",
        "sh -c 'while read -r line; do echo true; echo false; done'",
        "sh -c 'cat > /dev/null; echo true; echo false; echo 0; echo 1'",
        "sh -c 'cat > /dev/null; echo true; echo false; echo 0; echo; echo done'",
    ] {
        let (code, stderr) = graded(&folder, grader);
        assert!(code == 2 && stderr.contains("it must write one line for each line that it reads"), "{grader}: {code} {stderr}");
    }
    // Blank lines at the end say nothing.
    assert_eq!(graded(&folder, "sh -c 'cat > /dev/null; echo true; echo false; echo 0; echo; echo'"), (0, String::new()));
    let (code, stderr) = graded(&folder, "sh -c 'cat > /dev/null; echo true; echo false; echo 0; exec sleep 1000'");
    assert!(code == 2 && stderr.contains("did not end for 2 s after the end of its input"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_verdict_with_an_id_is_about_that_sample() {
    let folder = folder(&samples());
    let with_ids = |ids: &str| {
        format!("sh -c 'cat > /dev/null; for id in {ids}; do echo \"{{\\\"id\\\":\\\"$id\\\",\\\"correct\\\":true}}\"; done'")
    };
    assert_eq!(graded(&folder, &with_ids("a b c")).0, 1);
    let (code, stderr) = graded(&folder, &with_ids("a c b"));
    assert!(code == 2 && stderr.contains("for the sample \"b\": the verdict is about the sample \"c\""), "{code} {stderr}");
}

#[cfg(unix)]
#[test]
fn a_line_without_an_end_does_not_fill_the_memory_or_the_message() {
    let folder = folder(&samples());
    let (code, stderr) = graded(&folder, "sh -c 'read -r line; exec cat /dev/zero'");
    assert!(code == 2 && stderr.contains("a line is longer than 1048576 bytes") && stderr.len() < 4000, "{code} {stderr}");
    let (code, stderr) = graded(&folder, "sh -c 'read -r line; head -c 9000 /dev/zero | tr \"\\0\" x; echo'");
    assert!(code == 2 && stderr.contains("the verdict is not JSON") && stderr.len() < 1000, "{code} {stderr}");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_does_not_hide_a_difference() {
    let folder = folder(&samples());
    let line = "{ $VERIFY compare in.jsonl --right lenient --fail-on-difference -q; echo $? > code; } | true; cat code";
    assert_eq!(String::from_utf8(super::shell(&folder, line).stdout).unwrap(), "1\n");
}

#[test]
fn an_example_shows_the_reference() {
    let folder = folder(&samples());
    let shown = contains("42").and(contains("(reference 42)"));
    verify(&folder, &["compare", "in.jsonl", "--right", "lenient"]).assert().success().stdout(shown);
}

#[test]
fn nothing_is_written_if_no_row_can_be_read() {
    let folder = folder("{broken\n");
    fs::write(folder.path().join("different.jsonl"), "kept\n").unwrap();
    let arguments = ["compare", "in.jsonl", "--right", "lenient", "-o", "different.jsonl"];
    verify(&folder, &arguments).assert().code(2).stderr(contains("no row could be read"));
    assert_eq!(fs::read_to_string(folder.path().join("different.jsonl")).unwrap(), "kept\n");
}

#[test]
fn a_side_that_compares_completions_gets_whole_groups() {
    // The group crosses the end of the first batch. Its majority is known only from all of its rows.
    let row = |id: usize, prompt: &str, answer: u8| {
        json!({"id": id, "prompt": prompt, "completion": format!("\\boxed{{{answer}}}"), "answer": "2"}).to_string() + "\n"
    };
    let alone = |id: usize| row(id, &format!("p{id}"), 2);
    let group = (4000..4090).map(|id| row(id, "g", 1)).chain((4090..4300).map(|id| row(id, "g", 2)));
    let folder = folder(&(0..4000).map(alone).chain(group).collect::<String>());
    verify(&folder, &["score", "in.jsonl", "-o", "whole.jsonl", "--reward", "majority", "-q"]).assert().success();
    let arguments = ["compare", "in.jsonl", "--left", "whole.jsonl", "--right", "majority", "--fail-on-difference"];
    verify(&folder, &arguments).assert().success().stdout(contains("agree on 4300 of 4300 samples"));
    let apart = fs::read_to_string(folder.path().join("in.jsonl")).unwrap() + &alone(9000) + &row(9001, "g", 1);
    fs::write(folder.path().join("in.jsonl"), apart).unwrap();
    let refused =
        contains("in.jsonl:4302: other rows of this prompt were judged before").and(contains("`verify score --group-by prompt`"));
    verify(&folder, &["compare", "in.jsonl", "--right", "majority"]).assert().code(2).stderr(refused);
    // The math verifier judges each sample for itself.
    verify(&folder, &["compare", "in.jsonl", "--right", "lenient"]).assert().success();
}

/// Whether a process goes on.
#[cfg(unix)]
fn is_alive(process: &str) -> bool {
    let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap().stdout;
    // One that nobody has waited for yet is a zombie.
    !state.trim_ascii().is_empty() && !state.trim_ascii().starts_with(b"Z")
}

/// Waits until a condition holds, for at most ten seconds.
#[cfg(unix)]
fn holds_soon(condition: impl Fn() -> bool) -> bool {
    (0..200).any(|_| {
        condition() || {
            std::thread::sleep(std::time::Duration::from_millis(50));
            false
        }
    })
}

#[cfg(unix)]
#[test]
fn a_grader_ends_with_the_processes_that_it_started() {
    let folder = folder(&samples());
    let child = || fs::read_to_string(folder.path().join("child")).unwrap_or_default().trim().to_owned();
    for (grader, message) in [
        ("sh -c 'sleep 1000 & echo $! > child; exec sleep 1000'", "did not answer for 2 s"),
        ("sh -c 'sleep 1000 & echo $! > child; read -r line; echo oops; wait'", "the verdict is not JSON"),
        ("sh -c 'sleep 1000 > /dev/null & echo $! > child; kill -9 $$'", "(killed by signal 9)"),
    ] {
        let (code, stderr) = graded(&folder, grader);
        assert!(code == 2 && stderr.contains(message), "{grader}: {code} {stderr}");
        assert!(!child().is_empty() && holds_soon(|| !is_alive(&child())), "{grader}: {}", child());
    }
    // And if the comparison itself is ended.
    fs::remove_file(folder.path().join("child")).unwrap();
    let grader = "command:sh -c 'sleep 1000 & echo $! > child; exec sleep 1000'";
    let verify = assert_cmd::cargo::cargo_bin("verify");
    let mut running = std::process::Command::new(verify)
        .args(["compare", "in.jsonl", "--right", grader, "-q"])
        .current_dir(folder.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    assert!(holds_soon(|| !child().is_empty()));
    let ended = std::process::Command::new("kill").args(["-TERM", &running.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert_eq!(running.wait().unwrap().code(), Some(128 + 15));
    assert!(holds_soon(|| !is_alive(&child())), "{}", child());
}

#[cfg(unix)]
#[test]
fn a_grader_that_fails_is_an_error_with_its_exit_code() {
    let folder = folder(&samples());
    let whole = "cat > /dev/null; echo true; echo false; echo 0";
    assert_eq!(graded(&folder, &format!("sh -c '{whole}; exit 0'")), (0, String::new()));
    for (grader, message) in [
        (format!("sh -c '{whole}; exit 3'"), "failed after its last verdict (exit code 3), so its verdicts are not used"),
        (format!("sh -c '{whole}; kill -9 $$'"), "failed after its last verdict (killed by signal 9)"),
        ("sh -c 'read -r line; echo true; exit 7'".to_owned(), "ended before it had judged the sample \"b\" (exit code 7)"),
        (
            "sh -c 'read -r line; echo true; kill -9 $$'".to_owned(),
            "ended before it had judged the sample \"b\" (killed by signal 9)",
        ),
        (format!("sh -c '{whole}; exec 1>&-; exec sleep 1000'"), "has closed its output, but did not end for 2 s"),
    ] {
        let (code, stderr) = graded(&folder, &grader);
        assert!(code == 2 && stderr.contains(message), "{grader}: {code} {stderr}");
    }
}

#[test]
fn rows_of_a_prompt_that_lie_apart_are_brought_together() {
    let row = |id: usize, prompt: &str, answer: usize| {
        json!({"id": id, "prompt": prompt, "completion": format!("\\boxed{{{answer}}}"), "answer": "1"}).to_string() + "\n"
    };
    let rows = row(1, "a", 1) + &row(2, "b", 1) + "{broken\n" + &row(3, "a", 1) + &row(4, "b", 1) + &row(5, "a", 2);
    let folder = folder(&rows);
    let compare = ["compare", "in.jsonl", "--left", "strict", "--right", "majority"];
    verify(&folder, &compare).assert().code(2).stderr(contains("`verify compare` has --group-by, too"));
    let grouped = verify(&folder, &[&compare[..], &["--group-by", "prompt", "-o", "different.jsonl"]].concat()).assert().success();
    grouped.stdout(
        contains("agree on 5 of 5 samples")
            .and(contains("skipped 1 rows or completions that cannot be read\n  the first: in.jsonl:3: ")),
    );
    // Where no side needs it, it changes nothing.
    let policies = ["compare", "in.jsonl", "--right", "lenient", "--json"];
    let plain = verify(&folder, &policies).assert().success().get_output().stdout.clone();
    let same = verify(&folder, &[&policies[..], &["--group-by", "prompt"]].concat()).assert().success().get_output().stdout.clone();
    assert_eq!(plain, same);
    assert!(serde_json::from_slice::<Value>(&plain).unwrap()["first_unreadable"].as_str().unwrap().starts_with("in.jsonl:3: "));
}

#[test]
fn rows_of_which_none_can_be_read_are_said_with_the_first() {
    let folder = folder("{\"completion\": {\"text\": 1}, \"answer\": \"1\"}\n");
    verify(&folder, &["compare", "in.jsonl", "--right", "lenient"])
        .assert()
        .code(2)
        .stderr(contains("First problem: in.jsonl:1: the column `completion` must be a string"));
}

/// A misspelt column of references was an agreement of two verdicts of nothing.
#[test]
fn a_comparison_without_any_reference_is_an_error_that_names_the_columns() {
    let folder = folder("{\"completion\": \"\\\\boxed{4}\", \"anwser\": \"4\"}\n");
    let refused = contains("no row has the column `answer`; columns seen: completion, anwser").and(contains("--map answer="));
    verify(&folder, &["compare", "in.jsonl", "--left", "strict", "--right", "lenient"]).assert().code(2).stderr(refused);
    verify(&folder, &["compare", "in.jsonl", "--left", "strict", "--right", "lenient", "--map", "answer=anwser"])
        .assert()
        .success();
}
