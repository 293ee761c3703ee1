//! What a policy loss is computed from, and what it gives.

use tch::{Kind, Tensor};

use crate::Result;
use crate::grpo::torch::batch::Rows;

/// What a policy loss is computed from.
pub(crate) struct Inputs<'a> {
    pub rows: &'a Rows,
    /// log πθ, with the gradient.
    pub log_probs: &'a Tensor,
    /// log πold; without old log-probabilities, log πθ without a gradient.
    pub old: &'a Tensor,
    /// Log-probabilities of the policy that sampled: the rollout's, or πold's without them.
    pub behaviour: &'a Tensor,
    /// log πθ − log πold, clamped.
    pub log_ratio: Tensor,
    /// The correction's factor, bounded, where the loss has a correction of the mismatch between `old` and `behaviour`.
    pub correction: Option<Tensor>,
}

/// The policy loss of each row before the correction and the weights.
pub(crate) struct Terms {
    pub loss: Tensor,
    /// The ratio that the loss clips or weighs by, without a gradient.
    pub ratio: Tensor,
    /// Rows whose gradient the lower clip has cut.
    pub clipped_low: Tensor,
    /// Rows whose gradient the upper clip has cut.
    pub clipped_high: Tensor,
    /// 1 for rows whose loss counts, 0 for rows that the loss drops.
    pub keep: Tensor,
}

impl Terms {
    /// A loss that drops no row, with the rows that its lower and its upper clip have cut.
    pub fn clipped_at(loss: Tensor, ratio: &Tensor, clipped_low: Tensor, clipped_high: Tensor) -> Result<Self> {
        let ratio = ratio.f_detach()?;
        Ok(Self { loss, keep: ratio.f_ones_like()?, ratio, clipped_low, clipped_high })
    }

    /// A loss that drops and clips no row.
    pub fn unclipped(loss: Tensor, ratio: &Tensor) -> Result<Self> {
        Self::clipped_at(loss, ratio, nowhere(ratio)?, nowhere(ratio)?)
    }

    /// A loss that drops no row and clips the ratio in the direction of the advantage.
    pub fn clipping(loss: Tensor, ratio: &Tensor, advantages: &Tensor, low: f64, high: f64) -> Result<Self> {
        let moved = ratio.f_detach()?;
        let clipped_low = moved.f_lt(1.0 - low)?.f_logical_and(&advantages.f_lt(0.0)?)?;
        let clipped_high = moved.f_gt(1.0 + high)?.f_logical_and(&advantages.f_gt(0.0)?)?;
        Self::clipped_at(loss, ratio, clipped_low, clipped_high)
    }
}

/// A condition that is false for every row.
pub(super) fn nowhere(like: &Tensor) -> Result<Tensor> {
    Ok(like.f_zeros_like()?.f_to_kind(Kind::Bool)?)
}

/// One number where a condition holds, and another elsewhere.
pub(super) fn choose(condition: &Tensor, like: &Tensor, holds: f64, elsewhere: f64) -> Result<Tensor> {
    Ok(like.f_full_like(holds)?.f_where_self(condition, &like.f_full_like(elsewhere)?)?)
}
