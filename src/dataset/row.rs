//! One row: what its samples have in common, and their completions.
//!
//! Accepts: the text of a row ([`Fields::read`]) or its value ([`Fields::row`]). Refuses: more completions than [`MOST_COMPLETIONS`], ids
//! longer than [`MOST_ID`], and what [`Fields`] refuses. Samples are made when they are asked for: a row of many short completions is a
//! list of short texts until then.

use std::sync::Arc;

use serde_json::Value;

use super::fields::{ATTEMPTS, Field, Fields};
use super::text::{self, Completion};
use crate::columns::{self, Columns, NoRow};
use crate::spec::describe;
use crate::weight::{MOST_VALUES, Weight};
use crate::{Error, Result, RowFields, Sample};

/// Completions of a row, which a sample and an outcome each take about a thousand bytes for.
const MOST_COMPLETIONS: usize = 1 << 14;
/// Bytes of an id: every completion of a row has it in its own.
const MOST_ID: usize = 1024;
/// Values of the column of tests: lists of numbers to sort are long. The sandbox that runs them takes more memory than these.
pub(crate) const MOST_OF_TESTS: usize = 1 << 20;

/// A row as it was read.
#[derive(Debug)]
pub struct Row {
    id: Value,
    names: Arc<Columns>,
    is_object: bool,
    has_completion: bool,
    has_reference: bool,
    content: Result<Content>,
}

#[derive(Debug)]
struct Content {
    /// Everything but id and completion.
    shared: Sample,
    /// Whether the row has a list of completions.
    several: bool,
    completions: Vec<Completion>,
}

impl Row {
    /// The row's id, or its number where it has none.
    pub fn id(&self) -> &Value {
        &self.id
    }

    /// Whether it is a JSON object at all.
    pub fn is_object(&self) -> bool {
        self.is_object
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.names.names()
    }

    /// Whether it has a value where completions are read from.
    pub fn has_completion(&self) -> bool {
        self.has_completion
    }

    /// Whether it has a value where answers, tests or its own spec are read from.
    pub fn has_reference(&self) -> bool {
        self.has_reference
    }

    /// How many samples it is; none where it cannot be used.
    pub fn len(&self) -> usize {
        self.content.as_ref().map_or(0, |content| content.completions.len())
    }

    /// Whether it is no sample at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What its samples have in common: a sample without a completion.
    pub fn shared(&self) -> Option<&Sample> {
        self.content.as_ref().ok().map(|content| &content.shared)
    }

    /// Its samples, in order.
    ///
    /// # Errors
    /// A row that cannot be used: what is wrong, and in which column.
    pub fn into_samples(self) -> Result<impl Iterator<Item = Sample>> {
        let Content { shared, several, completions } = self.content?;
        let id = self.id;
        Ok(completions.into_iter().enumerate().map(move |(index, Completion { text, attempts })| {
            let id = if several { Value::from(format!("{}/{index}", plain(&id))) } else { id.clone() };
            let mut sample = Sample { id, completion: text, ..shared.clone() };
            if let Some(attempts) = attempts.filter(|_| !sample.fields.contains_key(ATTEMPTS)) {
                sample.fields.insert(ATTEMPTS.to_owned(), attempts);
            }
            sample
        }))
    }

    fn unusable(number: u64, problem: Error) -> Self {
        let (id, names) = (Value::from(number), Arc::default());
        Self { id, names, is_object: false, has_completion: false, has_reference: false, content: Err(problem) }
    }
}

