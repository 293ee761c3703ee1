//! Losses whose tokens depend on the other tokens of their sequence: `gspo`, `gspo_token`, `gmpo`, `vespo`, `fipo`.

use tch::Tensor;

use super::clip::{clip_loss, dual_clip_loss};
use super::inputs::{Inputs, Terms, choose};
use crate::Result;
use crate::grpo::torch::options::{Fipo, Gmpo, SequenceClip, Vespo};
use crate::grpo::torch::ratio::{LOG_RATIO_BOUND, bounded};
use crate::grpo::torch::scan::rest_of_sequence;

/// log w of `vespo` is clamped to at least this, log 1e-8, as in TRL.
const LEAST_LOG_WEIGHT: f64 = -18.420_680_743_952_367;
/// Where A < 0 and the ratio is larger than `safety`, the factor of `fipo` is clamped to these.
const SAFE_FACTORS: (f64, f64) = (0.8, 1.0);

pub(super) fn gspo(inputs: &Inputs, constants: SequenceClip) -> Result<Terms> {
    let ratio = inputs.rows.sequence_mean(&inputs.log_ratio)?.f_exp()?;
    sequence_clip(inputs, &ratio, constants)
}

pub(super) fn gspo_token(inputs: &Inputs, constants: SequenceClip) -> Result<Terms> {
    let sequence = inputs.rows.sequence_mean(&inputs.log_ratio)?.f_detach()?;
    let ratio = sequence.f_add(inputs.log_probs)?.f_sub(&inputs.log_probs.f_detach()?)?.f_exp()?;
    sequence_clip(inputs, &ratio, constants)
}

fn sequence_clip(inputs: &Inputs, ratio: &Tensor, SequenceClip { epsilon_low, epsilon_high }: SequenceClip) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let loss = clip_loss(ratio, ratio, advantages, epsilon_low, epsilon_high)?;
    Terms::clipping(loss, ratio, advantages, epsilon_low, epsilon_high)
}

pub(super) fn gmpo(inputs: &Inputs, Gmpo { clip, clip_low }: Gmpo) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let low = clip_low.unwrap_or(clip);
    let (positive, negative) = (advantages.f_gt(0.0)?, advantages.f_lt(0.0)?);
    let high_bounded = inputs.log_ratio.f_clamp_max(clip)?;
    let low_bounded = inputs.log_ratio.f_clamp_min(-low)?;
    let zero = inputs.log_ratio.f_zeros_like()?;
    let clipped = high_bounded.f_where_self(&positive, &low_bounded.f_where_self(&negative, &zero)?)?;
    let ratio = inputs.rows.sequence_mean(&clipped)?.f_exp()?;
    let moved = inputs.log_ratio.f_detach()?;
    let clipped_low = moved.f_lt(-low)?.f_logical_and(&negative)?;
    let clipped_high = moved.f_gt(clip)?.f_logical_and(&positive)?;
    Terms::clipped_at(ratio.f_mul(advantages)?.f_neg()?, &ratio, clipped_low, clipped_high)
}

pub(super) fn vespo(inputs: &Inputs, constants: Vespo) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let mut log_weight = inputs.rows.sequence_sum(&inputs.log_ratio.f_detach()?)?;
    if let Some(correction) = &inputs.correction {
        let log_factor = correction.f_log()?.f_clamp(LEAST_LOG_WEIGHT, LOG_RATIO_BOUND)?;
        log_weight = log_weight.f_add(&inputs.rows.sequence_sum(&log_factor)?)?;
    }
    let log_weight = log_weight.f_clamp(LEAST_LOG_WEIGHT, LOG_RATIO_BOUND)?;
    let weight = log_weight.f_exp()?;
    let positive = advantages.f_ge(0.0)?;
    let k = choose(&positive, advantages, constants.k_positive, constants.k_negative)?;
    let lambda = choose(&positive, advantages, constants.lambda_positive, constants.lambda_negative)?;
    let log_phi = k.f_mul(&log_weight)?.f_sub(&lambda.f_mul(&weight.f_sub_scalar(1.0)?)?)?;
    let loss = log_phi.f_exp()?.f_mul(advantages)?.f_mul(inputs.log_probs)?.f_neg()?;
    Terms::unclipped(loss, &weight)
}

pub(super) fn fipo(inputs: &Inputs, constants: Fipo) -> Result<Terms> {
    let Fipo { epsilon_low, epsilon_high, bound, .. } = constants;
    let (rows, advantages) = (inputs.rows, &inputs.rows.advantages);
    let ratio = inputs.log_ratio.f_exp()?;
    let weighted = advantages.f_mul(&fipo_factor(inputs, &ratio, constants)?)?;
    let loss = dual_clip_loss(&ratio, &weighted, epsilon_low, epsilon_high, bound)?;
    let at_bound = ratio.f_detach()?.f_gt(bound)?.f_logical_and(&weighted.f_lt(0.0)?)?;
    let keep = rows.sequence_sum(&at_bound.f_to_kind(rows.kind)?)?.f_le(1.0)?.f_to_kind(rows.kind)?;
    Ok(Terms { keep, ..Terms::clipping(loss, &ratio, advantages, epsilon_low, epsilon_high)? })
}

/// The factor on each advantage, without a gradient: exp of the discounted sum of this and later log-ratios.
fn fipo_factor(inputs: &Inputs, ratio: &Tensor, constants: Fipo) -> Result<Tensor> {
    let Fipo { bound, half_life, weight_low, weight_high, safety, .. } = constants;
    let moved = inputs.log_ratio.f_detach()?;
    let counted = moved.f_where_self(&moved.f_le(bound.ln())?, &moved.f_zeros_like()?)?;
    let sums = rest_of_sequence(&inputs.rows.padded(&counted)?, (-1.0 / half_life).exp2())?;
    let factor = bounded(&inputs.rows.select(&sums)?)?.f_exp()?.f_clamp(weight_low, weight_high)?;
    let unsafe_rows = inputs.rows.advantages.f_lt(0.0)?.f_logical_and(&ratio.f_detach()?.f_gt(safety)?)?;
    Ok(factor.f_clamp(SAFE_FACTORS.0, SAFE_FACTORS.1)?.f_where_self(&unsafe_rows, &factor)?)
}
