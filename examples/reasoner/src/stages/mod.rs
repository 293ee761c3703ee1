//! The stages of a run.

mod grpo;
mod restarts;
mod sft;
mod start;
mod templates;
mod traces;

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use r1rewards::text::{Language, LanguageOptions, Target};
use r1rewards::train::{
    Batch, Evaluation, Judging, Policy as _, Random, Rollout, Sampling, Start, Tokenizer, copy_parameters, evaluate,
    sample_and_score,
};
use r1rewards::{RewardExt as _, Scorer};
use tch::{Device, Kind, Tensor};

use crate::config::{self, RunConfig};
use crate::folder::Folder;
use crate::model::{ModelConfig, Transformer};
use crate::tasks::{Split, Task, distinct};
use crate::tokenizer::Texts;

/// What all stages share.
pub struct Run<'a> {
    pub config: &'a RunConfig,
    pub task: &'a dyn Task,
    pub tokenizer: Texts,
    pub scorer: Scorer,
    pub model: Rc<Transformer>,
    pub kind: Kind,
    pub device: Device,
    pub folder: Folder,
    /// The problems that the policy is measured on.
    pub held_out: Vec<Start>,
    /// Held-out problems with a start of the thinking that led to a wrong answer; empty but for Satori.
    pub wrong_starts: Vec<Start>,
    pub begun: Instant,
    pub stop: &'a AtomicBool,
    /// The step of all stages after which the run stops.
    pub stop_after: Option<u64>,
    /// Steps of the stages before this one.
    pub steps_before: u64,
    pub quiet: bool,
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All its steps are done.
    Complete,
    /// It was told to stop; a checkpoint is in the folder.
    Stopped,
}

impl<'a> Run<'a> {
    /// Prepares a run: a fresh model or a checkpoint, the held-out problems, the folder.
    ///
    /// # Errors
    /// A model whose sizes do not fit together; a checkpoint that cannot be used.
    pub fn new(config: &'a RunConfig, folder: Folder, place: (Kind, Device), stop: &'a AtomicBool, quiet: bool) -> Result<Self> {
        let task = config.task.task();
        let (tokenizer, model) = start::begin(config, task, place)?;
        Ok(Self {
            task,
            scorer: scorer(task, 0.0)?,
            wrong_starts: Vec::new(),
            // The held-out problems are the same for every seed.
            held_out: distinct(task, Split::HeldOut, config.evaluation.problems, Random::new(0)),
            tokenizer,
            model: Rc::new(model),
            kind: place.0,
            device: place.1,
            folder,
            begun: Instant::now(),
            stop,
            stop_after: None,
            steps_before: 0,
            quiet,
            config,
        })
    }

    /// Runs all stages that have not ended yet.
    ///
    /// # Errors
    /// What a stage refuses.
    pub fn all(&mut self) -> Result<Ended> {
        let done = self.folder.progress()?.stages;
        if done > 0 {
            for stage in &self.config.stages[..done.min(self.config.stages.len())] {
                if let config::Kind::Fresh(options) = stage.kind()? {
                    self.model = Rc::new(self.fresh(&options.model)?);
                }
            }
            self.load_model()?;
        }
        for (place, stage) in self.config.stages.iter().enumerate().skip(done) {
            self.steps_before = self.config.stages[..place].iter().map(config::Stage::steps).sum();
            let ended = match stage.kind()? {
                config::Kind::Sft(options) => self.sft(stage, options, place)?,
                config::Kind::Grpo(options) => self.grpo(stage, options, place)?,
                config::Kind::Traces(options) => self.traces(stage, options, place)?,
                config::Kind::Templates(options) => self.templates(stage, options)?,
                config::Kind::Fresh(options) => {
                    self.model = Rc::new(self.fresh(&options.model)?);
                    Ended::Complete
                }
            };
            if ended == Ended::Stopped {
                return Ok(ended);
            }
            // The policy replaces the one before only when the stage counts as ended, so that a run that is killed here
            // goes on from a policy that belongs to its progress.
            Tensor::write_safetensors(&self.model.parameters(), self.folder.policy_after(place + 1))?;
            self.folder.stage_ended(place + 1)?;
        }
        self.save_policy()?;
        Ok(Ended::Complete)
    }

    fn fresh(&self, shape: &ModelConfig) -> Result<Transformer> {
        let shape = ModelConfig { vocab_size: self.tokenizer.size(), ..shape.clone() };
        Transformer::new(shape, self.config.seed, self.kind, self.device)
    }

