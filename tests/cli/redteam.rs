//! `verify redteam`: attacks on our own verifier and on other graders.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{folder, results, verify};

/// A folder with two attacks of our own in `own/math/sums.toml`.
fn attacks() -> TempDir {
    let folder = folder("");
    fs::create_dir_all(folder.path().join("own/math")).unwrap();
    let text = r#"
about = "Sums that are wrong by one."

[[attack]]
name = "too-large"
gold = '4'
answer = '2+3'
control = '2+2'
note = "The sum is 5."

[[attack]]
name = "long"
gold = '4'
completion = '@W@ \boxed{5}'
control = 'It is \boxed{4}'
repeat = { W = ['so ', 3] }
accepted_by = "tolerance"
note = "The number is wrong."
"#;
    fs::write(folder.path().join("own/math/sums.toml"), text).unwrap();
    folder
}

/// What a grader written for the shell does with the attacks of [`attacks`]: the exit code, the counts and the rows.
#[cfg(unix)]
fn attacked(grader: &str, more: &[&str]) -> (i32, Value, Vec<Value>) {
    let folder = attacks();
    let command = format!("sh -c '{grader}'");
    let arguments = [&["redteam", "--attacks", "own", "--json", "-o", "rows.jsonl", "--command", &command][..], more].concat();
    let output = verify(&folder, &arguments).output().unwrap();
    let counts = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), counts, results(&folder.path().join("rows.jsonl")))
}

#[test]
fn our_own_verifier_lets_nothing_in() {
    let folder = attacks();
    let shown = contains("sums                              0 of 2              0 of 2       0        0");
    verify(&folder, &["redteam", "--attacks", "own"]).assert().success().stdout(shown);
    verify(&folder, &["redteam", "--kind", "tautologies", "--kind", "subsets"]).assert().success();
}

#[test]
fn a_spec_is_attacked_like_a_policy() {
    let folder = attacks();
    fs::write(folder.path().join("s.toml"), "[[reward]]\nkind = \"length\"\nmin = 1\n").unwrap();
    let shown = contains("2 of 2").and(contains("attacks let in: 2")).and(contains("sums/too-large"));
    verify(&folder, &["redteam", "--attacks", "own", "--rewards", "s.toml"]).assert().code(1).stdout(shown);
}

#[cfg(unix)]
#[test]
fn a_grader_that_accepts_everything_lets_everything_in() {
    let (code, counts, rows) = attacked("while read -r line; do echo true; done", &[]);
    assert_eq!(code, 1);
    let all = json!({"attacks": 2, "let_in": 2, "controls": 2, "refused": 0, "hangs": 0, "crashes": 0});
    assert_eq!((&counts["all"], &counts["kinds"]["sums"]), (&all, &all));
    assert_eq!(rows.iter().map(|row| row["right"].as_bool().unwrap()).collect::<Vec<_>>(), [false, true, false, true]);
    assert_eq!(rows[2]["completion"], json!("so so so  \\boxed{5}"));
    assert_eq!(
        (&rows[2]["id"], &rows[2]["expected"], &rows[2]["ruling"]),
        (&json!("sums/long"), &json!("refuse"), &json!("accept"))
    );
}

#[cfg(unix)]
#[test]
fn a_grader_that_refuses_everything_refuses_the_controls() {
    let (code, counts, _) = attacked("while read -r line; do echo false; done", &[]);
    assert_eq!((code, &counts["all"]["let_in"], &counts["all"]["refused"]), (1, &json!(0), &json!(2)));
}

#[cfg(unix)]
#[test]
fn after_a_crash_the_other_rows_are_judged() {
    // It fails on the answer 2+3 and accepts everything else.
    let grader = "while read -r line; do case \"$line\" in *2+3*) exit 3;; *) echo true;; esac; done";
    let (code, counts, rows) = attacked(grader, &[]);
    assert_eq!(code, 1);
    assert_eq!(counts["all"], json!({"attacks": 2, "let_in": 1, "controls": 2, "refused": 0, "hangs": 0, "crashes": 1}));
    assert_eq!(rows[0]["ruling"], json!("crash"));
    assert!(rows[0]["problem"].as_str().unwrap().contains("exit code 3"), "{}", rows[0]);
    // A line that is no verdict counts as a crash, too.
    let grader = "while read -r line; do case \"$line\" in *2+2*) echo maybe;; *) echo true;; esac; done";
    let (_, counts, _) = attacked(grader, &[]);
    assert_eq!((&counts["all"]["crashes"], &counts["all"]["refused"]), (&json!(1), &json!(1)));
}

