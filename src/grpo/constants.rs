//! The constants of the policy losses.
//!
//! Accepts: every field absent, which then has its default. Refuses: unknown fields; ranges are checked where the losses are, in `policy_loss`.

use serde::{Deserialize, Serialize};

/// How far ρ may be from 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipRange {
    /// Below 1; in [0, 1].
    pub epsilon_low: f64,
    /// Above 1; R1 used 10, DAPO 0.28.
    pub epsilon_high: f64,
}

/// Constants of `dual_clip`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DualClip {
    /// Below 1; in [0, 1].
    pub epsilon_low: f64,
    /// Above 1.
    pub epsilon_high: f64,
    /// The bound c, above 1.
    pub bound: f64,
}

/// Constants of `two_sided`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TwoSided {
    /// Below 1; in [0, 1].
    pub epsilon_low: f64,
    /// Above 1.
    pub epsilon_high: f64,
    /// δ, above 1 + `epsilon_high`.
    pub delta: f64,
}

/// How far s may be from 1: sequences move less than tokens.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SequenceClip {
    /// Below 1; in [0, 1].
    pub epsilon_low: f64,
    /// Above 1.
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
    /// The bound on −log ρ where A < 0, if it differs.
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
    /// The same where A < 0, if it differs.
    pub threshold_low: Option<f64>,
    /// The largest r, without a gradient beyond its own; verl has 20.
    pub cap: Option<f64>,
}

/// Constants of `dppo_kl`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DppoKl {
    /// The divergence, in nats, that drops a token; above 0.
    pub threshold: f64,
    /// The same where A < 0, if it differs.
    pub threshold_low: Option<f64>,
    /// The largest r, without a gradient beyond its own; verl has 20.
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
    /// Below 1; in [0, 1].
    pub epsilon_low: f64,
    /// Above 1.
    pub epsilon_high: f64,
    /// c, the bound of the dual clip, above 1: tokens with a larger ρ have no part in the future of others.
    pub bound: f64,
    /// Tokens over which the weight of the future falls to a half, above 0.
    pub half_life: f64,
    /// The smallest factor on an advantage, at least 0.
    pub weight_low: f64,
    /// The largest, at least `weight_low`.
    pub weight_high: f64,
    /// Where A < 0 and ρ is larger than this, the factor is held in [0.8, 1]; above 0.
    pub safety: f64,
}

/// Constants of `clip_cov`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipCov {
    /// Below 1; in [0, 1].
    pub epsilon_low: f64,
    /// Above 1.
    pub epsilon_high: f64,
    /// Of all tokens, the share that is dropped, in (0, 1]; at least one is.
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
    /// Of all tokens, the share with the largest covariances that is penalised, in (0, 1]; at least one is.
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

impl Default for DualClip {
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.2, bound: 3.0 }
    }
}

impl Default for TwoSided {
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.2, delta: 4.0 }
    }
}

impl Default for SequenceClip {
    fn default() -> Self {
        Self { epsilon_low: 3e-4, epsilon_high: 4e-4 }
    }
}

impl Default for CispoCap {
    fn default() -> Self {
        Self { cap: 5.0 }
    }
}

impl Default for Gmpo {
    fn default() -> Self {
        Self { clip: 0.4, clip_low: None }
    }
}

impl Default for Sapo {
    fn default() -> Self {
        Self { tau_positive: 1.0, tau_negative: 1.05 }
    }
}

impl Default for Dppo {
    fn default() -> Self {
        Self { threshold: 0.2, threshold_low: None, cap: None }
    }
}

impl Default for DppoKl {
    fn default() -> Self {
        Self { threshold: 0.05, threshold_low: None, cap: None }
    }
}

impl Default for Vespo {
    fn default() -> Self {
        Self { k_positive: 2.0, lambda_positive: 3.0, k_negative: 3.0, lambda_negative: 2.0 }
    }
}

impl Default for Fipo {
    /// Of the paper's run with 32 billion parameters.
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.28, bound: 10.0, half_life: 32.0, weight_low: 1.0, weight_high: 1.2, safety: 10.0 }
    }
}

impl Default for ClipCov {
    fn default() -> Self {
        Self { epsilon_low: 0.2, epsilon_high: 0.2, share: 2e-4, low: 1.0, high: 5.0 }
    }
}

impl Default for KlCov {
    fn default() -> Self {
        Self { share: 2e-4, coefficient: 1.0 }
    }
}

impl Default for Dro {
    fn default() -> Self {
        Self { beta: 1.0 }
    }
}
