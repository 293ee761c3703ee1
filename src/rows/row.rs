//! Reads one row: what its samples have in common, and their completions.
//!
//! Accepts: the text of a row ([`Fields::read`]) or its value ([`Fields::row`]). Refuses: ids longer than [`MOST_ID`],
//! a missing completion, and columns of the wrong type. A completion that cannot be read does not affect the others of
//! its row. Samples are created on demand, because a sample takes far more memory than a short completion.

use std::borrow::Cow;
#[cfg(feature = "cli")]
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::digest::Digest;
use super::field::Field;
use super::fields::Fields;
use super::prompt;
use super::settle::{is_usable, is_usable_value};
use super::text::{self, Completion, Completions};
use crate::core::ATTEMPTS;
use crate::core::columns::{Columns, NoRow};
use crate::core::describe::describe;
use crate::core::json_value;
use crate::core::path;
use crate::core::weight::MOST_VALUES;
use crate::{Error, Result, RowFields, Sample};

/// The most bytes of an id; the id of every completion of a row contains it.
const MOST_ID: usize = 1024;

/// The completions of a row, or the error that concerns all of them.
type Found = std::result::Result<Completions, String>;

/// A row as it was read.
#[derive(Debug)]
pub struct Row {
    id: Value,
    has_id: bool,
    names: Arc<Columns>,
    /// The path of each field, if it was read from text.
    #[cfg_attr(not(feature = "cli"), allow(dead_code))]
    paths: Option<Arc<[String; 6]>>,
    is_object: bool,
    has_completion: bool,
    has_reference: bool,
    preset: Option<&'static str>,
    content: Result<Content>,
}

#[derive(Debug)]
struct Content {
    /// Everything except id and completion.
    shared: Sample,
    /// The completions, or what is wrong with their column.
    completions: Result<Completions>,
}

/// One of the completions of a row that cannot be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{problem}")]
pub struct Unreadable {
    /// The id that its sample would have.
    pub id: Value,
    /// What is wrong, in which column and in which item.
    pub problem: String,
}

/// What identifies the contents of a row; see [`Row::digests`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowDigests {
    /// The group that its samples belong to, if any.
    pub group: Option<Digest>,
    /// Each completion with prompt and reference, in order; `None` for one that cannot be read. Empty if the row cannot
    /// be used.
    pub each: Vec<Option<Digest>>,
}

impl Row {
    /// The row's id, or its number if it has none.
    pub fn id(&self) -> &Value {
        &self.id
    }

    /// Whether it has an id of its own.
    pub fn has_id(&self) -> bool {
        self.has_id
    }

    /// The digests of its completions, which do not depend on where the row is, and of its group.
    pub fn digests(&self) -> RowDigests {
        let Ok(Content { shared: sample, completions }) = &self.content else { return RowDigests::default() };
        let shared = Digest::of_shared(sample);
        let group = Digest::of_group(sample, shared);
        let Ok(completions) = completions else { return RowDigests { group, each: Vec::new() } };
        let given = self.get(ATTEMPTS).ok().flatten();
        let each = completions.each.iter().map(|one| {
            let Completion { text, attempts } = one.as_ref().ok()?;
            Some(Digest::of_completion(shared, text, given.as_ref().or(attempts.as_ref())))
        });
        RowDigests { group, each: each.collect() }
    }

    /// The digest of the group that its samples belong to, if any.
    pub fn group_digest(&self) -> Option<Digest> {
        let shared = self.shared()?;
        Digest::of_group(shared, Digest::of_shared(shared))
    }

