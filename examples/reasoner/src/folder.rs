//! The folder of a run: configuration, metrics, samples, checkpoint.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use r1rewards::train::{Rollout, Start};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The folder.
pub struct Folder {
    path: PathBuf,
    metrics: File,
}

/// How far a run has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Stages that have ended.
    pub stages: usize,
}

impl Folder {
    /// Opens a folder for a new run, or to continue one.
    ///
    /// # Errors
    /// A folder that cannot be written; a folder with another run in it, where it is not continued.
    pub fn open(path: &Path, resume: bool) -> Result<Self> {
        let metrics = path.join("metrics.jsonl");
        if !resume && metrics.exists() {
            anyhow::bail!("{} holds a run: give another folder with --out, or --resume to continue it", path.display());
        }
        fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
        let metrics = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&metrics)
            .with_context(|| format!("cannot write {}", metrics.display()))?;
        Ok(Self { path: path.to_owned(), metrics })
    }

    /// A path in the folder.
    pub fn at(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a text file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        fs::write(self.at(name), text).with_context(|| format!("cannot write {}", self.at(name).display()))
    }

    /// Adds a line to `metrics.jsonl`.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn log(&mut self, kind: &str, stage: &str, step: u64, seconds: f64, numbers: &Map<String, Value>) -> Result<()> {
        let mut line = Map::new();
        line.insert("kind".into(), kind.into());
        line.insert("stage".into(), stage.into());
        line.insert("step".into(), step.into());
        line.insert("seconds".into(), seconds.into());
        line.extend(numbers.clone());
        writeln!(self.metrics, "{}", Value::Object(line)).context("cannot write metrics.jsonl")
    }

    /// Writes episodes, one a line.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn samples(&self, name: &str, starts: &[Start], rollouts: &[&Rollout]) -> Result<()> {
        let mut file = BufWriter::new(File::create(self.at(name)).with_context(|| format!("cannot write {name}"))?);
        for rollout in rollouts {
            let start = &starts[rollout.start];
            let attempts: Vec<Value> = rollout
                .attempts()
                .into_iter()
                .zip(&rollout.outcomes)
                .map(|(text, outcome)| {
                    let mut shown = json!(outcome);
                    shown["text"] = text.into();
                    shown
                })
                .collect();
            writeln!(file, "{}", json!({ "problem": start.prompt, "prompt": start.prompt, "attempts": attempts }))?;
        }
        file.flush()?;
        Ok(())
    }

    /// How far the run has come.
    pub fn progress(&self) -> Progress {
        let text = fs::read_to_string(self.at("progress.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Notes that a stage has ended, and drops the checkpoint within it.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn stage_ended(&self, stages: usize) -> Result<()> {
        self.write("progress.json", &json!(Progress { stages }).to_string())?;
        let _ = fs::remove_dir_all(self.at("checkpoint"));
        Ok(())
    }
}
