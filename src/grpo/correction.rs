//! What is done about a sampler whose probabilities differ from the trainer's: a weight, a rejection, or both at levels of their own.
//!
//! Accepts: w = πold/π_rollout of tokens, sequences or their geometric mean. Refuses: bounds that leave nothing.

use serde::{Deserialize, Deserializer, Serialize};
use tch::{Kind, Tensor};

use super::check::{between, positive};
use super::objective::LOG_RATIO_BOUND;
use super::rows::{Rows, refuse_not_finite};
use crate::{Error, Result};

/// A factor on the policy loss from w = πold/π_rollout, without a gradient. It does not touch the KL penalty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Correction {
    /// min(w, cap): truncated importance sampling. Source: "Your efficient RL framework secretly brings you off-policy RL training" (Yao et al. 2025).
    Tis(Tis),
    /// w where low ≤ w ≤ high, else 0: masked importance sampling. Source: `IcePop`, Ring-1T (2510.18855).
    Mis(Mis),
    /// w per token, 0 above `cap` if there is one: with πold as the proximal policy this is decoupled PPO. Source: `AReaL` (2505.24298).
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

/// Constants of `mis`; the defaults are `IcePop`'s.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "MisOptions")]
pub struct Mis {
    /// What w is taken over.
    pub level: Level,
    /// Cmin, at least 0; none has no lower bound. Without a word it is 0.5, and none at level `sequence`: a product falls as sequences grow, and TRL's
    /// `sequence_mask` has no lower bound either.
    pub low: Option<f64>,
    /// Cmax, above Cmin.
    pub high: f64,
}

impl Default for Mis {
    fn default() -> Self {
        Self { level: Level::Token, low: Some(0.5), high: 5.0 }
    }
}

/// As written: a lower bound of nothing differs from no word of it.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MisOptions {
    level: Level,
    #[serde(deserialize_with = "said")]
    low: Option<Option<f64>>,
    high: f64,
}

impl Default for MisOptions {
    fn default() -> Self {
        Self { level: Level::default(), low: None, high: Mis::default().high }
    }
}

impl From<MisOptions> for Mis {
    fn from(options: MisOptions) -> Self {
        let usual = if options.level == Level::Sequence { None } else { Self::default().low };
        Self { level: options.level, low: options.low.unwrap_or(usual), high: options.high }
    }
}

fn said<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<Option<f64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// The constant of `decoupled`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Decoupled {
    /// Tokens with a larger w are dropped.
    pub cap: Option<f64>,
}

/// Tokens whose w lies outside [low, high] lose their policy loss; what is kept has the factor of the [`Correction`], which may be of another level. So
/// `geometric` within [0.999, 1.002] and `decoupled` are seq-mask-TIS (`NeMo` RL, `OpenRLHF`), and `geometric` with `tis` is verl's `token` weight with
/// `geometric` rejection. Source: "When speed kills stability" (Liu et al. 2025).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rejection {
    /// What w is taken over.
    pub level: Level,
    /// At least 0; none for no bound.
    pub low: Option<f64>,
    /// Above `low`; none for no bound.
    pub high: Option<f64>,
}

impl Default for Rejection {
    /// Of seq-mask-TIS.
    fn default() -> Self {
        Self { level: Level::Geometric, low: Some(0.999), high: Some(1.002) }
    }
}

/// What becomes of the tokens that a rejection, a correction's bound or staleness has dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Denominator {
    /// They lose their policy loss and stay in the count that is divided by, and in ratios of whole sequences. So the step of a token does not depend on how
    /// many others were dropped. Source: `AReaL` (2505.24298).
    #[default]
    Fixed,
    /// They are as if masked: out of every count, ratio, KL penalty and entropy, as verl and slime have it. A given `normalizer` must then count
    /// the tokens kept; needs old log-probabilities.
    Kept,
}

impl Correction {
    pub(super) fn check(&self) -> Result<()> {
        match *self {
            Self::Tis(Tis { cap, .. }) | Self::Decoupled(Decoupled { cap: Some(cap) }) => positive("correction.cap", cap),
            Self::Mis(Mis { low, high, .. }) => {
                positive("correction.high", high)?;
                low.map_or(Ok(()), |low| between("correction.low", low, 0.0, high))
            }
            Self::Decoupled(Decoupled { cap: None }) => Ok(()),
        }
    }

    pub(super) fn level(&self) -> Level {
        match self {
            Self::Tis(Tis { level, .. }) | Self::Mis(Mis { level, .. }) => *level,
            Self::Decoupled(_) => Level::Token,
        }
    }

    /// The smallest and the largest w that are neither cut nor dropped, where there are bounds.
    fn bounds(&self) -> (Option<f64>, Option<f64>) {
        match *self {
            Self::Tis(Tis { cap, .. }) => (None, Some(cap)),
            Self::Mis(Mis { low, high, .. }) => (low, Some(high)),
            Self::Decoupled(Decoupled { cap }) => (None, cap),
        }
    }

    /// w = exp(log πold − log π_rollout) at its level, and bounded by the rule.
    pub(super) fn weights(&self, rows: &Rows, log_weight: &Tensor) -> Result<Weights> {
        let log_weight = match self.level() {
            Level::Token => log_weight.shallow_clone(),
            Level::Sequence => rows.sequence_sum(log_weight)?,
            Level::Geometric => rows.sequence_mean(log_weight)?,
        };
        let raw = log_weight.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?.f_exp()?;
        let (low, high) = self.bounds();
        let inside = inside(&raw, low, high)?;
        let bounded = match *self {
            Self::Tis(Tis { cap, .. }) => raw.f_clamp_max(cap)?,
            _ => raw.f_where_self(&inside, &raw.f_zeros_like()?)?,
        };
        Ok(Weights { raw, bounded, cut: inside.f_logical_not()? })
    }
}

