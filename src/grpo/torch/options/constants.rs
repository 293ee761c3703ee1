//! The constants of the policy losses, with their defaults and ranges. A field that is absent has its default.

use serde::{Deserialize, Serialize};

use super::ranges::{above, between, fraction, optional_positive};
use crate::Result;
use crate::grpo::check::{at_least, positive};

/// Constants of `ppo_clip` and `cispo_band`: how far ρ may be from 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipRange {
    /// How far below 1 the ratio may fall, in [0, 1].
    pub epsilon_low: f64,
    /// How far above 1 it may rise, at least 0; R1 used 10, DAPO 0.28.
    pub epsilon_high: f64,
}

/// Constants of `dual_clip`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DualClip {
    /// How far below 1 the ratio may fall, in [0, 1].
    pub epsilon_low: f64,
    /// How far above 1 it may rise, at least 0.
    pub epsilon_high: f64,
    /// The bound c, above 1.
    pub bound: f64,
}

/// Constants of `two_sided`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TwoSided {
    /// How far below 1 the ratio may fall, in [0, 1].
    pub epsilon_low: f64,
    /// How far above 1 it may rise, at least 0.
    pub epsilon_high: f64,
    /// δ, above 1 + `epsilon_high`.
    pub delta: f64,
}

/// Constants of `gspo` and `gspo_token`: how far s may be from 1. A mean over a sequence varies less than its tokens
/// do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SequenceClip {
    /// How far below 1 the ratio may fall, in [0, 1].
    pub epsilon_low: f64,
    /// How far above 1 it may rise, at least 0.
    pub epsilon_high: f64,
}

/// The constant of `cispo_cap`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CispoCap {
    /// The largest weight, above 0.
    pub cap: f64,
}

/// Constants of `gmpo`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gmpo {
    /// The bound on log ρ in the direction of A, above 0.
    pub clip: f64,
    /// The bound on −log ρ where A < 0; without it `clip`.
    pub clip_low: Option<f64>,
}

/// Constants of `sapo`, above 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sapo {
    /// τ where A > 0.
    pub tau_positive: f64,
    /// τ elsewhere.
    pub tau_negative: f64,
}

/// Constants of `dppo`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dppo {
    /// The difference of probabilities that drops a token, in (0, 1].
    pub threshold: f64,
    /// The threshold where A < 0; without it `threshold`.
    pub threshold_low: Option<f64>,
    /// The largest factor r; a cap does not remove the gradient of πθ. verl has 20.
    pub cap: Option<f64>,
}

/// Constants of `dppo_kl`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DppoKl {
    /// The divergence, in nats, that drops a token; above 0.
    pub threshold: f64,
    /// The threshold where A < 0; without it `threshold`.
    pub threshold_low: Option<f64>,
    /// The largest factor r; a cap does not remove the gradient of πθ. verl has 20.
    pub cap: Option<f64>,
}

/// Constants of `vespo`: k and λ of φ(w) = wᵏ·exp(λ(1−w)), at least 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vespo {
    /// k where A ≥ 0.
    pub k_positive: f64,
    /// λ where A ≥ 0.
    pub lambda_positive: f64,
    /// k where A < 0.
    pub k_negative: f64,
    /// λ where A < 0.
    pub lambda_negative: f64,
}

/// Constants of `fipo`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fipo {
    /// How far below 1 the ratio may fall, in [0, 1].
    pub epsilon_low: f64,
    /// How far above 1 it may rise, at least 0.
    pub epsilon_high: f64,
    /// c, the bound of the dual clip, above 1. The log-ratio of a token with a larger ρ is not added to other tokens'
    /// sums.
    pub bound: f64,
    /// The number of tokens after which the weight of a later token has halved, above 0.
    pub half_life: f64,
    /// The smallest factor of an advantage, at least 0.
    pub weight_low: f64,
    /// The largest factor, at least `weight_low`.
    pub weight_high: f64,
    /// Where A < 0 and ρ is larger than this, the factor is clamped to [0.8, 1]; above 0.
    pub safety: f64,
}

/// Constants of `clip_cov`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipCov {
    /// How far below 1 the ratio may fall, in [0, 1].
    pub epsilon_low: f64,
    /// How far above 1 it may rise, at least 0.
    pub epsilon_high: f64,
    /// The share of all tokens that is dropped, in (0, 1]; at least one token.
    pub share: f64,
    /// Covariances above this may be dropped.
    pub low: f64,
    /// Covariances below this may be dropped; above `low`.
    pub high: f64,
}

/// Constants of `kl_cov`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KlCov {
    /// The share of all tokens that is penalised, those of the largest covariances, in (0, 1]; at least one token.
    pub share: f64,
    /// The weight of |log ρ| there, at least 0.
    pub coefficient: f64,
}

/// The constant of `dro`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dro {
    /// The weight of the square of log ρ, above 0.
    pub beta: f64,
}

/// `reinforce` has no constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reinforce {}

impl Default for ClipRange {
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.2 }
    }
}

impl ClipRange {
    pub(super) fn check(&self) -> Result<()> {
        clip_range(self.epsilon_low, self.epsilon_high)
    }
}

