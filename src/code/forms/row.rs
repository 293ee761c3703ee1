//! The tests of a row whose data set spreads them over columns: HumanEval's `test` and `entry_point`, MBPP's
//! `test_list` and `test_imports`.
//!
//! Accepts: a sample. Tests with a `kind` are left unchanged; others are read together with the columns of [`BESIDE`].
//! Refuses: what [`super::tests`] refuses.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::read::{MOST_DEPTH, is_own, object};
use super::{asserts, pairs, text};
use crate::Sample;
use crate::code::bad_tests::Read;

/// Columns that complete tests without a `kind`; `prompt` does too when there is an `entry_point`.
pub const BESIDE: [&str; 14] = [
    "fn_name",
    "func_name",
    "entry_point",
    "metadata",
    "test_imports",
    "test_setup_code",
    "test_info",
    "public_test_cases",
    "private_test_cases",
    "public_tests",
    "private_tests",
    "generated_tests",
    "starter_code",
    "input_output",
];

/// Columns that say something only next to an `entry_point`.
const OF_ENTRY: [&str; 2] = ["starter_code", "input_output"];

/// The tests of a row with a `kind`; `None` if it has none.
pub(in crate::code) fn of_row(sample: &Sample) -> Read<Option<Cow<'_, Json>>> {
    let Some(tests) = sample.tests.as_deref() else { return Ok(None) };
    if is_own(tests) {
        return Ok(Some(Cow::Borrowed(tests)));
    }
    let mut map = beside(sample);
    if map.is_empty() {
        return super::tests(tests).map(Some);
    }
    let given = match tests {
        Json::String(written) if matches!(text::read(written)?, text::Text::Python) => {
            map.insert("test".to_owned(), tests.clone());
            return object(&map, 1).map(Cow::Owned).map(Some);
        }
        other => text::value(other)?,
    };
    match given.as_ref() {
        own if is_own(own) => return Ok(Some(Cow::Owned(own.clone()))),
        Json::Array(items) if asserts::are_asserts(items) => drop(map.insert("test_list".to_owned(), given.into_owned())),
        Json::Array(items) if pairs::are_cases(items) => {
            if !joins(&mut map, &given, &pairs::BY_SECRECY) {
                return pairs::of_cases(items, &map).map(Cow::Owned).map(Some);
            }
        }
        Json::Object(inner) if inner.contains_key("input") && joins(&mut map, &given, &pairs::BY_ORIGIN) => {}
        Json::Object(inner) => inner.iter().for_each(|(name, value)| drop(map.insert(name.clone(), value.clone()))),
        _ => return super::tests(tests).map(Some),
    }
    object(&map, MOST_DEPTH).map(Cow::Owned).map(Some)
}

/// Whether the data set has more tests next to `given`, which is one of `columns`. If so, all of them are in `map`
/// afterwards, since a program that passes only the public tests is not right.
fn joins(map: &mut Map<String, Json>, given: &Json, columns: &[&str]) -> bool {
    let there: Vec<&str> = columns.iter().copied().filter(|name| map.contains_key(*name)).collect();
    let is_one = there.iter().any(|name| text::value(&map[*name]).is_ok_and(|value| *value == *given));
    if there.is_empty() || (is_one && there.len() == 1) {
        return false;
    }
    if !is_one && let Some(absent) = columns.iter().find(|name| !there.contains(name)) {
        map.insert((*absent).to_owned(), given.clone());
    }
    true
}

/// Whether the tests of two samples are read to the same value.
pub(in crate::code) fn same_row(a: &Sample, b: &Sample) -> bool {
    a.tests == b.tests && (a.tests.as_deref().is_none_or(is_own) || beside(a) == beside(b))
}

fn beside(sample: &Sample) -> Map<String, Json> {
    let columns = BESIDE.iter().filter_map(|name| Some(((*name).to_owned(), sample.fields.get(name)?.clone())));
    let mut map: Map<String, Json> = columns.filter(|(_, value)| !value.is_null()).collect();
    if !map.contains_key("entry_point") {
        map.retain(|name, _| !OF_ENTRY.contains(&name.as_str()));
    }
    if map.contains_key("entry_point")
        && let Some(prompt @ Json::String(_)) = sample.prompt.as_deref()
    {
        map.insert("prompt".to_owned(), prompt.clone());
    }
    map
}
