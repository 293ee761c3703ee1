//! Reinforcement learning with verified rewards.

use std::rc::Rc;

use anyhow::Result;
use r1rewards::episode::Origin;
use r1rewards::train::{GrpoOptions, Random, Start, Trainer};

use super::restarts::of_origin;
use super::{Ended, Run, scorer};
use crate::config::{GrpoStage, Stage};
use crate::tasks::Split;

impl Run<'_> {
    pub fn grpo(&mut self, stage: &Stage, options: &GrpoStage, place: usize) -> Result<Ended> {
        let (checkpoint, resumes) = self.folder.checkpoint(place);
        let random = self.random(place);
        let task = self.task;
        let follow_ups = if options.second_attempt { vec![task.follow_up()] } else { Vec::new() };
        let language_weight = options.language_weight;
        let restarts = self.prepare_restarts(options, random, place)?;
        let options = GrpoOptions { follow_ups, ..options.options.clone() };
        let steps = options.steps;
        if !resumes {
            let found = self.evaluate(&stage.name, 0)?;
            if !self.folder.at("samples_before.jsonl").exists() {
                self.keep_samples("samples_before.jsonl", &found)?;
            }
        }
        let reference = if options.needs_reference() { Some(self.copy()?) } else { None };
        let bar = self.bar(&stage.name, steps)?;
        let policy = Rc::clone(&self.model);
        let (tokenizer, scorer) = (self.tokenizer.clone(), scorer(task, language_weight)?);
        let mut trainer = Trainer::new(&*policy, reference.as_ref(), &tokenizer, &scorer, options, random.seed())?;
        if resumes {
            trainer.load(&checkpoint)?;
        }
        bar.set_position(trainer.steps());
        let starts = |index: u64| {
            let random = random.at(index);
            let (share, restarts) = &restarts;
            if !restarts.is_empty() && random.uniform(u64::MAX) < *share {
                return Ok(restarts[random.below(u64::MAX - 1, restarts.len())].clone());
            }
            Ok(task.problem(Split::Train, random))
        };
        while trainer.steps() < steps {
            if self.stopped(trainer.steps()) {
                trainer.save(&checkpoint)?;
                bar.finish_and_clear();
                return Ok(Ended::Stopped);
            }
            let (record, _) = trainer.step(&starts)?;
            self.folder.log("step", &stage.name, record.step, self.begun.elapsed().as_secs_f64(), &record.numbers)?;
            bar.set_message(format!("reward {:.3}, {:.0} tokens/s", record.reward, record.number("tokens_per_second")));
            bar.inc(1);
            let every = self.config.evaluation.every;
            if every > 0 && record.step % every == 0 && record.step < steps {
                bar.suspend(|| self.evaluate(&stage.name, record.step))?;
            }
        }
        bar.finish_and_clear();
        let found = self.evaluate(&stage.name, steps)?;
        self.keep_samples("samples_after.jsonl", &found)?;
        Ok(Ended::Complete)
    }

    /// The restarts of the stage with their share, and the held-out ones to measure on.
    fn prepare_restarts(&mut self, stage: &GrpoStage, random: Random, place: usize) -> Result<(f64, Vec<Start>)> {
        self.wrong_starts.clear();
        let Some(options) = &stage.restarts else { return Ok((0.0, Vec::new())) };
        // One file a stage: the trajectories of another stage are those of another policy, from other problems.
        let held_out = self.restarts(options, Split::HeldOut, random.at(u64::MAX), &format!("restarts_held_out_{place}.json"))?;
        self.wrong_starts = of_origin(&held_out, Origin::Incorrect);
        let restarts = self.restarts(options, Split::Train, random.at(u64::MAX - 1), &format!("restarts_{place}.json"))?;
        if restarts.is_empty() && options.share > 0.0 {
            eprintln!("there is no restart: of {} problems, none has an episode to begin from on both sides", options.problems);
        }
        Ok((options.share, restarts))
    }
}
