//! Losses that treat the tokens of large covariance of advantage and log-probability apart: `clip_cov`, `kl_cov`.

use tch::{Device, Kind, Tensor};

use super::clip::clip_loss;
use super::inputs::{Inputs, Terms};
use crate::Result;
use crate::grpo::torch::options::{ClipCov, KlCov};

pub(super) fn clip_cov(inputs: &Inputs, constants: ClipCov) -> Result<Terms> {
    let ClipCov { epsilon_low, epsilon_high, share, low, high } = constants;
    let advantages = &inputs.rows.advantages;
    let ratio = inputs.log_ratio.f_exp()?;
    let loss = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
    let terms = Terms::clipping(loss, &ratio, advantages, epsilon_low, epsilon_high)?;
    let covariance = covariances(inputs)?;
    let unclipped = terms.clipped_low.f_logical_or(&terms.clipped_high)?.f_logical_not()?;
    let between = covariance.f_gt(low)?.f_logical_and(&covariance.f_lt(high)?)?.f_logical_and(&unclipped)?;
    let candidates = between.f_nonzero()?.f_squeeze_dim(-1)?;
    let (found, wanted) = (candidates.size()[0], at_least_one(share, inputs.rows.len()));
    let order = Tensor::f_randperm(found, (Kind::Int64, Device::Cpu))?.f_to_device(candidates.device())?;
    let chosen = candidates.f_index_select(0, &order.f_narrow(0, 0, wanted.min(found))?)?;
    let keep = terms.keep.f_index_fill(0, &chosen, 0.0)?;
    Ok(Terms { keep, ..terms })
}

pub(super) fn kl_cov(inputs: &Inputs, KlCov { share, coefficient }: KlCov) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let ratio = inputs.log_ratio.f_exp()?;
    let wanted = at_least_one(share, inputs.rows.len()).min(inputs.rows.len());
    let chosen = covariances(inputs)?.f_topk(wanted, 0, true, false)?.1;
    let penalty = advantages.f_zeros_like()?.f_index_fill(0, &chosen, coefficient)?;
    let loss = inputs.log_ratio.f_abs()?.f_mul(&penalty)?.f_sub(&ratio.f_mul(advantages)?)?;
    Terms::unclipped(loss, &ratio)
}

/// (A − mean A)·(log πθ − mean log πθ) of each row. The mean of these is the covariance over the batch.
fn covariances(inputs: &Inputs) -> Result<Tensor> {
    let centred = |values: &Tensor| -> Result<Tensor> { Ok(values.f_sub(&values.f_mean(values.kind())?)?) };
    Ok(centred(&inputs.rows.advantages)?.f_mul(&centred(&inputs.log_probs.f_detach()?)?)?)
}

/// A share of a number of rows, rounded down, and at least 1.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "numbers of tokens are far below 2^52")]
fn at_least_one(share: f64, rows: i64) -> i64 {
    ((share * rows as f64) as i64).max(1)
}
