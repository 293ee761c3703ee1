//! The policy losses whose tokens know of others: one ratio a sequence, the future of a token, covariances over the batch.
//!
//! Accepts: all rows of a batch at once. Refuses: nothing; what could be wrong was refused where rows are made.

use tch::{Device, Kind, Tensor};

use super::constants::{ClipCov, Fipo, Gmpo, KlCov, SequenceClip, Vespo};
use super::objective::{LOG_RATIO_BOUND, Step, Terms};
use super::scan::rest_of_sequence;
use super::surrogate::{by_sign, clip_loss, dual_clip_loss, never};
use crate::Result;

/// log w of `vespo` is held above this, as in TRL.
const LEAST_LOG_WEIGHT: f64 = -18.420_680_743_952_367;
/// Where A < 0 and the ratio is large, the factor of `fipo` stays within these.
const SAFE_WEIGHTS: (f64, f64) = (0.8, 1.0);

pub(super) fn gspo(step: &Step, SequenceClip { epsilon_low, epsilon_high }: SequenceClip) -> Result<Terms> {
    let ratio = step.rows.sequence_mean(&step.log_ratio)?.f_exp()?;
    let value = clip_loss(&ratio, &ratio, &step.rows.advantages, epsilon_low, epsilon_high)?;
    Terms::clipping(value, &ratio, &step.rows.advantages, epsilon_low, epsilon_high)
}

pub(super) fn gspo_token(step: &Step, SequenceClip { epsilon_low, epsilon_high }: SequenceClip) -> Result<Terms> {
    let sequence = step.rows.sequence_mean(&step.log_ratio)?.f_detach()?;
    let ratio = sequence.f_add(step.log_probs)?.f_sub(&step.log_probs.f_detach()?)?.f_exp()?;
    let value = clip_loss(&ratio, &ratio, &step.rows.advantages, epsilon_low, epsilon_high)?;
    Terms::clipping(value, &ratio, &step.rows.advantages, epsilon_low, epsilon_high)
}

pub(super) fn gmpo(step: &Step, Gmpo { clip, clip_low }: Gmpo) -> Result<Terms> {
    let advantages = &step.rows.advantages;
    let low = clip_low.unwrap_or(clip);
    let (positive, negative) = (advantages.f_gt(0.0)?, advantages.f_lt(0.0)?);
    let high_bounded = step.log_ratio.f_clamp_max(clip)?;
    let low_bounded = step.log_ratio.f_clamp_min(-low)?;
    let nothing = step.log_ratio.f_zeros_like()?;
    let bounded = high_bounded.f_where_self(&positive, &low_bounded.f_where_self(&negative, &nothing)?)?;
    let ratio = step.rows.sequence_mean(&bounded)?.f_exp()?;
    let moved = step.log_ratio.f_detach()?;
    let clipped = [moved.f_lt(-low)?.f_logical_and(&negative)?, moved.f_gt(clip)?.f_logical_and(&positive)?];
    Terms::new(ratio.f_mul(advantages)?.f_neg()?, &ratio, clipped)
}

pub(super) fn vespo(step: &Step, constants: Vespo) -> Result<Terms> {
    let advantages = &step.rows.advantages;
    let mut log_weight = step.rows.sequence_sum(&step.log_ratio.f_detach()?)?;
    if let Some(correction) = &step.weight {
        let own = correction.f_log()?.f_clamp(LEAST_LOG_WEIGHT, LOG_RATIO_BOUND)?;
        log_weight = log_weight.f_add(&step.rows.sequence_sum(&own)?)?;
    }
    let log_weight = log_weight.f_clamp(LEAST_LOG_WEIGHT, LOG_RATIO_BOUND)?;
    let weight = log_weight.f_exp()?;
    let positive = advantages.f_ge(0.0)?;
    let power = by_sign(advantages, &positive, constants.k_positive, constants.k_negative)?;
    let rate = by_sign(advantages, &positive, constants.lambda_positive, constants.lambda_negative)?;
    let log_factor = power.f_mul(&log_weight)?.f_sub(&rate.f_mul(&weight.f_sub_scalar(1.0)?)?)?;
    let value = log_factor.f_exp()?.f_mul(advantages)?.f_mul(step.log_probs)?.f_neg()?;
    Terms::new(value, &weight, [never(&weight)?, never(&weight)?])
}

