//! `verify merge`: joins the results of shards to those of the whole run.

use std::collections::HashSet;
use std::io::{BufRead, Write as _};
use std::sync::Arc;

use crate::Reason;
use crate::rows::presets::Preset;
use crate::rows::run::{Groups, RunSummary, keep_apart};
use crate::rows::{Digest, Names, Output, ResultRow, Source, replace};
use anyhow::{Context as _, bail};
use twox_hash::XxHash3_128;

use super::args::MergeArgs;
use super::codes::FINE;
use super::manifest::{Manifest, ResultsText, ShardPart, path_of};
use super::shown::say;
use super::votes::answer_key;

pub(super) fn run(args: &MergeArgs) -> anyhow::Result<u8> {
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
    summary.rows = shards.iter().map(|shard| shard.manifest.summary["rows"].as_u64().unwrap_or_default()).sum();
    let mut wholeness = shards[0].manifest.whole_groups.then(Wholeness::default);
    shards.iter().for_each(|shard| see_presets(&mut summary, &shard.manifest.summary));
    let blocks: u64 = shards.iter().map(Shard::blocks).sum();
    for block in 0..blocks {
        let of = shards.len() as u64;
        let shard = &mut shards[usize::try_from(block % of)?];
        for _ in 0..shard.next_block()? {
            let (line, row) = shard.next_result()?;
            if let Some(wholeness) = &mut wholeness {
                wholeness.check(&row, &shard.path)?;
            }
            summary.see_outcome(row.group, &row.outcome);
            output.write_all(&line)?;
        }
    }
    shards.iter_mut().try_for_each(Shard::check_end)?;
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
        let reader = Source::File(path.into()).text(&Arc::default())?;
        let (pair, used, line, bytes, hasher) = (0, 0, 0, 0, XxHash3_128::new());
        Ok(Self { path: path.to_owned(), manifest, part, reader, pair, used, line, bytes, hasher })
    }

    fn blocks(&self) -> u64 {
        self.part.blocks.iter().map(|(_, blocks)| blocks).sum()
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
    let is_there = |index: &u64| shards.iter().any(|shard| shard.part.index == *index);
    let missing: Vec<String> =
        (1..=first.part.of).filter(|index| !is_there(index)).map(|index| format!("{index}/{}", first.part.of)).collect();
    if !missing.is_empty() {
        bail!("missing: shard {}: score it with --shard, and give the results of all shards", missing.join(", "));
    }
    let total: u64 = shards.iter().map(Shard::blocks).sum();
    for shard in shards {
        let wanted = (total + first.part.of - shard.part.index) / first.part.of;
        if shard.blocks() != wanted {
            bail!("{} has {} blocks of rows, but the other shards imply {wanted}: score it again", shard.path, shard.blocks());
        }
    }
    Ok(())
}

/// Finds groups whose rows are in several places, of which each shard saw only a part.
#[derive(Default)]
struct Wholeness {
    judged: HashSet<Digest>,
    open: Option<Digest>,
}

impl Wholeness {
    fn check(&mut self, row: &ResultRow, path: &str) -> anyhow::Result<()> {
        if row.group == self.open || row.outcome.reason == Reason::BadRow {
            return Ok(());
        }
        self.judged.extend(self.open.take());
        self.open = row.group;
        if self.open.is_some_and(|group| self.judged.contains(&group)) {
            bail!(
                "{path}: other rows of the prompt of the row {} are not adjacent to it, and a reward compares all completions of \
                 a prompt: sort the rows by prompt, or score them without --shard and with --group-by prompt",
                row.id
            );
        }
        Ok(())
    }
}
