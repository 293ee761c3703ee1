//! `verify audit`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use crate::audit::{Audit, AuditOptions, AuditReport, Contamination, FindingCode, Found, Table, prompt_text};
#[cfg(feature = "code")]
use crate::code::{Code, CodeOptions};
use crate::report::Severity;
use crate::rows::run::{Place, Reading, Run, RunSummary, keep_apart};
use crate::rows::{Field, Fields, Output, Source, Writes, check_output_name, write_whole};
use crate::{Error, Scorer, engine_version};

use super::args::AuditArgs;
use super::audit_page::{Page, Shown, presets};
use super::codes::{FINE, MISSED};
use super::judging::{fields, math, read_as, read_for, scorer, warn};
use super::manifest::columns;
use super::progress::progress_bar;
use super::shown::{distinct, escaped, say};

/// The names of the files in the output folder.
const SUMMARY: &str = "audit.json";
const FINDINGS: &str = "findings.jsonl";
const PAGE: &str = "report.html";

pub(super) fn run(args: &AuditArgs) -> anyhow::Result<u8> {
    let scorer = scorer(&args.judging)?;
    let fields = read_for(read_as(fields(&args.judging.map)?, &args.judging.reading)?, &scorer);
    let fail_on = args.fail_on.as_deref().map(str::parse::<Severity>).transpose().context("--fail-on")?;
    if let Some(share) = args.near_duplicates.filter(|share| !(0.0..=1.0).contains(share)) {
        bail!("--near-duplicates {share}: give a share from 0 to 1, for example 0.8");
    }
    check_output_name(&args.output, Writes::Folder)?;
    let mut sources = Vec::new();
    for input in &args.input {
        sources.extend(Source::named(input)?);
    }
    refuse_itself(args, &sources)?;
    let folder = PathBuf::from(&args.output);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let _lock = lock(&folder)?;
    let file = |name: &str| folder.join(name).display().to_string();
    let (findings, summary) = (file(FINDINGS), file(SUMMARY));
    let spec = args.judging.rewards.as_ref().map(|path| Source::File(path.into()));
    let read: Vec<_> = sources.iter().cloned().chain(Source::all(&args.against)?).chain(spec).collect();
    keep_apart(&read, &[&findings, &summary, &file(PAGE)])?;

    // What is asked about prompts can be answered without references.
    let prompts_alone = !args.against.is_empty() || args.near_duplicates.is_some();
    let options = AuditOptions {
        math: math(&args.judging)?,
        #[cfg(feature = "code")]
        code: (!args.no_run).then(|| Code::new(CodeOptions { unsupported_is_unscored: true, ..CodeOptions::default() })),
        near_duplicates: args.near_duplicates,
        answers_may_be_tests: args.judging.rewards.is_none() && args.judging.reward == "auto",
        against: against(args, &fields)?,
        source: args.source.clone(),
        solution: args.solution.clone(),
        prompts_alone,
        examples: args.examples,
    };
    let mut output = Output::open(&findings)?;
    let audit = Audit::new(options, |found: &Found| write_finding(&mut output, found));
    let mut shown = Shown { audit, page: Page::new(args, &sources) };
    let bar = progress_bar(args.quiet, &sources);
    let run = Run::new(&sources, &fields, &scorer).column("--source", args.source.as_deref());
    let run = run.column("--solution", args.solution.as_deref());
    let judged = run.watch(&mut shown, |progress| {
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} rows", progress.rows));
    });
    bar.finish_and_clear();
    let judged = judged?;
    if prompts_alone {
        judged.check_prompts(&fields)?;
    } else {
        judged.check_content(&fields)?;
    }
    judged.check_faults()?;
    judged.check_read()?;
    warn(&judged);
    let Shown { audit, page } = shown;
    let report = audit.finish()?;
    output.commit()?;
    page.write(&file(PAGE), &report, &judged)?;
    let about = about(&scorer, &fields, &sources, &judged, &report);
    write_whole(&summary, &(serde_json::to_string_pretty(&about)? + "\n"))?;
    if !args.quiet {
        if !judged.has_content() {
            say("no row has a reference or a completion: only prompts were examined\n");
        } else if report.completions == 0 {
            say(format_args!("no row has a completion that was read; {}\n", judged.column_advice(Field::Completion)));
        } else if judged.with_reference() == 0 {
            say(format_args!("no row has a reference that was read; {}\n", judged.column_advice(Field::Answer)));
        }
        if !judged.has_prompt() {
            let column = judged.likely_prompt().unwrap_or_else(|| "COLUMN".to_owned());
            say(format_args!(
                "no row has a prompt that was read, so that conflicts, copies and leaks were not looked for: name its column with --map \
                 prompt={column}\n"
            ));
        }
        say(text(&report, &judged, &folder));
    }
    refuse_without_sandbox(&report)?;
    let missed = fail_on.is_some_and(|worst| report.findings.iter().any(|finding| finding.code.severity() <= worst));
    Ok(if missed { MISSED } else { FINE })
}

