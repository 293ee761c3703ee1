//! The name of an output says what is written to it, or is refused before anything is read.

use std::fs;

use predicates::str::contains;

use super::{folder, rows, verify};

#[test]
fn an_output_with_the_name_of_another_format_is_refused_by_every_command() {
    let folder = folder(&rows(2));
    verify(&folder, &["score", "in.jsonl", "-o", "results.jsonl", "-q"]).assert().success();
    let before = fs::read_dir(folder.path()).unwrap().count();
    for (command, name, fix) in [
        (&["score", "in.jsonl", "-o"][..], "t.csv", "name it .jsonl (also .jsonl.gz, .jsonl.zst) or .parquet"),
        (&["score", "in.jsonl", "-o"], "t.tsv.gz", "name it .jsonl"),
        (&["score", "in.jsonl", "-o"], "t.json", "name it .jsonl"),
        (&["score", "in.jsonl", "-o"], "t.XLSX", "name it .jsonl"),
        (&["score", "in.jsonl", "-o"], "t.parquet.zst", "name it .parquet alone"),
        (&["merge", "results.jsonl", "-o"], "t.csv", "name it .jsonl"),
        (&["passrate", "in.jsonl", "-o"], "t.parquet", "only results can be written as Parquet"),
        (&["select", "in.jsonl", "--results", "results.jsonl", "-o"], "t.csv", "rows are written as JSON Lines"),
        (
            &["select", "in.jsonl", "--results", "results.jsonl", "-o", "-", "--rejected"],
            "t.xlsx",
            "rows are written as JSON Lines",
        ),
        (&["compare", "in.jsonl", "--right", "lenient", "-o"], "t.csv", "rows are written as JSON Lines"),
        (&["compare", "in.jsonl", "--right", "lenient", "--report"], "t.pdf", "name it .html"),
        (&["redteam", "-o"], "t.csv", "rows are written as JSON Lines"),
        (&["redteam", "--report"], "t.md", "name it .html"),
        (&["report", "in.jsonl", "--results", "results.jsonl", "-o"], "t.jsonl", "name it .html"),
        (&["audit", "in.jsonl", "-o"], "t.html", "name a folder"),
    ] {
        let refused = verify(&folder, &[command, &[name]].concat()).assert().code(2);
        refused
            .stderr(contains(format!("verify: the output {name} has the name of a file in another format")))
            .stderr(contains(fix));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), before, "{command:?} {name}");
    }
}

#[test]
fn endings_in_capitals_mean_the_same() {
    let folder = folder(&rows(2));
    for (name, start) in
        [("t.GZ", &b"\x1f\x8b"[..]), ("t.jsonl.ZST", b"\x28\xb5\x2f\xfd"), ("t.PARQUET", b"PAR1"), ("t.txt", b"{\"id\"")]
    {
        verify(&folder, &["score", "in.jsonl", "-o", name, "-q", "--no-meta"]).assert().success();
        assert!(fs::read(folder.path().join(name)).unwrap().starts_with(start), "{name}");
    }
}
