//! What is known about the columns of the rows of a run, for errors that name the columns and the option that helps.

use std::sync::Arc;

use super::watch::Place;
use crate::core::path;
use crate::rows::{Field, Fields, Row};
use crate::{Error, Result};

/// The most column names that are remembered for error messages.
const MOST_COLUMNS: usize = 40;
/// The most rows in which a column with a dictionary of Python is searched.
const MOST_SEARCHED: u64 = 100;

/// Names that data sets commonly use for a field; the error about a missing column suggests one of them.
const LIKELY: &[(Field, &[&str])] = &[
    (Field::Prompt, &["question", "problem", "instruction", "query", "messages", "input", "prompts", "text"]),
    (
        Field::Completion,
        &[
            "response",
            "responses",
            "output",
            "outputs",
            "generation",
            "generations",
            "completions",
            "prediction",
            "model_output",
            "text",
        ],
    ),
    (
        Field::Answer,
        &["gold", "target", "ground_truth", "gold_answer", "reference", "expected_answer", "final_answer", "label", "solution"],
    ),
];

/// Rows that were read in one way.
#[derive(Clone)]
pub(crate) struct Reading {
    /// The preset, if one applied.
    pub preset: Option<&'static str>,
    /// The path of each field, in the order of [`Field::ALL`].
    pub paths: Arc<[String; 6]>,
    /// The number of rows.
    pub rows: u64,
}

/// What is known about the columns of the rows.
#[derive(Default)]
pub(super) struct Columns {
    seen: Vec<String>,
    objects: u64,
    with_completion: u64,
    with_reference: u64,
    has_prompt: bool,
    first_problem: Option<String>,
    /// Columns that options name.
    named: Vec<Named>,
    /// The first column that holds a dictionary as Python writes it.
    python: Option<String>,
    readings: Vec<Reading>,
    /// The first row that has a column twice, in words.
    twice: Option<String>,
}

/// A column that an option names.
struct Named {
    option: String,
    path: String,
    reads: Reads,
    is_found: bool,
    /// Whether rows have it, but a field is read from it, so that a reward does not see it.
    is_hidden: bool,
}

/// Who reads a column that an option names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// The run: the name may be a path into a column.
    Run,
    /// A reward, which sees the columns from which no field is read, by their names.
    Reward,
    /// A reward for some of the rows: a file may have none of these.
    SomeReward,
}

impl Named {
    fn look_in(&mut self, row: &Row) {
        let is_there = row.has_path(&self.path);
        match row.shared().filter(|_| self.reads != Reads::Run) {
            Some(shared) => {
                self.is_found = shared.fields.contains_key(&self.path);
                self.is_hidden |= is_there && !self.is_found;
            }
            None => self.is_found = is_there,
        }
    }

    /// What is wrong if it was not found.
    fn problem(&self, seen: &str) -> String {
        let Self { option, path, is_hidden, .. } = self;
        if *is_hidden && path::column(path) != path {
            return format!("{option} names `{path}`, which is no column but a path into one: name a column. Columns seen: {seen}");
        }
        if *is_hidden {
            return format!(
                "{option} names the column `{path}`, but a field of the row is read from it, so that the reward does not see it: name \
                 another column, or read the field from another one with --map or --preset. Columns seen: {seen}"
            );
        }
        format!("no row has the column `{path}`, which {option} names; columns seen: {seen}")
    }
}

impl Columns {
    /// Demands that a row has the column that an option names.
    pub(super) fn expect(&mut self, option: &str, path: &str, reads: Reads) {
        let (option, path) = (option.to_owned(), path.to_owned());
        self.named.push(Named { option, path, reads, is_found: false, is_hidden: false });
    }

    pub(super) fn see(&mut self, place: Place<'_>, row: &Row) {
        if self.twice.is_none()
            && let Some(name) = row.ambiguous_column()
        {
            self.twice = Some(format!(
                "{place}: the row has the column `{}` twice, with different values, of which the last counts: leave one of them out",
                shown(name)
            ));
        }
        self.see_reading(row);
        self.objects += u64::from(row.is_object());
        self.with_completion += u64::from(row.has_completion());
        self.with_reference += u64::from(row.has_reference());
        self.has_prompt = self.has_prompt || row.shared().is_some_and(|shared| shared.prompt.is_some());
        self.named.iter_mut().filter(|named| !named.is_found).for_each(|named| named.look_in(row));
        if self.with_reference == 0 && self.python.is_none() && self.objects <= MOST_SEARCHED {
            self.python = row.python_column().map(shown);
        }
        if self.seen.len() < MOST_COLUMNS {
            let new: Vec<_> = row.columns().filter(|name| !self.seen.iter().any(|seen| seen == name)).collect();
            self.seen.extend(new.into_iter().take(MOST_COLUMNS - self.seen.len()).map(shown));
        }
    }

    fn see_reading(&mut self, row: &Row) {
        let Some(paths) = row.paths() else { return };
        let same = |known: &&mut Reading| known.preset == row.preset() && known.paths == *paths;
        match self.readings.iter_mut().find(same) {
            Some(known) => known.rows += 1,
            None => self.readings.push(Reading { preset: row.preset(), paths: Arc::clone(paths), rows: 1 }),
        }
    }