/// Refuses an input that is also what inputs are checked against: every row would be found.
fn refuse_itself(args: &AuditArgs, sources: &[Source]) -> anyhow::Result<()> {
    let path = |source: &Source| if let Source::File(path) = source { path.canonicalize().ok() } else { None };
    let inputs: Vec<_> = sources.iter().filter_map(path).collect();
    if let Some(both) = Source::all(&args.against)?.iter().find(|against| path(against).is_some_and(|path| inputs.contains(&path)))
    {
        bail!("--against {both}: it is also an input, so that each of its rows would be found: leave it out of one of them");
    }
    Ok(())
}

/// The lock on the output folder while an audit writes its files there, so that those of one audit stand together. Systems without
/// locks of folders do without.
fn lock(folder: &Path) -> anyhow::Result<Option<File>> {
    let Ok(file) = File::open(folder) else { return Ok(None) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            bail!("another audit is writing to {}: wait for its end, or name another folder", folder.display())
        }
        _ => Ok(Some(file)),
    }
}

/// Refuses an audit in which the sandbox failed in every row, so that nothing is known about their tests.
fn refuse_without_sandbox(report: &AuditReport) -> anyhow::Result<()> {
    let not_run = report.findings.iter().find(|finding| finding.code == FindingCode::TestsNotRun);
    let Some(finding) = not_run.filter(|finding| finding.count >= report.tested) else { return Ok(()) };
    let first = finding
        .examples
        .first()
        .map_or_else(|| "unknown".to_owned(), |one| format!("{}{}{}: {}", one.source, one.unit.separator(), one.line, one.detail));
    bail!(
        "the tests of all {} rows with tests could not be run, because the sandbox failed: a fault of this program or of the machine and not of \
         the rows. The first: {first}. `verify doctor` checks the sandbox; --no-run leaves the tests alone",
        report.tested
    )
}

fn write_finding(output: &mut Output, found: &Found) -> crate::Result<()> {
    let row = json!({
        "code": found.code.code(),
        "severity": found.code.severity().to_string(),
        "source": found.example.source,
        "line": found.example.line,
        "unit": found.example.unit,
        "id": found.example.id,
        "detail": found.example.detail,
    });
    writeln!(output, "{row}").map_err(|error| Error::io(format_args!("cannot write {FINDINGS}"), error))
}

/// The n-grams of the files that prompts are checked against.
fn against(args: &AuditArgs, fields: &Fields) -> anyhow::Result<Option<Contamination>> {
    if args.against.is_empty() {
        return Ok(None);
    }
    let mut found = Contamination::new(args.ngram_size.get());
    for argument in &args.against {
        for source in Source::named(argument)? {
            let before = found.rows();
            let (mut left_out, mut first) = (0_u64, None);
            let name = source.to_string();
            let (records, fields) = source.rows(fields, &Arc::default())?;
            for line in records {
                let line = line?;
                let place = Place { source: &name, line: line.number, unit: line.unit };
                let row = line.text.ok().map(|text| fields.read(text, line.number));
                let prompt = row.as_ref().and_then(|row| row.shared()?.prompt.as_deref().map(prompt_text));
                // The prompt of a row whose reference cannot be read counts, too.
                let other =
                    || ["prompt", "problem", "question", "text"].into_iter().find_map(|column| row.as_ref()?.get(column).ok()?);
                match prompt.map(Cow::into_owned).or_else(|| other().map(|text| prompt_text(&text).into_owned())) {
                    Some(text) => found.add(&text, place.to_string()),
                    None => {
                        left_out += 1;
                        first.get_or_insert_with(|| place.to_string());
                    }
                }
            }
            if let Some(first) = first.filter(|_| found.rows() > before) {
                say(format_args!(
                    "verify: --against: {left_out} rows have no prompt that can be read, and are left out: {first} is the first\n"
                ));
            }
            if found.rows() == before {
                bail!("--against {source}: no row has a prompt; name its column with --map prompt=COLUMN");
            }
        }
    }
    Ok(Some(found))
}

