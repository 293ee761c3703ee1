//! Texts out of JSON values: completions and answers in the shapes that data sets write them.

use serde_json::Value;

use crate::spec::describe;

/// A completion's text.
#[derive(Debug)]
pub(super) struct Completion {
    /// What is judged.
    pub text: String,
    /// The texts of the assistant's messages, where there are several.
    pub attempts: Option<Value>,
}

/// A completion (a string or a message list) or several.
///
/// A list whose items all have a `role` is one conversation; any other list is one completion an item.
pub(super) fn completions(value: Value) -> Result<Vec<Completion>, String> {
    match value {
        Value::Array(items) if items.is_empty() => Err("is an empty list: it must hold at least one completion".to_owned()),
        Value::Array(items) if !is_conversation(&items) => {
            let several = items.into_iter().enumerate();
            several.map(|(index, item)| completion(item).map_err(|problem| format!("item {index} {problem}"))).collect()
        }
        one => Ok(vec![completion(one)?]),
    }
}

/// The texts of an assistant's messages where there are several.
fn attempts(messages: &[Value]) -> Option<Value> {
    let said = messages.iter().filter(|message| message["role"] == "assistant");
    let texts: Vec<String> = said.map(|message| content(&message["content"])).collect::<Result<_, _>>().ok()?;
    (texts.len() > 1).then(|| Value::from(texts))
}

/// Whether a value is a list of completions.
pub(super) fn is_list(value: &Value) -> bool {
    matches!(value, Value::Array(items) if !is_conversation(items))
}

/// Acceptable answers: a string, a number, or a list of them. Null is none.
pub(crate) fn answers(value: Value) -> Result<Vec<String>, String> {
    let answer = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(format!("must be a string, a number or a list of them, got {}", describe(&other))),
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => {
            let several = items.into_iter().enumerate();
            several.map(|(index, item)| answer(item).map_err(|problem| format!("item {index} {problem}"))).collect()
        }
        one => Ok(vec![answer(one)?]),
    }
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
    !items.is_empty() && items.iter().all(|item| item.get("role").is_some())
}

fn last_assistant(messages: &[Value]) -> Result<String, String> {
    let said = messages.iter().rfind(|message| message["role"] == "assistant");
    content(&said.ok_or("is a message list without a message of role `assistant`")?["content"])
}

/// The text of a message: a string, or the text parts of a list. A message that only calls a tool has null: no text.
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
