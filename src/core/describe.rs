//! Describes JSON values in error messages; long values are truncated.

use serde_json::Value;

/// A value in a few words.
pub fn describe(value: &Value) -> String {
    /// The most characters shown of a string, a number or a key.
    const SHOWN: usize = 40;
    /// The most keys shown of an object.
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
        Value::Object(map) if map.is_empty() => "an empty object".to_owned(),
        Value::Object(map) => {
            let keys: Vec<_> = map.keys().take(KEYS).map(|key| format!("`{}`", cut(key))).collect();
            let more = if map.len() > KEYS { format!(" and {} more", map.len() - KEYS) } else { String::new() };
            format!("an object with {}{more}", keys.join(", "))
        }
    }
}
