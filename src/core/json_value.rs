//! Parses JSON text with a limit on the number of its values, and says in words why a text cannot be read.

use serde_json::Value;

use super::json_string::unescaped;
use super::json_text;
use super::weight::Weight;

/// A value, or why it cannot be read.
pub(crate) type Read = Result<Value, String>;

/// Whether a value stands for nothing: tables write it as null, as an empty text, or as an empty list or object.
pub(crate) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Parses a JSON text of at most `most_values` values.
///
/// # Errors
/// Why the text cannot be read, worded to follow the column's name.
pub(crate) fn read(text: &[u8], most_values: usize) -> Read {
    // A string is one value, however long it is.
    if text.first() != Some(&b'"') {
        Weight::of(text).check(most_values)?;
    }
    let utf8 = str::from_utf8(text);
    let text = utf8.map_err(|error| format!("is not UTF-8 at byte {} of it: write the file as UTF-8", error.valid_up_to() + 1))?;
    if let Some(string) = unescaped(text) {
        return Ok(Value::String(string));
    }
    serde_json::from_str(text).map_err(|error| {
        if let Some(what) = json_text::marked(text.as_bytes()) {
            return format!("holds {what}: write it as text, or leave the column out");
        }
        match json_text::not_finite(text.as_bytes()) {
            Some(number) => format!("holds {number}, which JSON does not have: write null or a string instead"),
            None => format!("cannot be read: {}", message(&error)),
        }
    })
}

/// The parser's message without the line number, which is always 1.
pub(super) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}
