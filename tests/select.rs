//! `verify score` and `verify select`, one after the other.
#![cfg(all(feature = "cli", feature = "rules"))]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

const ROWS: &str = r#"{"id":"a","prompt":"6·7?","completion":["The answer is 42, since six times seven is 42.","41","The  answer is 42, since six times seven is 42.","42"],"answer":"42"}
{"id":"b","prompt":[{"role":"user","content":"1+1?"}],"completion":"2","answer":"2"}
not a row
{"id":"c","prompt":"2+2?","completion":"5","answer":"4"}
"#;

fn verify(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let output = Command::cargo_bin("verify").unwrap().current_dir(folder).args(arguments).output().unwrap();
    (String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

fn rows(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A folder with rows and the results of a text reward that searches for the answer anywhere.
fn scored() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rows.jsonl"), ROWS).unwrap();
    fs::write(
        folder.path().join("spec.toml"),
        "[[reward]]\nkind = \"text\"\nmatch = \"pattern\"\npattern = '\\b(42|2)\\b'\nwhole = false\n",
    )
    .unwrap();
    let (stderr, code) = verify(folder.path(), &["score", "rows.jsonl", "-o", "results.jsonl", "--rewards", "spec.toml"]);
    assert_eq!(code, 0, "{stderr}");
    folder
}

#[test]
fn kept_and_rejected_rows_add_up_and_say_why() {
    let folder = scored();
    let arguments = [
        "select",
        "rows.jsonl",
        "--results",
        "results.jsonl",
        "-o",
        "sft.jsonl",
        "--rejected",
        "out.jsonl",
        "--rank",
        "longest",
        "--per-prompt",
        "1",
    ];
    let (stderr, code) = verify(folder.path(), &arguments);
    assert_eq!(code, 0, "{stderr}");
    let kept = rows(&folder.path().join("sft.jsonl"));
    let ids: Vec<_> = kept.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a/2", "b"], "the longest of a, and b");
    assert_eq!(kept[0]["prompt"], "6·7?");
    assert_eq!(kept[1]["completion"][0]["role"], "assistant", "message prompts give message completions");
    let why: Vec<_> = rows(&folder.path().join("out.jsonl"))
        .iter()
        .map(|row| (row["id"].to_string(), row["rejected"].as_str().unwrap().to_owned()))
        .collect();
    let expected =
        [("\"a/0\"", "over_cap"), ("\"a/1\"", "incorrect"), ("\"a/3\"", "over_cap"), ("3", "bad_row"), ("\"c\"", "incorrect")];
    assert_eq!(why, expected.map(|(id, why)| (id.to_owned(), why.to_owned())));
    assert!(stderr.contains("kept 2 of 7 traces, 2 of 3 prompts"), "{stderr}");
    assert!(stderr.contains("1  bad_row"), "{stderr}");
}

#[test]
fn duplicates_and_the_band_of_difficulty() {
    let folder = scored();
    let arguments = [
        "select",
        "rows.jsonl",
        "--results",
        "results.jsonl",
        "-o",
        "sft.jsonl",
        "--form",
        "messages",
        "--min-pass-rate",
        "0.5",
        "--max-pass-rate",
        "0.9",
        "-q",
    ];
    let (stderr, code) = verify(folder.path(), &arguments);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let kept = rows(&folder.path().join("sft.jsonl"));
    assert_eq!(
        kept.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["a/0", "a/3"],
        "a/2 differs from a/0 in blanks only; b is too easy"
    );
    assert_eq!(kept[0]["messages"][1]["role"], "assistant");
}

#[test]
fn usage_errors_name_the_option() {
    let folder = scored();
    let (stderr, code) =
        verify(folder.path(), &["select", "rows.jsonl", "--results", "results.jsonl", "-o", "-", "--rank", "best"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("option `rank` got `best`: use one of first, reward"), "{stderr}");
    fs::write(folder.path().join("few.jsonl"), "").unwrap();
    let (stderr, code) = verify(folder.path(), &["select", "rows.jsonl", "--results", "few.jsonl", "-o", "-"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("few.jsonl has no result for the row \"a/0\""), "{stderr}");
}

#[test]
fn a_completion_that_cannot_be_read_is_rejected_with_the_reason() {
    let folder = scored();
    fs::write(
        folder.path().join("rows.jsonl"),
        "{\"id\":\"a\",\"prompt\":\"6·7?\",\"completion\":[\"42\",5,\"41\"],\"answer\":\"42\"}\n",
    )
    .unwrap();
    let (stderr, code) = verify(folder.path(), &["score", "rows.jsonl", "-o", "results.jsonl", "--rewards", "spec.toml"]);
    assert_eq!(code, 0, "{stderr}");
    let arguments = ["select", "rows.jsonl", "--results", "results.jsonl", "-o", "sft.jsonl", "--rejected", "out.jsonl"];
    let (stderr, code) = verify(folder.path(), &arguments);
    assert!(code == 0 && stderr.contains("kept 1 of 3 traces") && stderr.contains("1  bad_row"), "{stderr}");
    let rejected = rows(&folder.path().join("out.jsonl"));
    let why: Vec<_> = rejected.iter().map(|row| (row["id"].as_str().unwrap(), row["rejected"].as_str().unwrap())).collect();
    assert_eq!(why, [("a/1", "bad_row"), ("a/2", "incorrect")]);
    assert!(rejected[0]["detail"].as_str().unwrap().starts_with("rows.jsonl:1: the column `completion` item 1"), "{rejected:?}");
}

#[test]
fn the_number_of_bands_is_limited() {
    let folder = scored();
    let select = |bands: &str| {
        verify(folder.path(), &["select", "rows.jsonl", "--results", "results.jsonl", "-o", "sft.jsonl", "--bands", bands])
    };
    assert_eq!(select("1000").1, 0);
    for bands in ["1001", "18446744073709551615"] {
        let (stderr, code) = select(bands);
        assert!(code == 2 && stderr.contains("give a number from 1 to 1000"), "{stderr}");
    }
}
