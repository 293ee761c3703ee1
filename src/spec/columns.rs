//! The columns of a row that the options of a spec name.

use serde_json::{Map, Value};

use super::{ColumnOf, kind};

/// A column that an option of a reward names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedColumn {
    /// The option, in words: "the option `choices` of `math`".
    pub option: String,
    /// The name of the column.
    pub column: String,
    /// Whether only some rows are judged by the reward (a case of `route`), so that its column may be in none of a file.
    pub is_conditional: bool,
}

/// The columns that a configuration names, as a scorer gives it. A name that is the default of its option does not count: nobody
/// chose it, and the row may lack it.
pub(crate) fn named_columns(config: &Value) -> Vec<NamedColumn> {
    let mut found = Vec::new();
    walk(config, false, &mut found);
    found
}

/// The columns that belong to the problem of a row and that the rewards of a configuration read: of the options that name columns all
/// but those for what a completion consists of (its tokens, its attempts). Sorted, defaults included.
#[cfg(feature = "cli")]
pub(crate) fn problem_columns(config: &Value) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Object(entry) => {
                let kind = entry.get("kind").and_then(Value::as_str).and_then(|name| kind(name).ok());
                let options = kind.iter().flat_map(|kind| kind.options);
                for option in options.filter(|option| option.names_column == Some(ColumnOf::Problem)) {
                    found.extend(entry.get(option.name).and_then(Value::as_str).or(option.default).map(str::to_owned));
                }
                entry.values().for_each(|value| walk(value, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(config, &mut found);
    found.sort();
    found.dedup();
    found
}

fn walk(value: &Value, is_conditional: bool, found: &mut Vec<NamedColumn>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, is_conditional, found)),
        Value::Object(entry) => {
            own(entry, is_conditional, found);
            let routes = entry.get("kind").is_some_and(|kind| kind == "route");
            entry.values().for_each(|value| walk(value, is_conditional || routes, found));
        }
        _ => {}
    }
}

/// The columns that the options of one reward name.
fn own(entry: &Map<String, Value>, is_conditional: bool, found: &mut Vec<NamedColumn>) {
    let Some(kind) = entry.get("kind").and_then(Value::as_str).and_then(|name| kind(name).ok()) else { return };
    for option in kind.options.iter().filter(|option| option.names_column.is_some()) {
        let column = entry.get(option.name).and_then(Value::as_str).filter(|column| Some(*column) != option.default);
        let Some(column) = column else { continue };
        let named = NamedColumn {
            option: format!("the option `{}` of `{}`", option.name, kind.name),
            column: column.to_owned(),
            is_conditional,
        };
        if !found.contains(&named) {
            found.push(named);
        }
    }
}

#[cfg(all(test, feature = "math", feature = "rules"))]
mod tests {
    use super::*;
    use crate::{RewardSpec, Scorer};
    use serde_json::json;

    fn named(spec: &Value) -> Vec<(String, String, bool)> {
        let scorer = Scorer::from_spec(&RewardSpec::from_value(spec).unwrap()).unwrap();
        named_columns(scorer.config()).into_iter().map(|one| (one.option, one.column, one.is_conditional)).collect()
    }

    fn one(option: &str, kind: &str, column: &str, is_conditional: bool) -> (String, String, bool) {
        (format!("the option `{option}` of `{kind}`"), column.to_owned(), is_conditional)
    }

    #[test]
    fn every_option_that_names_a_column_is_found_also_inside_of_other_rewards() {
        assert_eq!(
            named(&json!([{"kind": "math", "choices": "a", "row_options": "b"}, {"kind": "choice", "options_field": "c"}])),
            [
                one("choices", "math", "a", false),
                one("row_options", "math", "b", false),
                one("options_field", "choice", "c", false)
            ]
        );
        assert_eq!(named(&json!([{"kind": "auto", "choices": "a"}])), [one("choices", "auto", "a", false)]);
        let gate = json!([{"kind": "all", "rewards": [{"kind": "schema", "schema_field": "s"}, {"kind": "text"}]}]);
        assert_eq!(named(&gate), [one("schema_field", "schema", "s", false)]);
        let tokens = json!([{"kind": "length", "unit": "tokens", "token_field": "t", "max": 5}]);
        assert_eq!(named(&tokens), [one("token_field", "length", "t", false)]);
    }

    #[test]
    fn a_default_is_not_demanded_and_a_case_of_a_route_holds_for_some_rows() {
        assert_eq!(named(&json!([{"kind": "choice"}, {"kind": "schema"}])), []);
        let route = json!([{"kind": "route", "field": "task", "cases": {"m": {"kind": "math", "choices": "a"}}}]);
        assert_eq!(named(&route), [one("field", "route", "task", false), one("choices", "math", "a", true)]);
    }
}
