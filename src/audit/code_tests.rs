//! What is wrong with the tests of a row: they cannot be used, contradict each other, pass a program that ignores its
//! input, or fail the row's own solution.

use std::collections::HashMap;

use serde_json::Value;

use super::finding::FindingCode;
use super::gold::shorten;
use crate::Verdict;
use crate::code::{Code, TestKind, Tests, Value as PyValue};

/// Programs that ignore their input, for test code: every name is defined as a function (and class) that returns this.
const CONSTANTS: [&str; 5] = ["None", "True", "False", "0", "''"];

/// Examines the tests of a row, and the row's own solution, if it has one.
pub(super) fn examine(code: &Code, tests: &Value, solution: Option<&str>) -> Vec<(FindingCode, String)> {
    let read = match code.tests(tests) {
        Ok(read) => read,
        Err(bad) => return vec![(FindingCode::TestsBad, bad.detail)],
    };
    let mut faults = Vec::new();
    faults.extend(contradiction(&read));
    faults.extend(vacuous(code, &read));
    faults.extend(solution.and_then(|solution| failure(code, tests, solution)));
    faults
}

/// Two tests with the same input and different expected results.
fn contradiction(tests: &Tests) -> Option<(FindingCode, String)> {
    let found = match &tests.kind {
        TestKind::Stdio { cases, .. } => {
            let normal = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            first_contradiction(cases.iter().map(|case| (case.input.trim_end().to_owned(), normal(&case.output))))
        }
        TestKind::Call { cases, .. } => {
            let input = |args: &Vec<PyValue>, kwargs: &Vec<(PyValue, PyValue)>| format!("{args:?} {kwargs:?}");
            let firm = cases.iter().filter(|case| case.also.is_empty());
            first_contradiction(firm.map(|case| (input(&case.args, &case.kwargs), format!("{:?}", case.expected))))
        }
        TestKind::Asserts(_) => None,
    };
    found.map(|(first, second)| (FindingCode::TestsContradict, format!("tests {first} and {second} (from 0) have the same input")))
}

fn first_contradiction(tests: impl Iterator<Item = (String, String)>) -> Option<(usize, usize)> {
    let mut seen: HashMap<String, (usize, String)> = HashMap::new();
    for (number, (input, output)) in tests.enumerate() {
        let (first, expected) = seen.entry(input).or_insert_with(|| (number, output.clone()));
        if *expected != output {
            return Some((*first, number));
        }
    }
    None
}

/// Whether a program that ignores its input passes.
fn vacuous(code: &Code, tests: &Tests) -> Option<(FindingCode, String)> {
    let programs = stubs(tests);
    let (what, _) = programs.into_iter().find(|(_, program)| passes(code, program, tests))?;
    let single = matches!(&tests.kind, TestKind::Stdio { cases, .. } if cases.len() == 1)
        || matches!(&tests.kind, TestKind::Call { cases, .. } if cases.len() == 1);
    let code = if single { FindingCode::TestsFew } else { FindingCode::TestsVacuous };
    Some((code, format!("{what} passes")))
}

/// Programs that ignore their input, with a name for each: only those that could pass.
fn stubs(tests: &Tests) -> Vec<(String, String)> {
    match &tests.kind {
        TestKind::Stdio { cases, .. } => {
            let first = cases.first().map(|case| case.output.as_str()).unwrap_or_default();
            let same = cases.iter().all(|case| case.output.split_whitespace().eq(first.split_whitespace()));
            match (same, first.trim().is_empty()) {
                (false, _) => Vec::new(),
                (true, true) => vec![("an empty program".to_owned(), "pass".to_owned())],
                (true, false) => {
                    let text = Value::from(first).to_string();
                    vec![(format!("a program that always prints {}", shorten(&text)), format!("print({text}, end='')"))]
                }
            }
        }
        TestKind::Call { entry, cases, .. } => {
            let Some(expected) = cases.first().map(|case| &case.expected) else { return Vec::new() };
            let shown = format!("{expected:?}");
            if cases.iter().any(|case| format!("{:?}", case.expected) != shown) {
                return Vec::new();
            }
            let Some(literal) = literal(expected) else { return Vec::new() };
            vec![(format!("a function that always returns {}", shorten(&literal)), function(entry, &literal))]
        }
        TestKind::Asserts(asserts) => {
            let Some(entry) = asserts.entry.as_deref().or_else(|| asserts.names.first().map(String::as_str)) else {
                return Vec::new();
            };
            let program = |value: &&str| (format!("a function that always returns {value}"), function(entry, value));
            CONSTANTS.iter().map(program).collect()
        }
    }
}

/// A function, or a class with the method, that returns a constant.
fn function(entry: &str, value: &str) -> String {
    match entry.split_once('.') {
        None => format!("def {entry}(*args, **kwargs):\n    return {value}\n"),
        Some((class, method)) => {
            format!(
                "class {class}:\n    def __init__(self, *args, **kwargs): pass\n    def {method}(self, *args, **kwargs):\n        return {value}\n"
            )
        }
    }
}

/// A value as Python writes it; `None` for one that cannot be written so that it is read back.
fn literal(value: &PyValue) -> Option<String> {
    /// Longer ones are results of a computation, which no constant passes by chance.
    const LONGEST: usize = 10_000;
    let text = value.to_string();
    (text.len() <= LONGEST && !text.contains("\\u{") && !text.contains("<an integer")).then_some(text)
}

fn passes(code: &Code, program: &str, tests: &Tests) -> bool {
    code.run(program, tests).is_ok_and(|report| {
        report.tests.len() == report.total && report.total > 0 && report.tests.iter().all(crate::code::TestReport::passed)
    })
}

/// Why the row's own solution does not pass.
fn failure(code: &Code, tests: &Value, solution: &str) -> Option<(FindingCode, String)> {
    let (outcome, report) = code.explain(solution, tests);
    if outcome.verdict != Verdict::Incorrect {
        return None;
    }
    let failed = report.and_then(|report| report.tests.iter().position(|test| !test.passed()));
    let place = failed.map_or_else(String::new, |place| format!(" in test {place} (from 0)"));
    let detail = outcome.detail.map_or_else(String::new, |detail| format!(": {}", shorten(&detail)));
    Some((FindingCode::ReferenceFails, format!("{}{place}{detail}", outcome.reason.code())))
}
