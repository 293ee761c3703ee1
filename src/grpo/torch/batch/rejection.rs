//! Tokens that are dropped because the sampler's and the trainer's probabilities differ too much.

use tch::{Kind, Tensor};

use super::importance::inside;
use crate::Result;
use crate::grpo::torch::options::{Correction, Level, Rejection};
use crate::grpo::torch::ratio::bounded;
use crate::grpo::torch::tensor::{expect, expect_float, refuse_not_finite, whole_mask};

impl Rejection {
    /// The mask [B, T] without the rejected tokens: those whose w = πold/π_rollout, at the level, lies outside the
    /// bounds. To divide by the tokens kept over micro-batches and ranks, use it in place of the mask and count it for
    /// the `normalizer`.
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
    /// Bounds that no w can lie within, shapes that do not fit together, a mask that is not 0 or 1, numbers that are
    /// not finite at trainable tokens.
    pub fn kept(&self, mask: &Tensor, old: &Tensor, rollout: &Tensor) -> Result<Tensor> {
        self.check()?;
        let mask = whole_mask("mask", mask)?;
        let size = mask.size();
        for (name, tensor) in [("old_log_probs", old), ("rollout_log_probs", rollout)] {
            expect_float(name, tensor)?;
            expect(name, tensor, &size, ("mask", &mask))?;
        }
        let trained = |tensor: &Tensor| tensor.f_detach()?.f_masked_select(&mask);
        refuse_not_finite(&[("old_log_probs", &trained(old)?), ("rollout_log_probs", &trained(rollout)?)])?;
        within(self.level, (self.low, self.high), &mask, old, rollout)
    }
}

/// The mask [B, T] (bool) without the tokens that the rejection drops and, where a correction is given, without those
/// that its bound drops.
pub(super) fn without_rejected(
    rejection: Option<Rejection>,
    correction: Option<Correction>,
    mask: &Tensor,
    old: &Tensor,
    rollout: &Tensor,
) -> Result<Tensor> {
    let mut left = mask.shallow_clone();
    if let Some(Rejection { level, low, high }) = rejection {
        left = left.f_logical_and(&within(level, (low, high), mask, old, rollout)?)?;
    }
    // The bound of `tis` reduces a weight and drops nothing.
    if let Some(correction) = correction.filter(|rule| !matches!(rule, Correction::Tis(_))) {
        left = left.f_logical_and(&within(correction.level(), correction.bounds(), mask, old, rollout)?)?;
    }
    Ok(left)
}

/// The mask [B, T] (bool) without the tokens whose w, at a level, lies outside the bounds.
fn within(level: Level, bounds: (Option<f64>, Option<f64>), mask: &Tensor, old: &Tensor, rollout: &Tensor) -> Result<Tensor> {
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
    let weight = bounded(&log_weight)?.f_exp()?;
    Ok(inside(&weight, bounds.0, bounds.1)?.f_logical_and(mask)?)
}