#[cfg(unix)]
#[test]
fn after_a_hang_the_other_rows_are_judged() {
    let grader = "while read -r line; do case \"$line\" in *2+3*) exec sleep 1000;; *) echo true;; esac; done";
    let (code, counts, rows) = attacked(grader, &["--patience", "1"]);
    assert_eq!(code, 1);
    assert_eq!(counts["all"], json!({"attacks": 2, "let_in": 1, "controls": 2, "refused": 0, "hangs": 1, "crashes": 0}));
    assert_eq!(rows[0]["ruling"], json!("hang"));
}

#[cfg(unix)]
#[test]
fn a_grader_that_does_not_work_at_all_is_an_error() {
    let folder = attacks();
    let run = |grader: &str| verify(&folder, &["redteam", "--attacks", "own", "--command", grader]).assert().code(2);
    run("sh -c 'exit 1'").stderr(contains("--command: the grader did not judge a first simple sample, before any attack"));
    run("no-such-program-anywhere").stderr(contains("cannot start `no-such-program-anywhere`"));
}

#[cfg(unix)]
#[test]
fn attacks_that_are_right_by_a_convention_of_the_grader_are_left_out() {
    let accepts_all = "while read -r line; do echo true; done";
    let (_, counts, rows) = attacked(accepts_all, &["--convention", "tolerance"]);
    assert_eq!((&counts["all"]["let_in"], &counts["left_out"], rows.len()), (&json!(1), &json!(1), 2));
    // Of our own verifier, those of its policy; `none` leaves nothing out.
    let folder = attacks();
    let own = ["redteam", "--attacks", "own", "--policy", "science"];
    verify(&folder, &own).assert().success().stdout(contains("left out: 1 attacks").and(contains("tolerance")));
    let all = [&own[..], &["--convention", "none"]].concat();
    verify(&folder, &all).assert().success().stdout(contains("0 of 2").and(contains("left out").not()));
    let unknown = ["redteam", "--convention", "first_box"];
    verify(&folder, &unknown)
        .assert()
        .code(2)
        .stderr(contains("`first_box` is unknown: give one of last_box, box_first, same_solutions, tolerance"));
}

#[test]
fn the_kinds_are_listed_and_the_rows_written_without_a_judge() {
    let folder = attacks();
    let list = ["redteam", "--attacks", "own", "--list", "-o", "rows.jsonl"];
    let shown = contains("sums                        2  Sums that are wrong by one.").and(contains("2 attacks of 1 kinds"));
    verify(&folder, &list).assert().success().stdout(shown);
    let rows = results(&folder.path().join("rows.jsonl"));
    assert_eq!(rows.len(), 4);
    assert_eq!((&rows[1]["id"], &rows[1]["answer"]), (&json!("sums/too-large/control"), &json!("4")));
    // The rows are in the form that other commands read.
    verify(&folder, &["score", "rows.jsonl", "-o", "out.jsonl", "-q", "--no-meta"]).assert().success();
    let verdicts: Vec<_> = results(&folder.path().join("out.jsonl")).iter().map(|row| row["verdict"].clone()).collect();
    assert_eq!(verdicts, ["incorrect", "correct", "incorrect", "correct"].map(|verdict| json!(verdict)));
}

#[test]
fn the_page_has_the_counts_and_the_rows() {
    let folder = attacks();
    fs::write(folder.path().join("s.toml"), "[[reward]]\nkind = \"length\"\nmin = 1\n").unwrap();
    let arguments = ["redteam", "--attacks", "own", "--rewards", "s.toml", "--report", "page.html"];
    verify(&folder, &arguments).assert().code(1);
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(
        page.contains("Attacks on s.toml")
            && page.contains("Attacks and controls by kind")
            && page.contains("sums: attacks let in")
    );
}

#[test]
fn what_is_unknown_is_refused_with_what_there_is() {
    let folder = attacks();
    let run = |arguments: &[&str]| verify(&folder, &[&["redteam"][..], arguments].concat()).assert().code(2);
    run(&["--kind", "no_such_kind"]).stderr(contains("there are no attacks of the kind `no_such_kind`"));
    run(&["--family", "poetry"]).stderr(contains("no attacks of the family `poetry`: give one of code, math"));
    run(&["--attacks", "nowhere"]).stderr(contains("cannot list nowhere"));
    run(&["--policy", "harsh"]).stderr(contains("strict, lenient"));
    run(&["--command", "x", "--policy", "strict"]).stderr(contains("cannot be used with"));
    let file = folder.path().join("own/math/sums.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap().replace("control = '2+2'", "contol = '2+2'")).unwrap();
    run(&["--attacks", "own"]).stderr(contains("own/math/sums.toml").and(contains("line 8")).and(contains("contol")));
}
