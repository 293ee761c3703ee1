//! Paths into JSON values.
//!
//! A path has steps, separated by dots: a key goes into an object, an index into a list, and `*` (also written `[]` or
//! `[*]` after a key) takes every item of a list: `outputs.*.text` and `outputs[].text` are the list of the texts of all
//! outputs. `outputs[0].text` is `outputs.0.text`. If there are several `*`, the result is one flat list. An item
//! without the rest of the path gives null, so that the others keep their places. A path goes into a text that is an object
//! or a list in JSON, as data frames store them.

use std::borrow::Cow;

use serde_json::Value;

use super::json_text;
use super::json_value;
use super::weight::MOST_VALUES;

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'a> {
    /// A key of an object, or an index of a list.
    Into(&'a str),
    /// Every item of a list; in an object, the key `*`.
    Each,
}

/// Whether a path can give a list of several values.
pub(crate) fn is_wild(path: &str) -> bool {
    path.contains(['*', '[']) && steps(path).contains(&Step::Each)
}

/// The column that a path goes into.
pub fn column(path: &str) -> &str {
    let first = path.split('.').next().unwrap_or(path);
    bracketed(first).map_or(first, |(key, _)| key)
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let Some((key, brackets)) = bracketed(part) else {
            steps.push(if part == "*" { Step::Each } else { Step::Into(part) });
            continue;
        };
        steps.push(Step::Into(key));
        steps.extend(brackets.map(|inner| if matches!(inner, "" | "*") { Step::Each } else { Step::Into(inner) }));
    }
    steps
}

/// Splits `key[][0]` into the key and what is in the brackets; `None` if the text does not end in such brackets.
fn bracketed(part: &str) -> Option<(&str, impl Iterator<Item = &str>)> {
    let (key, rest) = part.split_at(part.find('[')?);
    let inner = rest.strip_prefix('[')?.strip_suffix(']')?;
    let fine = |inner: &str| inner == "*" || inner.bytes().all(|byte| byte.is_ascii_digit());
    (!key.is_empty() && inner.split("][").all(fine)).then(|| (key, inner.split("][")))
}

/// The JSON text at a path below the columns of a row, which `column` finds.
pub(crate) fn in_text<'a>(path: &str, column: impl Fn(&str) -> Option<&'a [u8]>) -> Option<Cow<'a, [u8]>> {
    let steps = steps(path);
    let (Step::Into(first), rest) = steps.split_first()? else { return None };
    walk_text(column(first)?, rest)
}

fn walk_text<'a>(mut text: &'a [u8], steps: &[Step<'_>]) -> Option<Cow<'a, [u8]>> {
    for (place, step) in steps.iter().enumerate() {
        if let Some(inner) = written(text) {
            return walk_text(&inner, &steps[place..]).map(|found| Cow::Owned(found.into_owned()));
        }
        match step {
            Step::Into(key) => text = step_into(text, key)?,
            Step::Each if text.first() == Some(&b'[') => return each_text(text, &steps[place + 1..]).map(Cow::Owned),
            Step::Each => text = step_into(text, "*")?,
        }
    }
    Some(Cow::Borrowed(text))
}

/// The object or list in JSON that a JSON string holds.
fn written(text: &[u8]) -> Option<Vec<u8>> {
    if text.first() != Some(&b'"') || !matches!(text.get(1..)?.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let inner: String = serde_json::from_slice(text).ok()?;
    serde_json::from_str::<serde::de::IgnoredAny>(&inner).ok()?;
    Some(inner.trim().as_bytes().to_vec())
}

fn each_text(text: &[u8], rest: &[Step<'_>]) -> Option<Vec<u8>> {
    let flat = rest.contains(&Step::Each);
    let mut list = vec![b'['];
    for item in json_text::items(text) {
        let found = walk_text(&text[item.ok()?], rest);
        let found = found.as_deref().unwrap_or(b"null");
        let inner = if flat && found.first() == Some(&b'[') { &found[1..found.len() - 1] } else { found };
        if !inner.trim_ascii().is_empty() {
            if list.len() > 1 {
                list.push(b',');
            }
            list.extend_from_slice(inner);
        }
    }
    list.push(b']');
    Some(list)
}

/// The text of one member or item. If two members have the same name, the last one counts.
fn step_into<'a>(text: &'a [u8], step: &str) -> Option<&'a [u8]> {
    let place = match text.first()? {
        b'{' => json_text::members(text)
            .try_fold(None, |found, member| {
                member.map(|(name, value)| if json_text::name(&text[name]) == step { Some(value) } else { found })
            })
            .ok()?,
        b'[' => json_text::items(text).nth(step.parse().ok()?)?.ok(),
        _ => None,
    };
    text.get(place?)
}

/// The value at a path in a value.
pub(crate) fn in_value<'a>(path: &str, row: &'a Value) -> Option<Cow<'a, Value>> {
    walk_value(row, &steps(path))
}

