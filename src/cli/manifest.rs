//! The file next to results that says how they were made (`OUT.meta.json`), and the comparison of two runs.
//!
//! Nothing in it depends on the machine or the time: the same rows, options and version give the same bytes.

use std::fs::File;
use std::io::Read as _;

use crate::rows::run::{Checkpoint, InputRead, Reading, Shard};
use crate::rows::{Content, Field, Fields, Interrupted, Source};
use crate::{Scorer, engine_version};
use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How results were made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub engine: String,
    pub engine_version: String,
    pub config_hash: String,
    pub config: Value,
    /// The column of each field.
    pub fields: Value,
    /// Whether a reward compares the completions of a prompt.
    pub whole_groups: bool,
    /// `prompt` if the rows of each prompt were brought together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_by: Option<String>,
    pub inputs: Vec<InputRead>,
    /// Which part of the run these results are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardPart>,
    pub results: ResultsText,
    pub summary: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Value>,
}

/// The results of a shard.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ShardPart {
    pub index: u64,
    pub of: u64,
    /// The numbers of results of its blocks of rows, in order: a number, and how many blocks in a row have it.
    pub blocks: Vec<(u64, u64)>,
    /// The number of its rows with a reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub references: Option<u64>,
}

impl ShardPart {
    /// The number of blocks of rows.
    ///
    /// # Errors
    /// Numbers that no run writes.
    pub(super) fn check(&self) -> anyhow::Result<u64> {
        let Self { index, of, blocks, .. } = self;
        if !(1..=*of).contains(index) {
            bail!("there is no shard {index}/{of}");
        }
        if blocks.iter().any(|(results, blocks)| *results == 0 || *blocks == 0) {
            bail!("a block of rows has no results");
        }
        let total = blocks.iter().try_fold(0_u64, |total, (_, blocks)| total.checked_add(*blocks));
        total.context("there are more blocks of rows than can be")
    }
}

/// The text of the results, before it is packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ResultsText {
    pub bytes: u64,
    pub xxh3: String,
}

impl From<Content> for ResultsText {
    fn from(content: Content) -> Self {
        Self { bytes: content.bytes, xxh3: content.xxh3 }
    }
}

/// The name of the file for an output: its whole name with an ending, so that outputs that are packed in different ways
/// have different ones.
pub(super) fn path_of(output: &str) -> String {
    format!("{output}.meta.json")
}

impl Manifest {
    /// The manifest of a run that has judged its rows.
    pub(super) fn new(scorer: &Scorer, fields: &Fields, inputs: Vec<InputRead>, results: Content, summary: Value) -> Self {
        Self {
            engine: "r1rewards".to_owned(),
            engine_version: engine_version().to_owned(),
            config_hash: scorer.config_hash(),
            config: scorer.config().clone(),
            fields: columns(fields, None),
            whole_groups: scorer.needs_whole_group(),
            group_by: None,
            inputs,
            shard: None,
            results: results.into(),
            summary,
            baseline: None,
        }
    }

    /// Reads the manifest of results.
    ///
    /// # Errors
    /// A file that cannot be read or is no manifest.
    pub(super) fn of(output: &str) -> anyhow::Result<Self> {
        let path = path_of(output);
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!("cannot read {path}, which `verify score` writes next to {output} unless --no-meta is given")
        })?;
        serde_json::from_str(&text).with_context(|| format!("{path}: not a manifest of this version of `verify score`"))
    }

    /// The text of the file.
    pub(super) fn text(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// In what another manifest is of another run, in words; shards of one run differ in nothing of this.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let texts = [
            ("engine version", &self.engine_version, &other.engine_version),
            ("configuration", &self.config_hash, &other.config_hash),
        ];
        if let Some((what, one, two)) = texts.into_iter().find(|(_, one, two)| one != two) {
            return Some(format!("the {what} is {one} in one and {two} in the other"));
        }
        if self.fields != other.fields {
            return Some(format!(
                "the columns are {} in one and {} in the other (--map, --preset, --format)",
                self.fields, other.fields
            ));
        }
        if self.inputs.len() != other.inputs.len() {
            return Some(format!("one has {} inputs and the other {}", self.inputs.len(), other.inputs.len()));
        }
        let mut inputs = self.inputs.iter().zip(&other.inputs);
        let differs = inputs.find(|(one, two)| (one.bytes, &one.xxh3) != (two.bytes, &two.xxh3))?;
        Some(format!(
            "the input {} ({} bytes) is not the input {} ({} bytes)",
            differs.0.name, differs.0.bytes, differs.1.name, differs.1.bytes
        ))
    }
}

