//! The columns of a row as the text they are, each read when somebody asks for it.
//!
//! Accepts: a line that is an object of JSON as far as quotes and brackets tell (`src/json_text.rs`); of two columns of one name the last counts. Refuses: text that is none,
//! and more than [`MOST_COLUMNS`] columns. A column that nobody asks for costs its bytes and nothing else, whatever it holds; one that is asked for is weighed
//! first (`src/weight.rs`), and one that is too heavy or no JSON is a problem that names it.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use serde_json::value::RawValue;

use crate::core::json_text::{self, Broken};
use crate::core::weight::{MOST_VALUES, Weight};

/// Far more than data sets have.
const MOST_COLUMNS: usize = 1 << 16;

/// A row's text and where its columns stand in it.
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

/// A value, or what keeps it from being read, with the column's name.
type Read = Result<Value, String>;

/// Why a line is no row.
pub(crate) enum NoRow {
    /// It is no JSON: in words.
    Syntax(String),
    /// It is JSON and no object: in words.
    NoObject(String),
    /// It is an object of too many columns: in words.
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
                let problem = format!("the row has more than {MOST_COLUMNS} columns: put what belongs together into one column");
                return Err(NoRow::TooWide(problem));
            }
            columns.push(Column { name: json_text::name(&line[name]).into(), place, value: OnceLock::new() });
        }
        Ok(Self { line, columns })
    }

    /// The names, in the order of the row.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &*column.name)
    }

    /// The text of a column.
    pub(crate) fn text(&self, name: &str) -> Option<&[u8]> {
        self.line.get(self.find(name)?.place.clone())
    }

    /// The value of a column.
    ///
    /// # Errors
    /// A column that cannot be read, by name.
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

    /// The text at a path: the column of that whole name, else from column to key to index.
    pub(crate) fn at(&self, path: &str) -> Option<&[u8]> {
        let walked = || {
            let mut steps = path.split('.');
            let first = self.text(steps.next()?)?;
            steps.try_fold(first, step_into)
        };
        self.text(path).or_else(walked)
    }

    fn find(&self, name: &str) -> Option<&Column> {
        self.columns.iter().rfind(|column| &*column.name == name)
    }
}

/// The value that a JSON text writes.
///
/// # Errors
/// What keeps it from being read, to stand behind its name.
pub(crate) fn read(text: &[u8], most_values: usize) -> Read {
    Weight::of(text).check(most_values)?;
    let utf8 = str::from_utf8(text);
    let text = utf8.map_err(|error| format!("is not UTF-8 at byte {} of it: write the file as UTF-8", error.valid_up_to() + 1))?;
    serde_json::from_str(text).map_err(|error| match json_text::not_finite(text.as_bytes()) {
        Some(number) => format!("holds {number}, which JSON does not have: write null or a string instead"),
        None => format!("cannot be read: {}", message(&error)),
    })
}

/// The parser's message without its line, which is always 1.
fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
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

/// The text of one member or item. Of two members of one name the last counts.
fn step_into<'a>(text: &'a [u8], step: &str) -> Option<&'a [u8]> {
    let place = match text.first()? {
        b'{' => json_text::members(text)
            .try_fold(None, |found, member| {
                member.map(|(name, value)| if json_text::name(&text[name]) == step { Some(value) } else { found })
            })
            .ok()?,
        b'[' => json_text::items(text).nth(step.parse().ok()?)?.ok(),
        _ => None,
    };
    text.get(place?)
}
