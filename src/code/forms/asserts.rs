//! Tests that are Python code: MBPP, HumanEval, KodCode, LeetCode, and lists of assertions.
//!
//! Accepts: text, or a list of text that asserts, with code that runs before it. Refuses: lists that hold something
//! else. The asserts kind decides which names are the program's (`docs/code.md`): the entry point, what is imported
//! from `solution`, else the names that nothing else defines.

use serde_json::{Map, Value as Json, json};

use super::{leetcode, text};
use crate::code::bad_tests::{Read, bad};
use crate::core::describe::describe;

/// Test code and nothing else.
pub(super) fn of_text(test: &str) -> Json {
    json!({"kind": "asserts", "test_code": test})
}

/// Whether every item is text that asserts.
pub(super) fn are_asserts(items: &[Json]) -> bool {
    let asserts = |item: &Json| item.as_str().is_some_and(|text| text.contains("assert") || text::is_python(text));
    !items.is_empty() && items.iter().all(asserts)
}

/// A list of assertions, with the columns of MBPP next to it.
pub(super) fn of_list(items: &[Json], beside: &Map<String, Json>) -> Read<Json> {
    let mut tests = of_text(&joined(items));
    let mut before = Vec::new();
    match beside.get("test_imports") {
        None | Some(Json::Null) => {}
        Some(given) => match text::value(given)?.as_ref() {
            Json::Array(lines) => before.push(joined(lines)),
            Json::String(lines) => before.push(lines.clone()),
            other => return Err(bad(format!("`tests.test_imports` must be a list of imports, got {}", describe(other)))),
        },
    }
    before.extend(beside.get("test_setup_code").and_then(Json::as_str).map(str::to_owned));
    before.retain(|text| !text.trim().is_empty());
    if !before.is_empty() {
        tests["prelude"] = Json::from(before.join("\n"));
    }
    Ok(tests)
}

/// verl's `assert_case`: a text, or a list of them.
pub(super) fn of_cases(cases: &Json) -> Read<Json> {
    match cases {
        Json::String(text) => Ok(of_text(text)),
        Json::Array(items) if items.iter().all(Json::is_string) => Ok(of_text(&joined(items))),
        other => Err(bad(format!("`tests.assert_case` must be text or a list of text, got {}", describe(other)))),
    }
}

/// `test` with `entry_point` (HumanEval) or `test_info` (KodCode), or `functional` (LeetCode).
pub(super) fn of_test(test: &str, beside: &Map<String, Json>) -> Read<Json> {
    let mut tests = of_text(test);
    // `Solution().solve` is how LeetCode's data sets write a method.
    let entry = beside.get("entry_point").and_then(Json::as_str).map(|entry| entry.replace("()", ""));
    if let Some(calls) = entry.as_deref().and_then(|entry| leetcode::of_row(entry, beside)) {
        return Ok(calls);
    }
    if let Some(entry) = entry.filter(|entry| is_name(entry)) {
        let helpers = beside.get("prompt").and_then(Json::as_str).and_then(|prompt| before_entry(prompt, &entry));
        tests["entry"] = Json::from(entry);
        if let Some(helpers) = helpers {
            tests["prelude"] = Json::from(helpers);
        }
    } else if !(test.contains("from solution import") || test.contains("import solution")) {
        let names = names(beside)?;
        if !names.is_empty() {
            tests["names"] = Json::from(names);
        }
    }
    Ok(tests)
}

/// The functions that KodCode's `test_info` names.
fn names(beside: &Map<String, Json>) -> Read<Vec<String>> {
    let Some(info) = beside.get("test_info").filter(|info| !info.is_null()) else { return Ok(Vec::new()) };
    let info = text::value(info)?;
    let items = match info.as_ref() {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    Ok(items.iter().filter_map(|item| item["function_name"].as_str().filter(|name| is_name(name)).map(str::to_owned)).collect())
}

/// What a prompt defines before the function that it asks for, since tests may use it. The prose of a chat or an
/// instruction around it is left out.
fn before_entry<'p>(prompt: &'p str, entry: &str) -> Option<&'p str> {
    let start = format!("def {entry}(");
    let at = if prompt.starts_with(&start) { 0 } else { prompt.find(&format!("\n{start}"))? + 1 };
    let (mut from, mut end) = (at, at);
    for line in prompt[..at].split_inclusive('\n').rev() {
        end -= line.len();
        if is_statement(line.trim_end()) {
            from = end;
        } else if !line.trim().is_empty() && !line.starts_with([' ', '\t', ')', '#']) {
            break;
        }
    }
    Some(prompt[from..at].trim_end()).filter(|before| !before.is_empty())
}

/// Whether a line begins a definition that a prompt may have: an import, a function, a class, a constant.
fn is_statement(line: &str) -> bool {
    let names = |text: &str| !text.is_empty() && text.chars().all(|c| c == '_' || c.is_alphanumeric() || " .,*()".contains(c));
    let constant = |(name, value): (&str, &str)| is_name(name.trim_end()) && !value.starts_with('=');
    let import = line
        .strip_prefix("import ")
        .is_some_and(|rest| names(rest) && (rest.contains(" as ") || !rest.trim_end().replace(", ", "").contains(' ')));
    let from = line
        .strip_prefix("from ")
        .and_then(|rest| rest.split_once(" import "))
        .is_some_and(|(module, what)| is_name(module) && names(what));
    let opens =
        ["def ", "async def ", "class "].iter().any(|word| line.starts_with(word)) && (line.ends_with(':') || line.contains('('));
    import || from || opens || line.starts_with('@') || line.split_once('=').is_some_and(constant)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c == '_' || c.is_alphanumeric()))
}

fn joined(items: &[Json]) -> String {
    items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("\n")
}