    /// The columns that neither the id, the prompt nor the completion is read from, in the order of the row, as the text
    /// of members of an object: `"a":1,"b":[2]`. Left out are columns with the names in `taken` and what is not JSON; the
    /// names of the latter are given, too. Only rows that were read from text have columns.
    #[cfg(feature = "cli")]
    pub(crate) fn other_columns(&self, taken: &[&str]) -> (String, Vec<String>) {
        let own = [Field::Id, Field::Prompt, Field::Completion];
        let paths = self.paths.iter().flat_map(|paths| own.iter().map(|field| &*paths[*field as usize])).collect::<Vec<_>>();
        let is_own = |name: &str| paths.iter().any(|path| *path == name || path::column(path) == name);
        let (mut text, mut broken, mut seen) = (String::new(), Vec::new(), HashSet::new());
        let others = self.names.names().filter(|name| !is_own(name) && !taken.contains(name));
        for name in others.filter(|name| seen.insert(*name)) {
            let json = self.names.text(name).and_then(|text| str::from_utf8(text).ok());
            match json.filter(|json| serde_json::from_str::<&serde_json::value::RawValue>(json).is_ok()) {
                Some(json) => {
                    text.push_str(if text.is_empty() { "" } else { "," });
                    text += &format!("{}:{}", Value::from(name), json.trim());
                }
                None => broken.push(name.to_owned()),
            }
        }
        (text, broken)
    }

    /// Whether it is a JSON object.
    pub fn is_object(&self) -> bool {
        self.is_object
    }

    /// The names of its columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.names.names()
    }

    /// Whether the completion column has a value.
    pub fn has_completion(&self) -> bool {
        self.has_completion
    }

    /// Whether the column of the answer, the tests or the reward has a value.
    pub fn has_reference(&self) -> bool {
        self.has_reference
    }

    /// The path of each field, in the order of [`Field::ALL`]; `None` if it was not read from text.
    #[cfg(feature = "cli")]
    pub(crate) fn paths(&self) -> Option<&Arc<[String; 6]>> {
        self.paths.as_ref()
    }

    /// Whether it has a column, or a path into one, also if the value is null.
    #[cfg(feature = "cli")]
    pub(crate) fn has_path(&self, path: &str) -> bool {
        self.names.at(path).is_some()
    }

    /// The first column whose text is a dictionary as Python's `str` writes it.
    #[cfg(feature = "cli")]
    pub(crate) fn python_column(&self) -> Option<&str> {
        let is_python = |name: &&str| self.names.text(name).is_some_and(|text| text.starts_with(b"\"{'"));
        self.names.names().find(is_python)
    }

    /// Why it cannot be used, if so.
    #[cfg(feature = "cli")]
    pub(crate) fn problem(&self) -> Option<&Error> {
        match &self.content {
            Err(problem) => Some(problem),
            Ok(content) => content.completions.as_ref().err(),
        }
    }

    /// The name of the preset by which it was read.
    pub fn preset(&self) -> Option<&'static str> {
        self.preset
    }

    /// The value of any column, or of a path into one, as [`Fields::map`] takes it; null counts as absent. Only rows that
    /// were read from text have columns.
    ///
    /// # Errors
    /// A column that is too large or not JSON; the message names it.
    pub fn get(&self, path: &str) -> Result<Option<Value>> {
        let text = self.names.at(path).filter(|text| text.trim_ascii() != b"null");
        let wrong = |problem: String| Error::row(format_args!("the column `{path}` {problem}"));
        text.map(|text| json_value::read(&text, MOST_VALUES).map_err(wrong)).transpose()
    }

    /// The number of completions; 0 if the row cannot be used.
    pub fn len(&self) -> usize {
        self.content.as_ref().ok().and_then(|content| content.completions.as_ref().ok()).map_or(0, |found| found.each.len())
    }

    /// Whether its completions are a list, so that their ids are `ID/0`, `ID/1`, ...
    #[cfg(feature = "cli")]
    pub(crate) fn has_list(&self) -> bool {
        let completions = self.content.as_ref().ok().and_then(|content| content.completions.as_ref().ok());
        completions.is_some_and(|found| found.several)
    }

    /// Whether it has no completion.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it has a completion that can be read.
    pub fn has_samples(&self) -> bool {
        let completions = self.content.as_ref().ok().and_then(|content| content.completions.as_ref().ok());
        completions.is_some_and(|found| found.each.iter().any(std::result::Result::is_ok))
    }

    /// What its samples have in common: a sample without a completion. A row without completions has it, too; a row in
    /// which another field cannot be read has none.
    pub fn shared(&self) -> Option<&Sample> {
        self.content.as_ref().ok().map(|content| &content.shared)
    }

    /// Its samples, in order; a completion that cannot be read gives [`Unreadable`] at its position.
    ///
    /// # Errors
    /// A row that cannot be used: what is wrong, and in which column.
    pub fn into_samples(self) -> Result<impl Iterator<Item = std::result::Result<Sample, Unreadable>>> {
        let Content { shared, completions } = self.content?;
        let Completions { several, each } = completions?;
        let id = self.id;
        Ok(each.into_iter().enumerate().map(move |(index, completion)| {
            let id = if several { Value::from(format!("{}/{index}", plain(&id))) } else { id.clone() };
            let Completion { text, attempts } = match completion {
                Ok(completion) => completion,
                Err(problem) => return Err(Unreadable { id, problem }),
            };
            let mut sample = Sample { id, completion: text, ..shared.clone() };
            if let Some(attempts) = attempts.filter(|_| !sample.fields.contains_key(ATTEMPTS)) {
                sample.fields.insert(ATTEMPTS.to_owned(), attempts);
            }
            Ok(sample)
        }))
    }

    fn unusable(number: u64, problem: Error) -> Self {
        let (id, names) = (Value::from(number), Arc::default());
        Self {
            id,
            has_id: false,
            names,
            paths: None,
            is_object: false,
            has_completion: false,
            has_reference: false,
            preset: None,
            content: Err(problem),
        }
    }
}