fn walk_value<'a>(mut value: &'a Value, steps: &[Step<'_>]) -> Option<Cow<'a, Value>> {
    for (place, step) in steps.iter().enumerate() {
        if let Value::String(text) = value
            && text.trim_start().starts_with(['{', '['])
        {
            let inner = json_value::read(text.trim().as_bytes(), MOST_VALUES).ok()?;
            return walk_value(&inner, &steps[place..]).map(|found| Cow::Owned(found.into_owned()));
        }
        value = match (step, value) {
            (Step::Each, Value::Array(items)) => return Some(Cow::Owned(each_value(items, &steps[place + 1..]))),
            (Step::Each, other) => other.get("*")?,
            (Step::Into(index), Value::Array(items)) => items.get(index.parse::<usize>().ok()?)?,
            (Step::Into(key), other) => other.get(*key)?,
        };
    }
    Some(Cow::Borrowed(value))
}

fn each_value(items: &[Value], rest: &[Step<'_>]) -> Value {
    let flat = rest.contains(&Step::Each);
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        match walk_value(item, rest).map_or(Value::Null, Cow::into_owned) {
            Value::Array(inner) if flat => list.extend(inner),
            other => list.push(other),
        }
    }
    Value::Array(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn both(path: &str, row: &Value) -> Option<Value> {
        let texts: Vec<(String, String)> =
            row.as_object().unwrap().iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        let column = |name: &str| texts.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_bytes());
        let text = in_text(path, column).map(|text| serde_json::from_slice(&text).unwrap());
        let value = in_value(path, row).map(Cow::into_owned);
        assert_eq!(text, value, "{path}: rows as text and as values must agree");
        value
    }

    #[test]
    fn a_wildcard_is_the_list_of_that_field_of_every_item() {
        let row = json!({
            "outputs": [{"text": "a"}, {"other": 1}, {"text": "c"}],
            "choices": [{"message": {"content": "x"}}],
            "deep": [{"in": [{"t": 1}, {"t": 2}]}, {"in": []}, {"in": [{"t": 3}]}],
            "stars": {"*": {"a": 5}},
            "empty": [],
            "written": "{\"a\": {\"b\": \"[1, 2]\"}}",
            "list": " [{\"t\": \"x\"}, {\"t\": 2}]",
            "python": "{'a': 1}",
            "set": "{1, 2}",
        });
        for (path, expected) in [
            ("outputs.*.text", json!(["a", null, "c"])),
            ("outputs[].text", json!(["a", null, "c"])),
            ("outputs[*].text", json!(["a", null, "c"])),
            ("outputs[2].text", json!("c")),
            ("outputs.2.text", json!("c")),
            ("choices.0.message.content", json!("x")),
            ("deep.*.in.*.t", json!([1, 2, 3])),
            ("deep[].in[].t", json!([1, 2, 3])),
            ("deep.*.in", json!([[{"t": 1}, {"t": 2}], [], [{"t": 3}]])),
            ("stars.*.a", json!(5)),
            ("written.a.b", json!("[1, 2]")),
            ("written.a.b.1", json!(2)),
            ("list.*.t", json!(["x", 2])),
            ("list.0.t", json!("x")),
            ("empty.*.text", json!([])),
            ("empty.*", json!([])),
        ] {
            assert_eq!(both(path, &row), Some(expected), "{path}");
        }
        for path in
            ["outputs.text", "none.*.text", "outputs[9].text", "outputs[x].text", "*", "[]", "python.a", "set.a", "written.c"]
        {
            assert_eq!(both(path, &row), None, "{path}");
        }
    }

    #[test]
    fn the_column_of_a_path_is_its_first_key() {
        for (path, name) in [("a.b", "a"), ("a[].b", "a"), ("a[0][].b", "a"), ("a", "a"), ("a[b", "a[b"), ("[]", "[]")] {
            assert_eq!(column(path), name);
        }
        assert!(is_wild("a[].b") && is_wild("a.*") && !is_wild("a.b") && !is_wild("a[0]") && !is_wild("a*b"));
    }
}