impl Fields {
    /// Reads the text of a row, one JSON object; `number` is its place among the rows, and its id where it has none.
    ///
    /// A list of completions gives one sample each, of one group, with the ids `ID/0`, `ID/1`, ... A conversation in which the assistant
    /// speaks several times leaves all of its texts in the field [`ATTEMPTS`], where the row has no such column.
    ///
    /// Columns that no field is read from stay text until a reward asks for them ([`RowFields::read`]).
    pub fn read(&self, line: String, number: u64) -> Row {
        let columns = match Columns::of(Arc::new(line)) {
            Ok(columns) => Arc::new(columns),
            Err(NoRow::NoObject(problem)) => return Row::unusable(number, Error::row(problem)),
            Err(NoRow::TooWide(problem)) => return Row { is_object: true, ..Row::unusable(number, Error::row(problem)) },
            Err(NoRow::Syntax(error)) => {
                let problem = format_args!("not JSON: {} at column {}", columns::message(&error), error.column());
                return Row::unusable(number, Error::row(problem));
            }
        };
        let text = |field| columns.at(self.path(field)).filter(|text| text.trim_ascii() != "null");
        let value = |field: Field, most: usize| {
            text(field).map(|text| columns::read(text, most).map_err(|problem| self.wrong(field, &problem))).transpose()
        };
        let hidden = columns.names().filter(|name| self.reads(name)).map(str::to_owned).collect();
        let fields = RowFields::of(Arc::clone(&columns), hidden);
        let get = |field: Field| match field {
            Field::Completion => {
                let (problem, text) = (|problem: String| self.wrong(field, &problem), text(field));
                text.map_or(Ok(()), |text| few(Weight::of(text).items)).map_err(problem)?;
                value(field, MOST_VALUES)
            }
            Field::Tests => value(field, MOST_OF_TESTS),
            _ => value(field, MOST_VALUES),
        };
        let row = self.assemble(number, get, fields);
        let has_reference = [Field::Answer, Field::Tests, Field::Reward].into_iter().any(|field| text(field).is_some());
        Row {
            is_object: true,
            has_completion: text(Field::Completion).is_some(),
            has_reference,
            names: Arc::clone(&columns),
            ..row
        }
    }

    /// The samples of a row that is a value already; as [`read`](Self::read).
    ///
    /// # Errors
    /// A row that is no object, has no completion, or has a column of the wrong type.
    pub fn samples(&self, row: &Value, number: u64) -> Result<Vec<Sample>> {
        Ok(self.row(row, number)?.into_samples()?.collect())
    }

    fn row(&self, row: &Value, number: u64) -> Result<Row> {
        let Value::Object(columns) = row else {
            return Err(Error::row(format_args!("the row must be an object, got {}", describe(row))));
        };
        let others = columns.iter().filter(|(name, _)| !self.reads(name)).map(|(name, value)| (name.clone(), value.clone()));
        let fields = others.collect::<serde_json::Map<_, _>>().into();
        let get = |field: Field| {
            let value = self.get(field, row);
            if let (Field::Completion, Some(Value::Array(items))) = (field, value) {
                few(items.len()).map_err(|problem| self.wrong(field, &problem))?;
            }
            Ok(value.cloned())
        };
        Ok(self.assemble(number, get, fields))
    }

    fn assemble(&self, number: u64, get: impl Fn(Field) -> Result<Option<Value>>, fields: RowFields) -> Row {
        let row = Row::unusable(number, Error::row(""));
        let (id, problem) = match get(Field::Id).and_then(|id| id.map(|id| self.short(id)).transpose()) {
            Ok(id) => (id.unwrap_or(row.id), None),
            Err(problem) => (row.id, Some(problem)),
        };
        let content = problem.map_or_else(|| self.content(&id, get, fields), Err);
        Row { id, content, ..Row::unusable(number, Error::row("")) }
    }

    fn content(&self, id: &Value, get: impl Fn(Field) -> Result<Option<Value>>, mut fields: RowFields) -> Result<Content> {
        let Some(completion) = get(Field::Completion)? else {
            return Err(Error::row(format_args!("the column `{}` is missing", self.path(Field::Completion))));
        };
        let wrong = |field: Field| move |problem: String| self.wrong(field, &problem);
        let several = text::is_list(&completion);
        let answers = get(Field::Answer)?.map_or(Ok(Vec::new()), text::answers).map_err(wrong(Field::Answer))?;
        let completions = text::completions(completion).map_err(wrong(Field::Completion))?;
        let prompt = get(Field::Prompt)?;
        if let Some(spec) = get(Field::Reward)? {
            fields.insert(Field::Reward.name().to_owned(), spec);
        }
        let shared = Sample {
            group: several.then(|| id.clone()).filter(|_| prompt.is_none()),
            prompt: prompt.map(Into::into),
            answers: answers.into(),
            tests: get(Field::Tests)?.map(Into::into),
            fields,
            ..Sample::default()
        };
        Ok(Content { shared, several, completions })
    }

    fn wrong(&self, field: Field, problem: &str) -> Error {
        Error::row(format_args!("the column `{}` {problem}", self.path(field)))
    }

    /// An id that every result can carry.
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

/// Whether a list of completions is one that can be held.
fn few(completions: usize) -> std::result::Result<(), String> {
    if completions > MOST_COMPLETIONS {
        return Err(format!(
            "is a list of {completions} completions; at most {MOST_COMPLETIONS} are read: cut the row into several of the same prompt"
        ));
    }
    Ok(())
}

fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
