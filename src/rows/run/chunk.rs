//! Processes one chunk of a run: raw lines to rows, rows to result lines.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use super::summary::RunSummary;
use super::watch::{Judged, Place, Watch};
use crate::rows::{Digest, Fields, Known, Line, Replay, ResultRow, Row, RowDigests, Unreadable};
use crate::{Outcome, Reason, Sample, Scorer};

/// A line with its position.
pub(super) struct RawLine {
    /// The name of its source.
    pub source: Arc<str>,
    /// The line as read.
    pub line: Line,
    /// Its number among the rows of the whole run, from 1.
    pub row: u64,
    /// The number of its block among those that shards are dealt, from 0; 0 without shards.
    pub block: u64,
}

/// The row of a line, with its position.
pub(super) struct Placed {
    source: Arc<str>,
    line: u64,
    number: u64,
    block: u64,
    /// The row (which may itself be unusable), or the error of the line.
    row: Result<Row, String>,
    digests: RowDigests,
}

impl Placed {
    pub(super) fn read(raw: RawLine, fields: &Fields) -> Self {
        let row = raw.line.text.map(|text| fields.read(text, raw.row));
        let digests = row.as_ref().map(Row::digests).unwrap_or_default();
        Self { source: raw.source, line: raw.line.number, number: raw.row, block: raw.block, row, digests }
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place { source: &self.source, line: self.line }
    }

    /// The group that its samples belong to.
    pub(super) fn group(&self) -> Option<Digest> {
        self.digests.group
    }

    /// Whether it is known to which group its samples belong, or that they belong to none.
    pub(super) fn is_usable(&self) -> bool {
        self.row.as_ref().is_ok_and(|row| row.shared().is_some())
    }

    pub(super) fn len(&self) -> usize {
        self.row.as_ref().map_or(0, Row::len)
    }

    /// Whether its samples belong to the same group as those of another row.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        fn shared(placed: &Placed) -> Option<&Sample> {
            placed.row.as_ref().ok().and_then(Row::shared)
        }
        let is_same = || shared(self).map(Sample::group_key) == shared(other).map(Sample::group_key);
        self.group().is_some() && self.group() == other.group() && is_same()
    }

    /// Its samples, in order, with the error in place of each that cannot be read.
    fn open(self, number: usize) -> Vec<Opened> {
        let place = Place { source: &self.source, line: self.line };
        let (own_id, group) = (self.row.as_ref().is_ok_and(Row::has_id), self.digests.group);
        let unreadable = |id: Value, problem: &str| Opened {
            number,
            own_id,
            hash: None,
            group: None,
            content: Err(Unreadable { id, problem: format!("{place}: {problem}") }),
        };
        match self.row {
            Err(problem) => vec![unreadable(Value::from(self.number), &problem)],
            Ok(row) => {
                let id = row.id().clone();
                match row.into_samples() {
                    Ok(samples) => samples
                        .zip(self.digests.each)
                        .map(|(one, hash)| match one {
                            Ok(sample) => Opened { number, own_id, hash, group, content: Ok(sample) },
                            Err(bad) => unreadable(bad.id, &bad.problem),
                        })
                        .collect(),
                    Err(error) => vec![unreadable(id, &error.to_string())],
                }
            }
        }
    }
}

/// A sample, or what could not be read.
struct Opened {
    /// The index of its row in the window.
    number: usize,
    own_id: bool,
    hash: Option<Digest>,
    group: Option<Digest>,
    content: Result<Sample, Unreadable>,
}

impl Opened {
    fn id(&self) -> &Value {
        match &self.content {
            Ok(sample) => &sample.id,
            Err(unreadable) => &unreadable.id,
        }
    }
}

/// Parses the rows of a chunk, in parallel if the scorer has threads.
pub(super) fn read(lines: Vec<RawLine>, fields: &Fields, scorer: &Scorer) -> Vec<Placed> {
    let read = |raw: RawLine| Placed::read(raw, fields);
    scorer.on_threads(
        |parallel| {
            if parallel { lines.into_par_iter().map(read).collect() } else { lines.into_iter().map(read).collect() }
        },
    )
}

