//! Tests on third-party data: labelled pairs of public corpora, the adversarial development set, HumanEval.
//!
//! The data are outside the repository: the folder is `R1REWARDS_DATA`, or `../shared/data` next to the checkout.
//! Whether a file exists is known only when the tests run, and the harness of the standard library cannot mark a test
//! as ignored at run time: it would count as passed. So this program has another harness (`harness = false` in
//! Cargo.toml): a test without its data is reported and counted as `ignored`, with the name of the missing file.

#[path = "../support/cases.rs"]
mod cases;
#[cfg(feature = "code")]
mod code;
#[cfg(feature = "code")]
#[path = "../support/code_cases.rs"]
mod code_cases;
#[cfg(feature = "math")]
mod corpora;
#[cfg(feature = "rules")]
mod shape;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

/// A test: its name, the files that it reads, and the function that is called with their folder.
struct Test {
    name: &'static str,
    files: Vec<String>,
    run: fn(&Path),
}

fn main() -> ExitCode {
    let mut tests: Vec<Test> = Vec::new();
    #[cfg(feature = "code")]
    tests.extend(code::tests());
    #[cfg(feature = "math")]
    tests.extend(corpora::tests());
    #[cfg(feature = "rules")]
    tests.extend(shape::tests());
    libtest_mimic::run(&Arguments::from_args(), tests.into_iter().map(trial).collect()).exit_code()
}

fn trial(test: Test) -> Trial {
    Trial::ignorable_test(test.name, move || {
        let folder = folder();
        if let Some(absent) = test.files.iter().find(|file| !folder.join(file).is_file()) {
            let path = folder.join(absent);
            return Ok(Completion::ignored_with(format!(
                "not run: {} is absent; set R1REWARDS_DATA to the folder that has {absent}",
                path.display()
            )));
        }
        // The panic hook has already printed the message.
        catch_unwind(AssertUnwindSafe(|| (test.run)(&folder))).map_err(|_| Failed::without_message())?;
        Ok(Completion::Completed)
    })
}

/// The folder of the data; it may not exist.
fn folder() -> PathBuf {
    std::env::var_os("R1REWARDS_DATA").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from)
}

/// The rows of a file of JSON Lines.
fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let row =
        |(number, line)| serde_json::from_str(line).unwrap_or_else(|error| panic!("{}:{}: {error}", path.display(), number + 1));
    text.lines().enumerate().map(row).collect()
}

/// The rows of the adversarial development set of one family.
fn attacks(folder: &Path, families: &[&str]) -> Vec<Value> {
    let mut rows = rows(&folder.join(ATTACKS));
    rows.retain(|row| row["family"].as_str().is_some_and(|family| families.contains(&family)));
    rows
}

const ATTACKS: &str = "attacks_dev.jsonl";
