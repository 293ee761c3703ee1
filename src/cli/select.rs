//! `verify select`.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

use crate::rows::Output;
use crate::rows::run::keep_apart;
use crate::rows::{Fields, Line, Source};
use crate::select::{Candidate, SelectOptions, SelectionSummary, SftForm, rejected_row, select, sft_row};
use crate::text::{Language, LanguageOptions, Target};
use crate::{Outcome, RowFields, Sample};
use anyhow::Context as _;

use super::args::SelectArgs;
use super::codes::FINE;
use super::judging::{fields, read_as};
use super::results::results;
use super::shown::say;

pub(super) fn run(args: &SelectArgs) -> anyhow::Result<u8> {
    let options = options(args)?;
    let form = args.form.parse::<SftForm>()?;
    let fields = read_as(fields(&args.map)?, &args.reading)?;
    let mut read = Source::named(&args.results)?;
    for input in &args.input {
        read.extend(Source::named(input)?);
    }
    keep_apart(&read, &[Some(&*args.output), args.rejected.as_deref()].into_iter().flatten().collect::<Vec<_>>())?;
    let mut outcomes = results(&args.results)?;
    let (candidates, unreadable) = candidates(args, &fields, &mut outcomes)?;
    let selection = select(&candidates, &options)?;

    let mut kept = Output::open(&args.output)?;
    let mut rejected = args.rejected.as_deref().map(Output::open).transpose()?;
    for (candidate, fate) in candidates.iter().zip(&selection.candidates) {
        let row = if fate.rejection.is_none() { Some((&mut kept, sft_row(&candidate.sample, form))) } else { None };
        let row = row.or_else(|| rejected.as_mut().map(|output| (output, rejected_row(&candidate.sample, fate))));
        if let Some((output, row)) = row {
            writeln!(output, "{row}")?;
        }
    }
    kept.commit()?;
    rejected.map(Output::commit).transpose()?;
    if !args.quiet {
        say(table(&selection.summary, unreadable));
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
        drop_duplicates: !args.keep_duplicates,
        near_duplicate: args.near_duplicate,
        bands: args.bands,
        per_band: args.per_band,
        seed: args.seed,
    };
    options.check()?;
    Ok(options)
}

/// The samples of the input with their outcomes, and the number of lines that are not rows.
fn candidates(
    args: &SelectArgs,
    fields: &Fields,
    outcomes: &mut HashMap<String, Outcome>,
) -> anyhow::Result<(Vec<Candidate>, usize)> {
    let mut candidates = Vec::new();
    let (mut row, mut unreadable) = (0, 0);
    for input in &args.input {
        for source in Source::named(input)? {
            let (records, fields) = source.rows(fields, &Arc::default())?;
            for line in records {
                row += 1;
                let Some(samples) = samples(line?, &fields, row) else {
                    unreadable += 1;
                    continue;
                };
                for sample in samples {
                    let outcome = outcomes
                        .remove(&sample.id.to_string())
                        .with_context(|| format!("{source}: {} has no result for the row {}", args.results, sample.id))?;
                    candidates.push(Candidate { sample, outcome });
                }
            }
        }
    }
    Ok((candidates, unreadable))
}

fn samples(line: Line, fields: &Fields, row: u64) -> Option<Vec<Sample>> {
    let samples = fields.read(line.text.ok()?, row).into_samples().ok()?;
    // The selection does not read the other fields; drop them, because they hold the text of the whole line.
    Some(samples.filter_map(Result::ok).map(|sample| Sample { fields: RowFields::default(), ..sample }).collect())
}

fn table(summary: &SelectionSummary, unreadable: usize) -> String {
    let mut text = format!(
        "kept {} of {} traces, {} of {} prompts\n",
        summary.kept, summary.candidates, summary.prompts_kept, summary.prompts
    );
    for (reason, count) in &summary.rejected {
        text += &format!("  rejected {count:>8}  {reason}\n");
    }
    if unreadable > 0 {
        text += &format!("  skipped {unreadable:>9}  lines that are not rows\n");
    }
    let bands: Vec<String> = summary.bands.iter().map(ToString::to_string).collect();
    text + &format!("  prompts by pass rate, hardest first: {}\n", bands.join(" "))
}
