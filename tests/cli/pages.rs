//! The examples of the pages on `score` and `select` run, and print what the pages show.
//!
//! `R1REWARDS_UPDATE=1 cargo test --test cli pages` writes what they print.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::generated::{keep, read};

/// The page with what its commands print after each block of commands that a block of text follows.
fn run(text: &str) -> String {
    let folder = TempDir::new().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::os::unix::fs::symlink(root.join("examples"), folder.path().join("examples")).unwrap();
    let verify: PathBuf = assert_cmd::cargo::cargo_bin("verify");
    let path = format!("{}:{}", verify.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut parts = text.split("```sh\n");
    let mut page = parts.next().unwrap().to_owned();
    for part in parts {
        let (commands, rest) = part.split_once("```\n").unwrap();
        let script = format!("exec 2>&1\n{commands}");
        let ran = Command::new("sh").args(["-ec", &script]).env("PATH", &path).current_dir(folder.path()).output().unwrap();
        let printed = String::from_utf8(ran.stdout).unwrap();
        assert!(ran.status.success(), "{commands}{printed}");
        page += &format!("```sh\n{commands}```\n");
        match rest.strip_prefix("\n```text\n") {
            Some(shown) => {
                let (_, rest) = shown.split_once("```\n").unwrap();
                let printed: String = printed.lines().map(|line| format!("{}\n", without_time(line))).collect();
                page += &format!("\n```text\n{printed}```\n{rest}");
            }
            None => {
                assert_eq!(printed, "", "{commands}");
                page += rest;
            }
        }
    }
    page
}

/// The last line of a summary without the time.
fn without_time(line: &str) -> &str {
    if line.starts_with("rows ") { line.split_once(" in ").map_or(line, |(rows, _)| rows) } else { line }
}

#[test]
fn the_pages_show_what_their_commands_print() {
    for page in ["docs/score.md", "docs/select.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        keep(&path, &run(&read(&path)));
    }
}
