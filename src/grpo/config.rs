//! What a GRPO step minimises, as options that can be written in a file.
//!
//! Accepts: one policy loss, one aggregation, and any of: a KL penalty, a correction for the mismatch of sampler and trainer, a mask for stray sequences, a
//! limit of staleness, an entropy bonus. Refuses: constants out of range and combinations that contradict each other, naming field and fix.

use serde::{Deserialize, Serialize};

use super::check::{at_least, between, positive};
use super::named;
use super::policy_loss::PolicyLoss;
use crate::{Error, Result};

/// All options of [`GrpoLoss`](super::GrpoLoss).
///
/// The loss of a batch is Σ w·(L·c·keep + β·KL − e·H) over its trainable tokens: L the policy loss, c the correction, w the weight of the token
/// by the aggregation, H the entropy.
///
/// ```
/// use r1rewards::grpo::{Aggregation, GrpoConfig, KlEstimator};
/// let config = GrpoConfig::from_json(r#"{
///     "loss": "gspo",
///     "aggregation": "sequence_mean",
///     "kl": {"estimator": "k3", "coefficient": 0.001},
///     "correction": {"tis": {"level": "token", "cap": 2.0}}
/// }"#)?;
/// assert_eq!(config.aggregation, Aggregation::SequenceMean);
/// assert_eq!(config.kl.unwrap().estimator, KlEstimator::K3);
///
/// let error = GrpoConfig::from_json(r#"{"temperature": 0}"#).unwrap_err();
/// assert_eq!(error.to_string(), "option `temperature` got 0: give a finite number above 0");
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GrpoConfig {
    /// The policy loss of a token.
    #[serde(deserialize_with = "named::named")]
    pub loss: PolicyLoss,
    /// How tokens become one number.
    #[serde(deserialize_with = "named::named")]
    pub aggregation: Aggregation,
    /// The penalty on the distance to the reference; needs the reference's log-probabilities.
    pub kl: Option<KlPenalty>,
    /// The correction for a sampler whose probabilities differ from the trainer's; needs the rollout's log-probabilities.
    #[serde(deserialize_with = "named::optional")]
    pub correction: Option<Correction>,
    /// Off-policy sequence mask: sequences with A < 0 whose mean of log π_behaviour − log πθ exceeds this lose their policy loss; π_behaviour is the
    /// rollout's, or πold without one. The paper has 0.5. Source: DeepSeek-V3.2 (2512.02556).
    pub off_policy_mask: Option<f64>,
    /// Sequences sampled by a policy more versions old than this are dropped, and counted; needs the staleness of each.
    pub max_staleness: Option<u32>,
    /// e, the weight of the entropy bonus; needs entropies unless it is 0. [`AdaptiveEntropy`](super::AdaptiveEntropy) moves it.
    pub entropy_coefficient: f64,
    /// Logits are divided by this, the temperature of the sampler, before probabilities are taken.
    pub temperature: f64,
}

impl Default for GrpoConfig {
    /// DAPO's shape of GRPO without extras: clip 0.2, mean over tokens, no KL.
    fn default() -> Self {
        Self {
            loss: PolicyLoss::default(),
            aggregation: Aggregation::TokenMean,
            kl: None,
            correction: None,
            off_policy_mask: None,
            max_staleness: None,
            entropy_coefficient: 0.0,
            temperature: 1.0,
        }
    }
}

/// How the losses of tokens become one number. The count that it divides by can be given for the whole accumulated batch (`normalizer` of
/// [`TokenBatch`](super::TokenBatch)), so that micro-batches and data parallelism give the gradient of one big batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Aggregation {
    /// Σ L / trainable tokens. Source: DAPO (2503.14476).
    #[default]
    TokenMean,
    /// The mean over sequences of the mean over their tokens. Source: GRPO (2402.03300).
    SequenceMean,
    /// The mean over sequences of the sum over their tokens.
    SequenceSum,
    /// Σ L / (sequences · `length`). Source: Dr. GRPO (2503.20783).
    ConstantLength {
        /// Lmax, in tokens: the longest completion allowed, not the longest in the batch.
        length: u64,
    },
    /// The mean over prompts of the mean over the tokens of all their samples; needs the prompts. Source: SkyRL.
    PromptMean,
}

/// β·KL per token.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KlPenalty {
    /// How the divergence is estimated.
    pub estimator: KlEstimator,
    /// β; R1 used 1e-3.
    pub coefficient: f64,
}

impl Default for KlPenalty {
    fn default() -> Self {
        Self { estimator: KlEstimator::K3, coefficient: 1e-3 }
    }
}

