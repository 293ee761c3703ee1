//! `verify score`.

use std::time::Instant;

use crate::math::Math;
use crate::rows::run::{Run, RunSummary, Threshold, keep_apart};
use crate::rows::{Field, Fields, Source};
use crate::rows::{Output, write_whole};
use crate::{Reason, Scorer, engine_version};
use anyhow::Context as _;
use serde_json::{Map, Value, json};

use super::args::ScoreArgs;
use super::codes::{FINE, MISSED};
use super::judging::{fields, read_as, scorer};
use super::progress::progress_bar;
use super::shown::say;

pub(super) fn run(args: &ScoreArgs) -> anyhow::Result<u8> {
    let scorer = scorer(&args.judging)?;
    let fields = read_as(fields(&args.judging.map)?, &args.judging.reading)?;
    let thresholds = args.fail_under.iter().map(|text| text.parse()).collect::<crate::Result<Vec<Threshold>>>();
    let thresholds = thresholds.context("--fail-under")?;
    let mut sources = Vec::new();
    for input in &args.input {
        sources.extend(Source::named(input)?);
    }

    let meta_path = (args.output != "-" && !args.no_meta).then(|| format!("{}.meta.json", stem(&args.output)));
    let spec = args.judging.rewards.as_deref().map(|path| Source::File(path.into()));
    let read: Vec<_> = sources.iter().cloned().chain(spec).collect();
    keep_apart(&read, &[Some(&*args.output), meta_path.as_deref()].into_iter().flatten().collect::<Vec<_>>())?;

    let start = Instant::now();
    let bar = progress_bar(args.quiet, &sources);
    // A threshold decides the exit code, so all rows are judged even if the reader of the results closes the pipe.
    let mut output = if thresholds.is_empty() { Output::open(&args.output) } else { Output::open_unread(&args.output) }?;
    // Two forms of the same value are one vote, also if the answer is incorrect.
    let run = Run::new(&sources, &fields, &scorer).answer_key(|outcome| {
        if outcome.is_correct() && outcome.reason == Reason::Equal {
            return Some(String::new());
        }
        let answer = outcome.extracted.as_deref()?;
        Math::normal_form(answer).or_else(|| Some(answer.to_owned()))
    });
    let summary = run.write_to(&mut output, |progress| {
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} rows", progress.rows));
    });
    bar.finish_and_clear();
    let summary = summary?;
    summary.check_columns(&fields)?;
    output.commit()?;
    if let Some(path) = &meta_path {
        let meta = serde_json::to_string_pretty(&meta(&scorer, &fields, &sources, &summary))?;
        write_whole(path, &(meta + "\n"))?;
    }

    if !args.quiet {
        say(summary.table(start.elapsed().as_secs_f64()));
    }
    let missed: Vec<_> = thresholds.iter().filter_map(|threshold| threshold.missed(&summary)).collect();
    for missed in &missed {
        say(format_args!("verify: {missed}\n"));
    }
    Ok(if missed.is_empty() { FINE } else { MISSED })
}

/// The content of OUT.meta.json, which identifies how the results were made; nothing in it depends on the machine or
/// the time.
fn meta(scorer: &Scorer, fields: &Fields, sources: &[Source], summary: &RunSummary) -> Value {
    let map: Map<_, _> = Field::ALL.iter().map(|field| (field.name().to_owned(), Value::from(fields.path(*field)))).collect();
    json!({
        "engine": "r1rewards",
        "engine_version": engine_version(),
        "config_hash": scorer.config_hash(),
        "config": scorer.config(),
        "fields": map,
        "inputs": sources.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "summary": summary.to_value(),
    })
}

/// `runs/out.jsonl.gz` becomes `runs/out`.
fn stem(output: &str) -> &str {
    let packed = [".gz", ".zst"].into_iter().find_map(|extension| output.strip_suffix(extension)).unwrap_or(output);
    packed.strip_suffix(".jsonl").unwrap_or(packed)
}
