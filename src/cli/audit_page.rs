//! The page of `verify audit`: its findings and tables, and the rows behind them.

use std::io::Write as _;

use anyhow::Context as _;
use serde_json::Value;

use super::args::AuditArgs;
use super::report::name_of;
use crate::audit::{AuditReport, Finding};
use crate::report::{self, Report, ReportOptions, Row as Shows};
use crate::rows::run::{Judged, Place, Reading, RunSummary, Watch};
use crate::rows::{Field, Output, Row, Source};
use crate::{Result, Sample, engine_version};

/// The most characters of a text, and the most bytes of the page: less than `verify report` shows, because packing rows
/// takes longer than auditing them.
const TEXT_CHARS: usize = 2000;
const MOST_BYTES: u64 = 8_000_000;

/// The page so far.
pub(super) struct Page {
    report: Report,
}

/// A watch and the page, which both see every row.
pub(super) struct Shown<W> {
    pub audit: W,
    pub page: Page,
}

impl Page {
    pub(super) fn new(args: &AuditArgs, sources: &[Source]) -> Self {
        let names: Vec<String> = sources.iter().take(3).map(name_of).collect();
        let more = if sources.len() > names.len() { ", ..." } else { "" };
        let mut options = ReportOptions::default();
        (options.text_chars, options.max_bytes) = (TEXT_CHARS, MOST_BYTES);
        let mut report = Report::with_options(format!("Audit of {}{more}", names.join(", ")), options);
        report
            .summary("engine", engine_version())
            .summary("reward", args.judging.rewards.as_deref().unwrap_or(&args.judging.reward));
        Self { report }
    }

    /// Writes the page.
    pub(super) fn write(mut self, path: &str, found: &AuditReport, judged: &RunSummary) -> anyhow::Result<()> {
        for (preset, rows) in presets(judged) {
            self.report.summary("preset", format!("{preset}, {rows}"));
        }
        self.report.summary("completions", found.completions.to_string());
        for finding in &found.findings {
            self.report.finding(shown(finding));
        }
        for table in &found.tables {
            let empty = report::Table::new(&table.title, table.columns.iter().copied());
            self.report.table(table.rows.iter().fold(empty, |table, row| table.row(row.iter().map(cell))));
        }
        let mut output = Output::open(path)?;
        let left = self.report.write_to(&mut output).and_then(|left| output.flush().map(|()| left));
        left.with_context(|| format!("cannot write {path}"))?;
        Ok(output.commit()?)
    }

    fn row(&mut self, place: Place<'_>, row: &Row) {
        // A row with completions is shown when they are judged.
        if let Some(shared) = row.shared().filter(|_| !row.has_completion()) {
            let sample = Sample { id: row.id().clone(), ..shared.clone() };
            self.report.row(&Shows::new(place, &sample));
        }
    }

    fn outcome<K>(&mut self, judged: &Judged<'_, K>) {
        if let Some(sample) = judged.sample {
            self.report.row(&Shows::new(judged.place, sample).judged(judged.outcome));
        }
    }
}

impl<W: Watch> Watch for Shown<W> {
    type Kept = W::Kept;

    fn row(&mut self, place: Place<'_>, row: &Row) -> Result<W::Kept> {
        self.page.row(place, row);
        self.audit.row(place, row)
    }

    fn outcome(&mut self, judged: Judged<'_, W::Kept>) -> Result<()> {
        self.page.outcome(&judged);
        self.audit.outcome(judged)
    }
}

/// A finding as the page shows it.
fn shown(finding: &Finding) -> report::Finding {
    let code = finding.code;
    let empty = report::Finding::new(code.code(), code.severity(), code.describe(), finding.count)
        .about(code.fix())
        .page(format!("docs/findings.md#{}", code.code()));
    finding.examples.iter().fold(empty, |shown, example| {
        shown.example(report::Example {
            file: example.source.clone(),
            line: example.line,
            unit: example.unit,
            id: cell(&example.id),
            text: example.detail.clone(),
        })
    })
}

/// How rows were read with a preset, in words.
pub(super) fn presets(judged: &RunSummary) -> Vec<(&'static str, String)> {
    let named = |reading: Reading| {
        let others = Field::ALL.iter().zip(reading.paths.iter()).filter(|(field, path)| field.name() != **path && !path.is_empty());
        let columns: Vec<_> = others.map(|(field, path)| format!("{} from `{path}`", field.name())).collect();
        let columns = if columns.is_empty() { String::new() } else { format!(": {}", columns.join(", ")) };
        Some((reading.preset?, format!("{} rows{columns}", reading.rows)))
    };
    judged.readings().into_iter().filter_map(named).collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
