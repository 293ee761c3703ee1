//! How much the policy depends on the form of the prompt.

use std::fmt::Write as _;

use anyhow::Result;
use r1rewards::metrics::{SensitivityOptions, Variant, prompt_sensitivity};
use r1rewards::train::{Random, Start};
use serde_json::json;

use super::{Ended, Run};
use crate::config::{Stage, TemplatesStage};

impl Run<'_> {
    /// Samples the held-out problems under each template, and writes the episodes (`templates.jsonl`, which
    /// `verify templates --scored` reads) and the comparison (`templates.json`).
    pub fn templates(&mut self, stage: &Stage, options: &TemplatesStage) -> Result<Ended> {
        let mut rows = String::new();
        let mut variants = Vec::new();
        for template in &options.templates {
            let random = Random::new(self.config.seed).at(0x7e_aa_00);
            let starts: Vec<Start> =
                (0..).zip(&self.held_out).map(|(place, start)| template.apply(self.task, start, random.at(place))).collect();
            let rollouts = self.episodes(&starts, options.samples, self.config.evaluation.max_new_tokens, random)?;
            let mut judged = Vec::new();
            for rollout in &rollouts {
                let problem = &self.held_out[rollout.start].prompt;
                let outcome = &rollout.outcomes[0];
                judged.push((problem.clone(), outcome.value.map(|_| outcome.is_correct())));
                let row = json!({
                    "template": template.name(),
                    "problem": problem,
                    "prompt": starts[rollout.start].prompt,
                    "completion": rollout.attempts().concat(),
                    "verdict": outcome.verdict,
                    "reward": outcome.value,
                });
                writeln!(rows, "{row}")?;
            }
            variants.push(Variant::from_samples(template.name(), judged));
        }
        self.folder.write("templates.jsonl", &rows)?;
        let found = prompt_sensitivity(&variants, &SensitivityOptions::default())?;
        self.folder.write("templates.json", &serde_json::to_string_pretty(&found)?)?;
        if !self.quiet {
            eprintln!("{:6.1} s  {}:", self.begun.elapsed().as_secs_f64(), stage.name);
            for rate in &found.variants {
                eprintln!("    {}", json!(rate));
            }
            for difference in &found.comparisons {
                eprintln!("    {}", json!(difference));
            }
        }
        Ok(Ended::Complete)
    }
}
