//! Satori's restarts: episodes that begin where an earlier one has been, right or wrong.

use anyhow::{Context, Result};
use r1rewards::episode::{Origin, Restart, RestartBuffer, RestartOptions, Trajectory};
use r1rewards::train::{Random, Start};

use super::Run;
use crate::config::Restarts;
use crate::tasks::{Split, distinct};

impl Run<'_> {
    /// Restarts of a split from trajectories of the policy as it is now, kept in a file so that a run that resumes has
    /// the same ones.
    pub fn restarts(&self, options: &Restarts, split: Split, random: Random, file: &str) -> Result<Vec<Start>> {
        let starts = distinct(self.task, split, options.problems, random.at(0));
        let path = self.folder.at(file);
        let restarts: Vec<Restart> = if path.exists() {
            serde_json::from_str(&std::fs::read_to_string(&path)?).with_context(|| format!("{} is broken", path.display()))?
        } else {
            let found = self.buffer(options, &starts, random)?.restarts;
            self.folder.write(file, &serde_json::to_string(&found)?)?;
            found
        };
        let of = |restart: Restart| {
            let start = starts.iter().find(|start| start.prompt == restart.question)?;
            Some(Start { prefix: restart.prefix, origin: restart.origin, ..start.clone() })
        };
        Ok(restarts.into_iter().filter_map(of).collect())
    }

    fn buffer(&self, options: &Restarts, starts: &[Start], random: Random) -> Result<RestartBuffer> {
        let rollouts = self.episodes(starts, options.samples, options.max_new_tokens, random.at(1))?;
        let trajectories: Vec<Trajectory> = rollouts
            .iter()
            .map(|rollout| Trajectory {
                question: starts[rollout.start].prompt.clone(),
                text: unanswered(&rollout.attempts().concat()).to_owned(),
                correct: rollout.outcomes.last().is_some_and(r1rewards::Outcome::is_correct),
            })
            .collect();
        let options = RestartOptions { fresh: false, seed: random.seed(), ..RestartOptions::default() };
        Ok(RestartBuffer::build(&trajectories, &options)?)
    }
}

/// The thinking without its end: what is restarted from has not answered yet. A policy may also answer inside of it.
fn unanswered(text: &str) -> &str {
    let end = ["</think>", "<answer>"].into_iter().filter_map(|tag| text.find(tag)).min();
    &text[..end.unwrap_or(text.len())]
}

/// The restarts of one origin.
pub fn of_origin(starts: &[Start], origin: Origin) -> Vec<Start> {
    starts.iter().filter(|start| start.origin == origin).cloned().collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_restart_begins_after_an_answer() {
        for text in ["<think>3+7=10</think><answer>3+7</answer>", "<think>3+7=10<answer>3+7</answer>", "<think>3+7=10"] {
            assert_eq!(super::unanswered(text), "<think>3+7=10");
        }
    }
}
