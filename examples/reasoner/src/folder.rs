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
        // An empty file is of a run that was refused before its first step.
        if !resume && fs::metadata(&metrics).is_ok_and(|file| file.len() > 0) {
            anyhow::bail!("{} holds a run: give another folder with --out, or --resume to continue it", path.display());
        }
        fs::create_dir_all(path).with_context(|| format!("cannot create {}", path.display()))?;
        drop_unfinished_line(&metrics)?;
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

    /// Where the checkpoint inside of a stage is, and whether there is one to continue from. The name has the number of
    /// the stage, so that one that is left behind is never taken for that of another stage.
    pub fn checkpoint(&self, stage: usize) -> (PathBuf, bool) {
        let path = self.at(&format!("checkpoint_{stage}"));
        // The second is there alone where the program was killed between the two moves of a save.
        let exists = path.exists() || self.at(&format!("checkpoint_{stage}.earlier")).exists();
        (path, exists)
    }

    /// Where a policy is written before its stage counts as ended.
    pub fn policy_after(&self, stages: usize) -> PathBuf {
        self.at(&format!("model_{stages}.unfinished"))
    }

    /// Puts the policy of the last stage that has ended in its place, unless it is there.
    fn place_policy(&self, stages: usize) -> Result<()> {
        let written = self.policy_after(stages);
        if !written.exists() {
            return Ok(());
        }
        fs::rename(&written, self.at("model.safetensors")).with_context(|| format!("cannot rename {}", written.display()))
    }

    /// Writes a text file, which appears complete or not at all.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let unfinished = self.at(&format!("{name}.unfinished"));
        fs::write(&unfinished, text)
            .and_then(|()| fs::rename(&unfinished, self.at(name)))
            .with_context(|| format!("cannot write {}", self.at(name).display()))
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
        // In one piece, so that a run that is killed leaves no half of a line but by an accident of the file system.
        self.metrics.write_all(format!("{}\n", Value::Object(line)).as_bytes()).context("cannot write metrics.jsonl")
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

    /// How far the run has come, with the policy of that progress in its place.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn progress(&self) -> Result<Progress> {
        let path = self.at("progress.json");
        if !path.exists() {
            return Ok(Progress::default());
        }
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let progress: Progress = serde_json::from_str(&text).with_context(|| format!("{} is broken", path.display()))?;
        self.place_policy(progress.stages)?;
        Ok(progress)
    }

    /// Notes that a stage has ended, and drops the checkpoint within it.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn stage_ended(&self, stages: usize) -> Result<()> {
        self.write("progress.json", &json!(Progress { stages }).to_string())?;
        self.place_policy(stages)?;
        let (checkpoint, _) = self.checkpoint(stages.saturating_sub(1));
        for ending in ["", ".earlier", ".unfinished"] {
            let mut name = checkpoint.clone().into_os_string();
            name.push(ending);
            let _ = fs::remove_dir_all(name);
        }
        Ok(())
    }
}

/// Cuts off the end of a file after its last line, which a run that was killed may have left.
fn drop_unfinished_line(path: &Path) -> Result<()> {
    let Ok(bytes) = fs::read(path) else { return Ok(()) };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    if whole < bytes.len() {
        fs::write(path, &bytes[..whole]).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_was_killed_in_a_line_goes_on_with_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("metrics.jsonl"), "{\"step\":1}\n{\"st").unwrap();
        let mut opened = Folder::open(folder.path(), true).unwrap();
        opened.log("step", "grpo", 2, 0.5, &Map::new()).unwrap();
        let text = std::fs::read_to_string(folder.path().join("metrics.jsonl")).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), &lines[1]["step"]), (2, &json!(2)));
    }

    #[test]
    fn a_folder_without_a_measurement_holds_no_run() {
        let folder = tempfile::tempdir().unwrap();
        drop(Folder::open(folder.path(), false).unwrap());
        let mut opened = Folder::open(folder.path(), false).unwrap();
        opened.log("step", "grpo", 1, 0.5, &Map::new()).unwrap();
        assert!(Folder::open(folder.path(), false).err().unwrap().to_string().contains("holds a run"));
    }

    #[test]
    fn a_run_that_was_killed_at_the_end_of_a_stage_has_the_policy_of_its_progress() {
        let folder = tempfile::tempdir().unwrap();
        let opened = Folder::open(folder.path(), false).unwrap();
        let policy = || std::fs::read_to_string(folder.path().join("model.safetensors")).unwrap();
        std::fs::write(opened.policy_after(1), "first").unwrap();
        opened.stage_ended(1).unwrap();
        // Killed before the second stage counts as ended.
        std::fs::write(opened.policy_after(2), "second").unwrap();
        assert_eq!((opened.progress().unwrap().stages, policy()), (1, "first".to_owned()));
        // Killed after it counts, and before the policy is in its place.
        opened.write("progress.json", "{\"stages\":2}").unwrap();
        assert_eq!((opened.progress().unwrap().stages, policy()), (2, "second".to_owned()));
        opened.write("progress.json", "{").unwrap();
        assert!(opened.progress().unwrap_err().to_string().contains("progress.json is broken"));
    }

    #[test]
    fn the_checkpoint_of_a_stage_is_not_that_of_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let opened = Folder::open(folder.path(), false).unwrap();
        std::fs::create_dir(folder.path().join("checkpoint_1.earlier")).unwrap();
        assert!(opened.checkpoint(1).1 && !opened.checkpoint(2).1);
        opened.stage_ended(2).unwrap();
        assert!(!opened.checkpoint(1).1);
        assert_eq!(opened.progress().unwrap(), Progress { stages: 2 });
    }
}
