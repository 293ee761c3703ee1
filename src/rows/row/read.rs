//! Reads one row: its fields, from its text or from its value.
//!
//! Accepts: the text of a row ([`Fields::read`]) or its value ([`Fields::row`]). Refuses: ids longer than [`MOST_ID`],
//! a missing completion, and columns of the wrong type.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::{Content, Row};
use crate::core::columns::{Columns, NoRow};
use crate::core::describe::describe;
use crate::core::json_value;
use crate::core::path;
use crate::core::weight::MOST_VALUES;
use crate::rows::context::Context;
use crate::rows::field::Field;
use crate::rows::fields::Fields;
use crate::rows::prompt;
use crate::rows::settle::{is_usable, is_usable_value};
use crate::rows::text::{self, Completions};
use crate::{Error, Result, RowFields, Sample};

/// The most bytes of an id; the id of every completion of a row contains it.
const MOST_ID: usize = 1024;

/// The completions of a row, or the error that concerns all of them.
type Found = std::result::Result<Completions, String>;

impl Fields {
    /// Reads the text of a row, which is one JSON object; `number` is the position of the row, and its id if it has
    /// none.
    ///
    /// A list of completions gives one sample for each, in one group, with the ids `ID/0`, `ID/1`, ... For a
    /// conversation with several assistant messages, the field [`ATTEMPTS`](crate::core::ATTEMPTS) holds all of their texts, unless the row
    /// has such a column.
    ///
    /// Columns that belong to no field stay text until a reward reads them ([`RowFields::read`]). They need not be
    /// valid JSON: it is enough that their quotes and brackets are balanced.
    pub fn read(&self, line: impl Into<Vec<u8>>, number: u64) -> Row {
        self.read_split(Columns::of(Arc::new(line.into())), number)
    }

    /// As [`read`](Self::read), for a row whose columns were found.
    pub(crate) fn read_split(&self, columns: std::result::Result<Columns, NoRow>, number: u64) -> Row {
        let columns = match columns {
            Ok(columns) => Arc::new(columns),
            Err(NoRow::NoObject(problem) | NoRow::Syntax(problem)) => return Row::unusable(number, Error::row(problem)),
            Err(NoRow::TooWide(problem)) => return Row { is_object: true, ..Row::unusable(number, Error::row(problem)) },
        };
        match self.of_row(|path| columns.at(path).is_some(), |column| is_usable(&columns, column)) {
            Ok(fields) => fields.read_columns(columns, number),
            Err(problem) => Row { is_object: true, names: columns, ..Row::unusable(number, problem) },
        }
    }