/// The content of audit.json; nothing in it depends on the machine or the time.
fn about(scorer: &Scorer, fields: &Fields, sources: &[Source], judged: &RunSummary, report: &AuditReport) -> Value {
    let readings = judged.readings();
    let most = readings.first();
    let mut about = json!({
        "engine": "r1rewards",
        "engine_version": engine_version(),
        "config_hash": scorer.config_hash(),
        "config": scorer.config(),
        "preset": most.and_then(|reading| reading.preset),
        "fields": columns(fields, most),
        "inputs": sources.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "rows": report.rows,
        "completions": report.completions,
        "findings": report.findings,
        "tables": report.tables,
        "score": if report.completions > 0 { judged.to_value() } else { Value::Null },
    });
    if readings.len() > 1 {
        let reading = |one: &Reading| json!({ "preset": one.preset, "rows": one.rows, "fields": columns(fields, Some(one)) });
        about["readings"] = readings.iter().map(reading).collect();
    }
    about
}

/// The report for a terminal.
fn text(report: &AuditReport, judged: &RunSummary, folder: &Path) -> String {
    let mut text = format!("{} rows, {} completions\n", report.rows, report.completions);
    for (preset, rows) in presets(judged) {
        let _ = writeln!(text, "preset {preset}, {rows}");
    }
    let mut severity = None;
    let mut findings: Vec<_> = report.findings.iter().collect();
    findings.sort_by_key(|finding| (finding.code.severity(), std::cmp::Reverse(finding.count)));
    for finding in findings {
        let code = finding.code;
        if severity.replace(code.severity()) != Some(code.severity()) {
            let _ = writeln!(text, "\n{}: {} findings", code.severity(), report.count(code.severity()));
        }
        let _ = writeln!(text, "  {:<22} {:>9}  {}", code.code(), finding.count, code.describe());
        for example in finding.examples.iter().take(2) {
            let _ =
                writeln!(text, "    {}{}{} {}", example.source, example.unit.separator(), example.line, escaped(&example.detail));
        }
    }
    if report.findings.is_empty() {
        text += "no findings\n";
    }
    for table in
        report.tables.iter().filter(|table| ["sources", "pass_rates", "reference_kinds", "solutions"].contains(&table.name))
    {
        text += &plain(table);
    }
    let _ = writeln!(text, "\nall findings with their lines: {}", folder.join(FINDINGS).display());
    let _ = writeln!(text, "a page to look at: {}", folder.join(PAGE).display());
    text
}

/// A table in columns, cut to a screen.
fn plain(table: &Table) -> String {
    /// The most rows that a terminal shows.
    const MOST: usize = 12;
    let shown = &table.rows[..table.rows.len().min(MOST)];
    let cell = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let columns: Vec<Vec<String>> = (0..table.columns.len())
        .map(|column| {
            let cells: Vec<String> = shown.iter().map(|row| row.get(column).map(cell).unwrap_or_default()).collect();
            distinct(&cells.iter().map(String::as_str).collect::<Vec<_>>())
        })
        .collect();
    let rows: Vec<Vec<String>> = std::iter::once(table.columns.iter().map(|&name| name.to_owned()).collect())
        .chain((0..shown.len()).map(|row| columns.iter().map(|cells| cells[row].clone()).collect()))
        .collect();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
    let mut text = format!("\n{}\n", table.title);
    for row in &rows {
        let cells = row.iter().zip(&widths).enumerate();
        let cells: Vec<String> = cells
            .map(|(place, (cell, width))| if place == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") })
            .collect();
        let _ = writeln!(text, "  {}", cells.join("  "));
    }
    if table.rows.len() > MOST {
        let _ = writeln!(text, "  ... and {} more", table.rows.len() - MOST);
    }
    text
}
