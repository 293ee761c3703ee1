//! What a run does, as a file.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use r1rewards::train::{GrpoOptions, SftOptions};
use serde::{Deserialize, Serialize};

use crate::model::ModelConfig;
use crate::tasks::{TaskConfig, Template};

/// A run: a task, a model, and stages of training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// The name of the run.
    pub name: String,
    /// Everything random follows from this number.
    #[serde(default)]
    pub seed: u64,
    /// The task.
    pub task: TaskConfig,
    /// The model, which begins with random parameters; the task gives its vocabulary.
    #[serde(default)]
    pub model: ModelConfig,
    /// A checkpoint to begin with, in place of `model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<CheckpointStart>,
    /// How the policy is measured.
    #[serde(default)]
    pub evaluation: EvaluationOptions,
    /// The stages, in order.
    #[serde(rename = "stage")]
    pub stages: Vec<Stage>,
}

/// A checkpoint to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointStart {
    /// Its folder, relative to the working directory: `config.json`, safetensors and `tokenizer.json` of a Llama, Qwen2 or
    /// Qwen3. Texts of the task go through its tokenizer as they are, without a chat template.
    pub checkpoint: PathBuf,
    /// The token that ends a text, needed where the checkpoint names none or several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// How a policy is measured: on the same held-out problems each time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EvaluationOptions {
    /// The number of problems.
    pub problems: usize,
    /// Episodes a problem.
    pub samples: usize,
    /// Steps between evaluations; 0 for none but those before and after a stage.
    pub every: u64,
    /// The most tokens of a turn.
    pub max_new_tokens: usize,
    /// Whether a second attempt is asked for.
    pub second_attempt: bool,
}

impl Default for EvaluationOptions {
    fn default() -> Self {
        Self { problems: 200, samples: 8, every: 0, max_new_tokens: 96, second_attempt: false }
    }
}

/// A stage: one of the kinds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// The name in logs.
    pub name: String,
    /// Fine-tuning on traces that the task draws.
    pub sft: Option<SftStage>,
    /// Reinforcement learning.
    pub grpo: Option<GrpoStage>,
    /// Rejection sampling: traces of the policy that are correct.
    pub traces: Option<TracesStage>,
    /// A fresh model, with random parameters, in place of the policy.
    pub fresh: Option<FreshStage>,
    /// How much the policy depends on the form of the prompt.
    pub templates: Option<TemplatesStage>,
}

/// Fine-tuning.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SftStage {
    /// Whether traces have a second attempt, drawn independently of the first.
    pub second_attempt: bool,
    /// Whether the traces are those that the last stage `traces` has kept, and not drawn by the task.
    pub kept_traces: bool,
    /// The share of traces whose prompt has another form: reworded, or after one or two solved problems.
    pub other_templates: f64,
    /// Steps, batch, optimizer.
    pub options: SftOptions,
}

/// Reinforcement learning.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GrpoStage {
    /// Whether the policy is asked for a second attempt.
    pub second_attempt: bool,
    /// The weight of the share of Latin letters in the reward: R1's reward for language consistency.
    pub language_weight: f64,
    /// Restarts from earlier episodes, for Satori.
    pub restarts: Option<Restarts>,
    /// Everything else.
    pub options: GrpoOptions,
}

impl GrpoStage {
    fn check(&self) -> Result<()> {
        self.options.check()?;
        ensure!(
            self.options.follow_ups.is_empty(),
            "`options.follow_ups` is the task's: write `second_attempt = true` in the table `grpo`"
        );
        let weight = self.language_weight;
        ensure!(weight.is_finite() && weight >= 0.0, "`language_weight` is {weight}: give a finite number of at least 0");
        let share = self.restarts.as_ref().map_or(0.0, |restarts| restarts.share);
        ensure!((0.0..=1.0).contains(&share), "`restarts.share` is {share}: give a number from 0 to 1");
        Ok(())
    }
}

/// Where restarts come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Restarts {
    /// The share of prompts that are restarts; the others are fresh.
    pub share: f64,
    /// Problems that trajectories are sampled for, before the stage.
    pub problems: usize,
    /// Trajectories a problem.
    pub samples: usize,
    /// The most tokens of a trajectory.
    pub max_new_tokens: usize,
}

impl Default for Restarts {
    fn default() -> Self {
        Self { share: 0.5, problems: 600, samples: 4, max_new_tokens: 96 }
    }
}

/// Rejection sampling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TracesStage {
    /// The number of problems.
    pub problems: usize,
    /// Episodes a problem.
    pub samples: usize,
    /// The most traces of a problem that are kept.
    pub per_problem: usize,
    /// The most tokens of an episode.
    pub max_new_tokens: usize,
    /// Whether the shortest correct traces are kept, and not random ones.
    pub shortest: bool,
    /// The script that all letters of a kept trace must have, for example Latin.
    pub script: Option<String>,
}

impl Default for TracesStage {
    fn default() -> Self {
        Self { problems: 800, samples: 8, per_problem: 2, max_new_tokens: 96, shortest: false, script: None }
    }
}

/// A fresh model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FreshStage {
    /// Its shape.
    pub model: ModelConfig,
}

