//! The policy losses by name, with their constants.
//!
//! Accepts: every loss of the table below. Refuses: constants outside the range where the formula means what its source says.
//!
//! Symbols: ρ = πθ/πold of a token, A its advantage, s the geometric mean of ρ over a sequence, sg(x) the value of x without a gradient. Losses are
//! minimised.

use serde::{Deserialize, Serialize};

use super::check::{at_least, between, positive};
use crate::{Error, Result};

/// The loss of a token before corrections, KL and entropy.
///
/// In a spec a loss is its name, or its name with the constants that differ from the defaults.
///
/// ```
/// use r1rewards::grpo::{ClipRange, GrpoConfig, PolicyLoss};
/// let config = GrpoConfig::from_json(r#"{"loss": {"ppo_clip": {"epsilon_high": 0.28}}}"#)?;
/// assert_eq!(config.loss, PolicyLoss::PpoClip(ClipRange { epsilon_low: 0.2, epsilon_high: 0.28 }));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PolicyLoss {
    /// −min(ρA, clip(ρ, 1−εlow, 1+εhigh)·A). Source: GRPO, DeepSeekMath (2402.03300); the asymmetric range is DAPO's (2503.14476).
    PpoClip(ClipRange),
    /// `ppo_clip`, and where A < 0 at most −cA. Source: dual-clip PPO (1912.09729).
    DualClip(DualClip),
    /// `ppo_clip` with ρ ← min(ρ, δ) in the unclipped branch. Source: INTELLECT-2 (2505.07291).
    TwoSided(TwoSided),
    /// `ppo_clip` on s, one value for the whole sequence. Source: GSPO (2507.18071) eq. 5.
    Gspo(SequenceClip),
    /// `gspo` whose gradient flows through each token: log s = sg(log s) + log πθ − sg(log πθ). Source: GSPO (2507.18071) eq. 13.
    GspoToken(SequenceClip),
    /// −sg(min(ρ, cap))·A·log πθ, with an absolute cap as in TRL and Liger. Source: CISPO, MiniMax-M1 (2506.13585).
    CispoCap(CispoCap),
    /// −sg(clip(ρ, 1−εlow, 1+εhigh))·A·log πθ, as in verl, slime and NeMo RL. Source: CISPO, MiniMax-M1 (2506.13585).
    CispoBand(ClipRange),
    /// −A·exp(mean of log ρ, each bounded at `clip` in the direction of A). Source: GMPO (2507.20673).
    Gmpo(Gmpo),
    /// −σ(τ(ρ−1))·(4/τ)·A, with τ by the sign of A. Source: SAPO (2511.20347).
    Sapo(Sapo),
    /// −ρA, without the tokens whose probability has moved more than `threshold` from the sampler's in the direction of A: A > 0 and
    /// πθ − μ > threshold, or A < 0 and μ − πθ > threshold. μ is the rollout's probability, or πold's without one. Source: DPPO (2602.04879).
    Dppo(Dppo),
    /// −A·log πθ. Source: REINFORCE (Williams 1992).
    Reinforce(Reinforce),
}

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

/// The constant of `gmpo`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gmpo {
    /// The bound on log ρ in the direction of A, above 0.
    pub clip: f64,
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

/// The constant of `dppo`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dppo {
    /// The difference of probabilities that drops a token, in (0, 1].
    pub threshold: f64,
}

/// `reinforce` has no constants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reinforce {}

impl Default for PolicyLoss {
    fn default() -> Self {
        Self::PpoClip(ClipRange::default())
    }
}

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
        Self { clip: 0.4 }
    }
}

impl Default for Sapo {
    fn default() -> Self {
        Self { tau_positive: 1.0, tau_negative: 1.05 }
    }
}

impl Default for Dppo {
    fn default() -> Self {
        Self { threshold: 0.2 }
    }
}

impl PolicyLoss {
    /// Every loss with its defaults.
    pub fn all() -> Vec<Self> {
        vec![
            Self::PpoClip(ClipRange::default()),
            Self::DualClip(DualClip::default()),
            Self::TwoSided(TwoSided::default()),
            Self::Gspo(SequenceClip::default()),
            Self::GspoToken(SequenceClip::default()),
            Self::CispoCap(CispoCap::default()),
            Self::CispoBand(ClipRange::default()),
            Self::Gmpo(Gmpo::default()),
            Self::Sapo(Sapo::default()),
            Self::Dppo(Dppo::default()),
            Self::Reinforce(Reinforce {}),
        ]
    }

    /// Whether a token's loss depends on the other tokens of its sequence.
    pub fn needs_sequence(&self) -> bool {
        matches!(self, Self::Gspo(_) | Self::GspoToken(_) | Self::Gmpo(_))
    }

    pub(super) fn check(&self) -> Result<()> {
        let range = |low: f64, high: f64| {
            between("epsilon_low", low, 0.0, 1.0)?;
            at_least("epsilon_high", high, 0.0)
        };
        match *self {
            Self::PpoClip(ClipRange { epsilon_low, epsilon_high })
            | Self::CispoBand(ClipRange { epsilon_low, epsilon_high })
            | Self::Gspo(SequenceClip { epsilon_low, epsilon_high })
            | Self::GspoToken(SequenceClip { epsilon_low, epsilon_high }) => range(epsilon_low, epsilon_high),
            Self::DualClip(DualClip { epsilon_low, epsilon_high, bound }) => {
                range(epsilon_low, epsilon_high)?;
                beyond("bound", bound, 1.0, "a bound of 1 or less would cut the loss of tokens that have not moved")
            }
            Self::TwoSided(TwoSided { epsilon_low, epsilon_high, delta }) => {
                range(epsilon_low, epsilon_high)?;
                beyond(
                    "delta",
                    delta,
                    1.0 + epsilon_high,
                    "below 1 + epsilon_high it would replace the clip instead of bounding what lies beyond",
                )
            }
            Self::CispoCap(CispoCap { cap }) => positive("cap", cap),
            Self::Gmpo(Gmpo { clip }) => positive("clip", clip),
            Self::Sapo(Sapo { tau_positive, tau_negative }) => {
                positive("tau_positive", tau_positive)?;
                positive("tau_negative", tau_negative)
            }
            Self::Dppo(Dppo { threshold }) => {
                positive("threshold", threshold)?;
                between("threshold", threshold, 0.0, 1.0)
            }
            Self::Reinforce(Reinforce {}) => Ok(()),
        }
    }
}

fn beyond(field: &str, value: f64, limit: f64, why: &str) -> Result<()> {
    if value.is_finite() && value > limit {
        return Ok(());
    }
    Err(Error::option(field, value, format_args!("give a finite number above {limit}: {why}")))
}
