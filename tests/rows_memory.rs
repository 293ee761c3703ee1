//! The memory that a row may take: at most 8 times its bytes, in addition to what the program takes without it.
//!
//! The `verify` command runs with a limited address space, so a row that takes more memory ends the command.
#![cfg(all(unix, feature = "cli"))]

use std::io::Write as _;
use std::process::{Command, Stdio};

/// The memory of the program, its threads and the largest value that is read, in KiB.
const BASE: usize = 256 << 10;

/// The result lines of one row, with the memory limit for its size.
fn score(row: &str) -> String {
    score_rows(row, row.len())
}

/// The result lines of rows, with the memory limit for one row of `bytes` bytes.
fn score_rows(row: &str, bytes: usize) -> String {
    let bound = BASE + 8 * bytes / 1024;
    let script = format!("ulimit -v {bound}; exec \"$0\" score - -o - --quiet --jobs 1");
    let mut child = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_verify")])
        // Each arena of the allocator reserves addresses that are not used.
        .env("MALLOC_ARENA_MAX", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let rows = format!("{row}\n{{\"id\": \"last\", \"completion\": \"7\", \"answer\": 7}}\n");
    // Results come before all rows are read, so somebody else must write the rows. A program that has ended closes its
    // input; its output is checked below.
    let writer = std::thread::spawn(move || input.write_all(rows.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    let (text, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} bytes in {bound} KiB: {error}", row.len());
    assert!(text.lines().last().unwrap().starts_with(r#"{"id":"last","verdict":"correct""#), "{text}");
    text.into_owned()
}

fn with(columns: &str) -> String {
    format!(r#"{{"completion": "7", "answer": "7", {columns}}}"#)
}

#[test]
fn millions_of_completions_are_refused_in_little_memory() {
    let row = format!(r#"{{"completion": ["7"{}]}}"#, r#","7""#.repeat(4_000_000));
    assert!(score(&row).contains("list of 4000001 completions; at most 16384"));
}

#[test]
fn numbers_in_a_column_that_nobody_reads_take_no_more_than_their_text() {
    let text = score(&with(&format!(r#""unused": [0{}]"#, ",1".repeat(10_000_000))));
    assert!(text.starts_with(r#"{"id":1,"verdict":"correct""#), "{text}");
}

#[test]
fn depth_in_a_column_that_nobody_reads_takes_no_more_than_its_text() {
    for (open, close) in [("[", "]"), ("{\"k\":", "}")] {
        let text = score(&with(&format!(r#""unused": {}NaN{}"#, open.repeat(5_000_000), close.repeat(5_000_000))));
        assert!(text.starts_with(r#"{"id":1,"verdict":"correct""#), "{text}");
    }
}

#[test]
fn a_long_text_is_copied_a_few_times_at_most() {
    for column in ["answer", "prompt", "completion"] {
        let row = format!(r#"{{"completion": "7", "answer": "7", "{column}": "{}"}}"#, "x".repeat(20_000_000));
        assert_eq!(score(&row).lines().count(), 2);
    }
}

#[test]
fn keys_and_escapes_take_no_more_than_their_text() {
    let keys: String = (0..1_000_000).map(|key| format!(r#""{key:x}":1,"#)).collect();
    assert!(score(&with(&format!("{keys} \"z\": 1"))).contains("the row has more than 65536 columns"));
    let text = score(&with(&format!(r#""unused": {{{keys} "z": 1}}"#)));
    assert!(text.starts_with(r#"{"id":1,"verdict":"correct""#), "{text}");
    let escaped = format!(r#"{{"completion": "{}", "answer": "7"}}"#, "\\u0041".repeat(3_000_000));
    let text = score(&escaped);
    assert!(text.starts_with(r#"{"id":1,"verdict":"incorrect""#), "{text}");
}

#[test]
fn many_rows_take_no_more_than_one() {
    let row = format!(r#"{{"prompt": "p", "answer": "7", "completion": ["7"{}]}}"#, r#","7""#.repeat(9_999));
    assert_eq!(score_rows(&vec![row.as_str(); 60].join("\n"), row.len()).lines().count(), 600_001);
    let dense = format!(r#"{{"completion": "7", "answer": "7", "prompt": [0{}]}}"#, ",1".repeat(250_000));
    assert_eq!(score_rows(&vec![dense.as_str(); 40].join("\n"), dense.len()).lines().count(), 41);
}

#[test]
fn a_long_prompt_is_not_held_once_a_completion() {
    let row =
        format!(r#"{{"prompt": "{}", "answer": "7", "completion": ["7"{}]}}"#, "p".repeat(10_000_000), r#","7""#.repeat(4_999));
    assert_eq!(score(&row).lines().count(), 5_001);
}