/// The results of a window.
#[derive(Default)]
pub(super) struct Results {
    /// The result lines.
    pub text: Vec<u8>,
    /// Each row's number and the number of bytes of its results.
    pub rows: Vec<(u64, usize)>,
}

/// Judges rows and writes their result lines, in order. Results that are known from an interrupted run are taken from
/// there.
///
/// # Errors
/// A row that `watch` refuses; a known result of another row.
pub(super) fn judge<W: Watch>(
    rows: Vec<Placed>,
    scorer: &Scorer,
    summary: &mut RunSummary,
    watch: &mut W,
    replay: &mut Replay,
) -> crate::Result<Results> {
    summary.rows += rows.len() as u64;
    let mut kept = Vec::with_capacity(rows.len());
    let mut places = Vec::with_capacity(rows.len());
    for placed in &rows {
        let row = placed.row.as_ref().ok();
        row.into_iter().for_each(|row| summary.see_row(row));
        kept.push(row.filter(|row| row.is_object()).map(|row| watch.row(placed.place(), row)).transpose()?);
        places.push((Arc::clone(&placed.source), placed.line, placed.number, placed.block));
    }
    let opened: Vec<Opened> = rows.into_iter().enumerate().flat_map(|(number, placed)| placed.open(number)).collect();
    let known = replay.take(opened.len())?;
    let mut outcomes = if known.len() < opened.len() {
        let samples: Vec<&Sample> = opened.iter().filter_map(|one| one.content.as_ref().ok()).collect();
        scorer.score_batch(&samples)
    } else {
        Vec::new()
    }
    .into_iter();
    let mut known = known.into_iter();
    let mut results = Results { text: Vec::new(), rows: Vec::with_capacity(places.len()) };
    for one in opened {
        let (source, line, number, block) = &places[one.number];
        let place = Place { source, line: *line };
        let before = results.text.len();
        let judged = if one.content.is_ok() { outcomes.next() } else { None };
        let row = match known.next() {
            Some(known) => {
                check_known(&known, &one, place, replay)?;
                results.text.extend(&known.line);
                known.row
            }
            None => {
                let outcome = match &one.content {
                    Ok(_) => {
                        let Some(outcome) = judged else { continue };
                        outcome
                    }
                    Err(Unreadable { problem, .. }) => Outcome::unscored(Reason::BadRow).with_detail(problem.as_str()),
                };
                let row = ResultRow { id: one.id().clone(), outcome, hash: one.hash, group: one.group };
                // Serializing to memory fails only for values that JSON cannot represent, and an outcome has none.
                let _ = serde_json::to_writer(&mut results.text, &row);
                row
            }
        };
        if results.text.last() != Some(&b'\n') {
            results.text.push(b'\n');
        }
        if let Err(Unreadable { problem, .. }) = &one.content {
            summary.see_problem(problem);
        }
        summary.see_outcome(one.group, &row.outcome);
        summary.see_block(*block);
        let bytes = results.text.len() - before;
        match results.rows.last_mut().filter(|(last, _)| last == number) {
            Some((_, total)) => *total += bytes,
            None => results.rows.push((*number, bytes)),
        }
        let Opened { own_id, hash, group, .. } = one;
        let (kept, sample) = (kept[one.number].as_ref(), one.content.as_ref().ok());
        watch.outcome(Judged { place, kept, sample, id: one.id(), own_id, hash, group, outcome: &row.outcome })?;
    }
    Ok(results)
}

/// Checks that a known result is of this row.
fn check_known(known: &Known, one: &Opened, place: Place<'_>, replay: &Replay) -> crate::Result<()> {
    if known.row.id == *one.id() && known.row.hash == one.hash && known.row.group == one.group {
        return Ok(());
    }
    let what = if known.row.id == *one.id() {
        format!("the row {} is not the one that was judged: its prompt, completion or reference has changed", one.id())
    } else {
        format!("the row {} stands where the row {} was judged", one.id(), known.row.id)
    };
    Err(crate::Error::row(format_args!(
        "{place}: {what} ({}:{}): give the same inputs, or leave out --resume to judge all rows anew",
        replay.name(),
        known.number
    )))
}
