//! The result row: an outcome with the id of its sample.

use std::sync::Arc;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::digest::Digest;
use crate::Outcome;
use crate::core::describe::describe;

/// One line of a result file.
///
/// ```
/// use r1rewards::rows::ResultRow;
/// use r1rewards::{Outcome, Reason};
/// let hash = "9ae16a3b2f90404f".parse().ok();
/// let row = ResultRow { id: "q1".into(), outcome: Outcome::correct(Reason::Equal), hash, group: None, read: None };
/// assert_eq!(
///     serde_json::to_string(&row).unwrap(),
///     r#"{"id":"q1","verdict":"correct","reward":1.0,"reason":"equal","extracted":null,"rule":null,"cost":{"work":0},"hash":"9ae16a3b2f90404f"}"#
/// );
/// assert_eq!(serde_json::from_str::<ResultRow>(&serde_json::to_string(&row).unwrap()).unwrap(), row);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultRow {
    /// The row's id or number.
    pub id: Value,
    /// The judgement; its fields are members of the same JSON object as the id.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The digest of what was judged: completion, prompt and reference. It finds the result of a row without an id, and
    /// shows that the row is the one that was judged. `None` if the row could not be read, or the result is older.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<Digest>,
    /// The digest of the group that the sample belongs to, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Digest>,
    /// The columns besides prompt and reference that the rewards read of this row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<ReadColumns>,
}

/// The columns that options of the rewards name (the options of a multiple choice), and the digest of what a row had in them. Written
/// as `choices,row_options:00000000000000ff`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadColumns {
    /// Their names, sorted.
    pub names: Arc<[String]>,
    /// The digest of their values.
    pub digest: Digest,
}

impl Serialize for ReadColumns {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl std::fmt::Display for ReadColumns {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.names.join(","), self.digest)
    }
}

impl std::str::FromStr for ReadColumns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (names, digest) = text.rsplit_once(':').ok_or("it has no digest")?;
        Ok(Self { names: names.split(',').map(str::to_owned).collect(), digest: digest.parse()? })
    }
}

/// Deserializes through a [`Value`]: serde's buffering for `flatten` does not support numbers of arbitrary precision.
impl<'de> Deserialize<'de> for ResultRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut row = Value::deserialize(deserializer)?;
        let columns = row.as_object_mut().ok_or_else(|| D::Error::custom("a result row must be an object"))?;
        #[cfg(all(feature = "cli", feature = "tables"))]
        as_result(columns);
        as_written(columns);
        let id = columns.remove("id").ok_or_else(|| D::Error::missing_field("id"))?;
        let mut digest = |name: &str| {
            let found = columns.remove(name).unwrap_or_default();
            if !found.is_string() && !found.is_null() {
                return Err(D::Error::custom(format_args!("the column `{name}` must be a string, got {}", describe(&found))));
            }
            let found = serde_json::from_value::<Option<Digest>>(found);
            found.map_err(|error| D::Error::custom(format_args!("the column `{name}`: {error}")))
        };
        let (hash, group) = (digest("hash")?, digest("group")?);
        let read = match columns.remove("read") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.parse()),
            Some(_) => Some(Err("it is no text".to_owned())),
        };
        let read = read.transpose().map_err(|error| D::Error::custom(format_args!("the column `read`: {error}")))?;
        // A list would be read as the object whose values it has in order.
        if let Some(problem) = listed(&row) {
            return Err(D::Error::custom(problem));
        }
        let outcome = serde_json::from_value(row.clone());
        let outcome = outcome.map_err(|error| D::Error::custom(wrong_column(&row).unwrap_or_else(|| error.to_string())))?;
        Ok(Self { id, hash, group, outcome, read })
    }
}

/// Undoes what data frames do to results that they read and write again: text that looks like a number becomes one, and
/// every row has every column.
fn as_written(row: &mut serde_json::Map<String, Value>) {
    for name in ["extracted", "rule", "detail"] {
        if let Some(value) = row.get_mut(name).filter(|value| value.is_number()) {
            *value = Value::from(value.to_string());
        }
    }
    if row.get("components").is_some_and(Value::is_null) {
        row.remove("components");
    }
}

/// The first column that no outcome can have, and why.
fn wrong_column(row: &Value) -> Option<String> {
    row.as_object()?.iter().find_map(|(name, value)| {
        let mut whole = serde_json::to_value(Outcome::correct(crate::Reason::Equal)).ok()?;
        whole[name] = value.clone();
        let problem = serde_json::from_value::<Outcome>(whole).err()?;
        Some(match must_be(name) {
            // The text is no reason of this version.
            _ if name == "reason" && value.is_string() => format!("the column `{name}`: {problem}"),
            Some(form) => format!("the column `{name}` must be {form}, got {}", describe(value)),
            None => format!("the column `{name}`: {problem}"),
        })
    })
}

