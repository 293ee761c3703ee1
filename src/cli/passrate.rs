//! `verify passrate`.

use std::io::Write as _;
use std::sync::Arc;

use crate::rows::run::{Place, Run, RunSummary, keep_apart};
use crate::rows::{Fields, Output, Row, RowDigests, Source, Writes, check_output_name};
use anyhow::{Context as _, bail};

use super::args::PassrateArgs;
use super::codes::FINE;
use super::judging::{fields, no_row_read, read_as, read_for, scorer, warn};
use super::progress::progress_bar;
use super::prompts::{Prompt, Prompts};
use super::results::{Results, Wanted};
use super::shown::say;

pub(super) fn run(args: &PassrateArgs) -> anyhow::Result<u8> {
    let fields = read_as(fields(&args.judging.map)?, &args.judging.reading)?;
    let keep = args.keep.as_deref().map(range).transpose().context("--keep")?;
    let sources = Source::all(&args.input)?;
    let spec = args.judging.rewards.as_ref().map(|path| Source::File(path.into()));
    let read: Vec<_> = sources.iter().cloned().chain(Source::all(args.results.as_ref())?).chain(spec).collect();
    keep_apart(&read, &[&*args.output])?;
    check_output_name(&args.output, Writes::Rows)?;

    let mut prompts = Prompts::default();
    let seen = match &args.results {
        Some(path) => {
            let mut results = Results::read(path)?;
            let fields = results.columns_of(fields);
            let seen = look_up(&mut prompts, &sources, &fields, &mut results)?;
            if prompts.unreadable() > 0 && prompts.samples() == 0 {
                bail!("{}", no_row_read(&seen));
            }
            seen
        }
        None => {
            let scorer = scorer(&args.judging)?;
            let fields = read_for(fields, &scorer);
            let bar = progress_bar(args.quiet, &sources);
            let judged = Run::new(&sources, &fields, &scorer).watch(&mut prompts, |progress| {
                bar.set_position(progress.bytes);
                bar.set_message(format!("{} rows", progress.rows));
            });
            bar.finish_and_clear();
            let judged = judged?;
            judged.check_columns(&fields)?;
            judged
        }
    };
    if !seen.has_prompt() && prompts.all().len() > 1 && prompts.all().iter().all(|prompt| prompt.samples() < 2) {
        // Each row would be a prompt of its own.
        match seen.likely_prompt() {
            Some(column) => bail!(
                "no row has a prompt that is read, and none has several completions, so that it is not known which belong together: \
                 --map prompt={column} reads the prompt from this column"
            ),
            None => say("verify: no row has a prompt, so that each is taken for a prompt of its own\n"),
        }
    }
    warn(&seen);
    let is_kept = |prompt: &Prompt| match keep {
        Some((low, high)) => prompt.rate().is_some_and(|rate| (low..=high).contains(&rate)),
        None => true,
    };
    let mut output = Output::open(&args.output)?;
    let mut kept = 0;
    for prompt in prompts.all().iter().filter(|prompt| is_kept(prompt)) {
        kept += 1;
        writeln!(output, "{}", prompt.row()).with_context(|| format!("cannot write {}", args.output))?;
    }
    output.commit()?;
    if !args.quiet {
        say(table(prompts.all(), (prompts.unreadable(), seen.first_problem()), kept));
    }
    Ok(FINE)
}

/// Takes the outcomes of all rows from a result file.
fn look_up(prompts: &mut Prompts, sources: &[Source], fields: &Fields, results: &mut Results) -> anyhow::Result<RunSummary> {
    let mut seen = RunSummary::default().expecting(fields);
    for source in sources {
        let name = source.to_string();
        let (records, fields) = source.rows(fields, &Arc::default())?;
        let before = seen.rows;
        for line in records {
            let line = line?;
            seen.rows += 1;
            let place = Place { source: &name, line: line.number, unit: line.unit };
            let row = line.text.map(|text| fields.read(text, seen.rows));
            match &row {
                Ok(row) => seen.see_unjudged(place, row),
                Err(problem) => seen.see_problem(&format!("{place}: {problem}")),
            }
            let Some(row) = row.ok().filter(Row::is_object) else {
                prompts.see_unreadable();
                continue;
            };
            let prompt = prompts.see(&row);
            let own_id = row.has_id();
            let RowDigests { each: digests, named, .. } = row.digests();
            let Ok(samples) = row.into_samples() else {
                prompts.see_unreadable();
                continue;
            };
            for (sample, hash) in samples.zip(digests) {
                match sample {
                    Ok(sample) => {
                        let found = results.need(&Wanted { place, id: &sample.id, own_id, hash, named })?;
                        prompts.add(prompt, &found.outcome);
                    }
                    Err(unreadable) => {
                        seen.see_problem(&format!("{place}: {unreadable}"));
                        prompts.see_unreadable();
                    }
                }
            }
        }
        seen.see_source(&name, seen.rows - before);
    }
    seen.check_completions(fields)?;
    Ok(seen)
}

/// Two shares, written `low..high`.
fn range(text: &str) -> anyhow::Result<(f64, f64)> {
    let ends = text.split_once("..").and_then(|(low, high)| Some((low.parse::<f64>().ok()?, high.parse::<f64>().ok()?)));
    match ends {
        Some((low, high)) if 0.0 <= low && low <= high && high <= 1.0 => Ok((low, high)),
        _ => bail!("`{text}` is no range of shares: write low..high with 0 ≤ low ≤ high ≤ 1, for example 0.1..0.9"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of prompts are far below 2^52")]
fn table(prompts: &[Prompt], unreadable: (u64, Option<&str>), kept: usize) -> String {
    let rates: Vec<f64> = prompts.iter().filter_map(Prompt::rate).collect();
    let scored = rates.len();
    let share = |count: usize| if scored == 0 { 0.0 } else { 100.0 * count as f64 / scored as f64 };
    let count = |is: &dyn Fn(f64) -> bool| rates.iter().filter(|rate| is(**rate)).count();
    let (none, all) = (count(&|rate| rate <= 0.0), count(&|rate| rate >= 1.0));
    let wrong = prompts.iter().filter(|prompt| prompt.majority().is_some_and(|majority| !majority.is_gold)).count();
    let mut text = format!("{:<20} {:>10}\n", "prompts", prompts.len());
    if scored < prompts.len() {
        text += &format!("{:<20} {:>10}\n", "  without a score", prompts.len() - scored);
    }
    for (name, count) in [("  never right", none), ("  always right", all), ("  majority is wrong", wrong)] {
        text += &format!("{name:<20} {count:>10} {:>6.2}%\n", share(count));
    }
    let mean = rates.iter().sum::<f64>() / (scored.max(1)) as f64;
    text += &format!("{:<20} {mean:>10.4}\n", "mean pass@1");
    text += &format!("{:<20} {kept:>10}\n", "kept");
    if unreadable.0 > 0 {
        text += &format!("{:<20} {:>10}\n  the first: {}\n", "could not be read", unreadable.0, unreadable.1.unwrap_or("unknown"));
    }
    text
}
