//! `verify report`.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::audit::SOURCES;
use crate::report::{Report, ReportOptions, Row};
use crate::rows::run::{Place, RunSummary, keep_apart};
use crate::rows::{Digest, Fields, Line, Output, RowDigests, Source, Writes, check_output_name};
use crate::{Outcome, Reason, Sample};

use super::args::ReportArgs;
use super::codes::FINE;
use super::judged_rows::own_outcome;
use super::judging::{fields, no_row_read, read_as, warn};
use super::manifest::path_of;
use super::progress::progress_bar;
use super::results::{Results, Wanted};
use super::shown::say;

/// The most characters of a line that is not a row.
const RAW: usize = 2000;

pub(super) fn run(args: &ReportArgs) -> anyhow::Result<u8> {
    let fields = read_as(fields(&args.map)?, &args.reading)?;
    let sources = Source::all(&args.input)?;
    let meta = args.results.as_ref().map(|path| Source::File(path_of(path).into()));
    let read: Vec<_> = sources.iter().cloned().chain(Source::all(args.results.as_ref())?).chain(meta).collect();
    keep_apart(&read, &[&*args.output])?;
    check_output_name(&args.output, Writes::Page)?;
    let mut options = ReportOptions::default();
    (options.text_chars, options.max_bytes, options.seed) = (args.text_chars, args.max_mb * 1_000_000, args.seed);
    let title = args.title.clone().unwrap_or_else(|| sources.iter().map(name_of).collect::<Vec<_>>().join(", "));
    let mut report = Report::with_options(title, options);
    if let Some(path) = &args.results {
        facts(&mut report, path);
    }
    let mut outcomes = args.results.as_deref().map(Results::read).transpose()?;
    let fields = outcomes.iter_mut().fold(fields, |fields, results| results.columns_of(fields));
    let mut seen = RunSummary::default().expecting(&fields);
    if let Some(column) = &args.source {
        seen.expect(&format!("--source {column}"), column);
    }
    let mut rows = Rows { report, outcomes, source: args.source.clone(), first: true, seen, unjudged: 0, unreadable: 0, shown: 0 };
    let (bytes, bar) = (Arc::new(AtomicU64::new(0)), progress_bar(args.quiet, &sources));
    for source in &sources {
        let name = source.to_string();
        let (records, fields) = source.rows(&fields, &bytes)?;
        let before = rows.seen.rows;
        for line in records {
            rows.add(&name, line?, &fields)?;
            bar.set_position(bytes.load(Ordering::Relaxed));
        }
        rows.seen.see_source(&name, rows.seen.rows - before);
    }
    bar.finish_and_clear();
    rows.seen.check_completions(&fields)?;
    if rows.shown == rows.unreadable {
        bail!("{}", no_row_read(&rows.seen));
    }
    warn(&rows.seen);
    let count = rows.shown;
    let report = rows.finish(args)?;
    let mut output = Output::open(&args.output)?;
    let written = report.write_to(&mut output).and_then(|left| output.flush().map(|()| left));
    let left = written.with_context(|| format!("cannot write {}", args.output))?;
    output.commit()?;
    if !args.quiet {
        say(format_args!("{count} rows in {}\n", if args.output == "-" { "the page" } else { &args.output }));
        if let Some(left) = left {
            say(format_args!("{left}\n"));
        }
    }
    Ok(FINE)
}

/// The rows so far.
struct Rows {
    report: Report,
    /// The results; `None` if the rows have their judgements themselves.
    outcomes: Option<Results>,
    /// The column that names the source.
    source: Option<String>,
    first: bool,
    /// What was seen of the columns, and the number of rows over all files.
    seen: RunSummary,
    /// The samples that have no result.
    unjudged: u64,
    /// The rows and completions that cannot be read.
    unreadable: u64,
    shown: u64,
}