impl Fields {
    /// Reads the text of a row, which is one JSON object; `number` is the position of the row, and its id if it has
    /// none.
    ///
    /// A list of completions gives one sample for each, in one group, with the ids `ID/0`, `ID/1`, ... For a
    /// conversation with several assistant messages, the field [`ATTEMPTS`] holds all of their texts, unless the row
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
        let row = self.assemble(number, value, found, fields);
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
        Ok(this.assemble(number, get, found, fields))
    }

    fn assemble(
        &self,
        number: u64,
        get: impl Fn(Field) -> Result<Option<Value>>,
        completions: Option<Found>,
        fields: RowFields,
    ) -> Row {
        let row = Row::unusable(number, Error::row(""));
        let (id, problem) = match get(Field::Id).and_then(|id| id.map(|id| self.short(id)).transpose()) {
            Ok(id) => (id, None),
            Err(problem) => (None, Some(problem)),
        };
        let has_id = id.is_some();
        let id = id.unwrap_or(row.id);
        let content = problem.map_or_else(|| self.content(&id, get, completions, fields), Err);
        Row { id, has_id, content, preset: self.settled(), ..Row::unusable(number, Error::row("")) }
    }

    fn content(
        &self,
        id: &Value,
        get: impl Fn(Field) -> Result<Option<Value>>,
        completions: Option<Found>,
        mut fields: RowFields,
    ) -> Result<Content> {
        let wrong = |field: Field| move |problem: String| self.wrong(field, &problem);
        let missing = || Error::row(format_args!("the column `{}` is missing", self.path(Field::Completion)));
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
        if let Some(spec) = get(Field::Reward)? {
            fields.insert(Field::Reward.name().to_owned(), spec);
        }
        let shared = Sample {
            group: completions.as_ref().is_ok_and(|found| found.several).then(|| id.clone()).filter(|_| prompt.is_none()),
            prompt: prompt.map(Into::into),
            answers: answers.into(),
            tests: get(Field::Tests)?.or(tests).map(Into::into),
            fields,
            ..Sample::default()
        };
        Ok(Content { shared, completions })
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

fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