impl Default for DualClip {
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.2, bound: 3.0 }
    }
}

impl DualClip {
    pub(super) fn check(&self) -> Result<()> {
        clip_range(self.epsilon_low, self.epsilon_high)?;
        dual_clip_bound(self.bound)
    }
}

impl Default for TwoSided {
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.2, delta: 4.0 }
    }
}

impl TwoSided {
    pub(super) fn check(&self) -> Result<()> {
        clip_range(self.epsilon_low, self.epsilon_high)?;
        let why = "below 1 + epsilon_high it would replace the clip instead of bounding what lies beyond";
        above("delta", self.delta, 1.0 + self.epsilon_high, why)
    }
}

impl Default for SequenceClip {
    fn default() -> Self {
        Self { epsilon_low: 3e-4, epsilon_high: 4e-4 }
    }
}

impl SequenceClip {
    pub(super) fn check(&self) -> Result<()> {
        clip_range(self.epsilon_low, self.epsilon_high)
    }
}

impl Default for CispoCap {
    fn default() -> Self {
        Self { cap: 5.0 }
    }
}

impl CispoCap {
    pub(super) fn check(&self) -> Result<()> {
        positive("cap", self.cap)
    }
}

impl Default for Gmpo {
    fn default() -> Self {
        Self { clip: 0.4, clip_low: None }
    }
}

impl Gmpo {
    pub(super) fn check(&self) -> Result<()> {
        positive("clip", self.clip)?;
        optional_positive("clip_low", self.clip_low)
    }
}

impl Default for Sapo {
    fn default() -> Self {
        Self { tau_positive: 1.0, tau_negative: 1.05 }
    }
}

impl Sapo {
    pub(super) fn check(&self) -> Result<()> {
        positive("tau_positive", self.tau_positive)?;
        positive("tau_negative", self.tau_negative)
    }
}

impl Default for Dppo {
    fn default() -> Self {
        Self { threshold: 0.2, threshold_low: None, cap: None }
    }
}

impl Dppo {
    pub(super) fn check(&self) -> Result<()> {
        fraction("threshold", self.threshold)?;
        self.threshold_low.map_or(Ok(()), |threshold| fraction("threshold_low", threshold))?;
        optional_positive("cap", self.cap)
    }
}

impl Default for DppoKl {
    fn default() -> Self {
        Self { threshold: 0.05, threshold_low: None, cap: None }
    }
}

impl DppoKl {
    pub(super) fn check(&self) -> Result<()> {
        positive("threshold", self.threshold)?;
        optional_positive("threshold_low", self.threshold_low)?;
        optional_positive("cap", self.cap)
    }
}

impl Default for Vespo {
    fn default() -> Self {
        Self { k_positive: 2.0, lambda_positive: 3.0, k_negative: 3.0, lambda_negative: 2.0 }
    }
}

impl Vespo {
    pub(super) fn check(&self) -> Result<()> {
        at_least("k_positive", self.k_positive, 0.0)?;
        at_least("lambda_positive", self.lambda_positive, 0.0)?;
        at_least("k_negative", self.k_negative, 0.0)?;
        at_least("lambda_negative", self.lambda_negative, 0.0)
    }
}

impl Default for Fipo {
    /// The constants of the paper's run with 32 billion parameters.
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.28, bound: 10.0, half_life: 32.0, weight_low: 1.0, weight_high: 1.2, safety: 10.0 }
    }
}

impl Fipo {
    pub(super) fn check(&self) -> Result<()> {
        clip_range(self.epsilon_low, self.epsilon_high)?;
        dual_clip_bound(self.bound)?;
        positive("half_life", self.half_life)?;
        at_least("weight_low", self.weight_low, 0.0)?;
        at_least("weight_high", self.weight_high, self.weight_low)?;
        positive("safety", self.safety)
    }
}

impl Default for ClipCov {
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.2, share: 2e-4, low: 1.0, high: 5.0 }
    }
}

impl ClipCov {
    pub(super) fn check(&self) -> Result<()> {
        clip_range(self.epsilon_low, self.epsilon_high)?;
        fraction("share", self.share)?;
        at_least("low", self.low, f64::MIN)?;
        above("high", self.high, self.low, "no covariance lies between")
    }
}

impl Default for KlCov {
    fn default() -> Self {
        Self { share: 2e-4, coefficient: 1.0 }
    }
}

impl KlCov {
    pub(super) fn check(&self) -> Result<()> {
        fraction("share", self.share)?;
        at_least("coefficient", self.coefficient, 0.0)
    }
}

impl Default for Dro {
    fn default() -> Self {
        Self { beta: 1.0 }
    }
}

impl Dro {
    pub(super) fn check(&self) -> Result<()> {
        positive("beta", self.beta)
    }
}

fn clip_range(low: f64, high: f64) -> Result<()> {
    between("epsilon_low", low, 0.0, 1.0)?;
    at_least("epsilon_high", high, 0.0)
}

fn dual_clip_bound(bound: f64) -> Result<()> {
    above("bound", bound, 1.0, "a bound of 1 or less would cut the loss of tokens that have not moved")
}
