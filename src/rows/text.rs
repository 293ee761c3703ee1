//! Extracts the texts of completions from JSON, in the forms that data sets use.

use serde_json::Value;

use crate::core::describe::describe;
use crate::core::json_text::{self, Broken};
use crate::core::json_value;
use crate::core::weight::MOST_VALUES;

/// The most completions of a row; each needs a sample and an outcome of about a thousand bytes.
const MOST_COMPLETIONS: usize = 1 << 14;

/// A completion's text.
#[derive(Debug)]
pub(super) struct Completion {
    /// The text to judge.
    pub text: String,
    /// The texts of the assistant's messages, if there are several.
    pub attempts: Option<Value>,
}

/// The completions of a row.
#[derive(Debug)]
pub(super) struct Completions {
    /// Whether they are in a list.
    pub several: bool,
    /// Each completion, or its error; one error does not affect the others.
    pub each: Vec<Result<Completion, String>>,
}

/// The completions in a value: a string or a message list, or a list of these.
///
/// A list whose items all have a `role` is one conversation, and so is a list of objects with a `type` of which some have
/// a role (the output items of the Responses API: reasoning and tool calls have none). In any other list each item is a
/// completion.
pub(super) fn completions(value: Value) -> Result<Completions, String> {
    match value {
        Value::Array(items) if !is_conversation(&items) => several(items.len(), items.into_iter().map(completion)),
        one => Ok(Completions { several: false, each: vec![Ok(completion(one)?)] }),
    }
}

/// The completions in a JSON text. Items are parsed one by one, so that an invalid item does not affect the others.
pub(super) fn written_completions(text: &[u8]) -> Result<Completions, String> {
    let read = |text: &[u8]| json_value::read(text, MOST_VALUES).and_then(completion);
    let items = || json_text::items(text).map_while(Result::ok).map(|place| &text[place]);
    let one = || Ok(Completions { several: false, each: vec![Ok(read(text)?)] });
    if text.first() != Some(&b'[') {
        return one();
    }
    let count = json_text::items(text).try_fold(0, |count, item| item.map(|_| count + 1));
    let count = count.map_err(|Broken { what, at }| format!("cannot be read: {what} at byte {} of it", at + 1))?;
    few(count)?;
    if count > 0 && (items().all(has_role) || (items().any(has_role) && items().all(|item| has_key(item, "type")))) {
        one()
    } else {
        several(count, items().map(read))
    }
}

/// The items of a list, each as a completion; a single message is a message list of its own.
pub(super) fn each(value: Value) -> Result<Completions, String> {
    match value {
        Value::Array(items) => several(items.len(), items.into_iter().map(alone)),
        one => completions(one),
    }
}

/// As [`each`], for a JSON text.
pub(super) fn each_completion(text: &[u8]) -> Result<Completions, String> {
    if text.first() != Some(&b'[') {
        return written_completions(text);
    }
    let items = || json_text::items(text).map_while(Result::ok).map(|place| &text[place]);
    let count = items().count();
    few(count)?;
    several(count, items().map(|text| json_value::read(text, MOST_VALUES).and_then(alone)))
}

fn alone(value: Value) -> Result<Completion, String> {
    let is_message = value.get("role").is_some();
    completion(if is_message { Value::Array(vec![value]) } else { value })
}

fn several(count: usize, each: impl Iterator<Item = Result<Completion, String>>) -> Result<Completions, String> {
    few(count)?;
    if count == 0 {
        return Err("is an empty list: it must hold at least one completion".to_owned());
    }
    let placed = each.enumerate().map(|(index, one)| one.map_err(|problem| format!("item {index} {problem}")));
    Ok(Completions { several: true, each: placed.collect() })
}

/// Checks the number of completions.
fn few(completions: usize) -> Result<(), String> {
    if completions > MOST_COMPLETIONS {
        return Err(format!(
            "is a list of {completions} completions; at most {MOST_COMPLETIONS} are read: split the row into several with the same prompt"
        ));
    }
    Ok(())
}

/// Whether a JSON text is an object with the key `role`; it need not be valid otherwise.
pub(super) fn has_role(text: &[u8]) -> bool {
    has_key(text, "role")
}

fn has_key(text: &[u8], key: &str) -> bool {
    text.first() == Some(&b'{')
        && json_text::members(text).map_while(Result::ok).any(|(name, _)| json_text::name(&text[name]) == key)
}

/// The texts of the assistant's messages, if there are several.
fn attempts(messages: &[Value]) -> Option<Value> {
    let said = messages.iter().filter(|message| message["role"] == "assistant");
    let texts: Vec<String> = said.map(|message| content(&message["content"])).collect::<Result<_, _>>().ok()?;
    (texts.len() > 1).then(|| Value::from(texts))
}

fn completion(value: Value) -> Result<Completion, String> {
    match value {
        Value::String(text) => Ok(Completion { text, attempts: None }),
        Value::Array(messages) if is_conversation(&messages) => {
            Ok(Completion { text: last_assistant(&messages)?, attempts: attempts(&messages) })
        }
        other => Err(format!("must be a string or a message list, got {}", describe(&other))),
    }
}

fn is_conversation(items: &[Value]) -> bool {
    let has = |key: &'static str| move |item: &Value| item.get(key).is_some();
    !items.is_empty() && (items.iter().all(has("role")) || (items.iter().any(has("role")) && items.iter().all(has("type"))))
}

fn last_assistant(messages: &[Value]) -> Result<String, String> {
    let said = messages.iter().rfind(|message| message["role"] == "assistant");
    content(&said.ok_or("is a message list without a message of role `assistant`")?["content"])
}

/// The text of a message's `content`: a string, or the text parts of a list, concatenated. Null (a message that only
/// calls a tool) gives an empty text.
fn content(value: &Value) -> Result<String, String> {
    let part = |part: &Value| match part {
        Value::String(text) => Some(text.clone()),
        Value::Object(map) => match map.get("text") {
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => None,
            None => Some(String::new()),
        },
        _ => None,
    };
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(parts) => {
            let text: Option<Vec<_>> = parts.iter().map(part).collect();
            Ok(text.ok_or("has an assistant message whose `content` holds something other than text parts")?.concat())
        }
        other => Err(format!("has an assistant message whose `content` must be text, got {}", describe(other))),
    }
}
