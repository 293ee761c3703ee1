//! One row: what its samples have in common, and their completions. `read.rs` reads it.
//!
//! A completion that cannot be read does not affect the others of its row. Samples are created on demand, because a sample takes far
//! more memory than a short completion.

mod read;

#[cfg(feature = "cli")]
use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::context::Context;
use super::digest::Digest;
#[cfg(feature = "cli")]
use super::field::Field;
use super::text::{Completion, Completions};
use crate::core::ATTEMPTS;
use crate::core::columns::Columns;
use crate::core::json_value;
#[cfg(feature = "cli")]
use crate::core::path;
use crate::core::weight::MOST_VALUES;
use crate::{Error, Result, Sample};

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
    context: Context,
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
    /// The columns that options of the rewards name, if it has any.
    pub named: Option<Digest>,
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
        let Ok(Content { shared: sample, context, completions }) = &self.content else { return RowDigests::default() };
        let shared = Digest::of_shared(sample, context.own);
        let group = Digest::of_group(sample, shared);
        let named = context.named.map(Digest::of_bits);
        let Ok(completions) = completions else { return RowDigests { group, named, each: Vec::new() } };
        let given = self.get(ATTEMPTS).ok().flatten();
        let each = completions.each.iter().map(|one| {
            let Completion { text, attempts } = one.as_ref().ok()?;
            Some(Digest::of_completion(shared, text, given.as_ref().or(attempts.as_ref())))
        });
        RowDigests { group, named, each: each.collect() }
    }

    /// The digest of the group that its samples belong to, if any.
    pub fn group_digest(&self) -> Option<Digest> {
        let Content { shared, context, .. } = self.content.as_ref().ok()?;
        Digest::of_group(shared, Digest::of_shared(shared, context.own))
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

    /// A column from which a field is read, and which the row has twice with different values; the last one counts.
    #[cfg(feature = "cli")]
    pub(crate) fn ambiguous_column(&self) -> Option<&str> {
        let paths = || self.paths.iter().flat_map(|paths| paths.iter().map(String::as_str));
        let columns = paths().map(path::column).zip(paths()).filter(|(column, path)| column != path).map(|(column, _)| column);
        paths().chain(columns).find(|name| self.names.is_ambiguous(name))
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

    /// The value of any column, or of a path into one, as [`Fields::map`](crate::rows::Fields::map) takes it; null counts as absent. Only rows that
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
        let Content { shared, completions, .. } = self.content?;
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

fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}
