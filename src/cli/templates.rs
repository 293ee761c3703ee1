//! `verify templates`.

use std::collections::HashMap;
use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::core::describe::describe;
use crate::metrics::{Sensitivity, SensitivityOptions, prompt_sensitivity};
use crate::rows::run::{Place, Run, RunSummary};
use crate::rows::{Fields, Row, RowDigests, Source, Unreadable};
use crate::{Sample, Scorer, Verdict, engine_version};
use anyhow::{Context as _, anyhow, bail};
use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::args::TemplatesArgs;
use super::codes::FINE;
use super::judging::{fields, read_as, read_for, scorer, warn};
use super::progress::progress_bar;
use super::results::{Results, Wanted};
use super::shown::{distinct, escaped, short, write_json};
use super::tally::Tally;

pub(super) fn run(args: &TemplatesArgs) -> anyhow::Result<u8> {
    let fields = read_as(fields(&args.judging.map)?, &args.judging.reading)?;
    let scorer = if args.scored || args.results.is_some() { None } else { Some(scorer(&args.judging)?) };
    let mut sources = Vec::new();
    for input in &args.input {
        sources.extend(Source::named(input)?);
    }
    let bar = progress_bar(args.quiet, &sources);
    let mut tally = Tally::new(&args.by, args.problem.as_deref());
    let counted = match &scorer {
        Some(scorer) => judge(&mut tally, &sources, &read_for(fields.clone(), scorer), scorer, &bar),
        None => look_up(&mut tally, &sources, &fields, args.results.as_deref(), &bar),
    };
    bar.finish_and_clear();
    let seen = counted?;
    warn(&seen);
    let unreadable = (tally.unreadable(), seen.first_problem());
    let by = args.by.join("/");
    let problem = tally.problem_column().unwrap_or_default().to_owned();
    let variants = tally.into_variants();
    if let [only] = &*variants {
        bail!(
            "all rows have the template `{}` in the column `{by}`: give rows of at least two templates, or name another column with --by",
            short(&only.name)
        );
    }
    let options = SensitivityOptions {
        baseline: args.baseline.clone(),
        all_pairs: args.all_pairs,
        resamples: args.resamples,
        seed: args.seed,
    };
    let report = prompt_sensitivity(&variants, &options)
        .with_context(|| format!("with templates from the column `{by}` and problems from the column `{problem}`"))?;
    let mut stdout = io::stdout().lock();
    if args.json {
        write_json(&mut stdout, &as_json(args, &problem, scorer.as_ref(), unreadable.0, &report)?)?;
    } else {
        write!(stdout, "{}", table(&report, unreadable))?;
    }
    Ok(FINE)
}

/// Judges all rows.
fn judge(tally: &mut Tally, sources: &[Source], fields: &Fields, scorer: &Scorer, bar: &ProgressBar) -> anyhow::Result<RunSummary> {
    let summary = Run::new(sources, fields, scorer).watch(tally, |progress| {
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} rows", progress.rows));
    })?;
    summary.check_columns(fields)?;
    Ok(summary)
}

/// Takes the verdicts of all rows from a result file, or from the rows themselves.
fn look_up(
    tally: &mut Tally,
    sources: &[Source],
    fields: &Fields,
    path: Option<&str>,
    bar: &ProgressBar,
) -> anyhow::Result<RunSummary> {
    let mut seen = RunSummary::default().expecting(fields);
    let mut results = path.map(Results::read).transpose()?;
    let fields = &results.iter_mut().fold(fields.clone(), |fields, results| results.columns_of(fields));
    let bytes = Arc::new(AtomicU64::new(0));
    for source in sources {
        let name = source.to_string();
        let (records, fields) = source.rows(fields, &bytes)?;
        let before = seen.rows;
        for line in records {
            let line = line?;
            seen.rows += 1;
            bar.set_position(bytes.load(Ordering::Relaxed));
            let place = Place { source: &name, line: line.number, unit: line.unit };
            let row = line.text.map(|text| fields.read(text, seen.rows));
            match &row {
                Ok(row) if results.is_some() || !row.is_object() => seen.see_unjudged(place, row),
                Ok(row) => seen.see_row(place, row),
                Err(problem) => seen.see_problem(&format!("{place}: {problem}")),
            }
            let Some(row) = row.ok().filter(Row::is_object) else {
                tally.add(None, Verdict::Unscored);
                continue;
            };
            let key = tally.key(place, &row)?;
            let verdicts = match &mut results {
                Some(results) => judged(row, place, results)?,
                None => own_verdicts(place, &row)?,
            };
            verdicts.into_iter().for_each(|verdict| tally.add(Some(&key), verdict));
        }
        seen.see_source(&name, seen.rows - before);
    }
    if results.is_some() {
        seen.check_completions(fields)?
    } else {
        seen.check_named()?
    }
    Ok(seen)
}

