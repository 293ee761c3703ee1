//! Processes one chunk of a run: raw lines to rows, rows to result lines.

use std::sync::Arc;

use rayon::prelude::*;
use serde_json::Value;

use super::summary::RunSummary;
use super::watch::{Judged, Place, Watch};
use crate::core::columns::{Columns, NoRow};
use crate::rows::{Digest, Fields, Known, Line, ReadColumns, Replay, ResultRow, Row, RowDigests, Unit, Unreadable};
use crate::{Outcome, Reason, Sample, Scorer};

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
    /// The number of its block among those that shards are dealt, from 0; 0 without shards.
    pub block: u64,
}

/// A line whose columns were found, with its position: so long texts are searched for their ends once, by the stage that reads them and
/// needs the number of values.
pub(super) struct Split {
    source: Arc<str>,
    fields: Arc<Fields>,
    line: u64,
    unit: Unit,
    number: u64,
    block: u64,
    columns: Result<Result<Columns, NoRow>, String>,
}

impl Split {
    pub(super) fn of(raw: RawLine) -> Self {
        let RawLine { source, fields, line, row, block } = raw;
        let columns = line.text.map(|text| Columns::of(Arc::new(text)));
        Self { source, fields, line: line.number, unit: line.unit, number: row, block, columns }
    }

    /// The number of values of the row, on all levels, and of keys.
    pub(super) fn values(&self) -> usize {
        self.columns.as_ref().map_or(0, |columns| columns.as_ref().map_or(1, Columns::values))
    }
}

/// The row of a line, with its position.
pub(super) struct Placed {
    source: Arc<str>,
    line: u64,
    unit: Unit,
    number: u64,
    block: u64,
    /// The row (which may itself be unusable), or the error of the line.
    row: Result<Row, String>,
    digests: RowDigests,
    /// The columns besides prompt and reference that the rewards read.
    read: Option<ReadColumns>,
}

impl Placed {
    pub(super) fn read(split: Split) -> Self {
        let Split { source, fields, line, unit, number, block, columns } = split;
        let row = columns.map(|columns| fields.read_split(columns, number));
        let digests = row.as_ref().map(Row::digests).unwrap_or_default();
        let names = || Arc::clone(fields.context());
        let read = digests.named.map(|digest| ReadColumns { names: names(), digest });
        Self { source, line, unit, number, block, row, digests, read }
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place { source: &self.source, line: self.line, unit: self.unit }
    }

    /// Counts it as a row that is not judged.
    #[cfg(feature = "cli")]
    pub(super) fn seen_by(&self, summary: &mut RunSummary) {
        summary.rows += 1;
        match &self.row {
            Ok(row) => summary.see_unjudged(self.place(), row),
            Err(problem) => summary.see_problem(&format!("{}: {problem}", self.place())),
        }
    }

    /// The source, line and unit of its place.
    #[cfg(feature = "cli")]
    pub(super) fn origin(&self) -> (Arc<str>, u64, Unit) {
        (Arc::clone(&self.source), self.line, self.unit)
    }

    /// The digest of its columns that the rewards read besides prompt and reference.
    pub(super) fn named(&self) -> Option<Digest> {
        self.digests.named
    }

    /// The group that its samples belong to.
    pub(super) fn group(&self) -> Option<Digest> {
        self.digests.group.filter(|_| self.is_usable())
    }

    /// Whether it has a sample, so that it is known to which group its samples belong, or that they belong to none.
    pub(super) fn is_usable(&self) -> bool {
        self.digests.each.iter().any(Option::is_some)
    }