/// The column of each field, as rows were read in this way or, without one, as it was given; the preset and the format, if
/// they were chosen.
pub(super) fn columns(fields: &Fields, read: Option<&Reading>) -> Value {
    let path = |field: Field| read.map_or_else(|| fields.path(field), |reading| &*reading.paths[field as usize]);
    let mut map: Map<_, _> = Field::ALL.iter().map(|field| (field.name().to_owned(), Value::from(path(*field)))).collect();
    if fields.chosen() != "auto" {
        map.insert("preset".to_owned(), fields.chosen().into());
    }
    if let Some(format) = fields.given_format() {
        map.insert("format".to_owned(), format.name().into());
    }
    Value::Object(map)
}

/// What a run must have in common with one that it goes on from.
pub(super) fn identity(
    scorer: &Scorer,
    fields: &Fields,
    sources: &[Source],
    shard: Option<Shard>,
    group_by: Option<&str>,
) -> Value {
    let input = |source: &Source| json!({ "name": source.to_string(), "bytes": source.size() });
    json!({
        "engine_version": engine_version(),
        "config_hash": scorer.config_hash(),
        "fields": columns(fields, None),
        "shard": shard.map(|shard| shard.to_string()),
        "group_by": group_by,
        "inputs": sources.iter().map(input).collect::<Vec<_>>(),
    })
}

/// In what a run differs from the interrupted one, in words.
pub(super) fn identity_difference(before: &Value, now: &Value) -> Option<String> {
    let names = [
        ("engine_version", "the engine's version"),
        ("config_hash", "the configuration of the rewards (its hash)"),
        ("fields", "the columns (--map, --preset, --format)"),
        ("shard", "the shard (--shard)"),
        ("group_by", "--group-by"),
    ];
    let differs = names.into_iter().find(|(key, _)| before[*key] != now[*key]);
    if let Some((key, what)) = differs {
        return Some(format!("{what} was {} and is {}", before[key], now[key]));
    }
    if before["inputs"] == now["inputs"] {
        return None;
    }
    let list = |value: &Value| value["inputs"].as_array().cloned().unwrap_or_default();
    let (before, now) = (list(before), list(now));
    let differs = before.iter().zip(&now).find(|(before, now)| before != now);
    let shown = |input: &Value| format!("{} ({} bytes)", input["name"].as_str().unwrap_or("?"), input["bytes"]);
    Some(match differs {
        Some((before, now)) => format!("the input {} is now {}", shown(before), shown(now)),
        None => format!("there were {} inputs and are {}", before.len(), now.len()),
    })
}

/// Whether a run that an error ended can go on with other inputs: nothing that it had read is different by its size, and the bytes
/// of the input in which it ended are the same up to there. So a download that was cut off can be completed.
pub(super) fn is_completed(before: &Interrupted, now: &Value) -> Option<Checkpoint> {
    let stopped: Checkpoint = serde_json::from_value(before.stopped.clone()?).ok()?;
    let others = |identity: &Value| {
        let mut others = identity.clone();
        others["inputs"] = Value::Null;
        others
    };
    let (old, new) = (before.identity["inputs"].as_array()?, now["inputs"].as_array()?);
    let same_names = old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old["name"] == new["name"]);
    let path = new.get(stopped.input)?["name"].as_str()?;
    let fits = others(&before.identity) == others(now) && same_names && old[..stopped.input] == new[..stopped.input];
    (fits && is_stream(path) && stopped.begins(File::open(path).ok()?).ok()?).then_some(stopped)
}

/// Whether rows are read from the start of a file to its end: of Parquet and files of Arrow, the end says where rows are.
fn is_stream(path: &str) -> bool {
    let mut start = [0; 6];
    let read = File::open(path).and_then(|mut file| file.read(&mut start)).unwrap_or(0);
    read == start.len() && !start.starts_with(b"PAR1") && &start != b"ARROW1"
}
