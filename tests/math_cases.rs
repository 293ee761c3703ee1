//! The case files of `tests/cases`: statements of behaviour that people can extend without Rust.
#![cfg(feature = "math")]

use std::fs;
use std::path::{Path, PathBuf};

use r1rewards::math::{Extract, Math, Policy};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(folder);
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder of cases").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

fn cases(file: &Path) -> Vec<toml::Table> {
    let text = fs::read_to_string(file).expect("a readable file");
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    table["case"].as_array().expect("[[case]] entries").iter().map(|case| case.as_table().expect("a table").clone()).collect()
}

fn text<'t>(case: &'t toml::Table, key: &str, default: &'t str) -> &'t str {
    case.get(key).and_then(toml::Value::as_str).unwrap_or(default)
}

fn check(folder: &str, extract: Extract, answer_key: &str, expected: impl Fn(&toml::Table) -> bool) {
    let mut failures = Vec::new();
    for file in files(folder) {
        let theme = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        for case in cases(&file) {
            let policy = Policy { extract, ..Policy::named(text(&case, "policy", "strict")).expect("a policy") };
            let (gold, answer) = (text(&case, "gold", ""), text(&case, answer_key, ""));
            let outcome = Math::new(policy).verify(&[gold.to_owned()], answer);
            let line = format!("{theme} | {} | {gold} | {}", text(&case, "policy", "strict"), answer.replace('\n', "\\n"));
            if outcome.is_correct() != expected(&case) {
                failures.push(format!("{line}   ({}, {:?})", outcome.reason.code(), outcome.rule));
            }
        }
    }
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn bare_answers_compare_as_the_case_files_say() {
    check("math", Extract::None, "answer", |case| case["equal"].as_bool().expect("equal = true|false"));
}

#[test]
fn final_answers_are_found_where_the_case_files_say() {
    check("extract", Extract::Auto, "completion", |case| text(case, "verdict", "") == "correct");
}
