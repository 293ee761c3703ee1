//! Rows in batches, for a caller that judges them itself.
//!
//! As in a run, a group that is needed whole is not split, and a group whose rows lie apart is refused.

use std::path::PathBuf;
use std::sync::Arc;

use super::chunk::{Placed, RawLine, Split};
use super::gathered::Gathered;
use super::summary::RunSummary;
use super::watch::Place;
use super::whole::{Wholeness, split_last_group};
use crate::rows::{Digest, Fields, Line, Unit, Unreadable};
use crate::{Result, Sample, Scorer};

/// A batch ends after this number of samples or bytes, whichever comes first.
const SAMPLES: usize = 4096;
const BYTES: usize = 8 << 20;

/// Collects rows until a batch is complete.
pub(crate) struct Batches<'a> {
    /// What was seen of the rows and their columns.
    pub seen: RunSummary,
    /// Brings the rows of each group together, if they may lie apart.
    gathered: Option<Gathered<'a>>,
    sorted: Option<Box<dyn Iterator<Item = Result<RawLine>>>>,
    /// Checks that groups are whole, if they must be.
    wholeness: Option<Wholeness>,
    rows: Vec<Placed>,
    /// The samples and bytes since the last batch.
    samples: usize,
    bytes: usize,
}

/// Where a sample is, and what its results are joined by.
pub(crate) struct Spot {
    pub source: Arc<str>,
    pub line: u64,
    pub unit: Unit,
    /// Whether its row has an id of its own.
    pub own_id: bool,
    pub hash: Option<Digest>,
    /// The digest of its columns that the rewards read besides prompt and reference.
    pub named: Option<Digest>,
}

impl Spot {
    pub(crate) fn place(&self) -> Place<'_> {
        Place { source: &self.source, line: self.line, unit: self.unit }
    }
}

/// A sample of a batch, or why it cannot be read.
pub(crate) type ReadSample = (Spot, std::result::Result<Sample, Unreadable>);

impl<'a> Batches<'a> {
    /// No rows yet; whether groups must be whole, and an empty summary that says which columns are expected.
    pub(crate) fn new(whole_groups: bool, seen: RunSummary) -> Self {
        let wholeness = whole_groups.then(Wholeness::default);
        Self { seen, gathered: None, sorted: None, wholeness, rows: Vec::new(), samples: 0, bytes: 0 }
    }

    /// Brings the rows of each group together, with temporary files in this folder: every batch comes from
    /// [`gathered`](Self::gathered).
    #[must_use]
    pub(crate) fn gather(mut self, folder: PathBuf, scorer: &'a Scorer) -> Self {
        self.gathered = Some(Gathered::new(folder, scorer));
        self
    }

    /// Adds the row with this number (from 1, over all sources); the samples of a batch that is complete.
    ///
    /// # Errors
    /// A group whose rows lie apart.
    pub(crate) fn push(&mut self, source: &Arc<str>, fields: &Arc<Fields>, line: Line, row: u64) -> Result<Vec<ReadSample>> {
        let raw = RawLine { source: Arc::clone(source), fields: Arc::clone(fields), line, row, block: 0 };
        match &mut self.gathered {
            Some(gathered) => gathered.push(raw).map(|()| Vec::new()),
            None => self.add(raw),
        }
    }

    /// The samples of the next batch of the rows that were brought together; `None` if only those of [`finish`](Self::finish) are
    /// left.
    ///
    /// # Errors
    /// Temporary files that cannot be written or read.
    pub(crate) fn gathered(&mut self) -> Result<Option<Vec<ReadSample>>> {
        if let Some(gathered) = self.gathered.take() {
            self.sorted = Some(Box::new(gathered.finish()?));
        }
        while let Some(raw) = self.sorted.as_mut().and_then(Iterator::next) {
            let batch = self.add(raw?)?;
            if !batch.is_empty() {
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }

    fn add(&mut self, raw: RawLine) -> Result<Vec<ReadSample>> {
        self.bytes += raw.line.text.as_ref().map_or(0, Vec::len);
        let placed = Placed::read(Split::of(raw));
        placed.seen_by(&mut self.seen);
        self.samples += placed.len().max(1);
        self.rows.push(placed);
        if self.samples < SAMPLES && self.bytes < BYTES {
            return Ok(Vec::new());
        }
        (self.samples, self.bytes) = (0, 0);
        let goes_on = if self.wholeness.is_some() { split_last_group(&mut self.rows) } else { Vec::new() };
        let rows = std::mem::replace(&mut self.rows, goes_on);
        self.opened(rows)
    }

    /// The samples of the last batch.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub(crate) fn finish(&mut self) -> Result<Vec<ReadSample>> {
        let rows = std::mem::take(&mut self.rows);
        self.opened(rows)
    }

    fn opened(&mut self, rows: Vec<Placed>) -> Result<Vec<ReadSample>> {
        if let Some(wholeness) = &mut self.wholeness {
            rows.iter().try_for_each(|row| wholeness.check(row))?;
        }
        let samples = rows.into_iter().flat_map(|row| {
            let (source, line, unit) = row.origin();
            let named = row.named();
            row.open(0).into_iter().map(move |one| {
                let spot = Spot { source: Arc::clone(&source), line, unit, own_id: one.own_id, hash: one.hash, named };
                (spot, one.content)
            })
        });
        Ok(samples.collect())
    }
}