    fn load_model(&self) -> Result<()> {
        let _guard = tch::no_grad_guard();
        let stored: std::collections::HashMap<String, Tensor> =
            Tensor::read_safetensors(self.folder.at("model.safetensors"))?.into_iter().collect();
        for (name, mut parameter) in self.model.parameters() {
            let found = stored.get(&name).ok_or_else(|| anyhow::anyhow!("model.safetensors has no `{name}`"))?;
            parameter.f_copy_(found)?;
        }
        Ok(())
    }

    /// A policy of the same shape with the same parameters.
    pub fn copy(&self) -> Result<Transformer> {
        let copy = Transformer::new(self.model.config().clone(), 0, self.kind, self.device)?;
        copy_parameters(&*self.model, &copy)?;
        Ok(copy)
    }

    /// Judged episodes of the policy as it is now, of one attempt each.
    pub fn episodes(&self, starts: &[Start], samples: usize, max_new_tokens: usize, random: Random) -> Result<Vec<Rollout>> {
        let sampling = Sampling { max_new_tokens, temperature: 1.0, end: self.tokenizer.end(), seed: random.seed() };
        let batch = Batch { samples, follow_ups: &[], parts: 4, sampling };
        Ok(sample_and_score(&*self.model, &self.tokenizer, &self.scorer, starts, &batch)?.0)
    }

    /// The stream of random numbers of a stage.
    pub fn random(&self, stage: usize) -> Random {
        Random::new(self.config.seed).at(stage as u64)
    }

    /// Whether the run must stop before another step of the stage.
    pub fn stopped(&self, step: u64) -> bool {
        self.stop.load(Ordering::Relaxed) || self.stop_after.is_some_and(|most| self.steps_before + step >= most)
    }

    /// Measures the policy on the held-out problems, and logs it.
    pub fn evaluate(&mut self, stage: &str, step: u64) -> Result<Evaluation> {
        let options = &self.config.evaluation;
        let follow_ups = if options.second_attempt { vec![self.task.follow_up()] } else { Vec::new() };
        let batch = Batch {
            samples: options.samples,
            follow_ups: &follow_ups,
            parts: 2,
            sampling: Sampling {
                max_new_tokens: options.max_new_tokens,
                temperature: 1.0,
                end: self.tokenizer.end(),
                seed: Random::new(self.config.seed).at(0x00e7_a100).at(step).seed(),
            },
        };
        let judging = Judging {
            scorer: &self.scorer,
            same: &|left, right| self.task.same(left, right),
            before_marker: &|completion| self.task.before_marker(completion),
        };
        let mut found = evaluate(&*self.model, &self.tokenizer, &judging, &self.held_out, &batch)?;
        if !self.wrong_starts.is_empty() {
            let restarted = evaluate(&*self.model, &self.tokenizer, &judging, &self.wrong_starts, &batch)?;
            found.numbers.insert("correct_from_wrong".into(), restarted.number("pass_at_1").into());
        }
        let seconds = self.begun.elapsed().as_secs_f64();
        self.folder.log("evaluation", stage, step, seconds, &found.numbers)?;
        if !self.quiet {
            let shown: Vec<String> =
                found.numbers.iter().filter_map(|(name, value)| Some(format!("{name} {:.3}", value.as_f64()?))).collect();
            eprintln!("{seconds:6.1} s  {stage} {step}: {}", shown.join(", "));
        }
        Ok(found)
    }

    /// Writes the first episode of some problems.
    pub fn keep_samples(&self, name: &str, found: &Evaluation) -> Result<()> {
        let chosen: Vec<&Rollout> = found.rollouts.iter().step_by(self.config.evaluation.samples).take(40).collect();
        self.folder.samples(name, &self.held_out, &chosen)
    }

    pub fn bar(&self, stage: &str, steps: u64) -> Result<ProgressBar> {
        let bar = if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(steps) };
        bar.set_style(ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg}, {eta} left")?);
        bar.set_prefix(stage.to_owned());
        Ok(bar)
    }
}

/// The rewards of a task, with the share of Latin letters at this weight, and without any weight whether all letters are
/// Latin.
pub fn scorer(task: &dyn Task, language_weight: f64) -> Result<Scorer> {
    let mut builder = task.rewards().into_iter().fold(Scorer::builder(), r1rewards::ScorerBuilder::reward);
    if language_weight > 0.0 {
        let share = LanguageOptions { min_letters: 1, ..LanguageOptions::new(Target::scripts(&["Latin"])?) };
        builder = builder.reward(Language::new(share)?.weight(language_weight));
    }
    if task.has_languages() {
        builder = builder.reward(traces::one_script("Latin")?.weight(0.0).named("one_language"));
    }
    Ok(builder.build()?)
}
