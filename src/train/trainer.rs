//! The loop of reinforcement learning: sample, judge, assign credit, update.

use std::time::Instant;

use super::options::GrpoOptions;
use super::pipeline::{Batch, Timing, sample_and_score};
use super::policy::{Policy, Sampling, Tokenizer};
use super::random::Random;
use super::record::StepRecord;
use super::rollout::{Rollout, Start};
use super::sequences::Sequence;
use super::update::update;
use crate::grpo::optimizer::{GrpoOptimizer, Reference, Replacement};
use crate::grpo::{AdaptiveEntropy, DynamicSampling, GrpoConfig, GrpoLoss, KlPenalty};
use crate::{Error, Result, Scorer};

/// Where the starts of episodes come from: the start at an index, which counts up over all steps. Everything random in
/// it must follow from the index.
pub type Starts<'a> = dyn Fn(u64) -> Result<Start> + 'a;

/// Trains a policy by GRPO with verified rewards.
pub struct Trainer<'a, P: Policy + ?Sized> {
    pub(super) policy: &'a P,
    pub(super) reference: Option<&'a P>,
    tokenizer: &'a dyn Tokenizer,
    scorer: &'a Scorer,
    options: GrpoOptions,
    loss: GrpoConfig,
    follows: Option<Reference>,
    pub(super) optimizer: GrpoOptimizer,
    pub(super) state: State,
    seed: u64,
}

/// What changes from step to step, beside parameters and the optimizer's state.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize, serde::Deserialize)]
pub struct State {
    /// Steps done.
    pub step: u64,
    /// The index of the next start.
    pub next_start: u64,
    /// The weight of the adaptive entropy bonus.
    pub entropy_weight: f64,
    /// The entropy coefficient of the next step.
    pub entropy_coefficient: f64,
}

impl<'a, P: Policy + ?Sized> Trainer<'a, P> {
    /// A trainer of a policy. `reference` is a second policy of the same shape, needed for a KL penalty; its parameters
    /// are overwritten with those of the policy.
    ///
    /// # Errors
    /// Options out of range; a reference that is needed and missing, or has other parameters.
    pub fn new(
        policy: &'a P,
        reference: Option<&'a P>,
        tokenizer: &'a dyn Tokenizer,
        scorer: &'a Scorer,
        options: GrpoOptions,
        seed: u64,
    ) -> Result<Self> {
        options.check()?;
        let mut loss = options.loss;
        if options.credit.needs_reference() {
            loss.kl = Some(loss.kl.unwrap_or(KlPenalty { coefficient: 0.0, ..KlPenalty::default() }));
        }
        let reference = reference.filter(|_| options.needs_reference());
        if options.needs_reference() && reference.is_none() {
            return Err(Error::option("loss.kl", "a penalty", "give a reference policy, or leave the penalty out"));
        }
        let follows = match reference {
            Some(reference) => {
                copy_parameters(policy, reference)?;
                options.reference.map(|rule| following(policy, reference, rule)).transpose()?
            }
            None => None,
        };
        let optimizer = GrpoOptimizer::new(policy.parameters(), options.optimizer)?;
        let state = State { entropy_coefficient: loss.entropy_coefficient, ..State::default() };
        Ok(Self { policy, reference, tokenizer, scorer, options, loss, follows, optimizer, state, seed })
    }

    /// Steps done.
    pub fn steps(&self) -> u64 {
        self.state.step
    }

    /// The options.
    pub fn options(&self) -> &GrpoOptions {
        &self.options
    }

    /// One step. Returns what to log, and the episodes that were trained on.
    ///
    /// # Errors
    /// As [`sample_and_score`], [`Credit::assign`](super::Credit::assign) and [`update`].
    pub fn step(&mut self, starts: &Starts) -> Result<(StepRecord, Vec<Rollout>)> {
        let begun = Instant::now();
        let Sampled { starts, rollouts, timing, rounds } = self.sample(starts)?;
        let credits = self.options.credit.assign(&starts, &rollouts, &self.options.advantage)?;
        let sequences: Vec<Sequence> = rollouts
            .iter()
            .zip(&credits.attempts)
            .map(|(rollout, credit)| Sequence::of_rollout(rollout, credit))
            .filter(|sequence| sequence.trainable_tokens() > 0)
            .collect();
        let sampled = begun.elapsed().as_secs_f64();
        let loss = GrpoLoss::new(GrpoConfig { entropy_coefficient: self.state.entropy_coefficient, ..self.loss })?;
        // A batch in which nothing could be judged changes nothing; the record shows it as missing rewards.
        let updates = if sequences.is_empty() {
            Vec::new()
        } else {
            update(self.policy, self.reference, &loss, &mut self.optimizer, &sequences, self.options.passes())?
        };
        self.state.step += 1;
        if let Some(follows) = &mut self.follows {
            follows.after_step(self.state.step)?;
        }
        if let (Some(target), Some(update)) = (self.options.entropy_target, updates.last()) {
            let mut bonus = AdaptiveEntropy::new(target, AdaptiveEntropy::STEP)?.with_weight(self.state.entropy_weight)?;
            self.state.entropy_coefficient = bonus.observe(update.metrics.entropy.max(0.0))?;
            self.state.entropy_weight = bonus.weight();
        }
        let spent = begun.elapsed().as_secs_f64();
        let record = StepRecord::new(self.state.step, &rollouts, &credits, &updates, timing, rounds, (spent - sampled, spent));
        Ok((record, rollouts))
    }

