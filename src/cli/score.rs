//! `verify score`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use crate::rows::run::{Checkpoint, Gather, Ledger, Progress, Run, RunSummary, Shard, Threshold, keep_apart};
use crate::rows::{Content, Fields, Journal, Names, Output, Packing, Partial, Replay, Source, Writes, check_output_name, replace};
use crate::{Error, Result, Scorer};
use anyhow::{Context as _, bail};
use serde_json::Value;

use super::args::{GroupBy, ScoreArgs};
use super::baseline::{Baseline, Follow};
use super::codes::{FINE, MISSED};
use super::judging::{fields, read_as, read_for, scorer, warn};
use super::manifest::{Manifest, ShardPart, identity, identity_difference, is_completed, path_of};
use super::progress::progress_bar;
use super::shown::say;
use super::votes::answer_key;

pub(super) fn run(args: &ScoreArgs) -> anyhow::Result<u8> {
    let scorer = scorer(&args.judging)?;
    let fields = read_for(read_as(fields(&args.judging.map)?, &args.judging.reading)?, &scorer);
    let thresholds = args.fail_under.iter().map(|text| text.parse()).collect::<Result<Vec<Threshold>>>();
    let thresholds = thresholds.context("--fail-under")?;
    let shard = args.shard.as_deref().map(str::parse::<Shard>).transpose().context("--shard")?;
    let sources = Source::all(&args.input)?;
    let names = Names::of(&args.output);
    let meta_path = (names.is_some() && !args.no_meta).then(|| path_of(&args.output));
    refuse_impossible(args, &sources, names.as_ref(), meta_path.as_deref())?;
    check_output_name(&args.output, Writes::Results)?;

    let start = Instant::now();
    let baseline = args.baseline.as_deref().map(|path| Baseline::read(path, &fields)).transpose();
    let mut follow = Follow(baseline.context("--baseline")?);
    let job = Job {
        args,
        scorer: &scorer,
        fields: &fields,
        sources: &sources,
        shard,
        keeps_all: !thresholds.is_empty() || args.baseline.is_some(),
    };
    let done = match names {
        Some(names) => job.to_file(&names, meta_path.as_deref(), &mut follow)?,
        None => job.to_stream(&mut follow)?,
    };
    let summary = done.summary;
    warn(&summary);
    if summary.rows == 0 && !args.quiet {
        say("verify: this shard has no rows\n");
    }
    if !args.quiet {
        say(summary.table(start.elapsed().as_secs_f64()));
    }
    let changed = follow.0.as_ref().is_some_and(Baseline::is_changed);
    if let Some(baseline) = &follow.0 {
        baseline.check()?;
        if changed || !args.quiet {
            say(baseline.table());
        }
    }
    let missed: Vec<_> = thresholds.iter().filter_map(|threshold| threshold.missed(&summary)).collect();
    for missed in &missed {
        say(format_args!("verify: {missed}\n"));
    }
    Ok(if missed.is_empty() && !changed { FINE } else { MISSED })
}

/// Refuses outputs that are inputs, and options that cannot be combined.
fn refuse_impossible(args: &ScoreArgs, sources: &[Source], names: Option<&Names>, meta: Option<&str>) -> anyhow::Result<()> {
    let spec = args.judging.rewards.as_deref().map(|path| Source::File(path.into()));
    let baseline = Source::all(args.baseline.as_ref()).context("--baseline")?;
    let read: Vec<_> = sources.iter().cloned().chain(spec).chain(baseline).collect();
    let beside: Vec<_> = names.iter().flat_map(|names| names.beside()).map(|path| path.to_string_lossy()).collect();
    let written: Vec<&str> = [Some(&*args.output), meta].into_iter().flatten().chain(beside.iter().map(|path| &**path)).collect();
    keep_apart(&read, &written)?;
    if args.resume && names.is_none() {
        let what = if args.output == "-" { "standard output" } else { "a device or a pipe" };
        bail!("--resume: {} is {what}, which keeps no results that a run could go on from: name a file with -o", args.output);
    }
    if args.shard.is_some() && Packing::of(&args.output) == Packing::Parquet {
        bail!("--shard: {} is Parquet, which `verify merge` does not join: write JSON Lines (.jsonl, .jsonl.gz)", args.output);
    }
    if args.shard.is_some() && args.group_by.is_some() {
        bail!(
            "--shard and --group-by cannot be combined: rows of a prompt would be in several shards; sort the rows by prompt first"
        );
    }
    Ok(())
}

