//! Rejection sampling: verified traces of the policy, kept for fine-tuning.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use r1rewards::select::{Candidate, Rank, SelectOptions, SftForm, select, sft_row};
use r1rewards::text::{Language, LanguageOptions, Target};
use serde_json::Value;

use super::{Ended, Run};
use crate::config::{Stage, TracesStage};
use crate::tasks::{Split, distinct};

/// The file of traces in the folder of a run.
const TRACES: &str = "traces.jsonl";

impl Run<'_> {
    /// Samples episodes of training problems and writes the ones that are kept.
    pub fn traces(&mut self, stage: &Stage, options: &TracesStage, place: usize) -> Result<Ended> {
        let random = self.random(place);
        let starts = distinct(self.task, Split::Train, options.problems, random.at(0));
        let rollouts = self.episodes(&starts, options.samples, options.max_new_tokens, random.at(1))?;
        let candidates: Vec<Candidate> = rollouts
            .iter()
            .zip(rollouts.iter().flat_map(|rollout| rollout.attempts()))
            .map(|(rollout, text)| {
                let mut sample = starts[rollout.start].row.clone();
                sample.completion = text;
                Candidate { sample, outcome: rollout.outcomes[0].clone() }
            })
            .collect();
        let language = match options.script.as_deref() {
            Some(script) => Some(one_script(script)?),
            None => None,
        };
        let rank = if options.shortest { Rank::Shortest } else { Rank::Random };
        let selection = select(
            &candidates,
            &SelectOptions {
                language,
                rank,
                per_prompt: Some(options.per_problem),
                seed: random.seed(),
                ..SelectOptions::default()
            },
        )?;
        let mut text = String::new();
        let kept = candidates.iter().zip(&selection.candidates).filter(|(_, selected)| selected.rejection.is_none());
        for (candidate, _) in kept {
            writeln!(text, "{}", sft_row(&candidate.sample, SftForm::PromptCompletion))?;
        }
        self.folder.write(TRACES, &text)?;
        let summary = serde_json::to_value(&selection.summary)?;
        if !self.quiet {
            eprintln!("{:6.1} s  {}: {summary}", self.begun.elapsed().as_secs_f64(), stage.name);
        }
        self.folder.write("traces_summary.json", &summary.to_string())?;
        Ok(Ended::Complete)
    }

    /// The prompts and completions that the last stage of traces has kept.
    pub fn kept_traces(&self) -> Result<Vec<(String, String)>> {
        let path = self.folder.at(TRACES);
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("{}: a stage `traces` must come before", path.display()))?;
        let rows = text.lines().map(|line| {
            let row: Value = serde_json::from_str(line)?;
            let field = |name: &str| row[name].as_str().map(str::to_owned).with_context(|| format!("a row has no `{name}`"));
            Ok((field("prompt")?, field("completion")?))
        });
        let rows = rows.collect::<Result<Vec<_>>>()?;
        ensure!(!rows.is_empty(), "{} is empty: no trace of the policy was kept", path.display());
        Ok(rows)
    }
}

/// The reward for text in one script.
pub fn one_script(script: &str) -> Result<Language> {
    Ok(Language::new(LanguageOptions {
        min_letters: 1,
        min_share: Some(1.0),
        ..LanguageOptions::new(Target::scripts(&[script])?)
    })?)
}
