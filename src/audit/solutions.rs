//! The programs of a row that should pass its tests.
//!
//! Accepts: the text of a program; a list of them, also as JSON text (APPS, TACO); `solution` and `language` beside each
//! other (`CodeContests`), of which the programs in Python 3 count. Blank text and an empty list are no solution.

use serde_json::Value;

use crate::Sample;
use crate::rows::Row;

/// Columns that hold a program that should pass the tests.
const COLUMNS: [&str; 5] = ["canonical_solution", "reference_solution", "solution", "solutions", "code"];
/// The number of Python 3 in `CodeContests`.
const PYTHON3: u64 = 3;

/// The programs of a row, or why the column cannot be read. A body without its head continues the prompt (`HumanEval`).
pub(super) fn of_row(row: &Row, shared: &Sample, column: Option<&str>) -> Result<Vec<String>, String> {
    let named = |column: &str| -> Result<Vec<String>, String> {
        let value = row.get(column).map_err(|problem| problem.to_string())?;
        Ok(value.as_ref().map(programs).unwrap_or_default())
    };
    let mut found = Vec::new();
    for column in column.into_iter().chain(COLUMNS.into_iter().filter(|_| column.is_none())) {
        found = named(column)?;
        if !found.is_empty() {
            break;
        }
    }
    let is_body = |program: &str| program.trim_start_matches(['\n', '\r']).starts_with([' ', '\t']);
    if let Some(Value::String(prompt)) = shared.prompt.as_deref() {
        found.iter_mut().filter(|program| is_body(program)).for_each(|program| *program = format!("{prompt}{program}"));
    }
    Ok(found)
}

fn programs(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.trim_start().starts_with(['[', '{']) => match serde_json::from_str(text) {
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => programs(&inner),
            _ => vec![text.clone()],
        },
        Value::String(text) if text.trim().is_empty() => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => {
            items.iter().filter_map(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned).collect()
        }
        Value::Object(map) => match (map.get("solution"), map.get("language")) {
            (Some(Value::Array(programs)), Some(Value::Array(languages))) => {
                let is_python = |language: &Value| {
                    language.as_u64() == Some(PYTHON3)
                        || language.as_str().is_some_and(|name| name.to_lowercase().starts_with("python3"))
                };
                let both = programs.iter().zip(languages).filter(|(_, language)| is_python(language));
                both.filter_map(|(program, _)| program.as_str().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn programs_are_read_from_every_form_of_a_column() {
        for (value, expected) in [
            (json!("print(1)"), vec!["print(1)"]),
            (json!(["print(1)", "print(2)"]), vec!["print(1)", "print(2)"]),
            (json!(r#"["print(1)", "print(2)"]"#), vec!["print(1)", "print(2)"]),
            (json!("[print(n) for n in range(3)]"), vec!["[print(n) for n in range(3)]"]),
            (json!({"language": [2, 3, 1], "solution": ["int main() {}", "print(1)", "print 1"]}), vec!["print(1)"]),
            (json!("[]"), vec![]),
            (json!([]), vec![]),
            (json!(" \n"), vec![]),
            (json!(5), vec![]),
        ] {
            assert_eq!(programs(&value), expected, "{value}");
        }
    }
}