/// What a column of an outcome holds.
fn must_be(column: &str) -> Option<&'static str> {
    Some(match column {
        "verdict" => "`correct`, `incorrect` or `unscored`",
        "reward" => "a number or null",
        "reason" => "the code of a reason",
        "extracted" | "rule" | "detail" => "a string or null",
        "cost" => "an object with `work`, a whole number",
        "components" => "an object of outcomes by name, each an object",
        _ => return None,
    })
}

/// The first column of an outcome, or of its components, that is a list in place of an object.
fn listed(outcome: &Value) -> Option<String> {
    let wrong = |name: &str, value: &Value| {
        Some(format!("the column `{name}` must be {}, got {}", must_be(name).unwrap_or("an object"), describe(value)))
    };
    if let Some(cost) = outcome.get("cost").filter(|cost| cost.is_array()) {
        return wrong("cost", cost);
    }
    let components = outcome.get("components")?;
    let each = components.as_object()?.values();
    each.map(|one| if one.is_object() { listed(one) } else { wrong("components", one) }).find_map(|problem| problem)
}

/// Brings a row of a table of results (`table.rs`) into the form of a result row: `work` is moved to `cost`, the JSON text in
/// `components` becomes what it says, and the rewards of components, which are not whole outcomes, are left out.
#[cfg(all(feature = "cli", feature = "tables"))]
fn as_result(row: &mut serde_json::Map<String, Value>) {
    if row.contains_key("cost") {
        return;
    }
    if let Some(work) = row.remove("work") {
        row.retain(|name, _| !name.starts_with("components."));
        row.insert("cost".to_owned(), serde_json::json!({ "work": work }));
        // Text that cannot be read stays, so that the error names the column.
        let whole = row.get("components").and_then(Value::as_str).and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(whole) = whole {
            row.insert("components".to_owned(), whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ResultRow;

    fn read(text: &str) -> Result<ResultRow, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn results_that_a_data_frame_has_written_again_are_read() {
        let text = r#"{"id":"a","verdict":"correct","reward":1,"reason":"equal","extracted":42,"rule":"integer","detail":null,
            "components":null,"cost":{"work":7},"hash":"00000000000000ff","group":null}"#;
        let row = read(text).unwrap();
        assert_eq!((row.outcome.extracted.as_deref(), row.outcome.value), (Some("42"), Some(1.0)));
        let own = row.outcome.clone().with_extracted("42");
        assert_eq!(read(&serde_json::to_string(&ResultRow { outcome: own, ..row.clone() }).unwrap()), Ok(row));
    }

    #[test]
    fn a_column_that_cannot_be_read_is_named() {
        let row = |reward: &str, hash: &str| {
            format!(
                r#"{{"id":1,"verdict":"correct","reward":{reward},"reason":"equal","extracted":"42","rule":null,"cost":{{"work":7}},"hash":{hash}}}"#
            )
        };
        assert!(read(&row("1.0", "null")).is_ok());
        for (text, part) in [
            (row("\"1.0\"", "null"), "the column `reward` must be a number or null, got the string \"1.0\""),
            (row("1.0", "12"), "the column `hash` must be a string, got the number 12"),
            (row("1.0", "\"x\""), "the column `hash`: "),
        ] {
            let problem = read(&text).unwrap_err();
            assert!(problem.starts_with(part), "{problem}");
        }
        for (column, value, part) in [
            ("verdict", "\"corect\"", "must be `correct`, `incorrect` or `unscored`, got the string \"corect\""),
            ("verdict", "{\"correct\": 1}", "must be `correct`, `incorrect` or `unscored`"),
            ("reason", "[\"equal\"]", "must be the code of a reason, got a list of 1"),
            ("reason", "\"equals\"", ": unknown reason `equals`"),
            ("extracted", "[\"42\"]", "must be a string or null, got a list of 1"),
            ("cost", "{\"work\": 1.5}", "must be an object with `work`, a whole number, got an object with `work`"),
            // The values of an object in order are no object.
            ("cost", "[7]", "must be an object with `work`, a whole number, got a list of 1"),
            ("components", "[1]", "must be an object of outcomes by name"),
            (
                "components",
                "{\"a\": [\"correct\", 1, \"equal\", null, null, null, {}, {\"work\": 1}]}",
                "must be an object of outcomes by name",
            ),
            ("components", "{\"a\": {\"cost\": [7]}}", "must be an object"),
        ] {
            let mut whole: serde_json::Value = serde_json::from_str(&row("1.0", "null")).unwrap();
            whole[column] = serde_json::from_str(value).unwrap();
            let problem = read(&whole.to_string()).unwrap_err();
            assert!(problem.contains(part) && problem.starts_with("the column `"), "{column}: {problem}");
        }
    }
}