    /// The episodes of a step: one round, or as many as dynamic sampling needs.
    fn sample(&mut self, source: &Starts) -> Result<Sampled> {
        let mut sampled = Sampled::default();
        let dynamic = self.options.dynamic_rounds > 0;
        let most = self.options.dynamic_rounds.max(1);
        let mut sampling = DynamicSampling::new(self.options.prompts, most)?;
        let random = Random::new(self.seed).at(self.state.step);
        let mut missing = self.options.prompts;
        while missing > 0 && sampled.rounds < most {
            let starts: Vec<Start> =
                (0..missing as u64).map(|offset| source(self.state.next_start + offset)).collect::<Result<_>>()?;
            self.state.next_start += missing as u64;
            let batch = Batch {
                samples: self.options.samples,
                follow_ups: &self.options.follow_ups,
                parts: self.options.parts,
                sampling: Sampling {
                    max_new_tokens: self.options.max_new_tokens,
                    temperature: self.loss.temperature,
                    end: self.tokenizer.end(),
                    seed: random.at(sampled.rounds as u64).seed(),
                },
            };
            let (rollouts, timing) = sample_and_score(self.policy, self.tokenizer, self.scorer, &starts, &batch)?;
            sampled.rounds += 1;
            sampled.timing.add(timing);
            let kept: Vec<usize> = if dynamic {
                let correct: Vec<Vec<bool>> = rollouts.chunks(self.options.samples).map(correct).collect();
                let groups: Vec<&[bool]> = correct.iter().map(Vec::as_slice).collect();
                sampling.round(&groups).into_kept()
            } else {
                (0..starts.len()).collect()
            };
            missing = if dynamic { missing - kept.len() } else { 0 };
            sampled.take(starts, rollouts, &kept);
        }
        Ok(sampled)
    }
}

#[derive(Default)]
struct Sampled {
    starts: Vec<Start>,
    rollouts: Vec<Rollout>,
    timing: Timing,
    rounds: usize,
}

impl Sampled {
    /// Adds the groups of these places.
    fn take(&mut self, starts: Vec<Start>, rollouts: Vec<Rollout>, kept: &[usize]) {
        let mut places = vec![None; starts.len()];
        for (place, start) in starts.into_iter().enumerate() {
            if kept.binary_search(&place).is_ok() {
                places[place] = Some(self.starts.len());
                self.starts.push(start);
            }
        }
        let moved = rollouts.into_iter().filter_map(|rollout| Some(Rollout { start: places[rollout.start]?, ..rollout }));
        self.rollouts.extend(moved);
    }
}

/// Whether each episode ended correct.
fn correct(rollouts: &[Rollout]) -> Vec<bool> {
    rollouts.iter().map(|rollout| rollout.outcomes.last().is_some_and(crate::Outcome::is_correct)).collect()
}

/// Copies the parameters of one policy into another.
///
/// # Errors
/// Policies with different parameters.
pub fn copy_parameters<P: Policy + ?Sized>(from: &P, into: &P) -> Result<()> {
    let _guard = tch::no_grad_guard();
    let (source, target) = (from.parameters(), into.parameters());
    if source.len() != target.len() {
        return Err(Error::tensor(format_args!(
            "the policies differ: one has {} parameters, the other {}",
            source.len(),
            target.len()
        )));
    }
    for ((name, source), (other, mut target)) in source.iter().zip(target) {
        if *name != other || source.size() != target.size() {
            return Err(Error::tensor(format_args!(
                "the policies differ: `{name}` {:?} and `{other}` {:?}",
                source.size(),
                target.size()
            )));
        }
        target.f_copy_(source)?;
    }
    Ok(())
}

fn following<P: Policy + ?Sized>(policy: &P, reference: &P, rule: Replacement) -> Result<Reference> {
    let pairs = reference.parameters().into_iter().zip(policy.parameters());
    Reference::new(pairs.map(|((_, reference), (_, policy))| (reference, policy)).collect(), rule)
}
