//! Rows that are in memory, judged as a run of `verify score` judges those of a file.

use std::sync::Arc;

use super::chunk::{self, Placed, RawLine, Results, Split};
use super::summary::RunSummary;
use crate::rows::{Fields, Line, Replay, Unit};
use crate::{Result, Scorer};

/// Judges rows, each the text of a JSON object, and gives their result lines, in order, and the counts. The first row has the number
/// `first`, which is its id if it has none. On the threads of the scorer; the caller's cancellation applies.
///
/// # Errors
/// None of a row: what is wrong with one is in its result.
pub(crate) fn judge_rows(
    source: &Arc<str>,
    first: u64,
    rows: Vec<Vec<u8>>,
    fields: &Arc<Fields>,
    scorer: &Scorer,
) -> Result<(Vec<u8>, RunSummary)> {
    let raw = |(row, text): (u64, Vec<u8>)| RawLine {
        source: Arc::clone(source),
        fields: Arc::clone(fields),
        line: Line { number: row, unit: Unit::Item, text: Ok(text) },
        row,
        block: 0,
    };
    let placed: Vec<Placed> = (first..).zip(rows).map(|row| Placed::read(Split::of(raw(row)))).collect();
    let (mut summary, mut results) = (RunSummary::default(), Results::default());
    chunk::judge(placed, scorer, &mut summary, &mut (), &mut Replay::default(), Some(&mut results))?;
    Ok((results.text, summary))
}
