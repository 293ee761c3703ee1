//! Losses that clip the ratio of each token: `ppo_clip`, `dual_clip`, `two_sided`.

use tch::Tensor;

use super::inputs::{Inputs, Terms};
use crate::Result;
use crate::grpo::torch::options::{ClipRange, DualClip, TwoSided};

pub(super) fn ppo_clip(inputs: &Inputs, ClipRange { epsilon_low, epsilon_high }: ClipRange) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let ratio = inputs.log_ratio.f_exp()?;
    let loss = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
    Terms::clipping(loss, &ratio, advantages, epsilon_low, epsilon_high)
}

pub(super) fn dual_clip(inputs: &Inputs, DualClip { epsilon_low, epsilon_high, bound }: DualClip) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let ratio = inputs.log_ratio.f_exp()?;
    let loss = dual_clip_loss(&ratio, advantages, epsilon_low, epsilon_high, bound)?;
    Terms::clipping(loss, &ratio, advantages, epsilon_low, epsilon_high)
}

pub(super) fn two_sided(inputs: &Inputs, TwoSided { epsilon_low, epsilon_high, delta }: TwoSided) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let ratio = inputs.log_ratio.f_exp()?;
    let loss = clip_loss(&ratio.f_clamp_max(delta)?, &ratio, advantages, epsilon_low, epsilon_high)?;
    Terms::clipping(loss, &ratio, advantages, epsilon_low, epsilon_high)
}

/// −min(unclipped·A, clip(ratio)·A), where `unclipped` is the ratio of the branch that is not clipped.
pub(super) fn clip_loss(unclipped: &Tensor, ratio: &Tensor, advantages: &Tensor, low: f64, high: f64) -> Result<Tensor> {
    let clipped = ratio.f_clamp(1.0 - low, 1.0 + high)?.f_mul(advantages)?;
    Ok(unclipped.f_mul(advantages)?.f_minimum(&clipped)?.f_neg()?)
}

/// [`clip_loss`], and where A < 0 at most −`bound`·A.
pub(super) fn dual_clip_loss(ratio: &Tensor, advantages: &Tensor, low: f64, high: f64, bound: f64) -> Result<Tensor> {
    let loss = clip_loss(ratio, ratio, advantages, low, high)?;
    let bounded = loss.f_minimum(&advantages.f_mul_scalar(-bound)?)?;
    Ok(bounded.f_where_self(&advantages.f_lt(0.0)?, &loss)?)
}
