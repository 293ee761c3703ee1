//! The result row: an outcome with the id of its sample.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::digest::Digest;
use crate::Outcome;

/// One line of a result file.
///
/// ```
/// use r1rewards::rows::ResultRow;
/// use r1rewards::{Outcome, Reason};
/// let hash = "9ae16a3b2f90404f".parse().ok();
/// let row = ResultRow { id: "q1".into(), outcome: Outcome::correct(Reason::Equal), hash, group: None };
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
}

/// Deserializes through a [`Value`]: serde's buffering for `flatten` does not support numbers of arbitrary precision.
impl<'de> Deserialize<'de> for ResultRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut row = Value::deserialize(deserializer)?;
        let columns = row.as_object_mut().ok_or_else(|| D::Error::custom("a result row must be an object"))?;
        #[cfg(all(feature = "cli", feature = "tables"))]
        as_result(columns);
        let id = columns.remove("id").ok_or_else(|| D::Error::missing_field("id"))?;
        let mut digest =
            |name| columns.remove(name).map_or(Ok(None), serde_json::from_value::<Option<Digest>>).map_err(D::Error::custom);
        let (hash, group) = (digest("hash")?, digest("group")?);
        Ok(Self { id, hash, group, outcome: serde_json::from_value(row).map_err(D::Error::custom)? })
    }
}

/// Brings a row of a table of results (`table.rs`) into the form of a result row: `work` is moved to `cost`, and the rewards of components,
/// which are not whole outcomes, are left out.
#[cfg(all(feature = "cli", feature = "tables"))]
fn as_result(row: &mut serde_json::Map<String, Value>) {
    if row.contains_key("cost") {
        return;
    }
    if let Some(work) = row.remove("work") {
        row.retain(|name, _| !name.starts_with("components."));
        row.insert("cost".to_owned(), serde_json::json!({ "work": work }));
    }
}
