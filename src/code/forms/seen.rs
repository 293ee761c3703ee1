//! The error for an unknown form: it names the keys and types that were seen.

use serde_json::Value as Json;

use crate::code::bad_tests::{BadTests, bad};
use crate::core::describe::describe;

/// Most keys that are named; the rest is counted.
const SHOWN: usize = 8;
/// Most characters of a key or of text that are shown.
const MOST: usize = 40;
/// Most levels of lists in lists that are described.
const MOST_DEPTH: usize = 3;

pub(super) fn unknown(given: &Json) -> BadTests {
    bad(format!(
        "`tests` is in no known form: {}; give `kind` (stdio, call, asserts), or a form of docs/code.md (`inputs` and `outputs`, a list of `input` and `output`, \
         `test_list`, `test` with `entry_point`, assertions)",
        form(given, MOST_DEPTH)
    ))
}

fn form(given: &Json, depth: usize) -> String {
    match given {
        Json::Object(map) => {
            let keys: Vec<_> = map.iter().take(SHOWN).map(|(key, value)| format!("`{}`, {}", short(key), kind(value))).collect();
            let more = map.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            if keys.is_empty() { "an empty object".to_owned() } else { format!("an object with {}{more}", keys.join("; ")) }
        }
        Json::Array(items) => match items.first() {
            None => "an empty list".to_owned(),
            Some(first) if depth > 0 => format!("a list of {}, the first of which is {}", items.len(), form(first, depth - 1)),
            Some(_) => describe(given),
        },
        Json::String(text) => format!("text that begins `{}`", short(text)),
        other => describe(other),
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "true or false",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}

fn short(text: &str) -> String {
    let shown: String = text.chars().take(MOST).collect();
    if shown.len() < text.len() { format!("{shown}…") } else { shown }
}