    fn read_columns(&self, columns: Arc<Columns>, number: u64) -> Row {
        let text = |field| columns.at(self.path(field)).filter(|text| text.trim_ascii() != b"null");
        let value = |field: Field| {
            let read = |text: &[u8]| if field == Field::Tests { tests(text) } else { json_value::read(text, MOST_VALUES) };
            text(field).map(|text| read(&text).map_err(|problem| self.wrong(field, &problem))).transpose()
        };
        let completions = text(Field::Completion);
        // Each item of a path with a wildcard is a completion of its own, also if it is a single message.
        let path = self.path(Field::Completion);
        let wild = path::is_wild(path) && columns.text(path).is_none();
        let found =
            completions.as_deref().map(|text| if wild { text::each_completion(text) } else { text::written_completions(text) });
        let hidden = columns.names().filter(|name| self.reads(name)).map(str::to_owned).collect();
        let fields = RowFields::of(Arc::clone(&columns), hidden);
        let beside = |name: &str| {
            // What is no JSON, or too heavy to be read, counts as text.
            let text = columns.text(name)?;
            Some(json_value::read(text, MOST_VALUES).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(text))))
        };
        let row = self.assemble(number, value, found, fields, beside);
        let has_reference = [Field::Answer, Field::Tests, Field::Reward].into_iter().any(|field| text(field).is_some());
        let (names, paths) = (Arc::clone(&columns), Some(self.paths()));
        Row { is_object: true, has_completion: completions.is_some(), has_reference, names, paths, ..row }
    }

    /// The samples of a row that is already parsed. Unlike with [`read`](Self::read), one completion that cannot be
    /// read is an error for the whole row.
    ///
    /// # Errors
    /// A row that is not an object, has no completion or has a column of the wrong type; a completion that cannot be
    /// read.
    pub fn samples(&self, row: &Value, number: u64) -> Result<Vec<Sample>> {
        self.row(row, number)?.into_samples()?.collect::<std::result::Result<_, _>>().map_err(Error::row)
    }

    #[doc(hidden)]
    pub fn row(&self, row: &Value, number: u64) -> Result<Row> {
        let Value::Object(columns) = row else {
            return Err(Error::row(format_args!("the row must be an object, got {}", describe(row))));
        };
        let has = |path: &str| row.get(path).is_some() || path::in_value(path, row).is_some();
        let this = self.of_row(has, |column| is_usable_value(row, column))?;
        let others = columns.iter().filter(|(name, _)| !this.reads(name)).map(|(name, value)| (name.clone(), value.clone()));
        let fields = others.collect::<serde_json::Map<_, _>>().into();
        let get = |field: Field| Ok(this.get(field, row).map(Cow::into_owned));
        let wild = path::is_wild(this.path(Field::Completion));
        let found = get(Field::Completion)?.map(|value| if wild { text::each(value) } else { text::completions(value) });
        Ok(this.assemble(number, get, found, fields, |name| row.get(name).cloned()))
    }

    fn assemble(
        &self,
        number: u64,
        get: impl Fn(Field) -> Result<Option<Value>>,
        completions: Option<Found>,
        fields: RowFields,
        beside: impl Fn(&str) -> Option<Value>,
    ) -> Row {
        let row = Row::unusable(number, Error::row(""));
        let (id, problem) = match get(Field::Id).and_then(|id| id.map(|id| self.short(id)).transpose()) {
            Ok(id) => (id, None),
            Err(problem) => (None, Some(problem)),
        };
        let has_id = id.is_some();
        let id = id.unwrap_or(row.id);
        let content = problem.map_or_else(|| self.content(&id, get, completions, fields, beside), Err);
        Row { id, has_id, content, preset: self.settled(), ..Row::unusable(number, Error::row("")) }
    }

    fn content(
        &self,
        id: &Value,
        get: impl Fn(Field) -> Result<Option<Value>>,
        completions: Option<Found>,
        mut fields: RowFields,
        beside: impl Fn(&str) -> Option<Value>,
    ) -> Result<Content> {
        let wrong = |field: Field| move |problem: String| self.wrong(field, &problem);
        let missing = || Error::row(format_args!("the column `{}` is missing{}", self.path(Field::Completion), unread(&fields)));
        let completions = completions.ok_or_else(missing).and_then(|found| found.map_err(wrong(Field::Completion)));
        let answer = get(Field::Answer)?.map(|value| self.reference(value)).transpose().map_err(wrong(Field::Answer))?;
        let (answers, tests) = answer.map_or(Ok((Vec::new(), None)), reference).map_err(wrong(Field::Answer))?;
        let completions = completions.map(|mut found| {
            for problem in found.each.iter_mut().filter_map(|one| one.as_mut().err()) {
                *problem = self.wrong(Field::Completion, problem).to_string();
            }
            found
        });
        let prompt = get(Field::Prompt)?.map(prompt::prompt).transpose().map_err(wrong(Field::Prompt))?;
        let spec = get(Field::Reward)?;
        let context = Context::of(&self.context, spec.as_ref(), beside);
        if let Some(spec) = spec {
            fields.insert(Field::Reward.name().to_owned(), spec);
        }
        let shared = Sample {
            group: completions.as_ref().is_ok_and(|found| found.several).then(|| id.clone()).filter(|_| prompt.is_none()),
            prompt: prompt.map(Into::into),
            context: context.whole(),
            answers: answers.into(),
            tests: get(Field::Tests)?.or(tests).map(Into::into),
            fields,
            ..Sample::default()
        };
        Ok(Content { shared, context, completions })
    }

    fn wrong(&self, field: Field, problem: &str) -> Error {
        Error::row(format_args!("the column `{}` {problem}", self.path(field)))
    }

    /// Checks that an id is short enough to be copied to every result.
    fn short(&self, id: Value) -> Result<Value> {
        let bytes = match &id {
            Value::String(text) => text.len(),
            other => other.to_string().len(),
        };
        if bytes > MOST_ID {
            let problem = format!("is an id of {bytes} bytes; at most {MOST_ID} are read: give the row a shorter one, or none");
            return Err(self.wrong(Field::Id, &problem));
        }
        Ok(id)
    }
}

/// Reads the column of tests.
#[cfg(feature = "code")]
fn tests(text: &[u8]) -> std::result::Result<Value, String> {
    crate::code::forms::column(text)
}

#[cfg(not(feature = "code"))]
fn tests(text: &[u8]) -> std::result::Result<Value, String> {
    json_value::read(text, crate::core::weight::MOST_OF_TESTS)
}

/// The acceptable answers, or tests, which some data sets store in the same column.
#[cfg(feature = "code")]
fn reference(value: Value) -> std::result::Result<(Vec<String>, Option<Value>), String> {
    use crate::code::forms::{AnswersOrTests, gold};
    match (gold(&value), value) {
        (Ok(AnswersOrTests::Absent), _) => Ok((Vec::new(), None)),
        (Ok(AnswersOrTests::Answers(answers)), _) => Ok((answers, None)),
        (Ok(AnswersOrTests::Tests(_)), tests) => Ok((Vec::new(), Some(tests))),
        // Text that looks like JSON may be the answer itself, for a reward on text.
        (Err(_), Value::String(text)) => Ok((vec![text], None)),
        (Err(problem), _) => Err(problem),
    }
}

#[cfg(not(feature = "code"))]
fn reference(value: Value) -> std::result::Result<(Vec<String>, Option<Value>), String> {
    crate::core::reference::answers(value).map(|answers| (answers, None))
}

/// The columns that no field is read from, for the error about a missing one: its name may be misspelt.
fn unread(fields: &RowFields) -> String {
    /// The most columns that are named, and the most characters of a name.
    const MOST: (usize, usize) = (8, 80);
    let name = |name: &str| format!("`{}`", name.chars().take(MOST.1).collect::<String>());
    let names: Vec<_> = fields.keys().take(MOST.0).map(name).collect();
    if names.is_empty() { String::new() } else { format!("; columns that are not read: {}", names.join(", ")) }
}