    /// The group of each of its results, in order; `None` for one that cannot be read, whose group is not known.
    pub(super) fn members(&self) -> impl Iterator<Item = Option<Option<Digest>>> {
        let unreadable = self.digests.each.is_empty().then_some(None);
        self.digests.each.iter().map(|hash| hash.map(|_| self.digests.group)).chain(unreadable)
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
    pub(super) fn open(self, index: usize) -> Vec<Opened> {
        let place = Place { source: &self.source, line: self.line, unit: self.unit };
        let (own_id, group) = (self.row.as_ref().is_ok_and(Row::has_id), self.digests.group);
        let unreadable = |id: Value, problem: &str| Opened {
            index,
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
                            Ok(sample) => Opened { index, own_id, hash, group, content: Ok(sample) },
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
pub(super) struct Opened {
    /// The index of its row in the window.
    index: usize,
    pub own_id: bool,
    pub hash: Option<Digest>,
    group: Option<Digest>,
    pub content: Result<Sample, Unreadable>,
}

impl Opened {
    fn id(&self) -> &Value {
        match &self.content {
            Ok(sample) => &sample.id,
            Err(unreadable) => &unreadable.id,
        }
    }

    /// Its result, if it was judged or could not be read.
    fn result(&self, judged: Option<Outcome>, read: Option<ReadColumns>) -> Option<ResultRow> {
        let outcome = match &self.content {
            Ok(_) => judged?,
            Err(Unreadable { problem, .. }) => Outcome::unscored(Reason::BadRow).with_detail(problem.as_str()),
        };
        Some(ResultRow { id: self.id().clone(), outcome, hash: self.hash, group: self.group, read })
    }
}

/// Parses the rows of a chunk, in parallel if the scorer has threads.
pub(super) fn read(lines: Vec<Split>, scorer: &Scorer) -> Vec<Placed> {
    scorer.on_threads(|parallel| {
        if parallel { lines.into_par_iter().map(Placed::read).collect() } else { lines.into_iter().map(Placed::read).collect() }
    })
}

/// The results of a window.
#[derive(Default)]
pub(super) struct Results {
    /// The result lines.
    pub text: Vec<u8>,
    /// Each row's number and the number of bytes of its results.
    pub rows: Vec<(u64, usize)>,
}

impl Results {
    /// Adds a result of the row with this number: its line if it is known, and else the line that it has.
    fn add(&mut self, row: u64, result: &ResultRow, line: Option<&[u8]>) {
        let before = self.text.len();
        if let Some(line) = line {
            self.text.extend(line);
        } else {
            // Serializing to memory fails only for values that JSON cannot represent, and an outcome has none.
            let _ = serde_json::to_writer(&mut self.text, result);
            self.text.push(b'\n');
        }
        let bytes = self.text.len() - before;
        match self.rows.last_mut().filter(|(last, _)| *last == row) {
            Some((_, total)) => *total += bytes,
            None => self.rows.push((row, bytes)),
        }
    }
}

/// A row of a window, without its samples.
struct Spot<K> {
    source: Arc<str>,
    line: u64,
    unit: Unit,
    number: u64,
    block: u64,
    read: Option<ReadColumns>,
    /// What is kept of the row, if it is an object.
    kept: Option<K>,
}

/// Judges rows and adds their result lines, in order. Results that are known from an interrupted run are taken from
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
    mut results: Option<&mut Results>,
) -> crate::Result<()> {
    summary.rows += rows.len() as u64;
    let mut spots = Vec::with_capacity(rows.len());
    for Placed { source, line, unit, number, block, row, read, .. } in &rows {
        let row = row.as_ref().ok();
        let place = Place { source, line: *line, unit: *unit };
        row.into_iter().for_each(|row| summary.see_row(place, row));
        let kept = row.filter(|row| row.is_object()).map(|row| watch.row(place, row)).transpose()?;
        let (source, read) = (Arc::clone(source), read.clone());
        spots.push(Spot { source, line: *line, unit: *unit, number: *number, block: *block, read, kept });
    }
    let opened: Vec<Opened> = rows.into_iter().enumerate().flat_map(|(index, placed)| placed.open(index)).collect();
    let known = replay.take(opened.len())?;
    let mut outcomes = Vec::new();
    if known.len() < opened.len() {
        let samples: Vec<&Sample> = opened.iter().filter_map(|one| one.content.as_ref().ok()).collect();
        outcomes = scorer.score_batch(&samples);
    }
    let (mut known, mut outcomes) = (known.into_iter(), outcomes.into_iter());
    for one in opened {
        let spot = &spots[one.index];
        let place = Place { source: &spot.source, line: spot.line, unit: spot.unit };
        let judged = if one.content.is_ok() { outcomes.next() } else { None };
        let known = known.next();
        if let Some(known) = &known {
            check_known(known, &one, place, replay)?;
        }
        let (row, line) = match known {
            Some(known) => (known.row, Some(known.line)),
            None => match one.result(judged, spot.read.clone()) {
                Some(row) => (row, None),
                None => continue,
            },
        };
        if let Some(results) = results.as_deref_mut() {
            results.add(spot.number, &row, line.as_deref());
        }
        if let Err(Unreadable { problem, .. }) = &one.content {
            summary.see_problem(problem);
        }
        summary.see_outcome(&place, one.group, &row.outcome);
        summary.see_block(spot.block);
        watch.outcome(Judged {
            place,
            kept: spot.kept.as_ref(),
            sample: one.content.as_ref().ok(),
            id: one.id(),
            own_id: one.own_id,
            hash: one.hash,
            named: spot.read.as_ref().map(|read| read.digest),
            group: one.group,
            outcome: &row.outcome,
        })?;
    }
    Ok(())
}

/// Checks that a known result is of this row.
fn check_known(known: &Known, one: &Opened, place: Place<'_>, replay: &Replay) -> crate::Result<()> {
    let id = one.id();
    if known.row.id == *id && known.row.hash == one.hash && known.row.group == one.group {
        return Ok(());
    }
    let what = if known.row.id == *id {
        format!("the row {id} is not the one that was judged: its prompt, completion or reference has changed")
    } else {
        format!("the row {id} stands where the row {} was judged", known.row.id)
    };
    Err(crate::Error::row(format_args!(
        "{place}: {what} ({}:{}): give the same inputs, or leave out --resume to judge all rows anew",
        replay.name(),
        known.number
    )))
}
