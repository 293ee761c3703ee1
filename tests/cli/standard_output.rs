//! Standard output: what is written to it, readers that close it early, and a standard output that is closed.

use tempfile::TempDir;

#[cfg(target_os = "linux")]
use super::shell;
use super::{folder, rows, verify};

#[test]
fn results_go_to_standard_output_and_everything_else_to_standard_error() {
    let folder = folder("{\"completion\": \"x\", \"answer\": \"1\"}\n");
    let output = verify(&folder, &["score", "in.jsonl", "-o", "-"]).assert().success().get_output().clone();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    let summary = String::from_utf8(output.stderr).unwrap();
    assert!(
        ["correct", "incorrect", "unscored", "work p50 / p99", "rows/s"].iter().all(|part| summary.contains(part)),
        "{summary}"
    );
    assert!(!summary.contains('\u{1b}'), "no colours and no bar outside a terminal");
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--quiet"]).assert().success().stderr("");
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let folder = folder(&rows(20_000));
    let mut verify = std::process::Command::new(assert_cmd::cargo::cargo_bin("verify"))
        .args(["score", "in.jsonl", "-o", "-", "-q"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(verify.stdout.take());
    let output = verify.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

/// The exit code if the reader closes standard output before anything is written, and the text on standard error.
fn without_a_reader(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let mut verify = std::process::Command::new(assert_cmd::cargo::cargo_bin("verify"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(verify.stdout.take());
    let output = verify.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_that_leaves_changes_no_verdict() {
    let folder = folder(&rows(20_000));
    let score = |threshold| without_a_reader(&folder, &["score", "in.jsonl", "-o", "-", "-q", "--fail-under", threshold]);
    let (code, said) = score("correct=0.99");
    assert_eq!((code, said.as_str()), (Some(1), "verify: correct is 0.0000, below the required 0.99\n"));
    assert_eq!(score("correct=0"), (Some(0), String::new()));
    assert_eq!(without_a_reader(&folder, &["math", "42", "43"]).0, Some(1));
    assert_eq!(without_a_reader(&folder, &["math", "42", "42"]).0, Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_output_that_is_closed_is_an_error() {
    let folder = folder(&rows(3));
    let closed = shell(&folder, "\"$VERIFY\" score in.jsonl -o - >&-");
    assert_eq!(closed.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&closed.stderr).contains("cannot write standard output: it is closed; name a file with -o"));
    assert_eq!(shell(&folder, "\"$VERIFY\" score in.jsonl -o - >/dev/null").status.code(), Some(0));
    // The exit code is enough for some callers. They open /dev/null for reading and writing, which looks like a closed
    // standard output.
    for (command, code) in [("math 42 42", 0), ("math 42 43 --json", 1)] {
        assert_eq!(shell(&folder, &format!("\"$VERIFY\" {command} 1<>/dev/null")).status.code(), Some(code), "{command}");
    }
    // The exit code alone reports the threshold.
    assert_eq!(shell(&folder, "\"$VERIFY\" score in.jsonl -o - --fail-under correct=0.5 >&-").status.code(), Some(1));
}