/// What a run is made of.
struct Job<'a> {
    args: &'a ScoreArgs,
    scorer: &'a Scorer,
    fields: &'a Fields,
    sources: &'a [Source],
    shard: Option<Shard>,
    /// Whether all rows are judged even if nobody reads the results: a threshold or a baseline decides the exit code.
    keeps_all: bool,
}

struct Done {
    summary: RunSummary,
}

impl Job<'_> {
    /// Writes to standard output, a device or a pipe; nothing else is written.
    fn to_stream(&self, follow: &mut Follow) -> anyhow::Result<Done> {
        let output = &self.args.output;
        let mut out = if self.keeps_all { Output::open_unread(output) } else { Output::open(output) }?;
        let ledger = Arc::default();
        let run = self.run(&ledger, Replay::default());
        let summary = self.with_bar(|bar| {
            if self.args.group_by.is_some() {
                let gather = Gather { folder: std::env::temp_dir(), judged: None };
                run.follow_gathered(follow, gather, &mut out, bar)
            } else {
                run.follow(follow, &mut out, bar)
            }
        })?;
        self.check(&summary)?;
        out.commit()?;
        Ok(Done { summary })
    }

    /// Writes to a file that a later run can go on with, until it is complete.
    fn to_file(&self, names: &Names, meta: Option<&str>, follow: &mut Follow) -> anyhow::Result<Done> {
        let group_by = self.args.group_by.map(GroupBy::name);
        let identity = identity(self.scorer, self.fields, self.sources, self.shard, group_by);
        let packing = Packing::of(&self.args.output);
        let judged = if group_by.is_some() { Packing::Plain } else { packing };
        let before =
            if self.args.resume { Journal::read(names, group_by.is_none() && packing.until_complete() == packing) } else { None };
        let difference = before.as_ref().and_then(|before| identity_difference(&before.identity, &identity));
        let completed = before.as_ref().filter(|_| difference.is_some()).and_then(|before| is_completed(before, &identity));
        if let Some(difference) = difference.filter(|_| completed.is_none()) {
            bail!(
                "cannot go on from {}: {difference}. Give the same as before (an input at whose end the run stopped with an error may \
                 go on behind its old end), or leave out --resume to judge all rows anew",
                names.partial().display()
            );
        }
        let is_resumed = before.is_some();
        let (mut partial, replay, mut journal, expected) = match before {
            Some(before) => {
                let (partial, replay, mut journal) = Partial::resume(names, judged)?;
                if completed.is_some() {
                    journal.go_on_as(&identity)?;
                }
                let known = || before.checkpoint.and_then(|value| serde_json::from_value::<Checkpoint>(value).ok());
                (partial, replay, journal, completed.or_else(known))
            }
            None => {
                let left = self.left_results(names);
                let (partial, journal) = Partial::start(names, judged, &identity.to_string())?;
                left.iter().for_each(|told| say(format_args!("verify: {told}\n")));
                (partial, Replay::default(), journal, None)
            }
        };
        let ledger = Arc::new(Ledger::expecting(expected));
        let run = self.run(&ledger, replay);
        let mut sorted = if group_by.is_some() { Some(partial.sorted(packing)?) } else { None };
        let summary = self.with_bar(|mut bar| {
            let mut failed = None;
            let progress = |progress: Progress| {
                let state = || ledger.checkpoint().and_then(|checkpoint| serde_json::to_value(checkpoint).ok());
                failed = failed.take().or(journal.checkpoint(state).err());
                bar(progress);
            };
            let summary = match &mut sorted {
                Some(sorted) => {
                    let gather = Gather { folder: names.folder(), judged: Some(&mut partial) };
                    run.follow_gathered(follow, gather, sorted, progress)?
                }
                None => run.follow(follow, &mut partial, progress)?,
            };
            failed.map_or(Ok(summary), Err)
        });
        let summary = match summary {
            Ok(summary) => summary,
            Err(error) => {
                if error.is_io()
                    && let Some(Ok(state)) = ledger.checkpoint().map(serde_json::to_value)
                {
                    journal.stop(&state)?;
                }
                return Err(left(partial, error, is_resumed));
            }
        };
        if let Err(error) = self.check(&summary) {
            partial.clear()?;
            return Err(error.into());
        }
        journal.finish()?;
        let content = partial.publish(sorted)?;
        match meta {
            Some(path) => replace(path, &self.manifest(&summary, &ledger, content, follow)?.text()?)?,
            // The manifest of the results that were replaced would be taken for that of these.
            None => remove_manifest(&self.args.output)?,
        }
        partial.clear()?;
        Ok(Done { summary })
    }

    fn run(&self, ledger: &Arc<Ledger>, replay: Replay) -> Run<'_> {
        Run::new(self.sources, self.fields, self.scorer).answer_key(answer_key).ledger(ledger).shard(self.shard).replay(replay)
    }

    /// Checks the columns. The rows of one shard may be bad where those of others are not.
    fn check(&self, summary: &RunSummary) -> Result<()> {
        match (summary.check_columns(self.fields), self.shard) {
            (Err(_), Some(_)) if summary.rows == 0 => Ok(()),
            (Err(error), Some(shard)) => {
                say(format_args!("verify: in the shard {shard}: {error}\n"));
                Ok(())
            }
            (checked, _) => checked,
        }
    }

    /// What to say of the results that an interrupted run left and that this one does not go on from.
    fn left_results(&self, names: &Names) -> Option<String> {
        let partial = names.partial().display();
        let told = if self.args.resume {
            format!("{partial} has no journal of an interrupted run; all rows are judged anew")
        } else {
            format!("{partial}, which an interrupted run left, is discarded (--resume goes on from it)")
        };
        names.has_results().then_some(told)
    }

    fn manifest(&self, summary: &RunSummary, ledger: &Arc<Ledger>, results: Content, follow: &Follow) -> Result<Manifest> {
        let inputs = ledger.inputs(self.sources)?;
        let shard = self.shard.map(|Shard { index, of }| ShardPart {
            index,
            of,
            blocks: summary.blocks.runs.clone(),
            references: Some(summary.with_reference()),
        });
        let baseline: Option<Value> = follow.0.as_ref().map(Baseline::to_value);
        let group_by = self.args.group_by.map(|by| by.name().to_owned());
        Ok(Manifest { group_by, shard, baseline, ..Manifest::new(self.scorer, self.fields, inputs, results, summary.to_value()) })
    }

    fn with_bar<T>(&self, work: impl FnOnce(Box<dyn FnMut(Progress) + '_>) -> T) -> T {
        let bar = progress_bar(self.args.quiet, self.sources);
        let shown = bar.clone();
        let done = work(Box::new(move |progress| {
            shown.set_position(progress.bytes);
            shown.set_message(format!("{} rows", progress.rows));
        }));
        bar.finish_and_clear();
        done
    }
}

/// Removes the manifest beside an output, if there is one.
fn remove_manifest(output: &str) -> anyhow::Result<()> {
    let path = path_of(output);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {path}, which describes the results that were replaced"))
        }
        _ => Ok(()),
    }
}

/// The error of a run that did not end. Results are kept if the run may end another time.
fn left(partial: Partial, error: Error, is_resumed: bool) -> anyhow::Error {
    if !is_resumed && !error.is_io() {
        return match partial.clear() {
            Ok(()) => error.into(),
            Err(other) => anyhow::Error::from(error).context(other.to_string()),
        };
    }
    let is_io = error.is_io();
    let path: Option<PathBuf> = partial.leave();
    match path {
        // The inputs are not those of the results: to go on would end in the same error.
        Some(path) if !is_io => anyhow::anyhow!("{error}; the results so far stay in {}", path.display()),
        Some(path) => anyhow::anyhow!("{error}; the results so far are in {}: --resume goes on from them", path.display()),
        None => error.into(),
    }
}