/// An estimator of KL(πθ ‖ πref) from one sample, with d = log πθ − log πref. Source: Schulman, "Approximating KL divergence" (2020).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KlEstimator {
    /// d: unbiased as a value, its gradient is not the divergence's.
    K1,
    /// d²/2: its gradient is the divergence's on policy.
    K2,
    /// exp(−d) − 1 + d, never negative. −d is clamped to ±20 and the value to ±10, as in verl.
    #[default]
    K3,
    /// The value of `k3` with the gradient of `k2`. Source: verl's `k3+`.
    K3StraightThrough,
    /// ρ·`k3`, unbiased off policy, gradient through both. Source: DeepSeek-V3.2 (2512.02556).
    K3Unbiased,
}

impl KlEstimator {
    /// Every estimator.
    pub const ALL: [Self; 5] = [Self::K1, Self::K2, Self::K3, Self::K3StraightThrough, Self::K3Unbiased];
}

/// A factor on the policy loss from w = πold/π_rollout, without a gradient. It does not touch the KL penalty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Correction {
    /// min(w, cap): truncated importance sampling. Source: "Your efficient RL framework secretly brings you off-policy RL training" (Yao et al. 2025).
    Tis(Tis),
    /// w where low ≤ w ≤ high, else 0: masked importance sampling. Source: IcePop, Ring-1T (2510.18855).
    Mis(Mis),
    /// w per token, 0 above `cap` if there is one: with πold as the proximal policy this is decoupled PPO. Source: AReaL (2505.24298).
    Decoupled(Decoupled),
}

/// What w is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// Each token has its own.
    #[default]
    Token,
    /// The product over the sequence.
    Sequence,
    /// The geometric mean over the sequence.
    Geometric,
}

/// Constants of `tis`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tis {
    /// What w is taken over.
    pub level: Level,
    /// C, above 0.
    pub cap: f64,
}

impl Default for Tis {
    fn default() -> Self {
        Self { level: Level::Token, cap: 2.0 }
    }
}

/// Constants of `mis`; the defaults are IcePop's.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mis {
    /// What w is taken over.
    pub level: Level,
    /// Cmin, at least 0.
    pub low: f64,
    /// Cmax, above Cmin.
    pub high: f64,
}

impl Default for Mis {
    fn default() -> Self {
        Self { level: Level::Token, low: 0.5, high: 5.0 }
    }
}

/// The constant of `decoupled`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Decoupled {
    /// Tokens with a larger w are dropped.
    pub cap: Option<f64>,
}

impl GrpoConfig {
    /// Reads the options from JSON and checks them.
    ///
    /// # Errors
    /// Unknown names and fields, with the known ones; constants out of range; combinations that contradict each other.
    pub fn from_json(json: &str) -> Result<Self> {
        let config: Self = serde_json::from_str(json).map_err(|error| Error::spec(format_args!("GRPO options: {error}")))?;
        config.check()?;
        Ok(config)
    }

    /// Whether the options can be used together.
    ///
    /// # Errors
    /// The field at fault, what it has, and the fix.
    pub fn check(&self) -> Result<()> {
        self.loss.check()?;
        positive("temperature", self.temperature)?;
        at_least("entropy_coefficient", self.entropy_coefficient, 0.0)?;
        if let Some(kl) = self.kl {
            at_least("kl.coefficient", kl.coefficient, 0.0)?;
        }
        if let Aggregation::ConstantLength { length: 0 } = self.aggregation {
            return Err(Error::option("aggregation.length", 0, "give the largest number of tokens of a completion"));
        }
        if let Some(limit) = self.off_policy_mask {
            positive("off_policy_mask", limit)?;
        }
        match self.correction {
            Some(Correction::Tis(Tis { cap, .. })) => positive("correction.cap", cap)?,
            Some(Correction::Mis(Mis { low, high, .. })) => {
                positive("correction.high", high)?;
                between("correction.low", low, 0.0, high)?;
            }
            Some(Correction::Decoupled(Decoupled { cap: Some(cap) })) => positive("correction.cap", cap)?,
            Some(Correction::Decoupled(Decoupled { cap: None })) | None => {}
        }
        self.check_together()
    }

    fn check_together(&self) -> Result<()> {
        let decoupled = matches!(self.correction, Some(Correction::Decoupled(_)));
        if decoupled && self.loss.needs_sequence() {
            let fix = "its weights are per token and this loss has one ratio a sequence: use `tis` or `mis` with level `geometric`";
            return Err(Error::option("correction", "decoupled with a loss of whole sequences", fix));
        }
        if decoupled && matches!(self.loss, PolicyLoss::Reinforce(_)) {
            let fix =
                "decoupled PPO clips πθ/πold, which `reinforce` has not: use `tis`, or a loss with a ratio such as `ppo_clip`";
            return Err(Error::option("correction", "decoupled with reinforce", fix));
        }
        Ok(())
    }
}
