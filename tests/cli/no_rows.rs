//! Inputs without rows: every command ends with exit code 2 and says so, whatever the format of the input.

use std::fs;

use predicates::str::contains;

use super::{folder, results, verify};

const ROW: &str = "{\"id\": 1, \"completion\": \"\\\\boxed{2}\", \"answer\": \"2\", \"template\": \"t\", \"problem\": \"p\"}\n";

#[test]
fn every_command_refuses_an_input_without_rows() {
    let folder = folder(ROW);
    verify(&folder, &["score", "in.jsonl", "-o", "results.jsonl", "-q"]).assert().success();
    let inputs = [
        ("empty.jsonl", ""),
        ("blank.jsonl", "\n \n"),
        ("list.json", "[]\n"),
        ("header.csv", "id,completion,answer\n"),
        ("header.tsv", "id\tcompletion\n"),
    ];
    for (name, text) in inputs {
        fs::write(folder.path().join(name), text).unwrap();
        for command in [
            &["score", name, "-o", "out.jsonl"][..],
            &["audit", name, "-o", "audit"],
            &["audit", name, "-o", "audit", "--near-duplicates", "0.8"],
            &["compare", name, "--right", "lenient", "-o", "out.jsonl"],
            &["passrate", name, "-o", "out.jsonl"],
            &["passrate", name, "-o", "out.jsonl", "--results", "results.jsonl"],
            &["select", name, "--results", "results.jsonl", "-o", "out.jsonl"],
            &["report", name, "--results", "results.jsonl", "-o", "page.html"],
            &["templates", name],
            &["templates", name, "--scored"],
        ] {
            verify(&folder, command).assert().code(2).stderr(contains("verify: the input has no rows: "));
            assert!(!folder.path().join("out.jsonl").exists() && !folder.path().join("page.html").exists(), "{command:?}");
        }
    }
}

#[test]
fn one_input_without_rows_beside_others_is_named() {
    let folder = folder(ROW);
    fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    verify(&folder, &["score", "in.jsonl", "empty.jsonl", "-o", "out.jsonl", "-q"])
        .assert()
        .success()
        .stderr("verify: no rows are in empty.jsonl\n");
    assert_eq!(results(&folder.path().join("out.jsonl")).len(), 1);
    for command in [
        &["select", "--results", "out.jsonl", "-o", "-"][..],
        &["report", "--results", "out.jsonl", "-o", "page.html"],
        &["passrate", "--results", "out.jsonl", "-o", "-"],
        &["compare", "--right", "lenient"],
    ] {
        let arguments = [command, &["empty.jsonl", "in.jsonl", "-q"]].concat();
        verify(&folder, &arguments).assert().success().stderr("verify: no rows are in empty.jsonl\n");
    }
}

#[test]
fn an_input_that_is_given_twice_is_said() {
    let folder = folder(ROW);
    let twice = ["score", "in.jsonl", "in.jsonl", "-o", "-", "-q"];
    verify(&folder, &twice).assert().success().stderr("verify: given twice, so that all of its rows count twice: in.jsonl\n");
}

#[test]
fn a_shard_may_have_no_rows_and_the_whole_run_may_not() {
    let folder = folder(ROW);
    let shard = |input: &str, of: &str, output: &str| {
        verify(&folder, &["score", input, "-o", output, "--shard", of]).assert().success().get_output().stderr.clone()
    };
    shard("in.jsonl", "1/2", "one.jsonl");
    assert!(String::from_utf8(shard("in.jsonl", "2/2", "two.jsonl")).unwrap().contains("verify: this shard has no rows\n"));
    verify(&folder, &["merge", "one.jsonl", "two.jsonl", "-o", "whole.jsonl", "-q"]).assert().success();
    fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    shard("empty.jsonl", "1/2", "one.jsonl");
    shard("empty.jsonl", "2/2", "two.jsonl");
    let merge = verify(&folder, &["merge", "one.jsonl", "two.jsonl", "-o", "none.jsonl"]).assert().code(2);
    merge.stderr(contains("the input has no rows"));
}
