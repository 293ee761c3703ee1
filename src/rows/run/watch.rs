//! Follows a run: what a caller keeps of each row, and the outcomes of the row's completions.

use std::fmt;

use crate::rows::{Row, Unit};
use crate::{Outcome, Result};

/// Where a row is; shown as `rows.jsonl:3`, `rows.json: item 3` or `rows.parquet: row 3`.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The name of its source.
    pub source: &'a str,
    /// Its line, item or row in the source, from 1.
    pub line: u64,
    /// Which of these it is.
    pub unit: Unit,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Line => write!(formatter, "{}:{}", self.source, self.line),
            Unit::Item => write!(formatter, "{}: item {}", self.source, self.line),
            Unit::Row => write!(formatter, "{}: row {}", self.source, self.line),
        }
    }
}

/// Sees every row of a run, in order.
pub trait Watch {
    /// What it keeps of a row until the row's completions are judged.
    type Kept;

    /// Called with each row that is an object, before its completions are judged.
    ///
    /// # Errors
    /// An error ends the run.
    fn row(&mut self, place: Place<'_>, row: &Row) -> Result<Self::Kept>;

    /// Called with the outcome of each completion of a row, in order. A row that cannot be used has one outcome; for a
    /// line that is no object, nothing was kept.
    fn outcome(&mut self, kept: Option<&Self::Kept>, outcome: &Outcome);
}

/// Nobody watches.
impl Watch for () {
    type Kept = ();

    fn row(&mut self, _: Place<'_>, _: &Row) -> Result<()> {
        Ok(())
    }

    fn outcome(&mut self, _: Option<&()>, _: &Outcome) {}
}
