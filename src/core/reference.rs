//! What a row's reference may be.
//!
//! Accepts: the value of a column. Refuses, in words that follow the column's name: anything that is no answer.

use serde_json::Value;

use crate::core::describe::describe;

/// Acceptable answers: a string, a number, or a list of them, which may stand in a table as its `target` (search-R1). Null is none.
pub fn answers(value: Value) -> Result<Vec<String>, String> {
    let answer = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(format!("must be a string, a number or a list of them, got {}", describe(&other))),
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Object(mut table) if table.get("target").is_some_and(|target| !target.is_object()) => {
            answers(table.get_mut("target").map(Value::take).unwrap_or_default())
        }
        Value::Array(items) => {
            let several = items.into_iter().enumerate();
            several.map(|(index, item)| answer(item).map_err(|problem| format!("item {index} {problem}"))).collect()
        }
        one => Ok(vec![answer(one)?]),
    }
}