impl Rows {
    /// Adds the samples of a line. A line that is not a row is one row that shows the line.
    fn add(&mut self, file: &str, line: Line, fields: &Fields) -> anyhow::Result<()> {
        self.seen.rows += 1;
        let at = Place { source: file, line: line.number, unit: line.unit };
        let text = match line.text {
            Ok(text) => text,
            Err(problem) => {
                self.seen.see_problem(&format!("{at}: {problem}"));
                return self.add_unreadable(at, Sample::new("").with_id(self.seen.rows), (&problem, false), None);
            }
        };
        let row = fields.read(text.clone(), self.seen.rows);
        self.seen.see_unjudged(at, &row);
        if self.first && self.source.is_none() {
            self.source = SOURCES.into_iter().find(|name| row.columns().any(|column| column == *name)).map(str::to_owned);
        }
        self.first = false;
        let sample = Sample { id: row.id().clone(), ..row.shared().cloned().unwrap_or_default() };
        let own_id = row.has_id();
        let RowDigests { each: digests, named, .. } = row.digests();
        match row.into_samples() {
            Err(problem) => self.add_unreadable(at, sample, (&problem.to_string(), own_id), Some(&text)),
            Ok(samples) => {
                for (place, (read, hash)) in samples.zip(digests).enumerate() {
                    match read {
                        Ok(sample) => self.add_sample(at, sample, place, (own_id, hash, named))?,
                        Err(unreadable) => {
                            let sample = Sample { id: unreadable.id, ..sample.clone() };
                            self.add_unreadable(at, sample, (&unreadable.problem, own_id), None)?;
                        }
                    }
                }
                Ok(())
            }
        }
    }

    /// Adds a sample; `join` says whether its row has an id of its own, its digest, and that of what else the rewards read.
    fn add_sample(
        &mut self,
        at: Place<'_>,
        mut sample: Sample,
        place: usize,
        join: (bool, Option<Digest>, Option<Digest>),
    ) -> anyhow::Result<()> {
        let outcome = match &mut self.outcomes {
            Some(outcomes) => {
                let wanted = Wanted { place: at, id: &sample.id, own_id: join.0, hash: join.1, named: join.2 };
                outcomes.take(&wanted)?.map(|row| row.outcome)
            }
            None => Some(own_outcome(&mut sample, place).with_context(|| at.to_string())?),
        };
        self.unjudged += u64::from(outcome.is_none());
        self.shown += 1;
        let named = self.source.as_deref().and_then(|column| sample.fields.get(column)).map(plain);
        let row = Row::new(at, &sample).source(named.as_deref().unwrap_or(at.source));
        let row = match &outcome {
            Some(outcome) => row.judged(outcome),
            None => row,
        };
        self.report.row(&row);
        Ok(())
    }

    /// Adds a row or a completion that cannot be read, with its result if it has one; `problem` is what is wrong, and whether
    /// the row has an id of its own.
    fn add_unreadable(&mut self, at: Place<'_>, sample: Sample, problem: (&str, bool), text: Option<&[u8]>) -> anyhow::Result<()> {
        let (problem, own_id) = problem;
        let wanted = Wanted { place: at, id: &sample.id, own_id, hash: None, named: None };
        let result = match &mut self.outcomes {
            Some(outcomes) if own_id => outcomes.take(&wanted)?,
            Some(outcomes) => outcomes.take_unreadable(&wanted),
            None => None,
        };
        let outcome = result.map(|row| row.outcome).unwrap_or_else(|| Outcome::unscored(Reason::BadRow).with_detail(problem));
        let row = Row::new(at, &sample).judged(&outcome);
        let row = match text {
            Some(text) => row.note("line", String::from_utf8_lossy(text).chars().take(RAW).collect::<String>()),
            None => row,
        };
        self.unreadable += 1;
        self.shown += 1;
        self.report.row(&row);
        Ok(())
    }

    /// The report, with notes about rows without results and results without rows.
    fn finish(self, args: &ReportArgs) -> anyhow::Result<Report> {
        let Self { mut report, outcomes, unjudged, shown, .. } = self;
        let (Some(outcomes), Some(path)) = (outcomes, &args.results) else { return Ok(report) };
        if shown > 0 && unjudged == shown {
            bail!("no row of the input has a result in {path}: name the output of `verify score` for these rows with --results");
        }
        if unjudged > 0 {
            report.note(format!("{unjudged} rows have no result in {path}; they are listed as not judged."));
        }
        let left = outcomes.left().count();
        if left > 0 {
            report.note(format!("{} results in {path} belong to no row of the input; they are not in this report.", left));
        }
        Ok(report)
    }
}

/// Adds what the file beside the results says about how they were made.
fn facts(report: &mut Report, results: &str) {
    let Ok(text) = std::fs::read_to_string(path_of(results)) else { return };
    let Ok(meta) = serde_json::from_str::<Value>(&text) else { return };
    for (field, label) in [("engine_version", "engine"), ("config_hash", "config hash")] {
        if let Some(value) = meta.get(field) {
            report.summary(label, plain(value));
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The name of a source without its folder, for a title.
pub(super) fn name_of(source: &Source) -> String {
    match source {
        Source::File(path) => path.file_name().unwrap_or(Path::new("").as_os_str()).to_string_lossy().into_owned(),
        other => other.to_string(),
    }
}