/// What a stage does.
pub enum Kind<'a> {
    /// Fine-tuning.
    Sft(&'a SftStage),
    /// Reinforcement learning.
    Grpo(&'a GrpoStage),
    /// Rejection sampling.
    Traces(&'a TracesStage),
    /// A fresh model.
    Fresh(&'a FreshStage),
    /// Several forms of the prompt.
    Templates(&'a TemplatesStage),
}

impl Stage {
    /// What the stage does.
    ///
    /// # Errors
    /// No kind, or several.
    pub fn kind(&self) -> Result<Kind<'_>> {
        let kinds = [
            self.sft.as_ref().map(Kind::Sft),
            self.grpo.as_ref().map(Kind::Grpo),
            self.traces.as_ref().map(Kind::Traces),
            self.fresh.as_ref().map(Kind::Fresh),
            self.templates.as_ref().map(Kind::Templates),
        ];
        let mut kinds = kinds.into_iter().flatten();
        match (kinds.next(), kinds.next()) {
            (Some(kind), None) => Ok(kind),
            _ => {
                bail!("stage `{}` must have exactly one of the tables `sft`, `grpo`, `traces`, `fresh` and `templates`", self.name)
            }
        }
    }
}

impl Stage {
    /// The number of its training steps.
    pub fn steps(&self) -> u64 {
        self.sft.as_ref().map_or(0, |stage| stage.options.steps) + self.grpo.as_ref().map_or(0, |stage| stage.options.steps)
    }
}

impl RunConfig {
    /// Reads a file, with some values replaced: `stage.1.grpo.options.steps=20`.
    ///
    /// # Errors
    /// A file that cannot be read or is no configuration; a replacement whose path does not exist.
    pub fn read(path: &Path, replaced: &[String]) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut value: toml::Value = toml::from_str(&text).with_context(|| format!("{} is no TOML", path.display()))?;
        for replacement in replaced {
            replace(&mut value, replacement)?;
        }
        let config: Self = value.try_into().with_context(|| format!("{} is no configuration of a run", path.display()))?;
        for stage in &config.stages {
            match stage.kind()? {
                Kind::Sft(stage) => stage.options.check()?,
                Kind::Grpo(stage) => stage.check()?,
                Kind::Traces(_) | Kind::Fresh(_) | Kind::Templates(_) => {}
            }
        }
        ensure!(
            config.start.is_none() || config.model == ModelConfig::default(),
            "`model` describes a model with random parameters and `start` a checkpoint: leave one out"
        );
        config.task.check()?;
        ensure!(config.evaluation.problems > 0, "`evaluation.problems` is 0: give at least 1");
        ensure!(config.evaluation.samples > 0, "`evaluation.samples` is 0: give at least 1");
        config.check_lengths()?;
        Ok(config)
    }
}

impl RunConfig {
    /// Refuses what the model cannot write, before it is trained and not at the first evaluation after that.
    fn check_lengths(&self) -> Result<()> {
        // The model of a checkpoint is not known yet.
        if self.start.is_some() {
            return Ok(());
        }
        let mut model = &self.model;
        let check = |name: &str, tokens: usize, model: &ModelConfig| {
            let most = model.max_position_embeddings;
            ensure!(
                tokens > 0 && i64::try_from(tokens).is_ok_and(|tokens| tokens < most),
                "`{name}` is {tokens}: give at least 1, and less than `max_position_embeddings`, which is {most}"
            );
            Ok(())
        };
        check("evaluation.max_new_tokens", self.evaluation.max_new_tokens, model)?;
        for stage in &self.stages {
            match stage.kind()? {
                Kind::Fresh(stage) => model = &stage.model,
                Kind::Grpo(stage) => check("max_new_tokens", stage.options.max_new_tokens, model)?,
                Kind::Traces(stage) => check("max_new_tokens", stage.max_new_tokens, model)?,
                Kind::Sft(_) | Kind::Templates(_) => check("evaluation.max_new_tokens", self.evaluation.max_new_tokens, model)?,
            }
        }
        Ok(())
    }
}

fn replace(value: &mut toml::Value, replacement: &str) -> Result<()> {
    let (path, text) = replacement.split_once('=').with_context(|| format!("`{replacement}`: give PATH=VALUE"))?;
    let new = toml::from_str::<toml::Table>(&format!("value = {text}"))
        .or_else(|_| toml::from_str::<toml::Table>(&format!("value = {text:?}")))
        .with_context(|| format!("`{text}` is no value"))?;
    let keys: Vec<&str> = path.split('.').collect();
    let mut place = value;
    for (depth, key) in keys.iter().enumerate() {
        let last = depth + 1 == keys.len();
        place = match place {
            toml::Value::Array(list) => {
                let length = list.len();
                let index: usize = key.parse().with_context(|| format!("`{path}`: `{key}` must be the number of an entry"))?;
                list.get_mut(index).with_context(|| format!("`{path}`: there are {length} entries, counted from 0"))?
            }
            toml::Value::Table(table) => table.entry((*key).to_owned()).or_insert_with(|| toml::Value::Table(toml::Table::new())),
            _ => bail!("`{path}`: there is nothing inside of a value"),
        };
        if last {
            *place = new["value"].clone();
        }
    }
    Ok(())
}

/// Several forms of the prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TemplatesStage {
    /// The forms; the others are compared with the first one.
    pub templates: Vec<Template>,
    /// Episodes a problem and form.
    pub samples: usize,
}

impl Default for TemplatesStage {
    fn default() -> Self {
        Self { templates: vec![Template::Plain, Template::Reworded, Template::Shots(1), Template::Shots(2)], samples: 8 }
    }
}
