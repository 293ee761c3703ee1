//! References that are text: JSON as Python's `json` writes it, or tests in Python.
//!
//! Accepts: JSON with `NaN`, `Infinity` and `-Infinity`, which become `{"$float": "nan"}` and similar
//! (`Value::from_json` converts them back). Refuses: more values, digits or levels than a column of tests may have, and
//! text that begins as an object or a list of objects and cannot be read.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::code::bad_tests::{Read, bad};
use crate::core::json_text::{end_of_string, members};
use crate::core::json_value;
use crate::core::weight::MOST_OF_TESTS;

/// The kind of a text.
pub(super) enum Text {
    Json(Json),
    /// Tests written in Python.
    Python,
    Other,
}

/// Decides the kind of a text and reads it.
pub(super) fn read(text: &str) -> Read<Text> {
    let trimmed = text.trim();
    if trimmed.starts_with(['{', '[', '"']) {
        match json(trimmed) {
            // Text within text: a data file writes a column this way when it was already JSON.
            Ok(Json::String(inner)) if inner != text => return read_inner(&inner),
            Ok(value) => return Ok(Text::Json(value)),
            Err(problem) if is_meant_as_json(trimmed) => return Err(bad(format!("`tests` is JSON text that {problem}"))),
            Err(_) => {}
        }
    }
    Ok(if is_python(trimmed) { Text::Python } else { Text::Other })
}

fn read_inner(text: &str) -> Read<Text> {
    let trimmed = text.trim();
    if !trimmed.starts_with(['{', '[']) {
        return Ok(Text::Other);
    }
    json(trimmed).map(Text::Json).map_err(|problem| bad(format!("`tests` is JSON text that {problem}")))
}

/// Reads a value that may be JSON text; other text is left unchanged.
pub(super) fn value(given: &Json) -> Read<Cow<'_, Json>> {
    match given {
        Json::String(text) => match read(text)? {
            Text::Json(value) => Ok(Cow::Owned(value)),
            Text::Python | Text::Other => Ok(Cow::Borrowed(given)),
        },
        other => Ok(Cow::Borrowed(other)),
    }
}

/// The value of a JSON text as Python's `json` writes it, or the reason why it cannot be read.
pub(super) fn json(text: &str) -> Result<Json, String> {
    let finite = finite(text);
    json_value::read(finite.as_bytes(), MOST_OF_TESTS)
}

/// The value of a row's column of tests, which may have `NaN` and `Infinity`, or the reason why it cannot be read.
pub(crate) fn column(written: &[u8]) -> Result<Json, String> {
    match std::str::from_utf8(written) {
        Ok(text) => json(text),
        Err(_) => json_value::read(written, MOST_OF_TESTS),
    }
}

/// Whether a text is an object with a key, or a list of objects, judged by its begin up to the first key.
pub(super) fn is_meant_as_json(text: &str) -> bool {
    let inner = text.strip_prefix('[').map_or(text, str::trim_start);
    inner.starts_with('{') && (matches!(members(inner.as_bytes()).next(), Some(Ok(_))) || has_first_key(inner))
}

/// Whether a text is a dictionary, or a list of dictionaries, as Python's `str` writes it: `{'key': ...`. A set of text
/// has no colon.
pub(super) fn is_python_table(text: &str) -> bool {
    let inner = text.strip_prefix('[').map_or(text, str::trim_start);
    let key = inner.strip_prefix('{').and_then(|rest| rest.trim_start().strip_prefix('\''));
    key.and_then(|rest| rest.split_once('\'')).is_some_and(|(key, rest)| !key.is_empty() && rest.trim_start().starts_with(':'))
}

/// Whether a text begins with `{"key":`; it may be truncated after that.
fn has_first_key(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('{').map(str::trim_start).filter(|rest| rest.starts_with('"')) else { return false };
    end_of_string(rest.as_bytes(), 1).is_some_and(|end| rest[end..].trim_start().starts_with(':'))
}

/// Whether a text may be tests: it begins as JSON does, or it asserts.
pub(crate) fn may_be_tests(text: &str) -> bool {
    text.trim_start().trim_start_matches('"').starts_with(['{', '[']) || is_python(text) || text.trim_start().starts_with("assert")
}

/// Whether a text is tests in Python: it has a line that asserts, or that defines or imports what tests do.
pub(super) fn is_python(text: &str) -> bool {
    const STARTS: [&str; 8] =
        ["assert ", "assert(", "def test", "async def test", "def check(", "class Test", "from solution import", "import unittest"];
    text.lines().any(|line| STARTS.iter().any(|start| line.starts_with(start)))
}

/// The text with `NaN` and the infinities, which JSON lacks, written as `{"$float": ...}`.
fn finite(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let (mut written, mut from, mut at) = (String::new(), 0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = end_of_string(bytes, at + 1).unwrap_or(bytes.len()),
            b'N' | b'I' | b'-' => {
                let known = [("NaN", "nan"), ("Infinity", "inf"), ("-Infinity", "-inf")];
                let found = known.into_iter().find(|(word, _)| bytes[at..].starts_with(word.as_bytes()));
                if let Some((word, name)) = found {
                    written.push_str(&text[from..at]);
                    written.push_str(&format!(r#"{{"$float":"{name}"}}"#));
                    at += word.len();
                    from = at;
                } else {
                    at += 1;
                }
            }
            _ => at += 1,
        }
    }
    if written.is_empty() {
        return Cow::Borrowed(text);
    }
    written.push_str(&text[from..]);
    Cow::Owned(written)
}
