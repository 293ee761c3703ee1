//! Typed access to the fields of a row's tests.
//!
//! Accepts: JSON objects. Refuses, by name and place: values of another type, unknown fields, an empty list of tests and more than
//! [`MOST_TESTS`], numbers and names too long to be read, a `timeout` too short for any program.

use serde_json::{Map, Value as Json};

use super::bad_tests::{Read, bad};
use super::limits::{FUEL_PER_SECOND, MOST_NAME};
use crate::core::weight::MOST_DIGITS;

/// Most tests of a row: each is a run or a call. More comes only from generators, and takes minutes for each
/// completion.
const MOST_TESTS: usize = 1 << 16;
/// The least `timeout` in seconds. Measured in fuel: an empty program takes 0.00006 seconds, one call 0.00012, one
/// assertion 0.00032, the smallest `unittest` 0.0012.
const LEAST_SECONDS: f64 = 0.01;
/// Fields that all kinds take.
const COMMON: [&str; 3] = ["kind", "language", "timeout"];

/// Typed access to the fields of one JSON object.
pub(super) struct Fields<'a> {
    pub(super) map: &'a Map<String, Json>,
    pub(super) place: String,
}

impl<'a> Fields<'a> {
    /// The fields of an object at this place.
    pub(super) fn of(json: &'a Json, place: impl Into<String>) -> Read<Fields<'a>> {
        let place = place.into();
        let map = json.as_object().ok_or_else(|| bad(format!("`{place}` must be a JSON object")))?;
        Ok(Fields { map, place })
    }

    /// Refuses fields that are not known.
    pub(super) fn only(&self, known: &[&str]) -> Read<()> {
        let unknown = self.map.keys().find(|key| !known.contains(&key.as_str()) && !COMMON.contains(&key.as_str()));
        match unknown {
            Some(name) => Err(bad(format!(
                "`{}` has an unknown field `{name}`; known fields: {}, {}",
                self.place,
                known.join(", "),
                COMMON.join(", ")
            ))),
            None => Ok(()),
        }
    }

    /// A field, read by `get`; null counts as absent.
    pub(super) fn read<T>(&self, name: &str, expected: &str, get: impl FnOnce(&'a Json) -> Option<T>) -> Read<Option<T>> {
        match self.map.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => get(value).map(Some).ok_or_else(|| bad(format!("`{}.{name}` must be {expected}", self.place))),
        }
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Read<Option<&'a str>> {
        self.read(name, "a string", Json::as_str)
    }

    /// A text that must be there.
    pub(super) fn required_text(&self, name: &str) -> Read<&'a str> {
        self.text(name)?.ok_or_else(|| bad(format!("`{}.{name}` is missing", self.place)))
    }

    /// `true` or `false`.
    pub(super) fn bool(&self, name: &str) -> Read<Option<bool>> {
        self.read(name, "true or false", Json::as_bool)
    }

    /// `entry`: a dotted name.
    pub(super) fn entry(&self) -> Read<Option<String>> {
        let entry = self.read("entry", "a dotted name", |value| {
            let name = value.as_str()?;
            name.split('.').all(is_identifier).then(|| name.to_owned())
        })?;
        entry.map(|name| self.short("entry", name)).transpose()
    }

    /// Checks that a name can be sent and shown.
    fn short(&self, field: &str, name: String) -> Read<String> {
        if name.len() > MOST_NAME {
            let (place, bytes) = (&self.place, name.len());
            return Err(bad(format!(
                "`{place}.{field}` has a name of {bytes} bytes; at most {MOST_NAME} are read: give a shorter one"
            )));
        }
        Ok(name)
    }

    /// `names`: plain names.
    pub(super) fn names(&self) -> Read<Vec<String>> {
        let read = |value: &Json| {
            let names = value.as_array()?.iter().map(|name| name.as_str().filter(|name| is_identifier(name)).map(str::to_owned));
            names.collect()
        };
        let names: Vec<String> = self.read("names", "a list of names", read)?.unwrap_or_default();
        names.into_iter().map(|name| self.short("names", name)).collect()
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Read<Vec<String>> {
        let read = |value: &Json| value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect();
        Ok(self.read(name, "a list of strings", read)?.unwrap_or_default())
    }

    /// `tolerance`.
    pub(super) fn tolerance(&self) -> Read<Option<f64>> {
        self.read("tolerance", "a number of at least 0", |value| {
            value.as_f64().filter(|number| number.is_finite() && *number >= 0.0)
        })
    }

    /// `timeout`, as fuel. There is no upper bound here: the reward's limit is one.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "larger values saturate")]
    pub(super) fn fuel(&self) -> Read<Option<u64>> {
        let seconds = self.read("timeout", "a number of seconds", |value| value.as_number()?.as_str().parse::<f64>().ok())?;
        match seconds {
            Some(seconds) if seconds < LEAST_SECONDS => Err(bad(format!(
                "`{}.timeout` is {seconds} seconds; at least {LEAST_SECONDS} are needed to start a program: give more, or leave it out for the spec's `seconds`",
                self.place
            ))),
            seconds => Ok(seconds.map(|seconds| (seconds * FUEL_PER_SECOND as f64) as u64)),
        }
    }

    /// Checks that no number has more digits than can be read in time.
    pub(super) fn short_numbers(&self) -> Read<()> {
        match self.map.values().map(longest_number).max() {
            Some(digits) if digits > MOST_DIGITS => Err(bad(format!(
                "`{}` has a number of {digits} characters; at most {MOST_DIGITS} are read: compute it in tests of kind asserts",
                self.place
            ))),
            _ => Ok(()),
        }
    }

    /// The tests, each read by `read`.
    pub(super) fn cases<T>(&self, read: impl Fn(&Fields<'a>) -> Read<T>) -> Read<Vec<T>> {
        let place = format!("{}.tests", self.place);
        let list = self.read("tests", "a list", Json::as_array)?.ok_or_else(|| bad(format!("`{place}` is missing")))?;
        if list.is_empty() {
            return Err(bad(format!("`{place}` is empty: give at least one test")));
        }
        if list.len() > MOST_TESTS {
            return Err(bad(format!("`{place}` has {} tests; at most {MOST_TESTS} are run: leave some out", list.len())));
        }
        list.iter().enumerate().map(|(index, case)| read(&Fields::of(case, format!("{place}[{index}]"))?)).collect()
    }
}

fn longest_number(json: &Json) -> usize {
    match json {
        Json::Number(number) => number.as_str().len(),
        Json::Array(items) => items.iter().map(longest_number).max().unwrap_or_default(),
        Json::Object(map) => map.values().map(longest_number).max().unwrap_or_default(),
        Json::Null | Json::Bool(_) | Json::String(_) => 0,
    }
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c == '_' || c.is_alphanumeric())
}
