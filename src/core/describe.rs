//! Values of JSON in the words of an error message.
//!
//! Accepts: any value. Refuses: nothing; what is long is cut.

use serde_json::Value;

/// A value in a few words.
pub fn describe(value: &Value) -> String {
    /// Enough of a text to recognise it, and of a table's keys.
    const SHOWN: usize = 40;
    const KEYS: usize = 12;
    let cut = |text: &str| text.chars().take(SHOWN).collect::<String>();
    let is_long = |text: &str| text.chars().nth(SHOWN).is_some();
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => match number.to_string() {
            long if is_long(&long) => format!("the number {} ...", cut(&long)),
            number => format!("the number {number}"),
        },
        Value::String(text) if is_long(text) => format!("the string {:?} ...", cut(text)),
        Value::String(text) => format!("the string {text:?}"),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(map) if map.is_empty() => "an empty table".to_owned(),
        Value::Object(map) => {
            let keys: Vec<_> = map.keys().take(KEYS).map(|key| format!("`{}`", cut(key))).collect();
            let more = if map.len() > KEYS { format!(" and {} more", map.len() - KEYS) } else { String::new() };
            format!("a table with {}{more}", keys.join(", "))
        }
    }
}
