//! Input: files, patterns, compressed files, standard input, bad lines, and missing columns.

use std::fs;
use std::io::Write as _;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, rows, verify};

#[test]
fn a_bad_line_is_a_result_and_the_run_goes_on() {
    let folder = folder(
        "{\"completion\": \"x\", \"answer\": \"1\"}\n{oops\n\n{\"completion\": 3}\n{\"completion\": \"y\", \"answer\": \"1\"}\n",
    );
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let results = results(&folder.path().join("out.jsonl"));
    let details: Vec<_> = results.iter().map(|row| row["detail"].as_str().unwrap_or_default()).collect();
    assert_eq!(results.len(), 4);
    assert_eq!(
        (&results[1]["verdict"], &results[1]["reason"], &results[1]["reward"]),
        (&json!("unscored"), &json!("bad_row"), &Value::Null)
    );
    assert!(details[1].starts_with("in.jsonl:2: not JSON: "), "{details:?}");
    assert!(details[2].starts_with("in.jsonl:4: the column `completion` must be a string"), "{details:?}");
    assert_eq!(results[3]["id"], json!(4));
}

#[test]
fn lines_of_other_systems_are_read() {
    let folder = folder("");
    let mut bytes = "\u{feff}{\"id\": 1, \"completion\": \"x\", \"answer\": \"1\"}\r\n".as_bytes().to_vec();
    bytes.extend(b"\xff\xfe\r\n");
    fs::write(folder.path().join("in.jsonl"), bytes).unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let results = results(&folder.path().join("out.jsonl"));
    assert_eq!(results[0]["id"], json!(1));
    assert_eq!(results[1]["detail"], json!("in.jsonl:2: not UTF-8: byte 1 of the line"));
}

#[test]
fn a_column_missing_from_every_row_names_the_mapping() {
    let folder = folder("{\"question\": \"?\", \"response\": \"x\", \"gold\": \"1\"}\n");
    let message = "no row has the column `completion`; columns seen: question, response, gold. Say which one it is with --map completion=response";
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().code(2).stderr(contains(message));
    assert!(!folder.path().join("out.jsonl").exists(), "nothing is left behind");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");

    let arguments = ["score", "in.jsonl", "-o", "out.jsonl", "--map", "completion=response"];
    verify(&folder, &arguments)
        .assert()
        .code(2)
        .stderr(contains("no row has the column `answer`").and(contains("--map answer=gold")));
    verify(&folder, &arguments).args(["--map", "answer=gold"]).assert().success();
}

#[test]
fn rows_that_are_no_objects_are_said_so() {
    let folder = folder("\"a\"\n{\n");
    verify(&folder, &["score", "in.jsonl", "-o", "-"]).assert().code(2).stderr(contains("no row can be read. First problem: "));
}

#[test]
fn sources_are_files_patterns_standard_input_and_packed_files() {
    let folder = folder("");
    fs::create_dir(folder.path().join("runs")).unwrap();
    for (name, id) in [("runs/b.jsonl", "b"), ("runs/a.jsonl", "a")] {
        fs::write(folder.path().join(name), json!({"id": id, "completion": "x", "answer": "1"}).to_string()).unwrap();
    }
    let row = |id: &str| json!({"id": id, "completion": "x", "answer": "1"}).to_string() + "\n";
    let mut gzip =
        flate2::write::GzEncoder::new(fs::File::create(folder.path().join("c.jsonl.gz")).unwrap(), flate2::Compression::fast());
    gzip.write_all(row("c").as_bytes()).unwrap();
    gzip.finish().unwrap();
    fs::write(folder.path().join("d.jsonl.zst"), zstd::encode_all(row("d").as_bytes(), 0).unwrap()).unwrap();

    let arguments = ["score", "runs/*.jsonl", "c.jsonl.gz", "-", "d.jsonl.zst", "-o", "out.jsonl"];
    verify(&folder, &arguments).write_stdin(row("stdin")).assert().success();
    let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["a", "b", "c", "stdin", "d"]);
}

#[test]
fn packed_rows_are_known_by_how_they_begin_wherever_they_come_from() {
    let row = |id: &str| json!({"id": id, "completion": "x", "answer": "1"}).to_string() + "\n";
    let folder = folder(&row("plain"));
    let gzip = |text: &str| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    fs::write(folder.path().join("packed.jsonl"), gzip(&row("file"))).unwrap();
    for (given, id) in
        [(gzip(&row("gz")), "gz"), (zstd::encode_all(row("zst").as_bytes(), 0).unwrap(), "zst"), (row("text").into(), "text")]
    {
        verify(&folder, &["score", "in.jsonl", "packed.jsonl", "-", "-o", "out.jsonl"]).write_stdin(given).assert().success();
        let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
        assert_eq!(ids, ["plain", "file", id]);
    }
}

#[test]
fn a_line_too_long_is_one_result_and_the_rest_is_scored() {
    let long = format!("{{\"completion\": \"{}\"}}", "x".repeat(64 << 20));
    let folder = folder(&format!("{long}\n{}", rows(2)));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let results = results(&folder.path().join("out.jsonl"));
    let said = "in.jsonl:1: the line is longer than 67108864 bytes and was skipped: split the row into several";
    assert_eq!((&results[0]["reason"], &results[0]["detail"]), (&json!("bad_row"), &json!(said)));
    assert!(results.len() == 3 && results[1..].iter().all(|row| row["verdict"] == "incorrect"), "{results:?}");
}

#[test]
fn a_source_that_cannot_be_read_is_named() {
    let folder = folder("");
    let stderr = |input: &str| {
        let output = verify(&folder, &["score", input, "-o", "-"]).assert().code(2).get_output().stderr.clone();
        String::from_utf8(output).unwrap()
    };
    assert_eq!(stderr("none.jsonl"), "verify: cannot read none.jsonl: No such file or directory (os error 2)\n");
    assert_eq!(stderr("none*.jsonl"), "verify: no file matches `none*.jsonl`\n");
    fs::write(folder.path().join("torn.jsonl.gz"), b"\x1f\x8b\x08\x00\x00").unwrap();
    assert!(stderr("torn.jsonl.gz").starts_with("verify: cannot read torn.jsonl.gz: "));
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_followed_and_what_cannot_be_read_is_named() {
    use std::os::unix::fs::symlink;
    let folder = folder("");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("in/a")).unwrap();
    fs::create_dir(at("elsewhere")).unwrap();
    fs::write(at("in/a/1.jsonl"), super::rows(1)).unwrap();
    fs::write(at("elsewhere/2.jsonl"), super::rows(2)).unwrap();
    fs::write(at("four.jsonl"), super::rows(4)).unwrap();
    symlink("../elsewhere", at("in/b")).unwrap();
    symlink("../four.jsonl", at("in/c.jsonl")).unwrap();
    // Two ways to a folder that was read, and a loop.
    symlink("a", at("in/again")).unwrap();
    symlink("..", at("in/a/up")).unwrap();
    let score = || verify(&folder, &["score", "in", "-o", "-", "-q"]);
    let output = score().assert().success().get_output().stdout.clone();
    assert_eq!(String::from_utf8(output).unwrap().lines().count(), 7);
    symlink("nowhere", at("in/lost.jsonl")).unwrap();
    score().assert().code(2).stderr(contains("cannot read in/lost.jsonl"));
    fs::remove_file(at("in/lost.jsonl")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(at("in/pipe.jsonl")).status().unwrap();
    assert!(made.success());
    score().assert().code(2).stderr(contains("cannot read in/pipe.jsonl: it is neither a file nor a folder"));
}
