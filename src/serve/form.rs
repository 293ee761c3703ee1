//! The object that a body holds, and its members by name, each of the type that a route reads.
//!
//! Accepts: an object; members that no route reads. Refuses: a list, also one whose items are those of the object in order; a member
//! that is given twice; a member of another type. The message names the member, and says what it must be and what it is.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::core::describe::describe;
use crate::core::json_text::{self, Broken};
use crate::core::json_value;
use crate::core::weight::MOST_OF_TESTS;

/// The members of an object.
pub(super) struct Form {
    members: Map<String, Value>,
}

impl Form {
    /// Reads a body of at most as many values as tests may have.
    ///
    /// # Errors
    /// What is no JSON object, or has a member twice.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let body = without_mark(body);
        if body.trim_ascii_start().first() == Some(&b'{') {
            members(body)?;
        }
        match json_value::read(body, MOST_OF_TESTS).map_err(|problem| Refusal::bad_request(format!("the body {problem}")))? {
            Value::Object(members) => Ok(Self { members }),
            other => Err(wrong("the body", "a JSON object", &other)),
        }
    }

    /// All members.
    pub(super) fn into_members(self) -> Map<String, Value> {
        self.members
    }

    /// A value of any type; null if it is absent.
    pub(super) fn take(&mut self, name: &str) -> Value {
        self.members.remove(name).unwrap_or_default()
    }

    /// A value of any type that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<Value, Refusal> {
        self.members.remove(name).ok_or_else(|| missing(name))
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, name: &str) -> Result<String, Refusal> {
        text(&format!("`{name}`"), self.needed(name)?)
    }

    /// A text; null counts as absent.
    pub(super) fn text_or_none(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.take(name) {
            Value::Null => Ok(None),
            value => text(&format!("`{name}`"), value).map(Some),
        }
    }

    /// A number; null counts as absent.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<f64>, Refusal> {
        match self.take(name) {
            Value::Null => Ok(None),
            value => value.as_f64().map(Some).ok_or_else(|| wrong(&format!("`{name}`"), "a number", &value)),
        }
    }

    /// A list; null counts as absent.
    pub(super) fn list(&mut self, name: &str) -> Result<Option<Vec<Value>>, Refusal> {
        match self.take(name) {
            Value::Null => Ok(None),
            Value::Array(items) => Ok(Some(items)),
            other => Err(wrong(&format!("`{name}`"), "a list", &other)),
        }
    }

    /// An object; null counts as an empty one.
    pub(super) fn object(&mut self, name: &str) -> Result<Form, Refusal> {
        match self.take(name) {
            Value::Null => Ok(Form { members: Map::new() }),
            Value::Object(members) => Ok(Form { members }),
            other => Err(wrong(&format!("`{name}`"), "an object", &other)),
        }
    }
}

/// The text that a value is; `what` names it in the message.
pub(super) fn text(what: &str, value: Value) -> Result<String, Refusal> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(wrong(what, "a string", &other)),
    }
}

/// A value of another type than it must have.
pub(super) fn wrong(what: &str, expected: &str, found: &Value) -> Refusal {
    Refusal::bad_request(format!("{what} must be {expected}, got {}", describe(found)))
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::bad_request(format!("the body has no `{name}`"))
}

/// The names of the members of an object and where their values are in its text.
///
/// # Errors
/// A text that cannot be divided into members; a name that is given twice, since readers of JSON differ in which of the two counts.
pub(super) fn members(object: &[u8]) -> Result<Vec<(String, Range<usize>)>, Refusal> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    for member in json_text::members(object) {
        let (name, value) = member.map_err(|problem| broken("the body", problem))?;
        let name = json_text::name(&object[name]).into_owned();
        if !seen.insert(name.clone()) {
            return Err(Refusal::bad_request(format!("the body has `{name}` twice: give it once")));
        }
        found.push((name, value));
    }
    Ok(found)
}

/// A text that cannot be divided into its parts.
pub(super) fn broken(what: &str, Broken { what: problem, at }: Broken) -> Refusal {
    Refusal::bad_request(format!("{what} is not JSON: {problem}, at byte {} of it", at + 1))
}

/// What a JSON text is, by its first byte.
pub(super) fn sort(text: &[u8]) -> &'static str {
    match text.trim_ascii_start().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b'n') => "null",
        Some(b't' | b'f') => "true or false",
        Some(b'-' | b'0'..=b'9') => "a number",
        _ => "no JSON",
    }
}

/// The text without the mark of UTF-8, which some programs write first.
pub(super) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<T>(result: Result<T, Refusal>) -> String {
        result.err().expect("it is refused").message
    }

    #[test]
    fn a_body_is_an_object_with_each_member_once() {
        let read = |text: &str| Form::read(text.as_bytes());
        assert!(read("\u{feff} {\"a\": 1, \"b\": {\"a\": 2}} ").is_ok());
        assert_eq!(refused(read("[\"print(1)\", \"python\"]")), "the body must be a JSON object, got a list of 2");
        assert_eq!(refused(read("{\"a\": 1, \"a\": 2}")), "the body has `a` twice: give it once");
        assert_eq!(refused(read("{\"a\": 1, \"\\u0061\": 2}")), "the body has `a` twice: give it once");
        assert!(refused(read("{\"a\": NaN}")).contains("NaN"));
        assert!(refused(read(&"[".repeat(200))).contains("200 levels"));
        assert!(refused(read("{\"a\": [1")).contains("not JSON"));
        assert!(refused(read("")).starts_with("the body cannot be read"));
    }

    #[test]
    fn a_member_of_another_type_is_named_with_what_it_must_be() {
        let form = || Form::read(br#"{"t": ["x"], "n": "7", "l": {"a": 1}, "o": [], "null": null}"#).expect("an object");
        assert_eq!(refused(form().text("t")), "`t` must be a string, got a list of 1");
        assert_eq!(refused(form().text("none")), "the body has no `none`");
        assert_eq!(refused(form().number("n")), "`n` must be a number, got the string \"7\"");
        assert_eq!(refused(form().list("l")), "`l` must be a list, got an object with `a`");
        assert_eq!(refused(form().object("o")), "`o` must be an object, got a list of 0");
        assert_eq!(form().text_or_none("null").expect("absent"), None);
    }
}
