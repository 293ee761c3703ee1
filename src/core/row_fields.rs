//! The fields of a row that are not part of the [`Sample`](crate::Sample) itself: [`RowFields`].
//!
//! They come from a map, or from a row's text of which each column is parsed when it is first read. Reading a column
//! that is too large is an error.

use std::borrow::Cow;
use std::fmt;
use std::ops::Index;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::core::columns::Columns;
use crate::core::json_value;
use crate::core::weight::MOST_VALUES;
use crate::{Outcome, Reason};

/// The other fields of a row. Copies share them until one is changed, because they may be large (all tokens of a
/// completion, for example).
///
/// ```
/// use r1rewards::Sample;
/// let mut sample = Sample::new("42");
/// sample.fields.insert("level".to_owned(), 3.into());
/// assert_eq!(sample.clone().fields["level"], 3);
/// ```
#[derive(Clone, Default)]
pub struct RowFields {
    /// Fields that were inserted; they take precedence over those of the row.
    own: Arc<Map<String, Value>>,
    row: Arc<Columns>,
    /// Columns of the row that are not fields here.
    hidden: Arc<[String]>,
    /// Fields that are too large and were not stored: the name and the error message.
    refused: Arc<[(String, String)]>,
}

impl RowFields {
    /// The columns of a row, without the `hidden` ones.
    pub(crate) fn of(row: Arc<Columns>, hidden: Arc<[String]>) -> Self {
        Self { row, hidden, ..Self::default() }
    }

    /// Records that a field is too large and is not stored; reading it gives an error with this problem.
    #[doc(hidden)]
    pub fn refuse(&mut self, name: &str, problem: &str) {
        let one = (name.to_owned(), format!("the column `{name}` {problem}"));
        self.refused = self.refused.iter().cloned().chain([one]).collect();
    }

    /// The value of a field.
    ///
    /// # Errors
    /// A column that is too large to be read (too many values, a number with too many digits, too deep nesting) or is
    /// not JSON; the message names the column and the bound.
    pub fn read(&self, name: &str) -> Result<Option<&Value>, TooHeavy> {
        if let Some(value) = self.own.get(name) {
            return Ok(Some(value));
        }
        if self.hidden.iter().any(|hidden| hidden == name) {
            return Ok(None);
        }
        if let Some((_, problem)) = self.refused.iter().find(|(refused, _)| refused == name) {
            return Err(TooHeavy(problem.clone()));
        }
        self.row.value(name).map_err(|problem| TooHeavy(problem.to_owned()))
    }

    /// As [`read`](Self::read); text that is a list, an object or a number in JSON is that value, as cells of CSV hold it and as
    /// tables store it.
    ///
    /// # Errors
    /// As `read`.
    pub fn read_json(&self, name: &str) -> Result<Option<Cow<'_, Value>>, TooHeavy> {
        let Some(value) = self.read(name)? else { return Ok(None) };
        let written =
            value.as_str().map(str::trim).filter(|text| text.starts_with(['[', '{', '-']) || text.starts_with(char::is_numeric));
        let read = written.and_then(|text| json_value::read(text.as_bytes(), MOST_VALUES).ok());
        Ok(Some(read.map_or(Cow::Borrowed(value), Cow::Owned)))
    }

    /// The value of a field; one that cannot be read counts as absent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.read(name).ok().flatten()
    }

    /// Sets a field of this sample.
    pub fn insert(&mut self, name: String, value: Value) -> Option<Value> {
        Arc::make_mut(&mut self.own).insert(name, value)
    }

    /// Whether there is such a field, readable or not.
    pub fn contains_key(&self, name: &str) -> bool {
        self.own.contains_key(name)
            || self.row_names().any(|known| known == name)
            || self.refused.iter().any(|(known, _)| known == name)
    }

    /// The names of the fields; those of the row come first.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let row = self.row_names().filter(|name| !self.own.contains_key(*name));
        row.chain(self.own.keys().map(String::as_str)).chain(self.refused.iter().map(|(name, _)| name.as_str()))
    }

    /// All fields with their values. This parses all of them.
    ///
    /// # Errors
    /// The first field that cannot be read.
    pub fn to_map(&self) -> Result<Map<String, Value>, TooHeavy> {
        let mut map = Map::new();
        for name in self.keys() {
            if let Some(value) = self.read(name)? {
                map.insert(name.to_owned(), value.clone());
            }
        }
        Ok(map)
    }

    /// A field as JSON text if it has at most this number of bytes; it is not parsed, so that large fields cost nothing.
    #[cfg(feature = "cli")]
    pub(crate) fn brief(&self, name: &str, most: usize) -> Option<String> {
        if let Some(value) = self.own.get(name) {
            return Some(value.to_string()).filter(|text| text.len() <= most);
        }
        let text = self.row.text(name).filter(|text| text.len() <= most)?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn row_names(&self) -> impl Iterator<Item = &str> {
        self.row.names().filter(|name| !self.hidden.iter().any(|hidden| hidden == name))
    }
}

/// A field that cannot be read, mostly because it is too large; the message names it and the bound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TooHeavy(String);

/// The reason and the detail of the outcome that a reward gives for such a row.
impl From<TooHeavy> for (Reason, String) {
    fn from(problem: TooHeavy) -> Self {
        (Reason::BadRow, problem.0)
    }
}

impl From<TooHeavy> for Outcome {
    fn from(problem: TooHeavy) -> Self {
        Outcome::unscored(Reason::BadRow).with_detail(problem.0)
    }
}

impl From<Map<String, Value>> for RowFields {
    fn from(fields: Map<String, Value>) -> Self {
        Self { own: Arc::new(fields), ..Self::default() }
    }
}

impl Index<&str> for RowFields {
    type Output = Value;

    /// The value of a field; null if there is no such field, as for a JSON value.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl PartialEq for RowFields {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.own, &other.own) && Arc::ptr_eq(&self.row, &other.row) && self.hidden == other.hidden;
        same || self.to_map() == other.to_map()
    }
}

impl fmt::Debug for RowFields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.keys().map(|name| (name, self.get(name)))).finish()
    }
}
