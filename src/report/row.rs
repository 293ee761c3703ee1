//! One row of a report.

use crate::rows::run::Place;
use crate::{Outcome, Sample};

/// A sample, where it comes from, and how it was judged: not at all, once, or twice for a comparison.
///
/// ```
/// use r1rewards::report::Row;
/// use r1rewards::rows::run::Place;
/// use r1rewards::{Outcome, Reason, Sample};
///
/// let sample = Sample::new("so \\boxed{42}").with_answer("42");
/// let (strict, lenient) = (Outcome::incorrect(Reason::Different), Outcome::correct(Reason::Equal));
/// let row = Row::new(Place::line("rows.jsonl", 7), &sample).judged(&strict).against(&lenient).source("algebra");
/// assert_eq!((row.place.line, row.source), (7, "algebra"));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Row<'a> {
    /// Its file, as the report names it, and its line, item or row there.
    pub place: Place<'a>,
    /// What the rows are grouped by: a data set, a level; by default the file.
    pub source: &'a str,
    /// Prompt, completion, reference and other columns.
    pub sample: &'a Sample,
    /// The judgement; `None` if the row was not judged.
    pub outcome: Option<&'a Outcome>,
    /// The judgement of the other side of a comparison.
    pub other: Option<&'a Outcome>,
    /// Further texts, each with its title: explanations, overlaps.
    pub notes: Vec<(String, String)>,
}

impl<'a> Row<'a> {
    /// A row that was not judged.
    pub fn new(place: Place<'a>, sample: &'a Sample) -> Self {
        Self { place, source: place.source, sample, outcome: None, other: None, notes: Vec::new() }
    }

    /// The same row with its judgement.
    #[must_use]
    pub fn judged(mut self, outcome: &'a Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// The same row with the judgement of the other side.
    #[must_use]
    pub fn against(mut self, other: &'a Outcome) -> Self {
        self.other = Some(other);
        self
    }

    /// The same row with another source.
    #[must_use]
    pub fn source(mut self, source: &'a str) -> Self {
        self.source = source;
        self
    }

    /// The same row with one more text.
    #[must_use]
    pub fn note(mut self, title: impl Into<String>, text: impl Into<String>) -> Self {
        self.notes.push((title.into(), text.into()));
        self
    }

    /// Whether two judgements have different verdicts.
    pub fn disagrees(&self) -> bool {
        matches!((self.outcome, self.other), (Some(one), Some(other)) if one.verdict != other.verdict)
    }
}
