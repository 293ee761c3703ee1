//! Collects what a report shows, and writes its page.

use super::blocks::{Blocks, Entry};
use super::charts::Chart;
use super::finding::Finding;
use super::names::Names;
use super::record;
use super::row::Row;
use super::table::Table;
use super::tally::{Tally, kind};
use crate::{Outcome, Verdict};

/// How much of the rows a report shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportOptions {
    /// The most characters of a prompt, a completion or a note; of a longer one, start and end are shown, and what is
    /// around the extracted answer. Default: 4000.
    pub text_chars: usize,
    /// The most bytes of the page; rows are left out to stay below it, correct ones first. Default: 60 million.
    pub max_bytes: u64,
    /// The seed of the draw of these rows. Default: 0.
    pub seed: u64,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self { text_chars: 4000, max_bytes: 60_000_000, seed: 0 }
    }
}

/// What the page needs at most besides its rows, sections and names: style, script, title, links.
pub(super) const FRAME: u64 = 100_000;
/// A report that is being put together.
///
/// Memory stays at about six times the size of the page, however many rows there are, plus about 80 bytes for every prompt.
///
/// ```
/// use r1rewards::report::{Report, Row};
/// use r1rewards::rows::run::Place;
/// use r1rewards::{Outcome, Reason, Sample};
///
/// let mut report = Report::new("math, strict");
/// report.summary("engine", r1rewards::engine_version());
/// let sample = Sample::new("so \\boxed{42}").with_prompt("What is 6 times 7?").with_answer("42");
/// report.row(&Row::new(Place::line("rows.jsonl", 1), &sample).judged(&Outcome::correct(Reason::Equal).with_extracted("42")));
/// let mut html = Vec::new();
/// report.write_to(&mut html)?;
/// assert!(html.starts_with(b"<!DOCTYPE html>"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Report {
    pub(super) title: String,
    pub(super) options: ReportOptions,
    pub(super) facts: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    pub(super) sides: Option<[String; 2]>,
    pub(super) findings: Vec<Finding>,
    pub(super) tables: Vec<Table>,
    pub(super) charts: Vec<Chart>,
    pub(super) tally: Tally,
    pub(super) files: Names,
    /// For each file what stands between its name and a number.
    pub(super) separators: Vec<&'static str>,
    pub(super) sources: Names,
    pub(super) blocks: Blocks,
}

impl Report {
    /// A report with a title and nothing else.
    pub fn new(title: impl Into<String>) -> Self {
        Self::with_options(title, ReportOptions::default())
    }

    /// A report with options.
    pub fn with_options(title: impl Into<String>, options: ReportOptions) -> Self {
        Self {
            title: title.into(),
            facts: Vec::new(),
            notes: Vec::new(),
            sides: None,
            findings: Vec::new(),
            tables: Vec::new(),
            charts: Vec::new(),
            tally: Tally::default(),
            files: Names::default(),
            separators: Vec::new(),
            sources: Names::default(),
            blocks: Blocks::new(room(options.max_bytes), options.seed),
            options,
        }
    }

    /// Adds a line to the summary, before the counts of the rows.
    pub fn summary(&mut self, label: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.facts.push((label.into(), value.into()));
        self
    }

    /// Adds a sentence about what is missing from the report; it is shown at the top.
    pub fn note(&mut self, sentence: impl Into<String>) -> &mut Self {
        self.notes.push(sentence.into());
        self
    }

    /// Names the two sides of a comparison, whose rows have two judgements each.
    pub fn sides(&mut self, left: impl Into<String>, right: impl Into<String>) -> &mut Self {
        self.sides = Some([left.into(), right.into()]);
        self
    }

    /// Adds a finding; the page lists errors first.
    pub fn finding(&mut self, finding: Finding) -> &mut Self {
        self.findings.push(finding);
        self
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) -> &mut Self {
        self.tables.push(table);
        self
    }

    /// Adds a chart after those of lengths, work and pass rates, which every report has.
    pub fn chart(&mut self, chart: Chart) -> &mut Self {
        self.charts.push(chart);
        self
    }

    /// Adds a row: counts it, and packs what the page shows of it.
    pub fn row(&mut self, row: &Row<'_>) -> &mut Self {
        if row.other.is_some() && self.sides.is_none() {
            self.sides("first", "second");
        }
        let (file, source) = (self.files.number(row.place.source), self.sources.number(row.source));
        self.separators.resize(self.files.all().len(), row.place.unit.separator());
        let group = self.tally.add(row, source);
        let kinds = [row.outcome, row.other].map(kind);
        let reward = [row.outcome, row.other].map(|outcome| outcome.and_then(|outcome| outcome.value).unwrap_or(f64::NAN));
        let most = self.options.text_chars;
        self.blocks.add(class(row), |out| {
            let length = record::write(row, most, out);
            Entry {
                file,
                line: u32::try_from(row.place.line).unwrap_or(u32::MAX),
                source,
                group,
                length: u32::try_from(length).unwrap_or(u32::MAX),
                verdict: kinds.map(|(verdict, _)| verdict),
                reason: kinds.map(|(_, reason)| reason),
                reward,
                work: row.outcome.map_or(f64::NAN, work),
                ..Entry::default()
            }
        });
        self
    }
}

/// Which rows are left out last: those that people look for first.
fn class(row: &Row<'_>) -> usize {
    match row.outcome.map(|outcome| outcome.verdict) {
        _ if row.disagrees() => 0,
        Some(Verdict::Unscored) => 0,
        Some(Verdict::Incorrect) => 1,
        Some(Verdict::Correct) | None => 2,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number that is shown and sorted by")]
fn work(outcome: &Outcome) -> f64 {
    outcome.cost.work as f64
}

/// The most bytes of compressed rows in a page of at most this size.
pub(super) fn room(page: u64) -> u64 {
    // Base64 has four characters for three bytes.
    page.saturating_sub(FRAME) / 4 * 3
}
