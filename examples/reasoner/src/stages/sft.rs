//! Fine-tuning on traces that the task draws.

use std::rc::Rc;

use anyhow::Result;
use r1rewards::train::{FineTuning, Sequence, Tokenizer};
use serde_json::{Map, json};

use super::{Ended, Run};
use crate::config::{SftStage, Stage};
use crate::tasks::{Split, Template};

impl Run<'_> {
    pub fn sft(&mut self, stage: &Stage, options: &SftStage, place: usize) -> Result<Ended> {
        let (checkpoint, resumes) = self.folder.checkpoint(place);
        let random = self.random(place);
        let kept = if options.kept_traces { self.kept_traces()? } else { Vec::new() };
        let bar = self.bar(&stage.name, options.options.steps)?;
        let model = Rc::clone(&self.model);
        let mut training = FineTuning::new(&*model, options.options.clone())?;
        if resumes {
            training.load(&checkpoint)?;
        }
        let mut ended = Ended::Complete;
        while training.steps() < options.options.steps {
            if self.stopped(training.steps()) {
                training.save(&checkpoint)?;
                ended = Ended::Stopped;
                break;
            }
            let step = training.steps();
            let traces = (0..options.options.batch as u64)
                .map(|index| {
                    let random = random.at(step).at(index);
                    if let Some((prompt, completion)) = kept.get(random.below(0, kept.len())) {
                        return self.imitation(prompt, std::slice::from_ref(completion));
                    }
                    let problem = self.task.problem(Split::Train, random.at(0));
                    let attempts = 1..=1 + u64::from(options.second_attempt);
                    let texts: Vec<String> = attempts.map(|attempt| self.task.trace(&problem, random.at(attempt))).collect();
                    let other = [Template::Reworded, Template::Shots(1), Template::Shots(2)][random.below(9, 3)];
                    let template = if random.uniform(8) < options.other_templates { other } else { Template::Plain };
                    self.imitation(&template.apply(self.task, &problem, random.at(7)).prompt, &texts)
                })
                .collect::<Result<Vec<_>>>()?;
            let update = training.step(&traces)?;
            let mut numbers = Map::new();
            numbers.insert("loss".into(), json!(update.metrics.loss));
            numbers.insert("learning_rate".into(), json!(update.step.learning_rate));
            numbers.insert("gradient_norm".into(), json!(update.step.gradient_norm));
            self.folder.log("step", &stage.name, step + 1, self.begun.elapsed().as_secs_f64(), &numbers)?;
            bar.set_message(format!("loss {:.3}", update.metrics.loss));
            bar.inc(1);
        }
        bar.finish_and_clear();
        if ended == Ended::Complete {
            self.evaluate(&stage.name, options.options.steps)?;
        }
        Ok(ended)
    }

    /// A prompt and the texts of attempts, as tokens to imitate.
    pub fn imitation(&self, prompt: &str, texts: &[String]) -> Result<Sequence> {
        let mut parts = vec![(self.tokenizer.encode(prompt)?, false)];
        for (attempt, text) in texts.iter().enumerate() {
            if attempt > 0 {
                parts.push((self.tokenizer.encode(&self.task.follow_up())?, false));
            }
            let mut tokens = self.tokenizer.encode(text)?;
            tokens.push(self.tokenizer.end());
            parts.push((tokens, true));
        }
        let parts: Vec<(&[i64], bool)> = parts.iter().map(|(tokens, trained)| (tokens.as_slice(), *trained)).collect();
        Ok(Sequence::imitation(&parts))
    }
}
