//! Reads the acceptable answers of a row from the value of its column.

use serde_json::Value;

use crate::core::describe::describe;

/// The acceptable answers: a string, a number or a list of them, also as the member `target` of an object (the form of
/// search-R1). Null gives none.
///
/// # Errors
/// Any other value; the message is worded to follow the column's name.
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
