//! Follows a run: what a caller keeps of each row, and the outcomes of the row's completions.

use std::fmt;

use serde_json::Value;

use crate::rows::{Digest, Row, Unit};
use crate::{Outcome, Result, Sample};

/// Where a row is; shown as `rows.jsonl:3`, `rows.json: item 3` or `rows.parquet: row 3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The name of its source.
    pub source: &'a str,
    /// Its line, item or row in the source, from 1.
    pub line: u64,
    /// Which of these it is.
    pub unit: Unit,
}

impl<'a> Place<'a> {
    /// A line of a text file.
    pub fn line(source: &'a str, line: u64) -> Self {
        Self { source, line, unit: Unit::Line }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}{}", self.source, self.unit.separator(), self.line)
    }
}

/// A completion that was judged, or a row that could not be.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a, K> {
    /// Where its row is.
    pub place: Place<'a>,
    /// What was kept of its row; `None` for a line that is no object.
    pub kept: Option<&'a K>,
    /// What was judged; `None` if it could not be read.
    pub sample: Option<&'a Sample>,
    /// The id of its result.
    pub id: &'a Value,
    /// Whether its row has an id of its own; otherwise the id is made of the row's number.
    pub own_id: bool,
    /// The digest of its completion with prompt and reference.
    pub hash: Option<Digest>,
    /// The digest of its columns that the rewards read besides prompt and reference.
    pub named: Option<Digest>,
    /// The digest of its group.
    pub group: Option<Digest>,
    /// The judgement.
    pub outcome: &'a Outcome,
}

/// Sees every row of a run, in the order in which rows are judged: that of the input, unless groups are brought
/// together.
pub trait Watch {
    /// What it keeps of a row until the row's completions are judged.
    type Kept;

    /// Called with each row that is an object, before its completions are judged.
    ///
    /// # Errors
    /// An error ends the run.
    fn row(&mut self, place: Place<'_>, row: &Row) -> Result<Self::Kept>;

    /// Called with each completion of a row, in order. A row that cannot be used has one outcome.
    ///
    /// # Errors
    /// An error ends the run.
    fn outcome(&mut self, judged: Judged<'_, Self::Kept>) -> Result<()>;
}

/// Nobody watches.
impl Watch for () {
    type Kept = ();

    fn row(&mut self, _: Place<'_>, _: &Row) -> Result<()> {
        Ok(())
    }

    fn outcome(&mut self, _: Judged<'_, ()>) -> Result<()> {
        Ok(())
    }
}
