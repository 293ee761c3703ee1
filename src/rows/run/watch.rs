//! Follows a run: what a caller keeps of each row, and the outcomes of the row's completions.

use std::fmt;

use serde_json::Value;

use crate::rows::Row;
use crate::{Outcome, Result, Sample};

/// Where a row is; shown as `source:line`.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The name of its source.
    pub source: &'a str,
    /// Its line in the source, from 1.
    pub line: u64,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.source, self.line)
    }
}

/// The outcome of a completion, or of a row that cannot be used.
#[derive(Debug)]
pub struct Judged<'a, K> {
    /// Where its row is.
    pub place: Place<'a>,
    /// What was kept of its row; `None` for a line that is no object.
    pub kept: Option<&'a K>,
    /// The completion; `None` for a row or completion that cannot be read.
    pub sample: Option<&'a Sample>,
    /// The id of its result.
    pub id: &'a Value,
    /// The outcome.
    pub outcome: &'a Outcome,
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

    /// Called with the outcome of each completion of a row, in order. A row that cannot be used has one outcome, and so has
    /// a line that is no object.
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
