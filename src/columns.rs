//! The columns of a row as the text they are, each read when somebody asks for it.
//!
//! Accepts: a line that is a JSON object; of two columns of one name the last counts. Refuses: text that is no JSON, and more than
//! [`MOST_COLUMNS`] columns. A column that nobody asks for costs its bytes and nothing else, whatever it holds; one that is asked for is
//! weighed first (`src/weight.rs`), and one that is too heavy is a problem that names it.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::weight::{MOST_VALUES, Weight};

/// Far more than data sets have.
const MOST_COLUMNS: usize = 1 << 16;

/// A row's text and where its columns stand in it.
#[derive(Default)]
pub(crate) struct Columns {
    line: Arc<String>,
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
    /// It is no JSON.
    Syntax(serde_json::Error),
    /// It is JSON and no object: in words.
    NoObject(String),
    /// It is an object of too many columns: in words.
    TooWide(String),
}

impl Columns {
    /// Finds the columns of a line.
    pub(crate) fn of(line: Arc<String>) -> Result<Self, NoRow> {
        if !line.trim_ascii_start().starts_with('{') {
            return Err(not_an_object(&line));
        }
        let mut json = serde_json::Deserializer::from_str(&line);
        let found = json.deserialize_map(Finder { line: &line }).and_then(|found| json.end().map(|()| found));
        let columns = found.map_err(NoRow::Syntax)?;
        let columns = columns.ok_or_else(|| {
            NoRow::TooWide(format!("the row has more than {MOST_COLUMNS} columns: put what belongs together into one column"))
        })?;
        Ok(Self { line, columns })
    }

    /// The names, in the order of the row.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| &*column.name)
    }

    /// The text of a column.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.line.get(self.find(name)?.place.clone())
    }

    /// The value of a column.
    ///
    /// # Errors
    /// A column that is too heavy to be read, by name.
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
    pub(crate) fn at(&self, path: &str) -> Option<&str> {
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
pub(crate) fn read(text: &str, most_values: usize) -> Read {
    Weight::of(text).check(most_values)?;
    serde_json::from_str(text).map_err(|error| format!("cannot be read: {}", message(&error)))
}

/// The parser's message without its line, which is always 1.
pub(crate) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

fn not_an_object(line: &str) -> NoRow {
    if let Err(error) = serde_json::from_str::<&RawValue>(line) {
        return NoRow::Syntax(error);
    }
    let got = match read(line, MOST_VALUES) {
        Ok(value) => crate::spec::describe(&value),
        Err(problem) => format!("what {problem}"),
    };
    NoRow::NoObject(format!("the row must be an object, got {got}"))
}

/// Finds the places of an object's columns; `None` where there are too many.
struct Finder<'a> {
    line: &'a str,
}

impl<'de> Visitor<'de> for Finder<'de> {
    type Value = Option<Vec<Column>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut columns = Vec::new();
        while columns.len() < MOST_COLUMNS {
            let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? else { return Ok(Some(columns)) };
            columns.push(Column { name: name.into(), place: place(self.line, value.get()), value: OnceLock::new() });
        }
        if map.next_key::<IgnoredAny>()?.is_none() {
            return Ok(Some(columns));
        }
        map.next_value::<IgnoredAny>()?;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// Where a part of a text stands in it.
fn place(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    start..start + part.len()
}

/// The text of one member or item.
fn step_into<'a>(text: &'a str, step: &str) -> Option<&'a str> {
    match text.trim_ascii_start().as_bytes().first()? {
        b'{' => serde_json::Deserializer::from_str(text).deserialize_map(Member(step)).ok()?,
        b'[' => serde_json::Deserializer::from_str(text).deserialize_seq(Item(step.parse().ok()?)).ok()?,
        _ => None,
    }
}

/// The last member of a name.
struct Member<'a>(&'a str);

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<&'de str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.0 {
                found = Some(map.next_value::<&'de RawValue>()?.get());
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// The item of a number.
struct Item(usize);

impl<'de> Visitor<'de> for Item {
    type Value = Option<&'de str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let (mut found, mut index) = (None, 0);
        while let Some(item) = items.next_element::<&'de RawValue>()? {
            if index == self.0 {
                found = Some(item.get());
            }
            index += 1;
        }
        Ok(found)
    }
}
