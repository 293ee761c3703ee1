//! Processes one chunk of a run: raw lines to rows, rows to result lines.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use super::summary::RunSummary;
use super::watch::{Place, Watch};
use crate::rows::{Fields, Line, ResultRow, Row, Unit, Unreadable};
use crate::{Outcome, Reason, Sample, Scorer};

/// The number of samples after which a window ends (a group that a reward needs whole is not split). It bounds the
/// memory: each sample takes about a thousand bytes in addition to its text, and a row of a few kilobytes can hold a
/// thousand completions.
const WINDOW: usize = 1 << 14;

/// A line with its position.
pub(super) struct RawLine {
    /// The name of its source.
    pub source: Arc<str>,
    /// How the rows of its source are read.
    pub fields: Arc<Fields>,
    /// The line as read.
    pub line: Line,
    /// Its number among the rows of the whole run, from 1.
    pub row: u64,
}

/// The row of a line, with its position.
pub(super) struct Placed {
    source: Arc<str>,
    line: u64,
    unit: Unit,
    number: u64,
    /// The row (which may itself be unusable), or the error of the line.
    row: Result<Row, String>,
}

impl Placed {
    fn read(raw: RawLine) -> Self {
        let row = raw.line.text.map(|text| raw.fields.read(text, raw.row));
        Self { source: raw.source, line: raw.line.number, unit: raw.line.unit, number: raw.row, row }
    }

    fn place(&self) -> Place<'_> {
        Place { source: &self.source, line: self.line, unit: self.unit }
    }

    fn len(&self) -> usize {
        self.row.as_ref().map_or(0, Row::len)
    }

    /// Whether its samples belong to the same group as those of another row.
    fn goes_with(&self, other: &Self) -> bool {
        let key = |placed: &'_ Self| placed.row.as_ref().ok().and_then(Row::shared).and_then(Sample::group_key).is_some();
        match (&self.row, &other.row) {
            (Ok(mine), Ok(theirs)) => {
                let (mine, theirs) = (mine.shared(), theirs.shared());
                key(self) && mine.zip(theirs).is_some_and(|(mine, theirs)| mine.group_key() == theirs.group_key())
            }
            _ => false,
        }
    }

    /// Its samples, in order, with an error in place of each that cannot be read.
    fn open(self) -> Vec<Result<Sample, Unreadable>> {
        let place = Place { source: &self.source, line: self.line, unit: self.unit };
        let at = |id: Value, problem: &str| Unreadable { id, problem: format!("{place}: {problem}") };
        match self.row {
            Err(problem) => vec![Err(at(Value::from(self.number), &problem))],
            Ok(row) => {
                let id = row.id().clone();
                match row.into_samples() {
                    Ok(samples) => samples.map(|one| one.map_err(|bad| at(bad.id, &bad.problem))).collect(),
                    Err(error) => vec![Err(at(id, &error.to_string()))],
                }
            }
        }
    }
}

/// Parses the rows of a chunk, in parallel if the scorer has threads.
pub(super) fn read(lines: Vec<RawLine>, scorer: &Scorer) -> Vec<Placed> {
    scorer.on_threads(|parallel| {
        if parallel { lines.into_par_iter().map(Placed::read).collect() } else { lines.into_iter().map(Placed::read).collect() }
    })
}

/// Removes and returns the rows of the last group, which may continue in the next chunk.
pub(super) fn split_last_group(rows: &mut Vec<Placed>) -> Vec<Placed> {
    let Some(last) = rows.last() else { return Vec::new() };
    let of_last = rows.iter().rev().take_while(|row| row.goes_with(last)).count();
    rows.split_off(rows.len() - of_last)
}

/// Splits rows into windows that are each judged in one batch. With `whole_groups`, adjacent rows of a group stay
/// together.
pub(super) fn windows(rows: Vec<Placed>, whole_groups: bool) -> impl Iterator<Item = Vec<Placed>> {
    let mut rows = rows.into_iter().peekable();
    std::iter::from_fn(move || {
        let (mut window, mut samples) = (Vec::new(), 0);
        while let Some(row) = rows.peek() {
            let goes_on = whole_groups && window.last().is_some_and(|last: &Placed| last.goes_with(row));
            if samples >= WINDOW && !goes_on {
                break;
            }
            samples += row.len();
            window.extend(rows.next());
        }
        Some(window).filter(|window| !window.is_empty())
    })
}

/// Judges rows and writes their result lines, in order.
///
/// # Errors
/// A row that `watch` refuses.
pub(super) fn judge<W: Watch>(
    rows: Vec<Placed>,
    scorer: &Scorer,
    summary: &mut RunSummary,
    watch: &mut W,
) -> crate::Result<Vec<u8>> {
    summary.rows += rows.len() as u64;
    let mut kept = Vec::with_capacity(rows.len());
    for placed in &rows {
        let row = placed.row.as_ref().ok();
        row.into_iter().for_each(|row| summary.see_row(row));
        kept.push(row.filter(|row| row.is_object()).map(|row| watch.row(placed.place(), row)).transpose()?);
    }
    let numbered = rows.into_iter().enumerate();
    let rows: Vec<(usize, Result<Sample, Unreadable>)> =
        numbered.flat_map(|(number, placed)| placed.open().into_iter().map(move |sample| (number, sample))).collect();
    let samples: Vec<&Sample> = rows.iter().filter_map(|(_, sample)| sample.as_ref().ok()).collect();
    let mut outcomes = scorer.score_batch(&samples).into_iter();
    let mut text = Vec::new();
    let mut write = |id: &Value, outcome: Outcome| {
        // Serializing to memory fails only for values that JSON cannot represent, and an outcome has none.
        let _ = serde_json::to_writer(&mut text, &ResultRow { id: id.clone(), outcome });
        text.push(b'\n');
    };
    for (number, sample) in &rows {
        let (id, outcome) = match sample {
            Ok(sample) => {
                let Some(outcome) = outcomes.next() else { continue };
                summary.see_outcome(Some(sample), &outcome);
                (&sample.id, outcome)
            }
            Err(Unreadable { id, problem }) => {
                let outcome = Outcome::unscored(Reason::BadRow).with_detail(problem.as_str());
                summary.see_problem(problem);
                summary.see_outcome(None, &outcome);
                (id, outcome)
            }
        };
        watch.outcome(kept[*number].as_ref(), &outcome);
        write(id, outcome);
    }
    Ok(text)
}
