//! Computes pass@k and cons@k over samples that arrive in any order, in bounded memory.
//!
//! A prompt is stored as a hash with its counts, and each of its answers as a hash with its votes. Not counted: samples
//! of more than [`MOST_PROMPTS`] prompts, whose number the summary reports; votes for more than [`MOST_ANSWERS`]
//! different answers to a prompt; samples that belong to no group; unscored samples.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::core::compact::{Chain, Chains, Keyed};
use crate::metrics::mean_pass_at_k;
use crate::reading::words;
use crate::rows::Digest;
use crate::{Outcome, Reason, Verdict};

/// The most prompts. A prompt takes about 30 bytes and 20 for each of its answers: with one answer, all take about 50 MB.
const MOST_PROMPTS: usize = 1 << 20;
/// The most different answers to a prompt; with more than that, a majority is unlikely.
const MOST_ANSWERS: usize = 64;

/// The key of an answer in the vote: samples with equal keys agree. A sample with `None` does not vote.
pub type AnswerKey = fn(&Outcome) -> Option<String>;

/// The default key. Answers that equal the reference agree with each other, however they are written; other answers
/// agree if they are the same text apart from white space. A wrong answer that is written in several ways therefore
/// splits its votes; [`consensus`](crate::metrics::consensus) with a better equality does not.
fn same_answer(outcome: &Outcome) -> Option<String> {
    if outcome.is_correct() && outcome.reason == Reason::Equal {
        return Some(String::new());
    }
    outcome.extracted.as_deref().map(|answer| words(answer).collect::<Vec<_>>().join(" "))
}

/// Counts of samples by prompt.
pub struct Groups {
    key: AnswerKey,
    prompts: Keyed<Prompt>,
    votes: Chains<Vote>,
    left_out: u64,
}

#[derive(Default)]
struct Prompt {
    samples: u32,
    correct: u32,
    votes: Chain,
}

#[derive(Clone, Copy)]
#[repr(Rust, packed(4))]
struct Vote {
    answer: u64,
    count: u32,
    correct: bool,
}

impl Default for Groups {
    fn default() -> Self {
        Self::by(same_answer)
    }
}

impl Groups {
    /// With another key for answers.
    pub fn by(key: AnswerKey) -> Self {
        Self { key, prompts: Keyed::default(), votes: Chains::default(), left_out: 0 }
    }

    /// Counts one judged sample of a group.
    pub fn add(&mut self, prompt: Digest, outcome: &Outcome) {
        if outcome.verdict == Verdict::Unscored {
            return;
        }
        let answer = (self.key)(outcome).map(|answer| {
            let mut hasher = DefaultHasher::new();
            answer.hash(&mut hasher);
            hasher.finish()
        });
        let key = prompt.bits();
        if self.prompts.len() >= MOST_PROMPTS && self.prompts.number(key).is_none() {
            self.left_out += 1;
            return;
        }
        let Some((_, prompt)) = self.prompts.get_or_insert(key, Prompt::default) else { return };
        prompt.samples = prompt.samples.saturating_add(1);
        prompt.correct = prompt.correct.saturating_add(u32::from(outcome.is_correct()));
        let Some(answer) = answer else { return };
        match self.votes.find(prompt.votes, |vote| vote.answer == answer) {
            Ok((place, vote)) => self.votes.set(place, Vote { count: vote.count.saturating_add(1), ..vote }),
            Err(others) if others < MOST_ANSWERS => {
                self.votes.push(&mut prompt.votes, Vote { answer, count: 1, correct: outcome.is_correct() });
            }
            Err(_) => {}
        }
    }

    /// The number of samples that were not counted because there were too many prompts.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The number of prompts that were counted.
    pub fn prompts(&self) -> usize {
        self.prompts.len()
    }

    /// The smallest and the largest number of samples of a prompt.
    pub fn sizes(&self) -> Option<(u32, u32)> {
        let sizes = || self.prompts.values().map(|prompt| prompt.samples);
        Some((sizes().min()?, sizes().max()?))
    }

    /// pass@k for k = 1, 2, 4, ... up to the smallest number of samples of a prompt.
    pub fn pass_at(&self) -> Vec<(u32, f64)> {
        let fewest = self.sizes().map_or(0, |(fewest, _)| fewest);
        let powers = std::iter::successors(Some(1_u32), |k| k.checked_mul(2)).take_while(|k| *k <= fewest);
        let problems: Vec<(u64, u64)> =
            self.in_order().map(|prompt| (u64::from(prompt.samples), u64::from(prompt.correct))).collect();
        powers.filter_map(|k| Some((k, mean_pass_at_k(&problems, u64::from(k)).ok()?))).collect()
    }

    /// The share of prompts whose most frequent answer is correct; on a tie, the answer that came first wins.
    #[expect(clippy::cast_precision_loss, reason = "a number of prompts")]
    pub fn consensus(&self) -> f64 {
        // The last vote comes first, and of equal ones the last is taken.
        let first = |prompt: &Prompt| self.votes.iter(prompt.votes).map(|(_, vote)| vote).max_by_key(|vote| vote.count);
        let wins = |prompt: &&Prompt| first(prompt).is_some_and(|vote| vote.correct);
        self.prompts.values().filter(wins).count() as f64 / self.prompts.len().max(1) as f64
    }

    /// The prompts in the order of their hashes, so that floating-point sums are the same in every run.
    fn in_order(&self) -> impl Iterator<Item = &Prompt> {
        let mut prompts: Vec<_> = self.prompts.iter().collect();
        prompts.sort_unstable_by_key(|(hash, _)| *hash);
        prompts.into_iter().map(|(_, prompt)| prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reason;

    fn add(groups: &mut Groups, prompt: &str, answer: &str, correct: bool) {
        let outcome = if correct { Outcome::correct(Reason::Equal) } else { Outcome::incorrect(Reason::Different) };
        let prompt = Digest::of_shared(&crate::Sample::new("").with_prompt(prompt), None);
        groups.add(prompt, &outcome.with_extracted(answer));
    }

    /// A file has hundreds of thousands of prompts.
    #[test]
    fn a_prompt_takes_few_bytes() {
        assert!(size_of::<Prompt>() <= 12 && size_of::<Vote>() <= 16);
    }

    #[test]
    fn pass_at_k_is_the_chance_that_one_of_k_is_correct() {
        let mut groups = Groups::default();
        for (prompt, correct) in [("a", true), ("a", false), ("a", false), ("a", false), ("b", false), ("b", false), ("b", false)] {
            add(&mut groups, prompt, "x", correct);
        }
        assert_eq!(groups.sizes(), Some((3, 4)));
        assert_eq!(groups.pass_at(), [(1, 0.125), (2, 0.25)]);
    }

    #[test]
    fn answers_that_equal_the_reference_are_one_vote() {
        let mut groups = Groups::default();
        for (answer, correct) in [("3", false), ("3", false), ("0.5", true), ("1/2", true), ("\\frac12", true)] {
            add(&mut groups, "a", answer, correct);
        }
        assert!((groups.consensus() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn consensus_is_the_most_frequent_answer_and_the_first_on_a_draw() {
        let mut groups = Groups::default();
        for (prompt, answer, correct) in
            [("a", "2", false), ("a", "1", true), ("a", " 1 ", true), ("b", "3", false), ("b", "4", true)]
        {
            add(&mut groups, prompt, answer, correct);
        }
        assert!((groups.consensus() - 0.5).abs() < 1e-12);
    }
}
