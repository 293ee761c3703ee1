//! Reads the column of the prompt.
//!
//! Accepts: a text, a message list, and the text of a message list in JSON, as data frames store it. Refuses: a list of texts
//! or of conversations, which is the column of a whole file in one row.

use serde_json::Value;

use crate::core::json_value;
use crate::core::weight::MOST_VALUES;

/// The prompt in the value of its column.
///
/// # Errors
/// A list of prompts; the message is worded to follow the column's name.
pub(super) fn prompt(value: Value) -> Result<Value, String> {
    match &value {
        Value::String(text) => Ok(messages(text).unwrap_or(value)),
        Value::Array(items) if items.iter().any(Value::is_string) => Err(several(items.len(), "texts")),
        Value::Array(items) if !items.is_empty() && items.iter().all(is_conversation) => Err(several(items.len(), "conversations")),
        _ => Ok(value),
    }
}

fn is_conversation(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.get("role").is_some()))
}

fn several(count: usize, what: &str) -> String {
    format!(
        "is a list of {count} {what}, but a row has one prompt. If every column is a list (`Dataset.to_dict()`, \
         `to_dict('list')`), write one object for each row: `Dataset.to_json`, or `to_json(orient='records', lines=True)`"
    )
}

/// The message list that a text is: a JSON list of objects that all have a role and content.
fn messages(text: &str) -> Option<Value> {
    let text = text.trim();
    if !text.starts_with('[') || !text.contains("role") {
        return None;
    }
    let value = json_value::read(text.as_bytes(), MOST_VALUES).ok()?;
    let is_message = |item: &Value| item.get("role").is_some_and(Value::is_string) && item.get("content").is_some();
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(is_message)).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::prompt;
    use serde_json::{Value, json};

    #[test]
    fn the_json_text_of_a_message_list_is_that_list() {
        let talk = json!([{"role": "system", "content": "s"}, {"role": "user", "content": "6*7?"}]);
        assert_eq!(prompt(Value::from(talk.to_string())), Ok(talk.clone()));
        assert_eq!(prompt(talk.clone()), Ok(talk));
        let others = ["[1, 2]", "[{\"role\": \"user\"}]", "[]", "[role] play", "[{\"role\": 1, \"content\": \"x\"}]", "{}", ""];
        for text in others.map(Value::from) {
            assert_eq!(prompt(text.clone()), Ok(text), "other text stays as it is");
        }
    }

    #[test]
    fn a_list_of_prompts_is_refused_with_the_cause() {
        for (value, what) in [
            (json!(["a?", "b?"]), "is a list of 2 texts, but a row has one prompt"),
            (json!([[{"role": "user", "content": "a?"}]]), "is a list of 1 conversations"),
        ] {
            let problem = prompt(value).unwrap_err();
            assert!(problem.starts_with(what) && problem.contains("write one object for each row"), "{problem}");
        }
    }
}
