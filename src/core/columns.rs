//! The columns of a row, kept as JSON text; each is parsed when it is first read.
//!
//! Accepts: a line that is a JSON object judged by its quotes and brackets alone (`json_text.rs`). If two columns have
//! the same name, the last one counts. Refuses: any other text, and more than [`MOST_COLUMNS`] columns. A column that
//! is never read costs only its bytes, whatever it holds. A column is checked for its size (`weight.rs`) before it is
//! parsed; if it is too large or not JSON, the error names it.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::core::json_text::{self, Broken};
use crate::core::json_value::{Read, message, read};
use crate::core::path;
use crate::core::weight::MOST_VALUES;
#[cfg(feature = "cli")]
use crate::core::weight::Weight;

/// The most columns of a row; data sets have far fewer.
const MOST_COLUMNS: usize = 1 << 16;

/// A row's text and the byte ranges of its columns.
#[derive(Default)]
pub(crate) struct Columns {
    line: Arc<Vec<u8>>,
    columns: Vec<Column>,
}

struct Column {
    name: Box<str>,
    place: Range<usize>,
    value: OnceLock<Box<Read>>,
}

impl fmt::Debug for Columns {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}

/// Why a line is not a row; each variant holds the error message.
pub(crate) enum NoRow {
    /// It is not JSON.
    Syntax(String),
    /// It is JSON, but not an object.
    NoObject(String),
    /// It is an object with too many columns.
    TooWide(String),
}

impl Columns {
    /// Finds the columns of a line.
    pub(crate) fn of(line: Arc<Vec<u8>>) -> Result<Self, NoRow> {
        if line.trim_ascii_start().first() != Some(&b'{') {
            return Err(not_an_object(&line));
        }
        let mut columns = Vec::new();
        for member in json_text::members(&line) {
            let (name, place) =
                member.map_err(|Broken { what, at }| NoRow::Syntax(format!("not JSON: {what} at column {}", at + 1)))?;
            if columns.len() == MOST_COLUMNS {
                let problem = format!("the row has more than {MOST_COLUMNS} columns: combine related columns into one");
                return Err(NoRow::TooWide(problem));
            }
            columns.push(Column { name: json_text::name(&line[name]).into(), place, value: OnceLock::new() });
        }
        Ok(Self { line, columns })
    }

    /// The values and keys on all levels of the row; the text of a string is not read again.
    #[cfg(feature = "cli")]
    pub(crate) fn values(&self) -> usize {
        let values = |column: &Column| match self.line.get(column.place.clone()) {
            Some([b'"', ..]) | None => 1,
            Some(text) => Weight::of(text).values,
        };
        self.columns.iter().map(|column| 1 + values(column)).sum::<usize>() + 1
    }

    /// The column names, in the order of the row.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &*column.name)
    }

    /// The JSON text of a column.
    pub(crate) fn text(&self, name: &str) -> Option<&[u8]> {
        self.line.get(self.find(name)?.place.clone())
    }

    /// Whether the row has a column of this name twice, with different texts.
    #[cfg(feature = "cli")]
    pub(crate) fn is_ambiguous(&self, name: &str) -> bool {
        let mut texts =
            self.columns.iter().filter(|column| &*column.name == name).map(|column| self.line.get(column.place.clone()));
        let first = texts.next();
        texts.any(|text| Some(text) != first)
    }

    /// The value of a column.
    ///
    /// # Errors
    /// A column that cannot be read; the message names it.
    pub(crate) fn value(&self, name: &str) -> Result<Option<&Value>, &str> {
        let Some(column) = self.find(name) else { return Ok(None) };
        let text = self.line.get(column.place.clone()).unwrap_or_default();
        let read = column
            .value
            .get_or_init(|| Box::new(read(text, MOST_VALUES).map_err(|problem| format!("the column `{name}` {problem}"))));
        match &**read {
            Ok(value) => Ok(Some(value)),
            Err(problem) => Err(problem),
        }
    }

    /// The JSON text at a path (`path.rs`). A column whose name is the whole path comes first.
    pub(crate) fn at(&self, path: &str) -> Option<Cow<'_, [u8]>> {
        let whole = self.text(path).map(Cow::Borrowed);
        // Most paths are the name of a column that the row lacks.
        whole.or_else(|| if path.contains(['.', '[']) { path::in_text(path, |name| self.text(name)) } else { None })
    }

    fn find(&self, name: &str) -> Option<&Column> {
        self.columns.iter().rfind(|column| &*column.name == name)
    }
}

fn not_an_object(line: &[u8]) -> NoRow {
    let text = match str::from_utf8(line) {
        Ok(text) => text,
        Err(error) => return NoRow::Syntax(format!("not UTF-8: byte {} of the line", error.valid_up_to() + 1)),
    };
    if let Err(error) = serde_json::from_str::<&RawValue>(text) {
        return NoRow::Syntax(format!("not JSON: {} at column {}", message(&error), error.column()));
    }
    let got = match read(line, MOST_VALUES) {
        Ok(value) => crate::core::describe::describe(&value),
        Err(problem) => format!("what {problem}"),
    };
    NoRow::NoObject(format!("the row must be an object, got {got}"))
}
