//! `verify merge`: joins the results of shards to those of the whole run.

use std::io::{BufRead, Write as _};
use std::sync::Arc;

use crate::Reason;
use crate::rows::presets::Preset;
use crate::rows::run::{Groups, RunSummary, Wholeness, keep_apart};
use crate::rows::{Names, Output, ResultRow, Source, Writes, check_output_name, replace};
use anyhow::{Context as _, bail};
use twox_hash::XxHash3_128;

use super::args::MergeArgs;
use super::codes::FINE;
use super::manifest::{Manifest, ResultsText, ShardPart, path_of};
use super::shown::say;
use super::votes::answer_key;

pub(super) fn run(args: &MergeArgs) -> anyhow::Result<u8> {
    check_output_name(&args.output, Writes::Results)?;
    let mut shards = args.shards.iter().map(|path| Shard::open(path)).collect::<anyhow::Result<Vec<_>>>()?;
    check(&shards)?;
    shards.sort_by_key(|shard| shard.part.index);
    let is_file = Names::of(&args.output).is_some();
    let meta_path = (is_file && !args.no_meta).then(|| path_of(&args.output));
    let read: Vec<_> = shards.iter().map(|shard| Source::File(shard.path.clone().into())).collect();
    let manifests: Vec<_> = shards.iter().map(|shard| Source::File(path_of(&shard.path).into())).collect();
    let written: Vec<&str> = [Some(&*args.output), meta_path.as_deref()].into_iter().flatten().collect();
    keep_apart(&[read, manifests].concat(), &written)?;

    let mut output = Output::open(&args.output)?;
    let mut summary = RunSummary::of(Groups::by(answer_key));
    summary.rows =
        shards.iter().map(|shard| shard.manifest.summary["rows"].as_u64().unwrap_or_default()).fold(0, u64::saturating_add);
    let mut wholeness = shards[0].manifest.whole_groups.then(Wholeness::default);
    shards.iter().for_each(|shard| see_presets(&mut summary, &shard.manifest.summary));
    let blocks: u64 = shards.iter().map(|shard| shard.blocks).sum();
    for block in 0..blocks {
        let of = shards.len() as u64;
        let shard = &mut shards[usize::try_from(block % of)?];
        for _ in 0..shard.next_block()? {
            let (line, row) = shard.next_result()?;
            if wholeness.as_mut().is_some_and(|wholeness| !wholeness.follows(row.hash.map(|_| row.group))) {
                bail!(
                    "{}: other rows of the prompt of the row {} are not adjacent to it, and a reward compares all completions of \
                     a prompt: sort the rows by prompt, or score them without --shard and with --group-by prompt",
                    shard.path,
                    row.id
                );
            }
            summary.see_outcome(&format_args!("{}:{}", shard.path, shard.line), row.group, &row.outcome);
            output.write_all(&line)?;
        }
    }
    shards.iter_mut().try_for_each(Shard::check_end)?;
    check_judged(&summary, &shards)?;
    let content = output.publish()?;
    let first = &shards[0].manifest;
    let merged = Manifest { shard: None, results: content.into(), summary: summary.to_value(), ..first.clone() };
    if let Some(path) = meta_path {
        replace(&path, &merged.text()?)?;
    }
    if !args.quiet {
        say(summary.counts());
    }
    Ok(FINE)
}

/// Refuses results of which the whole run would refuse all: those of no row that could be read, of no row with a
/// reference although the rewards need one, or of no row that a fault of this program did not stop. One shard may have only such rows.
fn check_judged(summary: &RunSummary, shards: &[Shard]) -> anyhow::Result<()> {
    if summary.rows == 0 {
        bail!("the input has no rows: check that its file is the right one and was written to its end");
    }
    if summary.results > 0 && summary.count_of(Reason::BadRow) == summary.results {
        bail!(
            "nothing could be judged: all {} results are `bad_row`. The first: {}. Score the rows again with other columns (--map)",
            summary.results,
            summary.first_problem().unwrap_or("unknown")
        );
    }
    let references: Option<u64> = shards.iter().map(|shard| shard.part.references).try_fold(0_u64, |sum, of| sum.checked_add(of?));
    if summary.results > 0 && references == Some(0) && summary.lacks_reference() {
        bail!(
            "no row has a reference, and nothing could be scored; score the rows again and name its column with --map answer=COLUMN"
        );
    }
    Ok(summary.check_faults()?)
}

/// Counts the rows of a shard that were read with presets.
fn see_presets(summary: &mut RunSummary, of_shard: &serde_json::Value) {
    for (name, rows) in of_shard["presets"].as_object().into_iter().flatten() {
        if let (Ok(name), Some(rows)) = (Preset::named(name), rows.as_u64()) {
            summary.see_preset(name, rows);
        }
    }
}

