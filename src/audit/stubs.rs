//! Programs that ignore their input, which no tests should pass.

use super::words::shorten;
use crate::Result;
use crate::code::{Asserted, Asserts, CallCase, Code, Reader, TestKind, Tests, Value as PyValue};

/// What test code is tried with besides the constants that it expects.
const CONSTANTS: [&str; 5] = ["None", "True", "False", "0", "''"];
/// More different constants than these are not tried.
const MOST: usize = 3;

/// Programs that ignore their input.
pub(super) struct Stubs {
    /// Each with a name, only those that could pass.
    pub(super) programs: Vec<(String, String)>,
    /// A program that has every name of the program, if `programs` may be empty and only a run shows whether the tests
    /// can be used.
    pub(super) probe: Option<String>,
    /// Whether there is only one test.
    pub(super) is_single: bool,
    /// Two assertions that expect different results of the same call.
    pub(super) contradiction: Option<(String, String)>,
}

/// The programs for these tests.
///
/// # Errors
/// The sandbox does not start.
pub(super) fn stubs(code: &Code, reader: &mut Reader, tests: &Tests) -> Result<Stubs> {
    let (programs, is_single) = match &tests.kind {
        // What a checker accepts, and what an argument becomes, no constant shows.
        TestKind::Stdio { checker: Some(_), .. } => (Vec::new(), false),
        TestKind::Call { calling, .. } if calling.checker.is_some() || calling.in_place.is_some() || calling.result.is_some() => {
            (Vec::new(), false)
        }
        TestKind::Stdio { cases, .. } => {
            let first = cases.first().map(|case| case.output.as_str()).unwrap_or_default();
            let same = cases.iter().all(|case| case.output.split_whitespace().eq(first.split_whitespace()));
            let programs = match (same, first.trim().is_empty()) {
                (false, _) => Vec::new(),
                (true, true) => vec![("an empty program".to_owned(), "pass".to_owned())],
                (true, false) => {
                    let text = serde_json::Value::from(first).to_string();
                    vec![(format!("a program that always prints {}", shorten(&text)), format!("print({text}, end='')"))]
                }
            };
            (programs, cases.len() == 1)
        }
        TestKind::Call { entry, cases, equality, .. } => {
            // As results are judged: 1 is 1.0 and True, and dictionaries have no order.
            let passes = |case: &CallCase, value: &PyValue| {
                std::iter::once(&case.expected).chain(&case.also).any(|expected| equality.holds(expected, value))
            };
            let candidates = cases.iter().take(1).flat_map(|case| std::iter::once(&case.expected).chain(&case.also));
            let constants = candidates.filter(|value| cases.iter().all(|case| passes(case, value))).take(MOST);
            let program =
                |literal: String| (format!("a function that always returns {}", shorten(&literal)), function(entry, &literal));
            (constants.filter_map(literal).map(program).collect(), cases.len() == 1)
        }
        TestKind::Asserts(asserts) => {
            return Ok(of_asserts(&code.asserted(reader, asserts)?.unwrap_or_else(|| as_stated(asserts)), asserts));
        }
    };
    Ok(Stubs { programs, probe: None, is_single, contradiction: None })
}

/// What the row says itself, for test code that could not be read.
fn as_stated(asserts: &Asserts) -> Asserted {
    Asserted { names: asserts.entry.iter().chain(&asserts.names).cloned().collect(), ..Asserted::default() }
}

fn of_asserts(asserted: &Asserted, asserts: &Asserts) -> Stubs {
    let program = |value: &str| asserted.names.iter().map(|name| constant(name, &asserted.methods, value)).collect::<String>();
    let probe = if asserted.names.is_empty() { "pass".to_owned() } else { program("None") };
    let mut values: Vec<&str> = Vec::new();
    if !asserted.varies && !asserted.names.is_empty() {
        let expected = asserted.expected.iter().map(String::as_str);
        values.extend(expected.take(if asserted.expected.len() > MOST { 0 } else { MOST }));
        values.extend(CONSTANTS.iter().filter(|value| !asserted.expected.iter().any(|known| known == *value)));
    }
    let what = if asserts.entry.as_ref().is_some_and(|entry| entry.contains('.')) { "a method" } else { "a function" };
    let named = |value: &str| (format!("{what} that always returns {}", shorten(value)), program(value));
    let programs = values.into_iter().map(named).collect();
    Stubs { programs, probe: Some(probe), is_single: asserted.is_single, contradiction: asserted.contradiction.clone() }
}

/// A name of the program that returns a constant, however it is used: as a function, or as a class with these methods.
fn constant(name: &str, methods: &[String], value: &str) -> String {
    let is_class = name.trim_start_matches('_').starts_with(char::is_uppercase) && !methods.is_empty();
    if name.contains('.') || !is_class {
        return function(name, value);
    }
    let method = |method: &String| format!("    def {method}(self, *args, **kwargs):\n        return {value}\n");
    let methods: String = methods.iter().filter(|method| *method != "__init__").map(method).collect();
    format!("class {name}:\n    def __init__(self, *args, **kwargs): pass\n{methods}")
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
