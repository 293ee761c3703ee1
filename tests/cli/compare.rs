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
    run("sh -c 'echo true'").assert().code(2).stderr(contains("ended before it had judged the sample \"b\""));
    run("sh -c 'echo yes; cat'")
        .assert()
        .code(2)
        .stderr(contains("the verdict is not JSON").and(contains("for the sample \"a\": yes")));
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
    let expected = contains("--right: `harsh` is no math policy (strict, lenient, math_verify, hendrycks), kind of reward, spec");
    verify(&folder, &["compare", "in.jsonl", "--right", "harsh"]).assert().code(2).stderr(expected);
    let input = ["compare", "in.jsonl", "--right", "lenient", "-o", "in.jsonl"];
    verify(&folder, &input).assert().code(2).stderr(contains("it is the input in.jsonl"));
    let columns = ["compare", "in.jsonl", "--right", "lenient", "--map", "completion=response"];
    verify(&folder, &columns).assert().code(2).stderr(contains("no row could be read"));
}
