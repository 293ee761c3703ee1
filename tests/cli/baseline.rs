//! `verify score --baseline`: the verdicts that changed since earlier results.

use std::fs;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, verify};

const OLD: &[&str] = &["score", "in.jsonl", "-o", "old.jsonl", "--policy", "hendrycks"];
const NEW: &[&str] = &["score", "in.jsonl", "-o", "new.jsonl", "--baseline", "old.jsonl"];

fn rows(with_ids: bool) -> String {
    let row = |n: usize, completion: &str| {
        let id = if with_ids { json!(format!("q{n}")) } else { Value::Null };
        json!({"id": id, "completion": completion, "answer": "1/2"}).to_string() + "\n"
    };
    row(1, "\\boxed{1/2}") + &row(2, "\\boxed{0.50}") + &row(3, "\\boxed{7}") + "{broken\n"
}

#[test]
fn changed_verdicts_are_exit_1_and_shown() {
    for with_ids in [true, false] {
        let folder = folder(&rows(with_ids));
        verify(&folder, OLD).assert().success();
        let shown = verify(&folder, NEW).assert().code(1);
        let id = if with_ids { "\"q2\"" } else { "2" };
        shown.stderr(
            contains("changed verdicts              1 of 4 compared with old.jsonl")
                .and(contains("           1  incorrect/different -> correct/equal"))
                .and(contains(format!("in.jsonl:2 {id}: incorrect/different -> correct/equal"))),
        );
        let meta: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("new.jsonl.meta.json")).unwrap()).unwrap();
        let counts = ["compared", "changed", "only_in_results", "only_in_baseline"].map(|key| meta["baseline"][key].clone());
        assert_eq!(counts, [4, 1, 0, 0].map(|count| json!(count)));
        assert_eq!(meta["baseline"]["changes"], json!([{"from": "incorrect/different", "to": "correct/equal", "count": 1}]));
        verify(&folder, &["score", "in.jsonl", "-o", "-", "-q", "--baseline", "new.jsonl"]).assert().success().stderr("");
    }
}

#[test]
fn rows_on_one_side_only_are_named() {
    let folder = folder(&rows(true));
    verify(&folder, OLD).assert().success();
    let others = rows(true).replace("q3", "q4");
    fs::write(folder.path().join("in.jsonl"), others).unwrap();
    verify(&folder, NEW).assert().code(1).stderr(
        contains("only in these rows            1: \"q4\" (in.jsonl:3)")
            .and(contains("only in baseline              1: \"q3\" (old.jsonl:3)")),
    );
}

#[test]
fn a_baseline_of_other_rows_is_refused() {
    let folder = folder(&rows(true));
    verify(&folder, OLD).assert().success();
    fs::write(folder.path().join("in.jsonl"), rows(true).replace("0.50", "0.51")).unwrap();
    verify(&folder, NEW)
        .assert()
        .code(2)
        .stderr(contains("--baseline: in.jsonl:2: the result of the row \"q2\" (old.jsonl:2) is of another"));
    fs::write(folder.path().join("in.jsonl"), rows(true).replace('q', "r").replace("{broken\n", "")).unwrap();
    verify(&folder, NEW).assert().code(2).stderr(contains("old.jsonl has no result for any of these rows"));
    verify(&folder, &["score", "in.jsonl", "-o", "old.jsonl", "--baseline", "old.jsonl"]).assert().code(2);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_does_not_hide_a_changed_verdict() {
    let rows: String =
        (0..20_000).map(|id| json!({"id": id, "completion": "\\boxed{1}", "answer": "1"}).to_string() + "\n").collect();
    let folder = folder(&rows);
    verify(&folder, &["score", "in.jsonl", "-o", "base.jsonl", "-q"]).assert().success();
    // The last verdict has changed.
    let (first, last) = rows.trim_end().rsplit_once('\n').unwrap();
    fs::write(folder.path().join("in.jsonl"), format!("{first}\n{last}\n")).unwrap();
    let base = fs::read_to_string(folder.path().join("base.jsonl")).unwrap();
    let (first, last) = base.trim_end().rsplit_once('\n').unwrap();
    let last = last.replace("\"correct\"", "\"incorrect\"");
    fs::write(folder.path().join("base.jsonl"), format!("{first}\n{last}\n")).unwrap();
    let line = "{ $VERIFY score in.jsonl -o - --baseline base.jsonl -q; echo $? > code; } | head -1 > /dev/null; cat code";
    assert_eq!(String::from_utf8(super::shell(&folder, line).stdout).unwrap(), "1\n");
}
