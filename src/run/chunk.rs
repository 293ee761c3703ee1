//! One chunk of a run: raw lines, then samples, then result lines.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use super::summary::Summary;
use crate::dataset::{Fields, Line, ResultRow};
use crate::{Outcome, Reason, Sample, Scorer};

/// A line with its place.
pub(super) struct RawLine {
    /// The name of its source.
    pub source: Arc<str>,
    /// The line as read.
    pub line: Line,
    /// Its place among the rows of the whole run, from 1.
    pub row: u64,
}

/// What a line holds: samples to be judged, or the outcome of a line that is no row.
pub(super) struct Row {
    /// The parsed line.
    value: Value,
    id: Value,
    samples: Result<Vec<Sample>, String>,
}

impl Row {
    fn read(raw: &RawLine, fields: &Fields) -> Self {
        let at = |problem: &str| format!("{}:{}: {problem}", raw.source, raw.line.number);
        let parsed = raw
            .line
            .text
            .as_deref()
            .map_err(String::clone)
            .and_then(|text| serde_json::from_str::<Value>(text).map_err(|error| format!("not JSON: {}", in_line(&error))));
        match parsed {
            Err(problem) => Self { value: Value::Null, id: Value::from(raw.row), samples: Err(at(&problem)) },
            Ok(value) => {
                let samples = fields.samples(&value, raw.row).map_err(|error| at(&error.to_string()));
                Self { id: fields.id(&value, raw.row), value, samples }
            }
        }
    }

    /// Whether it belongs to one group with the samples of another row.
    fn goes_with(&self, other: &Self) -> bool {
        match (&self.samples, &other.samples) {
            (Ok(mine), Ok(theirs)) => mine
                .first()
                .zip(theirs.first())
                .is_some_and(|(mine, theirs)| mine.group_key().is_some() && mine.group_key() == theirs.group_key()),
            _ => false,
        }
    }
}

/// Reads the rows of a chunk, in parallel where the scorer has threads.
pub(super) fn read(lines: &[RawLine], fields: &Fields, scorer: &Scorer) -> Vec<Row> {
    let read = |raw: &RawLine| Row::read(raw, fields);
    scorer.on_threads(|parallel| if parallel { lines.par_iter().map(read).collect() } else { lines.iter().map(read).collect() })
}

/// Cuts off the last group, which may go on in the next chunk.
pub(super) fn split_last_group(rows: &mut Vec<Row>) -> Vec<Row> {
    let Some(last) = rows.last() else { return Vec::new() };
    let of_last = rows.iter().rev().take_while(|row| row.goes_with(last)).count();
    rows.split_off(rows.len() - of_last)
}

/// Judges a chunk and writes its result lines, in order.
pub(super) fn judge(rows: &[Row], fields: &Fields, scorer: &Scorer, summary: &mut Summary) -> Vec<u8> {
    let samples: Vec<&Sample> = rows.iter().filter_map(|row| row.samples.as_ref().ok()).flatten().collect();
    let mut outcomes = scorer.score_batch(&samples).into_iter();
    let mut results = Vec::with_capacity(samples.len());
    for row in rows {
        summary.rows += 1;
        summary.see_row(fields, &row.value);
        match &row.samples {
            Ok(samples) => {
                for (sample, outcome) in samples.iter().zip(&mut outcomes) {
                    summary.see_outcome(Some(sample), &outcome);
                    results.push(ResultRow { id: sample.id.clone(), outcome });
                }
            }
            Err(problem) => {
                let outcome = Outcome::unscored(Reason::BadRow).with_detail(problem.as_str());
                summary.see_problem(problem);
                summary.see_outcome(None, &outcome);
                results.push(ResultRow { id: row.id.clone(), outcome });
            }
        }
    }
    let mut text = Vec::new();
    for result in &results {
        // Writing to memory fails only for values that JSON cannot hold, and an outcome has none.
        let _ = serde_json::to_writer(&mut text, result);
        text.push(b'\n');
    }
    text
}

/// The parser's message with the column alone: it sees one line and would always say line 1.
fn in_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    format!("{message} at column {}", error.column())
}