/// w of each row before and after its bound, and whether the bound has changed it.
#[derive(Debug)]
pub(super) struct Weights {
    pub raw: Tensor,
    pub bounded: Tensor,
    pub cut: Tensor,
}

impl Weights {
    pub fn narrow(&self, start: i64, length: i64) -> Result<Self> {
        let part = |tensor: &Tensor| tensor.f_narrow(0, start, length);
        Ok(Self { raw: part(&self.raw)?, bounded: part(&self.bounded)?, cut: part(&self.cut)? })
    }
}

impl Rejection {
    pub(super) fn check(&self) -> Result<()> {
        if let Some(high) = self.high {
            positive("rejection.high", high)?;
        }
        match (self.low, self.high) {
            (None, None) => Err(Error::option("rejection", "no bound", "give `low`, `high` or both: nothing would be rejected")),
            (Some(low), high) => between("rejection.low", low, 0.0, high.unwrap_or(f64::MAX)),
            (None, Some(_)) => Ok(()),
        }
    }

    /// The mask [B, T] without what is rejected: tokens whose w = πold/π_rollout, at the level, lies outside the bounds. Give it in place of the mask, and count
    /// it for the `normalizer`, to divide by the tokens kept over micro-batches and ranks.
    ///
    /// ```
    /// use r1rewards::grpo::{Level, Rejection};
    /// use tch::{Kind, Tensor};
    ///
    /// let mask = Tensor::from_slice(&[1_i64, 1, 1, 0]).view([2, 2]).to_kind(Kind::Bool);
    /// let old = Tensor::from_slice(&[-1.0, -1.0, -1.0, f64::NAN]).view([2, 2]);
    /// let rollout = Tensor::from_slice(&[-1.0, -1.1, -3.0, 0.0]).view([2, 2]);
    /// let kept = Rejection { level: Level::Geometric, low: Some(0.5), high: Some(2.0) }.kept(&mask, &old, &rollout)?;
    /// assert_eq!(Vec::<bool>::try_from(kept.view([-1]))?, [true, true, false, false]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Bounds that leave nothing, shapes that do not fit together, a mask that is not 0 or 1, numbers that are not finite at trainable tokens.
    pub fn kept(&self, mask: &Tensor, old: &Tensor, rollout: &Tensor) -> Result<Tensor> {
        self.check()?;
        let mask = super::rows::whole_mask("mask", mask)?;
        let size = mask.size();
        for (name, tensor) in [("old_log_probs", old), ("rollout_log_probs", rollout)] {
            super::torch::expect_float(name, tensor)?;
            super::torch::expect(name, tensor, &size, ("mask", &mask))?;
        }
        let trained = |tensor: &Tensor| tensor.f_detach()?.f_masked_select(&mask);
        refuse_not_finite(&[("old_log_probs", &trained(old)?), ("rollout_log_probs", &trained(rollout)?)])?;
        kept(self.level, (self.low, self.high), &mask, old, rollout)
    }
}

/// The mask [B, T] (bool) without the tokens whose w at a level lies outside the bounds.
fn kept(level: Level, bounds: (Option<f64>, Option<f64>), mask: &Tensor, old: &Tensor, rollout: &Tensor) -> Result<Tensor> {
    let difference = old.f_detach()?.f_sub(&rollout.f_detach()?)?.f_to_kind(Kind::Double)?;
    let log_weight = difference.f_where_self(mask, &difference.f_zeros_like()?)?;
    let log_weight = match level {
        Level::Token => log_weight,
        Level::Sequence => log_weight.f_sum_dim_intlist(1, true, Kind::Double)?,
        Level::Geometric => {
            let counts = mask.f_sum_dim_intlist(1, true, Kind::Double)?.f_clamp_min(1.0)?;
            log_weight.f_sum_dim_intlist(1, true, Kind::Double)?.f_div(&counts)?
        }
    };
    let weight = log_weight.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?.f_exp()?;
    Ok(inside(&weight, bounds.0, bounds.1)?.f_logical_and(mask)?)
}

/// The mask without what the rejection drops and, where dropped tokens are as if masked, without what the correction's bound drops.
pub(super) fn without_rejected(
    rejection: Option<Rejection>,
    correction: Option<Correction>,
    mask: &Tensor,
    old: &Tensor,
    rollout: &Tensor,
) -> Result<Tensor> {
    let mut left = mask.shallow_clone();
    if let Some(Rejection { level, low, high }) = rejection {
        left = left.f_logical_and(&kept(level, (low, high), mask, old, rollout)?)?;
    }
    // `tis` cuts a weight and drops nothing.
    if let Some(correction) = correction.filter(|rule| !matches!(rule, Correction::Tis(_))) {
        left = left.f_logical_and(&kept(correction.level(), correction.bounds(), mask, old, rollout)?)?;
    }
    Ok(left)
}

fn inside(weight: &Tensor, low: Option<f64>, high: Option<f64>) -> Result<Tensor> {
    let above = weight.f_ge(low.unwrap_or(0.0))?;
    Ok(match high {
        Some(high) => above.f_logical_and(&weight.f_le(high)?)?,
        None => above,
    })
}
