//! The policy losses by name, with their constants.
//!
//! Accepts: every loss of the table below. Refuses: constants outside the range where the formula means what its source says.
//!
//! Symbols: ρ = πθ/πold of a token, A its advantage, s the geometric mean of ρ over a sequence, sg(x) the value of x without a gradient. Losses are
//! minimised.

use serde::{Deserialize, Serialize};

use super::aggregation::Aggregation;
use super::check::{at_least, between, positive};
use super::constants::{
    CispoCap, ClipCov, ClipRange, Dppo, DppoKl, Dro, DualClip, Fipo, Gmpo, KlCov, Reinforce, Sapo, SequenceClip, TwoSided, Vespo,
};
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
    /// −A·exp(mean of log ρ, each bounded at `clip` in the direction of A). Source: GMPO (2507.20673) eq. 4.
    Gmpo(Gmpo),
    /// −σ(τ(ρ−1))·(4/τ)·A, with τ by the sign of A. Source: SAPO (2511.20347).
    Sapo(Sapo),
    /// −rA with r = πθ/μ, without the tokens whose probability has moved more than `threshold` from the sampler's in the direction of A: A > 0 and
    /// πθ − μ > threshold, or A < 0 and μ − πθ > threshold. μ is the rollout's probability, or πold's without one. With a correction, which brings πold/μ
    /// itself, r is πθ/πold. Source: DPPO (2602.04879) eq. 11 with the binary total variation; verl's `dppo_tv`.
    Dppo(Dppo),
    /// `dppo` with the divergence of Bernoulli variables, μ·log(μ/πθ) + (1−μ)·log((1−μ)/(1−πθ)), in place of the difference. Source: DPPO
    /// (2602.04879); verl's `dppo_kl`.
    DppoKl(DppoKl),
    /// −sg(φ(w))·A·log πθ with w the product of ρ over the sequence (times the correction's, where there is one) and φ(w) = wᵏ·exp(λ(1−w)), k and λ by the
    /// sign of A. Source: VESPO (2602.10693); TRL's `vespo`.
    Vespo(Vespo),
    /// `dual_clip` whose advantages have a factor f without a gradient: exp of Σ over this and later tokens of log ρ, halved in weight every `half_life` tokens,
    /// within [`weight_low`, `weight_high`]. Sequences with more than one token at the dual clip's bound lose their policy loss. Source: FIPO (2603.19835).
    Fipo(Fipo),
    /// `ppo_clip` without a random `share` of tokens whose covariance (A − mean A)·(log πθ − mean log πθ) over the batch lies between `low` and `high`: those that
    /// take the most entropy. The choice is torch's, by its seed. Source: Clip-Cov (2505.22617); verl's `clip_cov`.
    ClipCov(ClipCov),
    /// −ρA, with a penalty on |log ρ| for the `share` of tokens whose covariance is largest. Source: KL-Cov (2505.22617); verl's `kl_cov`.
    KlCov(KlCov),
    /// −A·log πθ + (β/2)·(log ρ)². Source: DRO (2405.19107); verl's `dro`.
    Dro(Dro),
    /// −A·log πθ. Source: REINFORCE (Williams 1992).
    Reinforce(Reinforce),
}

impl Default for PolicyLoss {
    fn default() -> Self {
        Self::PpoClip(ClipRange::default())
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
            Self::DppoKl(DppoKl::default()),
            Self::Vespo(Vespo::default()),
            Self::Fipo(Fipo::default()),
            Self::ClipCov(ClipCov::default()),
            Self::KlCov(KlCov::default()),
            Self::Dro(Dro::default()),
            Self::Reinforce(Reinforce {}),
        ]
    }

    /// Whether a token's loss depends on the other tokens of its sequence.
    pub fn needs_sequence(&self) -> bool {
        self.has_one_ratio() || matches!(self, Self::Vespo(_) | Self::Fipo(_))
    }

    /// Whether a token's loss depends on the other sequences of the batch.
    pub fn needs_batch(&self) -> bool {
        matches!(self, Self::ClipCov(_) | Self::KlCov(_))
    }

    /// How the loss's own paper makes one number of its tokens: what holds where the options say nothing. GSPO (eq. 5), GMPO (eq. 4) and SAPO are means over
    /// sequences; of the others, whose papers differ or leave it open, DAPO's mean over tokens.
    pub fn aggregation(&self) -> Aggregation {
        match self {
            Self::Gspo(_) | Self::GspoToken(_) | Self::Gmpo(_) | Self::Sapo(_) => Aggregation::SequenceMean,
            _ => Aggregation::TokenMean,
        }
    }

    /// Whether all tokens of a sequence share one ratio.
    pub(super) fn has_one_ratio(&self) -> bool {
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
            Self::Gmpo(Gmpo { clip, clip_low }) => {
                positive("clip", clip)?;
                optional("clip_low", clip_low)
            }
            Self::Sapo(Sapo { tau_positive, tau_negative }) => {
                positive("tau_positive", tau_positive)?;
                positive("tau_negative", tau_negative)
            }
            Self::Dppo(Dppo { threshold, threshold_low, cap }) => {
                for (name, value) in [("threshold", Some(threshold)), ("threshold_low", threshold_low)] {
                    optional(name, value)?;
                    between(name, value.unwrap_or(1.0), 0.0, 1.0)?;
                }
                optional("cap", cap)
            }
            Self::DppoKl(DppoKl { threshold, threshold_low, cap }) => {
                positive("threshold", threshold)?;
                optional("threshold_low", threshold_low)?;
                optional("cap", cap)
            }
            Self::Vespo(Vespo { k_positive, lambda_positive, k_negative, lambda_negative }) => {
                let named = ["k_positive", "lambda_positive", "k_negative", "lambda_negative"];
                let values = [k_positive, lambda_positive, k_negative, lambda_negative];
                named.into_iter().zip(values).try_for_each(|(name, value)| at_least(name, value, 0.0))
            }
            Self::Fipo(Fipo { epsilon_low, epsilon_high, bound, half_life, weight_low, weight_high, safety }) => {
                range(epsilon_low, epsilon_high)?;
                beyond("bound", bound, 1.0, "a bound of 1 or less would cut the loss of tokens that have not moved")?;
                positive("half_life", half_life)?;
                at_least("weight_low", weight_low, 0.0)?;
                at_least("weight_high", weight_high, weight_low)?;
                positive("safety", safety)
            }
            Self::ClipCov(ClipCov { epsilon_low, epsilon_high, share, low, high }) => {
                range(epsilon_low, epsilon_high)?;
                positive("share", share)?;
                between("share", share, 0.0, 1.0)?;
                at_least("low", low, f64::MIN)?;
                beyond("high", high, low, "no covariance lies between")
            }
            Self::KlCov(KlCov { share, coefficient }) => {
                positive("share", share)?;
                between("share", share, 0.0, 1.0)?;
                at_least("coefficient", coefficient, 0.0)
            }
            Self::Dro(Dro { beta }) => positive("beta", beta),
            Self::Reinforce(Reinforce {}) => Ok(()),
        }
    }
}

fn optional(field: &str, value: Option<f64>) -> Result<()> {
    value.map_or(Ok(()), |value| positive(field, value))
}

fn beyond(field: &str, value: f64, limit: f64, why: &str) -> Result<()> {
    if value.is_finite() && value > limit {
        return Ok(());
    }
    Err(Error::option(field, value, format_args!("give a finite number above {limit}: {why}")))
}
