//! Counts judged samples by prompt.

use std::collections::HashMap;

use crate::metrics::wilson_interval;
use crate::rows::run::{Judged, Place, Watch};
use crate::rows::{Digest, Row};
use crate::{Outcome, Result, Verdict};
use serde_json::{Value, json};

use super::votes::answer_key;

/// The members of a row that are not other columns.
const OWN: [&str; 12] = [
    "id",
    "ids",
    "prompt",
    "gold",
    "samples",
    "scored",
    "correct",
    "pass_at_1",
    "interval",
    "majority",
    "majority_share",
    "majority_is_gold",
];

/// All prompts, in the order of their first rows.
#[derive(Default)]
pub(super) struct Prompts {
    prompts: Vec<Prompt>,
    by_group: HashMap<Digest, usize>,
    unreadable: u64,
}

/// One prompt.
pub(super) struct Prompt {
    ids: Vec<Value>,
    prompt: Option<Value>,
    gold: Vec<String>,
    /// The other columns of its first row, as the text of members of an object.
    others: String,
    samples: u64,
    scored: u64,
    correct: u64,
    votes: Vec<Vote>,
}

struct Vote {
    key: String,
    answer: Option<String>,
    count: u64,
    is_gold: bool,
}

/// The most frequent answer to a prompt; the first of several.
pub(super) struct Majority<'a> {
    pub answer: Option<&'a str>,
    /// Its share of the scored samples.
    pub share: f64,
    /// Whether a verdict says that it is the reference.
    pub is_gold: bool,
}

impl Prompts {
    pub(super) fn all(&self) -> &[Prompt] {
        &self.prompts
    }

    /// The number of samples.
    pub(super) fn samples(&self) -> u64 {
        self.prompts.iter().map(|prompt| prompt.samples).sum()
    }

    /// The number of lines and completions that could not be read.
    pub(super) fn unreadable(&self) -> u64 {
        self.unreadable
    }

    pub(super) fn see_unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// The number of the prompt of a row; `None` if the row cannot be used.
    pub(super) fn see(&mut self, row: &Row) -> Option<usize> {
        let shared = row.shared().filter(|_| !row.is_empty())?;
        let next = self.prompts.len();
        let number = row.group_digest().map_or(next, |group| *self.by_group.entry(group).or_insert(next));
        if number == next {
            self.prompts.push(Prompt {
                ids: Vec::new(),
                prompt: shared.prompt.as_deref().cloned(),
                gold: shared.answers().to_vec(),
                others: row.other_columns(&OWN).0,
                samples: 0,
                scored: 0,
                correct: 0,
                votes: Vec::new(),
            });
        }
        self.prompts[number].ids.push(row.id().clone());
        Some(number)
    }

    /// Counts a sample of a prompt.
    pub(super) fn add(&mut self, prompt: Option<usize>, outcome: &Outcome) {
        let Some(prompt) = prompt.and_then(|prompt| self.prompts.get_mut(prompt)) else { return };
        prompt.samples += 1;
        if outcome.verdict == Verdict::Unscored {
            return;
        }
        prompt.scored += 1;
        prompt.correct += u64::from(outcome.is_correct());
        let Some(key) = answer_key(outcome) else { return };
        match prompt.votes.iter_mut().find(|vote| vote.key == key) {
            Some(vote) => vote.count += 1,
            None => {
                let (answer, is_gold) = (outcome.extracted.clone(), outcome.is_correct());
                prompt.votes.push(Vote { key, answer, count: 1, is_gold });
            }
        }
    }
}

impl Watch for Prompts {
    type Kept = Option<usize>;

    fn row(&mut self, _: Place<'_>, row: &Row) -> Result<Option<usize>> {
        Ok(self.see(row))
    }

    fn outcome(&mut self, judged: Judged<'_, Option<usize>>) -> Result<()> {
        match judged.sample {
            Some(_) => self.add(judged.kept.copied().flatten(), judged.outcome),
            None => self.see_unreadable(),
        }
        Ok(())
    }
}

impl Prompt {
    /// The number of its samples.
    pub(super) fn samples(&self) -> u64 {
        self.samples
    }

    /// pass@1: the share of correct ones among the scored samples; `None` if none is scored.
    pub(super) fn rate(&self) -> Option<f64> {
        (self.scored > 0).then(|| share(self.correct, self.scored))
    }

    pub(super) fn majority(&self) -> Option<Majority<'_>> {
        let vote = self.votes.iter().rev().max_by_key(|vote| vote.count)?;
        Some(Majority { answer: vote.answer.as_deref(), share: share(vote.count, self.scored), is_gold: vote.is_gold })
    }

    /// The row of the prompt as JSON.
    pub(super) fn row(&self) -> String {
        let gold = match &*self.gold {
            [] => Value::Null,
            [only] => json!(only),
            several => json!(several),
        };
        let majority = self.majority();
        let row = json!({
            "id": self.ids.first(),
            "ids": self.ids,
            "prompt": self.prompt,
            "gold": gold,
            "samples": self.samples,
            "scored": self.scored,
            "correct": self.correct,
            "pass_at_1": self.rate(),
            "interval": wilson_interval(self.correct, self.scored),
            "majority": majority.as_ref().and_then(|majority| majority.answer),
            "majority_share": majority.as_ref().map(|majority| majority.share),
            "majority_is_gold": majority.as_ref().map(|majority| majority.is_gold),
        });
        let mut text = row.to_string();
        if !self.others.is_empty() {
            text.pop();
            text += &format!(",{}}}", self.others);
        }
        text
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
fn share(count: u64, of: u64) -> f64 {
    count as f64 / of as f64
}
