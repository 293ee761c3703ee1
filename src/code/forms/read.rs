//! Decides which known form a value has.
//!
//! Accepts: values and text of the forms in the table of [`forms`](super), one inside another up to four levels deep.
//! Refuses: every other form; the error names its keys and types.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::{asserts, pairs, seen, text};
use crate::code::bad_tests::{BadTests, Read, bad};
use crate::core::describe::describe;

/// Keys whose value may be another form.
const WRAPPERS: [&str; 8] = [
    "input_output",
    "unit_tests",
    "test_cases",
    "official_tests",
    "tests",
    "ground_truth",
    "verifier_metadata",
    "verification_info",
];
/// Most levels of forms inside forms.
pub(super) const MOST_DEPTH: usize = 4;

/// Converts a reference to `tests` in the form of [`Tests`](super::super::Tests).
///
/// # Errors
/// [`BadTests`]: no known form, with the keys and types that were seen; or a known form that cannot be used, with the
/// place.
///
/// ```
/// use r1rewards::code::forms;
/// let gold = serde_json::json!({"fn_name": "add", "inputs": ["1\n2"], "outputs": ["3"]});
/// let tests = serde_json::json!({"kind": "call", "entry": "add", "tests": [{"args": [1, 2], "expected": 3}]});
/// assert_eq!(*forms::tests(&gold)?, tests);
/// assert!(forms::tests(&serde_json::json!({"colour": "red"})).unwrap_err().detail.contains("`colour`, a string"));
/// # Ok::<(), r1rewards::code::BadTests>(())
/// ```
pub fn tests(given: &Json) -> Result<Cow<'_, Json>, BadTests> {
    if is_own(given) { Ok(Cow::Borrowed(given)) } else { read(given, MOST_DEPTH).map(Cow::Owned) }
}

/// Whether a value has a `kind`, so that it is in the form of [`Tests`](super::super::Tests).
pub(super) fn is_own(given: &Json) -> bool {
    given.get("kind").is_some_and(|kind| !kind.is_null())
}

fn read(given: &Json, depth: usize) -> Read<Json> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(bad("`tests` holds forms inside of forms: give the innermost one"));
    };
    match given {
        own if is_own(own) => Ok(own.clone()),
        Json::String(text) => match text::read(text)? {
            text::Text::Json(value) => read(&value, depth),
            text::Text::Python => Ok(asserts::of_text(text)),
            text::Text::Other => Err(seen::unknown(given)),
        },
        Json::Array(items) if items.is_empty() => Err(bad("`tests` is an empty list: give at least one test")),
        Json::Array(items) if asserts::are_asserts(items) => asserts::of_list(items, &Map::new()),
        Json::Array(items) if pairs::are_cases(items) => pairs::of_cases(items, &Map::new()),
        Json::Object(map) => object(map, depth),
        // Trainers that allow several references for a row also wrap a single one in a list.
        Json::Array(items) if items.len() == 1 && may_be_wrapped(&items[0]) => read(&items[0], depth),
        _ => Err(seen::unknown(given)),
    }
}

/// Whether a value is text that is JSON or Python: what a list of one may hold.
fn may_be_wrapped(item: &Json) -> bool {
    item.as_str().is_some_and(|text| !matches!(text::read(text), Ok(text::Text::Other)))
}

/// Converts an object without a `kind`.
pub(super) fn object(map: &Map<String, Json>, depth: usize) -> Read<Json> {
    // Data files write null for a column that a row lacks; those whose rows have different forms also write empty
    // lists.
    let has = |name: &str| map.get(name).is_some_and(|value| !value.is_null());
    let holds = |name: &str| has(name) && map[name] != Json::Array(Vec::new());
    if holds("assert_case") {
        return asserts::of_cases(&map["assert_case"]);
    }
    let lists = map.contains_key("inputs") && map.contains_key("outputs");
    if lists && (holds("inputs") || holds("outputs")) {
        return pairs::of_lists(map);
    }
    if pairs::BY_ORIGIN.iter().any(|name| holds(name)) {
        return pairs::of_origins(map);
    }
    if has("input") && has("output") {
        return pairs::of_cases(&[Json::Object(map.clone())], map);
    }
    if has("public_test_cases") || has("private_test_cases") {
        return pairs::of_public_and_private(map);
    }
    if holds("test_list") {
        return match text::value(&map["test_list"])?.as_ref() {
            Json::Array(items) if asserts::are_asserts(items) => asserts::of_list(items, map),
            other => Err(bad(format!("`tests.test_list` must be a list of assertions, got {}", describe(other)))),
        };
    }
    if let Some(Json::String(test)) = map.get("test") {
        return asserts::of_test(test, map);
    }
    if let Some(Json::String(test)) = map.get("functional") {
        return asserts::of_test(test, map);
    }
    let inner = WRAPPERS.iter().find(|name| has(name) && (depth > 0));
    match inner.map(|name| text::value(&map[*name])).transpose()? {
        Some(inner) => match inner.as_ref() {
            Json::Array(items) if pairs::are_cases(items) => pairs::of_cases(items, map),
            Json::Object(inner) if pairs::name(inner).is_none() && pairs::name(map).is_some() && inner.contains_key("inputs") => {
                let mut named = inner.clone();
                named.extend(pairs::name(map).map(|name| ("fn_name".to_owned(), Json::from(name))));
                object(&named, depth)
            }
            inner => read(inner, depth),
        },
        None if lists => pairs::of_lists(map),
        None if has("test_list") => Err(bad("`tests.test_list` is empty: give at least one assertion")),
        None => Err(seen::unknown(&Json::Object(map.clone()))),
    }
}
