//! The result row: an outcome with the id of its sample.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::Outcome;

/// One line of a result file.
///
/// ```
/// use r1rewards::rows::ResultRow;
/// use r1rewards::{Outcome, Reason};
/// let row = ResultRow { id: "q1".into(), outcome: Outcome::correct(Reason::Equal) };
/// assert_eq!(
///     serde_json::to_string(&row).unwrap(),
///     r#"{"id":"q1","verdict":"correct","reward":1.0,"reason":"equal","extracted":null,"rule":null,"cost":{"work":0}}"#
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
}

/// Deserializes through a [`Value`]: serde's buffering for `flatten` does not support numbers of arbitrary precision.
impl<'de> Deserialize<'de> for ResultRow {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut row = Value::deserialize(deserializer)?;
        let columns = row.as_object_mut().ok_or_else(|| D::Error::custom("a result row must be an object"))?;
        #[cfg(all(feature = "cli", feature = "tables"))]
        super::table::as_result(columns);
        let id = columns.remove("id").ok_or_else(|| D::Error::missing_field("id"))?;
        Ok(Self { id, outcome: serde_json::from_value(row).map_err(D::Error::custom)? })
    }
}
