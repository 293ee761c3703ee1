//! `verify select`.

use std::io::Write as _;
use std::sync::Arc;

use crate::rows::run::{Place, RunSummary, keep_apart};
use crate::rows::{Fields, Output, Row, Source};
use crate::select::{Candidate, Duplicates, SelectOptions, SelectionSummary, SftForm, rejected_row, select, sft_row};
use crate::text::{Language, LanguageOptions, Target};
use crate::{RowFields, Sample};
use serde_json::Value;

use super::args::SelectArgs;
use super::codes::FINE;
use super::judging::{fields, read_as};
use super::results::{Results, Wanted};
use super::shown::{say, short};

pub(super) fn run(args: &SelectArgs) -> anyhow::Result<u8> {
    let options = options(args)?;
    let form = args.form.parse::<SftForm>()?;
    let fields = read_as(fields(&args.map)?, &args.reading)?;
    let mut read = Source::named(&args.results)?;
    for input in &args.input {
        read.extend(Source::named(input)?);
    }
    keep_apart(&read, &[Some(&*args.output), args.rejected.as_deref()].into_iter().flatten().collect::<Vec<_>>())?;
    let mut results = Results::read(&args.results)?;
    let taken: &[&str] = match form {
        SftForm::PromptCompletion => &["id", "prompt", "completion"],
        SftForm::Messages => &["id", "messages"],
    };
    let rows = traces(args, &fields, taken, &mut results)?;
    let selection = select(&rows.candidates, &options)?;

    let mut kept = Output::open(&args.output)?;
    let mut rejected = args.rejected.as_deref().map(Output::open).transpose()?;
    for ((candidate, others), fate) in rows.candidates.iter().zip(&rows.others).zip(&selection.candidates) {
        if fate.rejection.is_none() {
            writeln!(kept, "{}", with_others(&sft_row(&candidate.sample, form), others))?;
        } else if let Some(rejected) = &mut rejected {
            writeln!(rejected, "{}", rejected_row(&candidate.sample, fate))?;
        }
    }
    kept.commit()?;
    rejected.map(Output::commit).transpose()?;
    if !args.quiet {
        say(table(&selection.summary, &rows));
    }
    Ok(FINE)
}

fn options(args: &SelectArgs) -> anyhow::Result<SelectOptions> {
    let target = match (&args.language, args.script.as_slice()) {
        (Some(language), _) => Some(Target::language(language)?),
        (None, []) => None,
        (None, scripts) => Some(Target::scripts(scripts)?),
    };
    let language =
        target.map(|target| Language::new(LanguageOptions { min_share: Some(args.min_share), ..LanguageOptions::new(target) }));
    let options = SelectOptions {
        pass_rate: (args.min_pass_rate, args.max_pass_rate),
        language: language.transpose()?,
        max_paragraph: args.max_paragraph,
        min_distinct: args.min_distinct,
        ngram_size: args.ngram_size,
        drop_code_blocks: args.drop_code_blocks,
        rank: args.rank.parse()?,
        per_prompt: args.per_prompt,
        duplicates: if args.keep_duplicates { Duplicates::Keep } else { args.duplicates.parse()? },
        near_duplicate: args.near_duplicate,
        bands: args.bands,
        per_band: args.per_band,
        seed: args.seed,
    };
    options.check()?;
    Ok(options)
}

/// What was read.
#[derive(Default)]
struct Traces {
    candidates: Vec<Candidate>,
    /// The other columns of each candidate's row, as the text of members of an object.
    others: Vec<Arc<str>>,
    /// The number of lines that are not rows.
    unreadable: usize,
    /// The number of columns that are not JSON, and the name of the first.
    broken: usize,
    first_broken: Option<String>,
}

/// The samples of the input with their outcomes.
fn traces(args: &SelectArgs, fields: &Fields, taken: &[&str], results: &mut Results) -> anyhow::Result<Traces> {
    let mut traces = Traces::default();
    let mut seen = RunSummary::default().expecting(fields);
    for input in &args.input {
        for source in Source::named(input)? {
            let name = source.to_string();
            let (records, fields) = source.rows(fields, &Arc::default())?;
            for line in records {
                let line = line?;
                seen.rows += 1;
                let place = Place { source: &name, line: line.number, unit: line.unit };
                let row = match line.text {
                    Ok(text) => fields.read(text, seen.rows),
                    Err(problem) => {
                        seen.see_problem(&format!("{place}: {problem}"));
                        traces.unreadable += 1;
                        continue;
                    }
                };
                seen.see_unjudged(place, &row);
                add(&mut traces, row, place, taken, results)?;
            }
        }
    }
    seen.check_completions(fields)?;
    Ok(traces)
}

/// Adds the samples of a row.
fn add(traces: &mut Traces, row: Row, place: Place<'_>, taken: &[&str], results: &mut Results) -> anyhow::Result<()> {
    let (own_id, digests) = (row.has_id(), row.digests().each);
    let (others, broken) = row.other_columns(taken);
    let Ok(samples) = row.into_samples() else {
        traces.unreadable += 1;
        return Ok(());
    };
    traces.broken += broken.len();
    traces.first_broken = traces.first_broken.take().or_else(|| broken.into_iter().next());
    let others: Arc<str> = others.into();
    for (sample, hash) in samples.zip(digests) {
        let Ok(sample) = sample else { continue };
        let outcome = results.need(&Wanted { place, id: &sample.id, own_id, hash })?.outcome;
        let others = if outcome.is_correct() { Arc::clone(&others) } else { Arc::default() };
        // The selection does not read the other fields; drop them, because they hold the text of the whole line.
        traces.candidates.push(Candidate { sample: Sample { fields: RowFields::default(), ..sample }, outcome });
        traces.others.push(others);
    }
    Ok(())
}

/// The text of a row with more columns.
fn with_others(row: &Value, others: &str) -> String {
    let mut text = row.to_string();
    if !others.is_empty() {
        text.pop();
        text += &format!(",{others}}}");
    }
    text
}

fn table(summary: &SelectionSummary, rows: &Traces) -> String {
    let mut text = format!(
        "kept {} of {} traces, {} of {} prompts\n",
        summary.kept, summary.candidates, summary.prompts_kept, summary.prompts
    );
    for (reason, count) in &summary.rejected {
        text += &format!("  rejected {count:>8}  {reason}\n");
    }
    if rows.unreadable > 0 {
        text += &format!("  skipped {:>9}  lines that are not rows\n", rows.unreadable);
    }
    if let Some(first) = &rows.first_broken {
        text += &format!("  left out {:>8}  columns that are not JSON (`{}` first)\n", rows.broken, short(first));
    }
    let bands: Vec<String> = summary.bands.iter().map(ToString::to_string).collect();
    text + &format!("  prompts by pass rate, hardest first: {}\n", bands.join(" "))
}