/// The verdicts of a row's results. What could not be read was not scored.
fn judged(row: Row, place: Place<'_>, results: &mut Results) -> anyhow::Result<Vec<Verdict>> {
    let own_id = row.has_id();
    let RowDigests { each: digests, named, .. } = row.digests();
    let Ok(samples) = row.into_samples() else { return Ok(vec![Verdict::Unscored]) };
    let verdict = |(sample, hash): (Result<Sample, Unreadable>, _)| match sample {
        Ok(sample) => Ok(results.need(&Wanted { place, id: &sample.id, own_id, hash, named })?.outcome.verdict),
        Err(_) => Ok(Verdict::Unscored),
    };
    samples.zip(digests).map(verdict).collect()
}

/// The verdicts in the column `verdict`.
fn own_verdicts(place: Place<'_>, row: &Row) -> anyhow::Result<Vec<Verdict>> {
    const COLUMN: &str = "verdict";
    let fix = "--scored needs `correct`, `incorrect` or `unscored`, or a list of these; without --scored, rows are judged";
    let value = row
        .get(COLUMN)
        .with_context(|| place.to_string())?
        .with_context(|| format!("{place}: the row lacks the column `{COLUMN}`: {fix}"))?;
    let values = if let Value::Array(items) = value { items } else { vec![value] };
    let read = |value: &Value| {
        let known = Verdict::ALL.iter().copied().find(|verdict| value.as_str() == Some(verdict.code()));
        known.ok_or_else(|| anyhow!("{place}: the column `{COLUMN}` has {}: {fix}", describe(value)))
    };
    values.iter().map(read).collect()
}

fn as_json(
    args: &TemplatesArgs,
    problem: &str,
    scorer: Option<&Scorer>,
    unreadable: u64,
    report: &Sensitivity,
) -> serde_json::Result<Value> {
    let mut value = json!({
        "engine": "r1rewards",
        "engine_version": engine_version(),
        "config_hash": scorer.map(Scorer::config_hash),
        "by": args.by,
        "problem": problem,
        "resamples": args.resamples,
        "seed": args.seed,
        "unreadable": unreadable,
    });
    if let (Value::Object(value), Value::Object(report)) = (&mut value, serde_json::to_value(report)?) {
        value.extend(report);
    }
    Ok(value)
}

fn table(report: &Sensitivity, unreadable: (u64, Option<&str>)) -> String {
    let names: Vec<&str> = report.variants.iter().map(|rate| rate.name.as_str()).collect();
    let known: HashMap<&str, String> = names.iter().copied().zip(distinct(&names)).collect();
    let shown = |name: &str| escaped(known.get(name).map_or(name, String::as_str)).into_owned();
    let against = |name: &str| format!("against {}", shown(name));
    let wide = report.variants.iter().map(|rate| against(&rate.name).chars().count()).max().unwrap_or(0);
    let mut text = format!(
        "{:<wide$}  {:>8}  {:>8}  {:>8}  {:>9}  {}\n",
        "template", "problems", "samples", "unscored", "pass rate", "95 % interval"
    );
    for rate in &report.variants {
        text += &format!(
            "{:<wide$}  {:>8}  {:>8}  {:>8}  {:>9.3}  {}\n",
            shown(&rate.name),
            rate.problems,
            rate.samples,
            rate.unscored,
            rate.pass_rate,
            rate.interval.map_or_else(|| "-".to_owned(), |[low, high]| format!("[{low:.3}, {high:.3}]")),
        );
    }
    for (place, one) in report.comparisons.iter().enumerate() {
        if place == 0 || one.baseline != report.comparisons[place - 1].baseline {
            text += &format!(
                "\n{:<wide$}  {:>8}  {:>8}  {:>10}  {:<16}  {:>6}  {:>5}  {:>5}  {:>7}  {:>8}\n",
                against(&one.baseline),
                "problems",
                "left out",
                "difference",
                "95 % interval",
                "better",
                "worse",
                "equal",
                "p",
                "p (Holm)"
            );
        }
        let p = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), p_value);
        text += &format!(
            "{:<wide$}  {:>8}  {:>8}  {:>+10.3}  {:<16}  {:>6}  {:>5}  {:>5}  {:>7}  {:>8}\n",
            shown(&one.variant),
            one.problems,
            one.left_out,
            one.difference,
            one.interval.map_or_else(|| "-".to_owned(), |[low, high]| format!("[{low:+.3}, {high:+.3}]")),
            one.better,
            one.worse,
            one.equal,
            p(one.p_value),
            p(one.adjusted_p_value),
        );
    }
    match &report.spread {
        Some(spread) => {
            let interval = spread.interval.map_or_else(String::new, |[low, high]| format!(" [{low:.3}, {high:.3}]"));
            let ends = if spread.highest == spread.lowest {
                ": the rates are equal".to_owned()
            } else {
                format!(", from {} to {}", shown(&spread.lowest), shown(&spread.highest))
            };
            text += &format!("\nspread {:.3}{interval} over {} problems{ends}\n", spread.spread, spread.problems);
        }
        None => text += "\nno spread: no problem has a scored sample under every template\n",
    }
    if unreadable.0 > 0 {
        let first = escaped(unreadable.1.unwrap_or("unknown"));
        text += &format!("skipped {} lines that are not rows\n  the first: {first}\n", unreadable.0);
    }
    text
}

/// A p-value with three decimals.
fn p_value(value: f64) -> String {
    if value < 0.0005 { "<0.001".to_owned() } else { format!("{value:.3}") }
}