pub(super) fn fipo(step: &Step, constants: Fipo) -> Result<Terms> {
    let Fipo { epsilon_low, epsilon_high, bound, half_life, weight_low, weight_high, safety } = constants;
    let (rows, advantages) = (step.rows, &step.rows.advantages);
    let ratio = step.log_ratio.f_exp()?;
    let moved = step.log_ratio.f_detach()?;
    let counted = moved.f_where_self(&moved.f_le(bound.ln())?, &moved.f_zeros_like()?)?;
    let future = rest_of_sequence(&rows.padded(&counted)?, (-1.0 / half_life).exp2())?;
    let future = rows.select(&future)?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?;
    let factor = future.f_exp()?.f_clamp(weight_low, weight_high)?;
    let unsafe_rows = advantages.f_lt(0.0)?.f_logical_and(&ratio.f_detach()?.f_gt(safety)?)?;
    let factor = factor.f_clamp(SAFE_WEIGHTS.0, SAFE_WEIGHTS.1)?.f_where_self(&unsafe_rows, &factor)?;
    let weighted = advantages.f_mul(&factor)?;
    let value = dual_clip_loss(&ratio, &weighted, epsilon_low, epsilon_high, bound)?;
    let at_bound = ratio.f_detach()?.f_gt(bound)?.f_logical_and(&weighted.f_lt(0.0)?)?;
    let keep = rows.sequence_sum(&at_bound.f_to_kind(rows.kind)?)?.f_le(1.0)?.f_to_kind(rows.kind)?;
    Ok(Terms { keep, ..Terms::clipping(value, &ratio, advantages, epsilon_low, epsilon_high)? })
}

pub(super) fn clip_cov(step: &Step, constants: ClipCov) -> Result<Terms> {
    let ClipCov { epsilon_low, epsilon_high, share, low, high } = constants;
    let advantages = &step.rows.advantages;
    let ratio = step.log_ratio.f_exp()?;
    let value = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
    let terms = Terms::clipping(value, &ratio, advantages, epsilon_low, epsilon_high)?;
    let covariance = covariances(step)?;
    let free = terms.clipped[0].f_logical_or(&terms.clipped[1])?.f_logical_not()?;
    let between = covariance.f_gt(low)?.f_logical_and(&covariance.f_lt(high)?)?.f_logical_and(&free)?;
    let candidates = between.f_nonzero()?.f_squeeze_dim(-1)?;
    let (found, wanted) = (candidates.size()[0], at_least_one(share, step.rows.len()));
    let order = Tensor::f_randperm(found, (Kind::Int64, Device::Cpu))?.f_to_device(candidates.device())?;
    let chosen = candidates.f_index_select(0, &order.f_narrow(0, 0, wanted.min(found))?)?;
    let keep = terms.keep.f_index_fill(0, &chosen, 0.0)?;
    Ok(Terms { keep, ..terms })
}

pub(super) fn kl_cov(step: &Step, KlCov { share, coefficient }: KlCov) -> Result<Terms> {
    let advantages = &step.rows.advantages;
    let ratio = step.log_ratio.f_exp()?;
    let wanted = at_least_one(share, step.rows.len()).min(step.rows.len());
    let chosen = covariances(step)?.f_topk(wanted, 0, true, false)?.1;
    let penalised = advantages.f_zeros_like()?.f_index_fill(0, &chosen, coefficient)?;
    let value = step.log_ratio.f_abs()?.f_mul(&penalised)?.f_sub(&ratio.f_mul(advantages)?)?;
    Terms::new(value, &ratio, [never(&ratio)?, never(&ratio)?])
}

/// (A − mean A)·(log πθ − mean log πθ) of each row, whose mean is the covariance over the batch.
fn covariances(step: &Step) -> Result<Tensor> {
    let centred = |values: &Tensor| -> Result<Tensor> { Ok(values.f_sub(&values.f_mean(values.kind())?)?) };
    Ok(centred(&step.rows.advantages)?.f_mul(&centred(&step.log_probs.f_detach()?)?)?)
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "numbers of tokens are far below 2^52")]
fn at_least_one(share: f64, rows: i64) -> i64 {
    ((share * rows as f64) as i64).max(1)
}
