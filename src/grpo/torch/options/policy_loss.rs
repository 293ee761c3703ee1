//! The policy losses by name, with their constants.
//!
//! Symbols: ρ = πθ/πold of a token, A its advantage, s the geometric mean of ρ over a sequence, sg(x) the value of x
//! without a gradient. Losses are minimised.

use serde::{Deserialize, Serialize};

use super::aggregation::Aggregation;
use super::constants::{
    CispoCap, ClipCov, ClipRange, Dppo, DppoKl, Dro, DualClip, Fipo, Gmpo, KlCov, Reinforce, Sapo, SequenceClip, TwoSided, Vespo,
};
use crate::Result;
use crate::core::names::by_name;

/// The loss of a token before corrections, KL and entropy.
///
/// Options give a loss as its name, or as its name with the constants that differ from the defaults.
///
/// ```
/// use r1rewards::grpo::{ClipRange, GrpoConfig, PolicyLoss};
/// let config = GrpoConfig::from_json(r#"{"loss": {"ppo_clip": {"epsilon_high": 0.28}}}"#)?;
/// assert_eq!(config.loss, PolicyLoss::PpoClip(ClipRange { epsilon_low: 0.2, epsilon_high: 0.28 }));
/// assert_eq!("ppo_clip".parse::<PolicyLoss>()?, PolicyLoss::default());
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PolicyLoss {
    /// −min(ρA, clip(ρ, 1−εlow, 1+εhigh)·A). Source: GRPO, DeepSeekMath (2402.03300); the asymmetric range is DAPO's
    /// (2503.14476).
    PpoClip(ClipRange),
    /// `ppo_clip`, and where A < 0 at most −cA. Source: dual-clip PPO (1912.09729).
    DualClip(DualClip),
    /// `ppo_clip` with ρ ← min(ρ, δ) in the unclipped branch. Source: INTELLECT-2 (2505.07291).
    TwoSided(TwoSided),
    /// `ppo_clip` on s, one value for the whole sequence. Source: GSPO (2507.18071) eq. 5.
    Gspo(SequenceClip),
    /// `gspo` whose gradient flows through each token: log s = sg(log s) + log πθ − sg(log πθ). Source: GSPO
    /// (2507.18071) eq. 13.
    GspoToken(SequenceClip),
    /// −sg(min(ρ, cap))·A·log πθ, with an absolute cap as in TRL and Liger. Source: CISPO, MiniMax-M1 (2506.13585).
    CispoCap(CispoCap),
    /// −sg(clip(ρ, 1−εlow, 1+εhigh))·A·log πθ, as in verl, slime and `NeMo` RL. Source: CISPO, MiniMax-M1 (2506.13585).
    CispoBand(ClipRange),
    /// −A·exp(mean of log ρ, each bounded at `clip` in the direction of A). Source: GMPO (2507.20673) eq. 4.
    Gmpo(Gmpo),
    /// −σ(τ(ρ−1))·(4/τ)·A, with τ by the sign of A. Source: SAPO (2511.20347).
    Sapo(Sapo),
    /// −rA with r = πθ/μ, without the tokens whose probability has moved more than `threshold` from the sampler's in
    /// the direction of A: A > 0 and πθ − μ > threshold, or A < 0 and μ − πθ > threshold. μ is the rollout's
    /// probability, or πold's without one. With a correction, whose factor is πold/μ, r is πθ/πold. Source: DPPO
    /// (2602.04879) eq. 11 with the binary total variation; verl's `dppo_tv`.
    Dppo(Dppo),
    /// `dppo` with the divergence of Bernoulli variables, μ·log(μ/πθ) + (1−μ)·log((1−μ)/(1−πθ)), in place of the
    /// difference. Source: DPPO (2602.04879); verl's `dppo_kl`.
    DppoKl(DppoKl),
    /// −sg(φ(w))·A·log πθ with w the product of ρ over the sequence (times the product of the correction's factors,
    /// where there is a correction) and φ(w) = wᵏ·exp(λ(1−w)), k and λ by the sign of A. Source: VESPO (2602.10693);
    /// TRL's `vespo`.
    Vespo(Vespo),
    /// `dual_clip` whose advantages have a factor f without a gradient: exp of Σ log ρ over this and later tokens, with
    /// a weight that halves every `half_life` tokens, clamped to [`weight_low`, `weight_high`]. Sequences with more
    /// than one token at the dual clip's bound lose their policy loss. Source: FIPO (2603.19835).
    Fipo(Fipo),
    /// `ppo_clip` without a random `share` of the tokens whose covariance (A − mean A)·(log πθ − mean log πθ) over the
    /// batch lies between `low` and `high`: those that reduce entropy most. The choice depends on torch's seed. Source:
    /// Clip-Cov (2505.22617); verl's `clip_cov`.
    ClipCov(ClipCov),
    /// −ρA, with a penalty on |log ρ| for the `share` of tokens whose covariance is largest. Source: KL-Cov
    /// (2505.22617); verl's `kl_cov`.
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
    /// The name of every loss.
    pub const NAMES: [&'static str; 17] = [
        "ppo_clip",
        "dual_clip",
        "two_sided",
        "gspo",
        "gspo_token",
        "cispo_cap",
        "cispo_band",
        "gmpo",
        "sapo",
        "dppo",
        "dppo_kl",
        "vespo",
        "fipo",
        "clip_cov",
        "kl_cov",
        "dro",
        "reinforce",
    ];

    /// Whether a token's loss depends on the other tokens of its sequence.
    pub fn needs_sequence(&self) -> bool {
        self.has_one_ratio() || matches!(self, Self::Vespo(_) | Self::Fipo(_))
    }

    /// Whether a token's loss depends on the other sequences of the batch.
    pub fn needs_batch(&self) -> bool {
        matches!(self, Self::ClipCov(_) | Self::KlCov(_))
    }

    /// The aggregation that is used where the options give none. GSPO (eq. 5), GMPO (eq. 4) and SAPO are defined as
    /// means over sequences; for the others, whose papers differ or leave it open, it is DAPO's mean over tokens.
    pub fn aggregation(&self) -> Aggregation {
        match self {
            Self::Gspo(_) | Self::GspoToken(_) | Self::Gmpo(_) | Self::Sapo(_) => Aggregation::SequenceMean,
            _ => Aggregation::TokenMean,
        }
    }

    /// Whether all tokens of a sequence share one ratio.
    pub(crate) fn has_one_ratio(&self) -> bool {
        matches!(self, Self::Gspo(_) | Self::GspoToken(_) | Self::Gmpo(_))
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::PpoClip(constants) | Self::CispoBand(constants) => constants.check(),
            Self::Gspo(constants) | Self::GspoToken(constants) => constants.check(),
            Self::DualClip(constants) => constants.check(),
            Self::TwoSided(constants) => constants.check(),
            Self::CispoCap(constants) => constants.check(),
            Self::Gmpo(constants) => constants.check(),
            Self::Sapo(constants) => constants.check(),
            Self::Dppo(constants) => constants.check(),
            Self::DppoKl(constants) => constants.check(),
            Self::Vespo(constants) => constants.check(),
            Self::Fipo(constants) => constants.check(),
            Self::ClipCov(constants) => constants.check(),
            Self::KlCov(constants) => constants.check(),
            Self::Dro(constants) => constants.check(),
            Self::Reinforce(Reinforce {}) => Ok(()),
        }
    }
}

by_name!(PolicyLoss, "loss");

#[cfg(test)]
mod tests {
    use super::PolicyLoss;
    use crate::core::names::assert_names_agree;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_names_agree::<PolicyLoss>(&PolicyLoss::NAMES, &[]);
    }
}
