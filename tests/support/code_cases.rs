//! The cases of `tests/cases/code`, for the tests that run them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use r1rewards::Sample;
use serde::Deserialize;
use serde_json::Value;

/// A file of cases: named tests, and programs judged by them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tests: BTreeMap<String, Value>,
    case: Vec<Case>,
}

/// A case says its reason, several possible reasons, or only its verdict.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "some tests need only the programs")]
pub struct Case {
    pub name: String,
    tests: String,
    program: String,
    pub reason: Option<String>,
    pub reasons: Option<Vec<String>>,
    pub verdict: Option<String>,
}

/// A program to be judged by tests.
pub fn sample(program: &str, tests: &Value) -> Sample {
    let mut sample = Sample::new(program);
    sample.tests = Some(tests.clone().into());
    sample
}

/// Every case: its name, what it must be, what is judged.
pub fn cases() -> Vec<(String, Case, Sample)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/code");
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("readable");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for case in file.case {
            let sample = sample(&case.program, file.tests.get(&case.tests).unwrap_or_else(|| panic!("no tests `{}`", case.tests)));
            all.push((format!("{stem}: {}", case.name), case, sample));
        }
    }
    all
}