    pub(super) fn see_problem(&mut self, problem: &str) {
        self.first_problem.get_or_insert_with(|| problem.to_owned());
    }

    /// Whether a row has a completion.
    pub(super) fn has_completion(&self) -> bool {
        self.with_completion > 0
    }

    /// A column that was seen and probably holds the prompt, if no row has one.
    pub(super) fn likely_prompt(&self) -> Option<String> {
        if self.has_prompt { None } else { self.likely(Field::Prompt, Field::Prompt.name()) }
    }

    /// How to name the column of a field that no row has, and the columns that were seen.
    #[cfg(feature = "cli")]
    pub(super) fn advice(&self, field: Field) -> String {
        let guess = self.likely(field, field.name());
        let guess = guess.as_deref().unwrap_or("COLUMN");
        format!("if a column holds it, name it with --map {}={guess}; columns seen: {}", field.name(), self.seen())
    }

    /// Whether a row has a prompt.
    #[cfg(feature = "cli")]
    pub(super) fn has_prompt(&self) -> bool {
        self.has_prompt
    }

    /// The number of rows with a reference.
    #[cfg(feature = "cli")]
    pub(super) fn references(&self) -> u64 {
        self.with_reference
    }

    /// Whether a row has a reference.
    pub(super) fn has_reference(&self) -> bool {
        self.with_reference > 0
    }

    /// The first problem of a row, with its place.
    pub(super) fn first_problem(&self) -> Option<&str> {
        self.first_problem.as_deref()
    }

    /// The names of the first columns.
    pub(super) fn seen(&self) -> String {
        self.seen.join(", ")
    }

    /// How rows were read; the way of most rows first.
    pub(super) fn readings(&self) -> Vec<Reading> {
        let mut readings = self.readings.clone();
        readings.sort_by_key(|reading| std::cmp::Reverse(reading.rows));
        readings
    }

    /// Checks that there are rows with columns, and those that options name among them.
    ///
    /// # Errors
    /// No row is an object, or none can be used; no row has a column that an option names.
    pub(super) fn check_named(&self) -> Result<()> {
        let first = self.first_problem().unwrap_or("unknown");
        if self.objects == 0 {
            return Err(Error::row(format_args!(
                "no row can be read. First problem: {first}. Each row must have columns, such as the prompt and the answer: in JSON it \
                 is an object, and a list (of turns, for example) belongs into a column of one"
            )));
        }
        if self.readings.is_empty() {
            return Err(Error::row(format_args!("no row can be used. First problem: {first}. Columns seen: {}", self.seen())));
        }
        match self.named.iter().find(|named| !named.is_found && named.reads != Reads::SomeReward) {
            Some(named) => Err(Error::row(named.problem(&self.seen()))),
            None => Ok(()),
        }
    }

    /// What to say about columns that rewards for some of the rows read and no row has, and about a column that a row has twice.
    pub(super) fn warnings(&self) -> Vec<String> {
        let missing = self.named.iter().filter(|named| !named.is_found && named.reads == Reads::SomeReward);
        let missing = missing.filter(|_| self.objects > 0).map(|named| named.problem(&self.seen()));
        missing.chain(self.twice.clone()).collect()
    }

    /// The error if no row has a field.
    pub(super) fn missing(&self, fields: &Fields, field: Field) -> Error {
        let readings = self.readings();
        let path = readings.first().map_or_else(|| fields.path(field), |reading| &*reading.paths[field as usize]);
        let is_there = self.seen.iter().any(|column| column == path || column == path::column(path));
        let guess = self.likely(field, path);
        let hint = match guess.as_deref() {
            None if is_there => "If another column holds it, name it",
            _ => "Say which one it is",
        };
        let what = if is_there {
            format!("the column `{path}` has no value in any row")
        } else {
            format!("no row has the column `{path}`")
        };
        let python = self.python.as_deref().map_or_else(String::new, |column| {
            format!(
                ". The column `{column}` holds the text of a dictionary as Python's `str` writes it: store the object itself, or JSON \
                 (`json.dumps`)"
            )
        });
        Error::row(format_args!(
            "{what}; columns seen: {}. {hint} with --map {}={}{python}",
            self.seen(),
            field.name(),
            guess.as_deref().unwrap_or("path.to.column"),
        ))
    }

    /// A column that was seen and probably holds a field that is not at `path`, also if it is written in capitals.
    fn likely(&self, field: Field, path: &str) -> Option<String> {
        let likely = LIKELY.iter().filter(|(known, _)| *known == field).flat_map(|(_, names)| *names).copied();
        let names: Vec<&str> = std::iter::once(field.name()).chain(likely).collect();
        let seen = || self.seen.iter().filter(|column| *column != path && *column != path::column(path));
        let exact = names.iter().find_map(|name| seen().find(|column| column == name));
        exact.or_else(|| names.iter().find_map(|name| seen().find(|column| column.eq_ignore_ascii_case(name)))).cloned()
    }
}

/// A column's name, truncated for an error message.
fn shown(name: &str) -> String {
    /// The most characters that are shown; names of columns are usually shorter.
    const LONGEST: usize = 80;
    name.chars().take(LONGEST).collect()
}