/// The results of one shard, read from the first to the last.
struct Shard {
    path: String,
    manifest: Manifest,
    part: ShardPart,
    /// The number of its blocks.
    blocks: u64,
    reader: Box<dyn BufRead + Send>,
    /// The place in the blocks: the number of the pair, and how many of its blocks were read.
    pair: usize,
    used: u64,
    line: u64,
    bytes: u64,
    hasher: XxHash3_128,
}

impl Shard {
    fn open(path: &str) -> anyhow::Result<Self> {
        let manifest = Manifest::of(path)?;
        let part = manifest
            .shard
            .clone()
            .with_context(|| format!("{} does not say which shard {path} is: it was written without --shard", path_of(path)))?;
        let blocks = part.check().with_context(|| format!("{}: not a manifest of `verify score`", path_of(path)))?;
        let reader = Source::File(path.into()).text(&Arc::default())?;
        let (pair, used, line, bytes, hasher) = (0, 0, 0, 0, XxHash3_128::new());
        Ok(Self { path: path.to_owned(), manifest, part, blocks, reader, pair, used, line, bytes, hasher })
    }

    /// The number of results of the next block.
    fn next_block(&mut self) -> anyhow::Result<u64> {
        let Some((results, blocks)) = self.part.blocks.get(self.pair).copied() else {
            bail!("{}: the shard has fewer blocks of rows than the others imply; score it again", self.path);
        };
        self.used += 1;
        if self.used == blocks {
            (self.pair, self.used) = (self.pair + 1, 0);
        }
        Ok(results)
    }

    fn next_result(&mut self) -> anyhow::Result<(Vec<u8>, ResultRow)> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line).with_context(|| format!("cannot read {}", self.path))?;
        if line.last() != Some(&b'\n') {
            bail!("{}: the results end after {} lines, before those of all rows; score this shard again", self.path, self.line);
        }
        self.line += 1;
        self.bytes += line.len() as u64;
        self.hasher.write(&line);
        let row = serde_json::from_slice(&line)
            .with_context(|| format!("{}:{}: not a result row of `verify score`", self.path, self.line))?;
        Ok((line, row))
    }

    /// Checks that all results were read, and that they are those of the manifest.
    fn check_end(&mut self) -> anyhow::Result<()> {
        let more = self.reader.fill_buf().with_context(|| format!("cannot read {}", self.path))?;
        let read = ResultsText { bytes: self.bytes, xxh3: format!("{:032x}", self.hasher.finish_128()) };
        if !more.is_empty() || read != self.manifest.results {
            bail!("{}: the results are not those that {} describes: score this shard again", self.path, path_of(&self.path));
        }
        Ok(())
    }
}

/// Checks that these are all shards of one run, each once.
fn check(shards: &[Shard]) -> anyhow::Result<()> {
    /// The most missing shards that are named.
    const MOST: usize = 10;
    let Some(first) = shards.first() else { bail!("name the results of all shards") };
    for shard in &shards[1..] {
        if let Some(difference) = first.manifest.difference(&shard.manifest) {
            bail!("{} and {} are shards of different runs: {difference}", first.path, shard.path);
        }
        if first.part.of != shard.part.of {
            bail!(
                "{} is shard {}/{} and {} is shard {}/{}: give the shards of one division",
                first.path,
                first.part.index,
                first.part.of,
                shard.path,
                shard.part.index,
                shard.part.of
            );
        }
    }
    for (place, shard) in shards.iter().enumerate() {
        if let Some(twice) = shards[..place].iter().find(|other| other.part.index == shard.part.index) {
            bail!("{} and {} are both shard {}/{}: give each shard once", twice.path, shard.path, shard.part.index, shard.part.of);
        }
    }
    let of = first.part.of;
    // Every index is given at most once and at most `of`, so the number of shards says whether all are there.
    let missing = of - shards.len() as u64;
    if missing > 0 {
        let is_there = |index: &u64| shards.iter().any(|shard| shard.part.index == *index);
        let mut names: Vec<String> =
            (1..=of).filter(|index| !is_there(index)).take(MOST).map(|index| format!("{index}/{of}")).collect();
        if missing > MOST as u64 {
            names.push(format!("and {} more", missing - MOST as u64));
        }
        bail!("missing: shard {}: score it with --shard, and give the results of all shards", names.join(", "));
    }
    let total =
        shards.iter().try_fold(0_u64, |total, shard| total.checked_add(shard.blocks)).filter(|total| *total <= u64::MAX - of);
    let total = total.context("the manifests state more blocks of rows than can be: score the shards again")?;
    for shard in shards {
        let wanted = (total + of - shard.part.index) / of;
        if shard.blocks != wanted {
            bail!("{} has {} blocks of rows, but the other shards imply {wanted}: score it again", shard.path, shard.blocks);
        }
    }
    Ok(())
}
