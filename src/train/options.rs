//! What a stage of training does, as options that can be written in a file.

use serde::{Deserialize, Serialize};

use super::credit::Credit;
use super::update::Passes;
use crate::grpo::check::positive;
use crate::grpo::optimizer::{AdamWConfig, Replacement};
use crate::grpo::{AdvantageConfig, Aggregation, GrpoConfig};
use crate::{Error, Result};

/// Options of a stage of reinforcement learning. Sizes are those of DeepSeek-R1 (2501.12948) where it gives them.
///
/// ```
/// use r1rewards::train::GrpoOptions;
/// let options: GrpoOptions = toml::from_str("steps = 100\nprompts = 8\nloss = { kl = { coefficient = 0.01 } }").unwrap();
/// assert_eq!((options.steps, options.samples), (100, 16));
/// options.check()?;
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GrpoOptions {
    /// The number of steps.
    pub steps: u64,
    /// Prompts a step.
    pub prompts: usize,
    /// Episodes a prompt.
    pub samples: usize,
    /// The parts in which a batch is sampled: one part is judged while the next one is sampled.
    pub parts: usize,
    /// The most tokens that the policy writes in a turn.
    pub max_new_tokens: usize,
    /// What the user says after each attempt but the last.
    pub follow_ups: Vec<String>,
    /// The most rounds of sampling for a step in which only groups with a correct and an incorrect episode are kept
    /// (DAPO's dynamic sampling); 0 keeps all groups of one round.
    pub dynamic_rounds: usize,
    /// Optimizer steps a step. The schedule of the learning rate counts optimizer steps: with 2 of them, a decay over as
    /// many steps as the stage has ends after half of it.
    pub minibatches: usize,
    /// The most tokens of a micro-batch, padding included.
    pub micro_tokens: usize,
    /// How judgements become credit.
    pub credit: Credit,
    /// The estimator of the advantage.
    pub advantage: AdvantageConfig,
    /// The loss. Its temperature is also that of the sampling.
    pub loss: GrpoConfig,
    /// The optimizer.
    pub optimizer: AdamWConfig,
    /// How the reference of the KL penalty follows the policy; without it the reference stays as it was at the start.
    pub reference: Option<Replacement>,
    /// An entropy, in nats, near which an adaptive bonus holds the policy.
    pub entropy_target: Option<f64>,
}

impl Default for GrpoOptions {
    fn default() -> Self {
        Self {
            steps: 1000,
            prompts: 32,
            samples: 16,
            parts: 2,
            max_new_tokens: 256,
            follow_ups: Vec::new(),
            dynamic_rounds: 0,
            minibatches: 1,
            micro_tokens: 16384,
            credit: Credit::default(),
            advantage: AdvantageConfig::default(),
            loss: GrpoConfig::default(),
            optimizer: AdamWConfig::default(),
            reference: None,
            entropy_target: None,
        }
    }
}

impl GrpoOptions {
    /// Checks the ranges of all options.
    ///
    /// # Errors
    /// The field at fault, its value, and the fix.
    pub fn check(&self) -> Result<()> {
        self.credit.check()?;
        self.advantage.check()?;
        self.loss.check()?;
        self.optimizer.check()?;
        self.entropy_target.map_or(Ok(()), |target| positive("entropy_target", target))?;
        self.check_supported()?;
        at_least_one(&[
            ("prompts", self.prompts),
            ("samples", self.samples),
            ("parts", self.parts),
            ("max_new_tokens", self.max_new_tokens),
            ("minibatches", self.minibatches),
            ("micro_tokens", self.micro_tokens),
        ])
    }

    /// Refuses options of the loss that need a part of the batch which this loop does not make, before anything is
    /// sampled.
    fn check_supported(&self) -> Result<()> {
        let loss = &self.loss;
        let of_sampler = "the sampler's log-probabilities are the old ones here, so there is no mismatch: leave it out";
        let unsupported = [
            (
                "loss.aggregation",
                loss.aggregation() == Aggregation::PromptMean,
                "tokens are not counted by prompt here: use token_mean, sequence_mean or constant_length",
            ),
            ("loss.correction", loss.correction.is_some(), of_sampler),
            ("loss.rejection", loss.rejection.is_some(), of_sampler),
            ("loss.max_staleness", loss.max_staleness.is_some(), "every batch is of the policy as it is: leave it out"),
            ("loss.positive_nll", loss.positive_nll > 0.0, "positive samples are not imitated here: leave it out"),
        ];
        match unsupported.into_iter().find(|(_, used, _)| *used) {
            Some((name, _, fix)) => Err(Error::option(name, "a value", fix)),
            None => Ok(()),
        }
    }

    /// Whether a reference policy is needed.
    pub fn needs_reference(&self) -> bool {
        self.loss.kl.is_some() || self.credit.needs_reference()
    }

    /// How an update goes through its sequences.
    pub fn passes(&self) -> Passes {
        Passes { minibatches: self.minibatches, micro_tokens: self.micro_tokens }
    }
}

/// Options of a stage of fine-tuning on traces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SftOptions {
    /// The number of steps.
    pub steps: u64,
    /// Traces a step.
    pub batch: usize,
    /// The most tokens of a micro-batch, padding included.
    pub micro_tokens: usize,
    /// The optimizer.
    pub optimizer: AdamWConfig,
}

impl Default for SftOptions {
    fn default() -> Self {
        Self {
            steps: 1000,
            batch: 128,
            micro_tokens: 16384,
            optimizer: AdamWConfig { learning_rate: 1e-3, ..AdamWConfig::default() },
        }
    }
}

impl SftOptions {
    /// Checks the ranges of all options.
    ///
    /// # Errors
    /// The field at fault, its value, and the fix.
    pub fn check(&self) -> Result<()> {
        self.optimizer.check()?;
        at_least_one(&[("batch", self.batch), ("micro_tokens", self.micro_tokens)])
    }
}

fn at_least_one(numbers: &[(&str, usize)]) -> Result<()> {
    match numbers.iter().find(|(_, number)| *number == 0) {
        Some((name, _)) => Err(Error::option(name, 0, "give at least 1")),
        None => Ok(()),
    }
}
