//! The `verify` command, run as a process.
#![cfg(feature = "cli")]

#[cfg(all(unix, feature = "rules"))]
#[path = "../support/generated.rs"]
#[expect(dead_code, reason = "the pages here are compared as a whole")]
mod generated;

mod audit;
mod baseline;
mod columns;
mod commands;
mod compare;
mod formats;
mod groups;
mod input;
mod joins;
mod no_rows;
mod output_names;
#[cfg(unix)]
mod outputs;
#[cfg(all(unix, feature = "rules"))]
mod pages;
mod passrate;
mod redteam;
mod report;
#[cfg(unix)]
mod resume;
mod score;
mod shards;
mod standard_output;
mod strangers;
mod tables;
mod templates;
#[cfg(unix)]
mod terminal;

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A new folder with an input file `in.jsonl`.
fn folder(input: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("in.jsonl"), input).unwrap();
    folder
}

fn verify(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("verify").unwrap();
    command.current_dir(folder.path()).args(arguments);
    command
}

fn results(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `count` well-formed rows.
fn rows(count: usize) -> String {
    (0..count).map(|index| json!({"id": index, "completion": "x", "answer": "1"}).to_string() + "\n").collect()
}

const SPEC: &str = "[[reward]]\nkind = \"math\"\n";

/// The result of a shell command line in which `$VERIFY` is the command.
#[cfg(unix)]
fn shell(folder: &TempDir, line: &str) -> std::process::Output {
    let verify = assert_cmd::cargo::cargo_bin("verify");
    std::process::Command::new("sh").args(["-c", line]).env("VERIFY", verify).current_dir(folder.path()).output().unwrap()
}
