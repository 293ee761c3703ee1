//! Counts judged samples by prompt template and problem.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::core::describe::describe;
use crate::metrics::{Problem, Variant};
use crate::rows::Row;
use crate::rows::run::{Judged, Place, Watch};
use crate::{Error, Result, Verdict};
use serde_json::Value;

use super::shown::short;

/// The columns that name the problem by default: the first of them that the first row has.
const PROBLEM: [&str; 2] = ["problem", "id"];

/// The counts so far.
pub(super) struct Tally {
    /// The columns that name the template.
    by: Vec<String>,
    /// The column that names the problem; unknown before the first row if it is not given.
    problem: Option<String>,
    /// The number of each template, which is named by one value for each column.
    numbers: HashMap<Vec<String>, usize>,
    templates: Vec<Template>,
    /// The number of lines that are no rows.
    unreadable: u64,
}

/// The counts of a template by problem.
struct Template {
    name: String,
    problems: HashMap<String, Counted>,
}

struct Counted {
    problem: Problem,
    /// The hash of the reference, if its row could be read.
    reference: Option<u64>,
}

/// Where a row counts: the number of its template, and its problem.
pub(super) struct Key {
    template: usize,
    problem: String,
}

impl Tally {
    pub(super) fn new(by: &[String], problem: Option<&str>) -> Self {
        let problem = problem.map(str::to_owned);
        Self { by: by.to_vec(), problem, numbers: HashMap::new(), templates: Vec::new(), unreadable: 0 }
    }

    /// Finds where a row counts.
    ///
    /// # Errors
    /// A row without the columns, or with something other than text or a number in them; a row whose problem occurred in
    /// the same template with another reference.
    pub(super) fn key(&mut self, place: Place<'_>, row: &Row) -> Result<Key> {
        let names = self.by.iter().map(|column| {
            let fix = "Name the column of the prompt template with --by COLUMN";
            name(place, row, column)?.ok_or_else(|| missing(place, row, &format!("the column `{column}`"), fix))
        });
        let names = names.collect::<Result<Vec<_>>>()?;
        let fix = "Name the column of the problem, which is the same under every template, with --problem COLUMN";
        let column = match &self.problem {
            Some(column) => column.clone(),
            None => {
                let found = PROBLEM.into_iter().find(|column| row.get(column).is_ok_and(|value| value.is_some()));
                let found = found.ok_or_else(|| missing(place, row, "the columns `problem` and `id`", fix))?;
                self.problem.insert(found.to_owned()).clone()
            }
        };
        let problem = name(place, row, &column)?.ok_or_else(|| missing(place, row, &format!("the column `{column}`"), fix))?;
        let template = self.number(names);
        self.check_reference(place, row, template, &problem)?;
        Ok(Key { template, problem })
    }

    /// Counts a sample of a row; without a key, a line that is no row.
    pub(super) fn add(&mut self, key: Option<&Key>, verdict: Verdict) {
        let Some(key) = key else {
            self.unreadable += 1;
            return;
        };
        let correct = (verdict != Verdict::Unscored).then_some(verdict == Verdict::Correct);
        if let Some(counted) = self.templates[key.template].problems.get_mut(&key.problem) {
            counted.problem.add(correct);
        }
    }

    /// The column that names the problem, if there was a row.
    pub(super) fn problem_column(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The number of lines that are no rows.
    pub(super) fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// The counts of each template, in the order of their first rows.
    pub(super) fn into_variants(self) -> Vec<Variant> {
        let variant = |Template { name, problems }: Template| Variant {
            name,
            problems: problems.into_values().map(|counted| counted.problem).collect(),
        };
        self.templates.into_iter().map(variant).collect()
    }

    fn number(&mut self, names: Vec<String>) -> usize {
        let next = self.templates.len();
        let name = names.join("/");
        let number = *self.numbers.entry(names).or_insert(next);
        if number == next {
            self.templates.push(Template { name, problems: HashMap::new() });
        }
        number
    }

    fn check_reference(&mut self, place: Place<'_>, row: &Row, template: usize, problem: &str) -> Result<()> {
        let reference = row.shared().map(|shared| {
            let mut hasher = DefaultHasher::new();
            (shared.answers(), shared.tests.as_deref()).hash(&mut hasher);
            hasher.finish()
        });
        let Template { name, problems } = &mut self.templates[template];
        let counted =
            problems.entry(problem.to_owned()).or_insert_with_key(|id| Counted { problem: Problem::named(id), reference });
        match reference {
            Some(reference) if *counted.reference.get_or_insert(reference) != reference => Err(Error::row(format_args!(
                "{place}: the problem `{}` has another reference here than in an earlier row of the template `{}`: give \
                 different problems different names, or name another column with --problem COLUMN",
                short(problem),
                short(name)
            ))),
            _ => Ok(()),
        }
    }
}

impl Watch for Tally {
    type Kept = Key;

    fn row(&mut self, place: Place<'_>, row: &Row) -> Result<Key> {
        self.key(place, row)
    }

    fn outcome(&mut self, judged: Judged<'_, Key>) -> Result<()> {
        self.add(judged.kept, judged.outcome.verdict);
        Ok(())
    }
}

/// The name in a column: text as it is, a number or a truth value as JSON writes it.
fn name(place: Place<'_>, row: &Row, column: &str) -> Result<Option<String>> {
    let wrong = |problem: String| Error::row(format_args!("{place}: {problem}"));
    match row.get(column).map_err(|error| wrong(error.to_string()))? {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(plain @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(plain.to_string())),
        Some(other) => {
            let got = describe(&other);
            Err(wrong(format!("the column `{column}` must be text or a number to name a template or problem, got {got}")))
        }
    }
}

fn missing(place: Place<'_>, row: &Row, what: &str, fix: &str) -> Error {
    /// The most names of columns that are shown.
    const MOST: usize = 40;
    let columns: Vec<&str> = row.columns().take(MOST).collect();
    Error::row(format_args!("{place}: the row lacks {what}; its columns: {}. {fix}", columns.join(", ")))
}
