//! Fine-tuning on traces.

use super::options::SftOptions;
use super::policy::Policy;
use super::sequences::Sequence;
use super::update::{Passes, Update, update};
use crate::grpo::optimizer::GrpoOptimizer;
use crate::grpo::{GrpoConfig, GrpoLoss, PolicyLoss, Reinforce};
use crate::{Error, Result};

/// Trains a policy to imitate traces: each step minimises the mean of −log π over the tokens of its traces.
pub struct FineTuning<'a, P: Policy + ?Sized> {
    pub(super) policy: &'a P,
    options: SftOptions,
    loss: GrpoLoss,
    pub(super) optimizer: GrpoOptimizer,
}

impl<'a, P: Policy + ?Sized> FineTuning<'a, P> {
    /// Fine-tuning of a policy.
    ///
    /// # Errors
    /// Options out of range.
    pub fn new(policy: &'a P, options: SftOptions) -> Result<Self> {
        options.check()?;
        // With an advantage of 1, the loss of REINFORCE is the negative log-likelihood.
        let loss = GrpoLoss::new(GrpoConfig { loss: PolicyLoss::Reinforce(Reinforce::default()), ..GrpoConfig::default() })?;
        let optimizer = GrpoOptimizer::new(policy.parameters(), options.optimizer)?;
        Ok(Self { policy, options, loss, optimizer })
    }

    /// Steps done.
    pub fn steps(&self) -> u64 {
        self.optimizer.steps()
    }

    /// The options.
    pub fn options(&self) -> &SftOptions {
        &self.options
    }

    /// One step on these traces.
    ///
    /// # Errors
    /// As [`update`].
    pub fn step(&mut self, traces: &[Sequence]) -> Result<Update> {
        let passes = Passes { minibatches: 1, micro_tokens: self.options.micro_tokens };
        let updates = update(self.policy, None, &self.loss, &mut self.optimizer, traces, passes)?;
        updates.into_iter().next().ok_or_else(|| Error::tensor("there is no trace to learn from"))
    }
}
