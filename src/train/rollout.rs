//! Episodes that a policy has sampled, with their tokens.

use super::policy::{Continuation, Policy, Sampling, Tokenizer};
use super::random::Random;
use crate::episode::{Episode, Origin, Role, Turn};
use crate::{Error, Outcome, Result, Sample};

/// Where episodes start: a prompt, and what the assistant has written already.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The row: prompt, answers, tests and fields; its completion is not read.
    pub row: Sample,
    /// The text that the policy continues.
    pub prompt: String,
    /// The start of the assistant's first turn, which gets no gradient; empty for a fresh start.
    pub prefix: String,
    /// Where the prefix comes from.
    pub origin: Origin,
}

impl Start {
    /// A fresh start of a row, with the text that the policy continues.
    pub fn fresh(row: Sample, prompt: impl Into<String>) -> Self {
        Self { row, prompt: prompt.into(), prefix: String::new(), origin: Origin::Fresh }
    }
}

/// One episode.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// The index of its start, which is its group.
    pub start: usize,
    /// Its turns. Those of the policy are trainable and have their ranges of tokens.
    pub episode: Episode,
    /// The tokens of all turns.
    pub tokens: Vec<i64>,
    /// The sampler's log-probability of each token; 0 for tokens that were not sampled.
    pub log_probs: Vec<f32>,
    /// Whether the last turn ended with the end token.
    pub finished: bool,
    /// The judgement of each attempt; empty before scoring.
    pub outcomes: Vec<Outcome>,
}

impl Rollout {
    /// The ranges of sampled tokens with the number of their attempt, from 0.
    pub fn sampled(&self) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> {
        let trainable = self.episode.turns().iter().filter(|turn| turn.trainable);
        trainable.filter_map(|turn| turn.tokens.clone()).enumerate()
    }

    /// The texts to judge: one an attempt, with the prefix that the attempt continued.
    pub fn attempts(&self) -> Vec<String> {
        let mut attempts: Vec<String> = Vec::new();
        let mut prefix = String::new();
        for turn in self.episode.attempts() {
            if turn.trainable {
                attempts.push(std::mem::take(&mut prefix) + &turn.text);
            } else {
                prefix.push_str(&turn.text);
            }
        }
        attempts
    }

    /// The number of sampled tokens.
    pub fn sampled_tokens(&self) -> usize {
        self.sampled().map(|(_, range)| range.len()).sum()
    }
}

/// Samples `samples` episodes from each start: an attempt, and one more after each text of `follow_ups`, which the user
/// says. The order is that of the starts.
///
/// # Errors
/// Texts that the tokenizer refuses; what the policy refuses; a policy that gives too few continuations, or tokens
/// without log-probabilities.
pub fn roll_out<P: Policy + ?Sized>(
    policy: &P,
    tokenizer: &dyn Tokenizer,
    starts: &[Start],
    samples: usize,
    follow_ups: &[String],
    sampling: &Sampling,
) -> Result<Vec<Rollout>> {
    let mut drafts = Vec::with_capacity(starts.len() * samples);
    for (place, start) in starts.iter().enumerate() {
        let draft = Draft::new(place, start, tokenizer)?;
        drafts.extend(std::iter::repeat_n(draft, samples));
    }
    let random = Random::new(sampling.seed);
    for turn in 0..=follow_ups.len() {
        if let Some(said) = turn.checked_sub(1).map(|before| &follow_ups[before]) {
            let tokens = tokenizer.encode(said)?;
            drafts.iter_mut().for_each(|draft| draft.say(Turn::new(Role::User, said.clone()), &tokens));
        }
        let prompts: Vec<&[i64]> = drafts.iter().map(|draft| draft.tokens.as_slice()).collect();
        let seed = random.at(turn as u64).seed();
        let continuations = policy.sample(&prompts, &Sampling { seed, ..*sampling })?;
        check(&continuations, prompts.len())?;
        for (draft, continuation) in drafts.iter_mut().zip(continuations) {
            draft.finished = continuation.finished;
            draft.say(Turn::assistant(tokenizer.decode(&continuation.tokens)), &continuation.tokens);
            let start = draft.tokens.len() - continuation.log_probs.len();
            draft.log_probs[start..].copy_from_slice(&continuation.log_probs);
        }
    }
    drafts.into_iter().map(Draft::rollout).collect()
}

/// Refuses what a policy must not return: too few continuations, or tokens without their log-probabilities, which
/// would count as sampled with probability 1.
fn check(continuations: &[Continuation], prompts: usize) -> Result<()> {
    if continuations.len() != prompts {
        return Err(Error::tensor(format_args!(
            "the policy gave {} continuations of {prompts} prompts: give one for each",
            continuations.len()
        )));
    }
    match continuations.iter().enumerate().find(|(_, one)| one.tokens.len() != one.log_probs.len()) {
        Some((place, one)) => Err(Error::tensor(format_args!(
            "continuation {place} has {} tokens and {} log-probabilities: give one for each token",
            one.tokens.len(),
            one.log_probs.len()
        ))),
        None => Ok(()),
    }
}

#[derive(Clone)]
struct Draft {
    start: usize,
    turns: Vec<Turn>,
    tokens: Vec<i64>,
    log_probs: Vec<f32>,
    finished: bool,
}

impl Draft {
    fn new(place: usize, start: &Start, tokenizer: &dyn Tokenizer) -> Result<Self> {
        let mut draft = Self { start: place, turns: Vec::new(), tokens: Vec::new(), log_probs: Vec::new(), finished: false };
        draft.say(Turn::new(Role::User, start.prompt.clone()), &tokenizer.encode(&start.prompt)?);
        if !start.prefix.is_empty() {
            draft.say(Turn::new(Role::Assistant, start.prefix.clone()), &tokenizer.encode(&start.prefix)?);
        }
        Ok(draft)
    }

    fn say(&mut self, turn: Turn, tokens: &[i64]) {
        let begin = self.tokens.len();
        self.tokens.extend_from_slice(tokens);
        self.log_probs.resize(self.tokens.len(), 0.0);
        self.turns.push(turn.with_tokens(begin..self.tokens.len()));
    }

    fn rollout(self) -> Result<Rollout> {
        let Self { start, turns, tokens, log_probs, finished } = self;
        Ok(Rollout { start, episode: Episode::new(turns)?, tokens, log_probs, finished, outcomes: Vec::new() })
    }
}
