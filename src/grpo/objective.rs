//! The formulas: policy losses, KL estimators and corrections on rows.
//!
//! Accepts: log-probabilities of the trainable tokens, with or without a gradient. Refuses: nothing; what could be wrong was refused where rows are made.

use tch::Tensor;

use super::config::{Correction, Decoupled, GrpoConfig, KlEstimator, Level, Mis, Tis};
use super::policy_loss::{CispoCap, ClipRange, Dppo, DualClip, Gmpo, PolicyLoss, Reinforce, Sapo, SequenceClip, TwoSided};
use super::rows::Rows;
use crate::Result;

/// Log-ratios are clamped to this before they are exponentiated, as in verl: beyond it float32 would soon be infinite.
const LOG_RATIO_BOUND: f64 = 20.0;
/// Values of the `k3` estimator are clamped to this, as in verl.
const KL_BOUND: f64 = 10.0;

/// What a step minimises, row by row, with what its metrics need.
pub(super) struct Objective {
    /// The weighted loss of each row: their sum is the loss.
    pub rows: Tensor,
    /// The policy's part of it.
    pub policy: Tensor,
    /// The estimate of the divergence, where there is a reference.
    pub kl: Option<Tensor>,
    /// πθ/πold (or s for losses of whole sequences), without a gradient.
    pub ratio: Tensor,
    /// Rows whose gradient the clip has cut, below and above.
    pub clipped: [Tensor; 2],
    /// 1 for rows whose policy loss counts, 0 for dropped ones.
    pub keep: Tensor,
    /// w of the correction before its bound.
    pub correction: Option<Tensor>,
}

/// The objective of rows with these log-probabilities and entropies.
pub(super) fn objective(config: &GrpoConfig, rows: &Rows, log_probs: &Tensor, entropy: Option<&Tensor>) -> Result<Objective> {
    let now = log_probs.f_detach()?;
    let old = rows.old.as_ref().unwrap_or(&now);
    let behaviour = rows.rollout.as_ref().unwrap_or(old);
    let terms = policy(&config.loss, rows, log_probs, old, behaviour)?;
    let mut keep = terms.keep;
    let mut loss = terms.loss;
    if let Some(limit) = config.off_policy_mask {
        let stray = rows.sequence_mean(&behaviour.f_sub(&now)?)?.f_gt(limit)?.f_logical_and(&rows.advantages.f_lt(0.0)?)?;
        keep = keep.f_mul(&stray.f_logical_not()?.f_to_kind(rows.kind)?)?;
    }
    let mut correction = None;
    if let Some((rule, rollout)) = config.correction.as_ref().zip(rows.rollout.as_ref()) {
        let (raw, bounded) = weights(rule, rows, &old.f_sub(rollout)?)?;
        // A weight of 0 drops the row; the count it is divided by stays.
        keep = keep.f_mul(&bounded.f_gt(0.0)?.f_to_kind(rows.kind)?)?;
        loss = loss.f_mul(&bounded)?;
        correction = Some(raw);
    }
    let mut weights = rows.weights.shallow_clone();
    if let Some(fresh) = &rows.fresh {
        keep = keep.f_mul(fresh)?;
        weights = weights.f_mul(fresh)?;
    }
    let policy = loss.f_mul(&keep)?.f_mul(&weights)?;
    let mut total = policy.shallow_clone();
    let divergence = rows.reference.as_ref().map(|reference| kl(config, log_probs, old, reference)).transpose()?;
    if let Some((penalty, divergence)) = config.kl.zip(divergence.as_ref()) {
        let term = match &rows.kl_coefficients {
            Some(coefficients) => divergence.f_mul(coefficients)?,
            None => divergence.f_mul_scalar(penalty.coefficient)?,
        };
        total = total.f_add(&term.f_mul(&weights)?)?;
    }
    if let Some(entropy) = entropy.filter(|_| rows.entropy_coefficient != 0.0) {
        total = total.f_sub(&entropy.f_mul(&weights)?.f_mul_scalar(rows.entropy_coefficient)?)?;
    }
    Ok(Objective { rows: total, policy, kl: divergence, ratio: terms.ratio, clipped: terms.clipped, keep, correction })
}

/// Whether the objective of a row depends on the other rows of its sequence.
pub(super) fn needs_sequence(config: &GrpoConfig) -> bool {
    let correction = match config.correction {
        Some(Correction::Tis(Tis { level, .. }) | Correction::Mis(Mis { level, .. })) => level != Level::Token,
        Some(Correction::Decoupled(_)) | None => false,
    };
    config.loss.needs_sequence() || config.off_policy_mask.is_some() || correction
}

struct Terms {
    loss: Tensor,
    ratio: Tensor,
    clipped: [Tensor; 2],
    keep: Tensor,
}

fn policy(loss: &PolicyLoss, rows: &Rows, log_probs: &Tensor, old: &Tensor, behaviour: &Tensor) -> Result<Terms> {
    let advantages = &rows.advantages;
    let log_ratio = log_probs.f_sub(old)?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?;
    let whole = || -> Result<Tensor> { Ok(advantages.f_ones_like()?) };
    match *loss {
        PolicyLoss::PpoClip(ClipRange { epsilon_low, epsilon_high }) => {
            let ratio = log_ratio.f_exp()?;
            let value = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
            terms(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::DualClip(DualClip { epsilon_low, epsilon_high, bound }) => {
            let ratio = log_ratio.f_exp()?;
            let value = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
            let bounded = value.f_minimum(&advantages.f_mul_scalar(-bound)?)?;
            let value = bounded.f_where_self(&advantages.f_lt(0.0)?, &value)?;
            terms(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::TwoSided(TwoSided { epsilon_low, epsilon_high, delta }) => {
            let ratio = log_ratio.f_exp()?;
            let value = clip_loss(&ratio.f_clamp_max(delta)?, &ratio, advantages, epsilon_low, epsilon_high)?;
            terms(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::Gspo(SequenceClip { epsilon_low, epsilon_high }) => {
            let ratio = rows.sequence_mean(&log_ratio)?.f_exp()?;
            let value = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
            terms(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::GspoToken(SequenceClip { epsilon_low, epsilon_high }) => {
            let sequence = rows.sequence_mean(&log_ratio)?.f_detach()?;
            let ratio = sequence.f_add(log_probs)?.f_sub(&log_probs.f_detach()?)?.f_exp()?;
            let value = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
            terms(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::CispoCap(CispoCap { cap }) => {
            let ratio = log_ratio.f_detach()?.f_exp()?;
            let value = ratio.f_clamp_max(cap)?.f_mul(advantages)?.f_mul(log_probs)?.f_neg()?;
            let clipped = [ratio.f_lt(0.0)?, ratio.f_gt(cap)?];
            Ok(Terms { loss: value, ratio, clipped, keep: whole()? })
        }
        PolicyLoss::CispoBand(ClipRange { epsilon_low, epsilon_high }) => {
            let ratio = log_ratio.f_detach()?.f_exp()?;
            let weight = ratio.f_clamp(1.0 - epsilon_low, 1.0 + epsilon_high)?;
            let value = weight.f_mul(advantages)?.f_mul(log_probs)?.f_neg()?;
            let clipped = [ratio.f_lt(1.0 - epsilon_low)?, ratio.f_gt(1.0 + epsilon_high)?];
            Ok(Terms { loss: value, ratio, clipped, keep: whole()? })
        }
        PolicyLoss::Gmpo(Gmpo { clip }) => {
            let sign = advantages.f_sign()?;
            let bounded = log_ratio.f_mul(&sign)?.f_clamp_max(clip)?.f_mul(&sign)?;
            let ratio = rows.sequence_mean(&bounded)?.f_exp()?;
            let value = ratio.f_mul(advantages)?.f_neg()?;
            let moved = log_ratio.f_detach()?;
            let clipped = [moved.f_lt(-clip)?.f_logical_and(&sign.f_lt(0.0)?)?, moved.f_gt(clip)?.f_logical_and(&sign.f_gt(0.0)?)?];
            Ok(Terms { loss: value, ratio: ratio.f_detach()?, clipped, keep: whole()? })
        }
        PolicyLoss::Sapo(Sapo { tau_positive, tau_negative }) => {
            let ratio = log_ratio.f_exp()?;
            let positive = advantages.f_gt(0.0)?;
            let tau = advantages.f_full_like(tau_positive)?.f_where_self(&positive, &advantages.f_full_like(tau_negative)?)?;
            let gate = ratio.f_sub_scalar(1.0)?.f_mul(&tau)?.f_sigmoid()?.f_mul_scalar(4.0)?.f_div(&tau)?;
            let never = positive.f_logical_and(&positive.f_logical_not()?)?;
            let clipped = [never.shallow_clone(), never];
            Ok(Terms { loss: gate.f_mul(advantages)?.f_neg()?, ratio: ratio.f_detach()?, clipped, keep: whole()? })
        }
        PolicyLoss::Dppo(Dppo { threshold }) => {
            let ratio = log_ratio.f_exp()?;
            let moved = log_probs.f_detach()?.f_exp()?.f_sub(&behaviour.f_exp()?)?;
            let up = moved.f_gt(threshold)?.f_logical_and(&advantages.f_gt(0.0)?)?;
            let down = moved.f_lt(-threshold)?.f_logical_and(&advantages.f_lt(0.0)?)?;
            let keep = up.f_logical_or(&down)?.f_logical_not()?.f_to_kind(rows.kind)?;
            Ok(Terms { loss: ratio.f_mul(advantages)?.f_neg()?, ratio: ratio.f_detach()?, clipped: [down, up], keep })
        }
        PolicyLoss::Reinforce(Reinforce {}) => {
            let ratio = log_ratio.f_detach()?.f_exp()?;
            let never = ratio.f_lt(0.0)?;
            let value = log_probs.f_mul(advantages)?.f_neg()?;
            Ok(Terms { loss: value, ratio, clipped: [never.shallow_clone(), never], keep: whole()? })
        }
    }
}

/// −min(free·A, clip(ratio)·A).
fn clip_loss(free: &Tensor, ratio: &Tensor, advantages: &Tensor, low: f64, high: f64) -> Result<Tensor> {
    let clipped = ratio.f_clamp(1.0 - low, 1.0 + high)?.f_mul(advantages)?;
    Ok(free.f_mul(advantages)?.f_minimum(&clipped)?.f_neg()?)
}

/// The terms of a loss that clips the ratio in the direction of the advantage.
fn terms(loss: Tensor, ratio: &Tensor, advantages: &Tensor, low: f64, high: f64) -> Result<Terms> {
    let ratio = ratio.f_detach()?;
    let clipped = [
        ratio.f_lt(1.0 - low)?.f_logical_and(&advantages.f_lt(0.0)?)?,
        ratio.f_gt(1.0 + high)?.f_logical_and(&advantages.f_gt(0.0)?)?,
    ];
    Ok(Terms { loss, ratio, clipped, keep: advantages.f_ones_like()? })
}

/// The estimate of KL(πθ ‖ πref).
fn kl(config: &GrpoConfig, log_probs: &Tensor, old: &Tensor, reference: &Tensor) -> Result<Tensor> {
    let distance = log_probs.f_sub(reference)?;
    let k2 = || -> Result<Tensor> { Ok(distance.f_square()?.f_mul_scalar(0.5)?) };
    let k3 = || -> Result<Tensor> {
        let inverse = distance.f_neg()?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?;
        Ok(inverse.f_expm1()?.f_sub(&inverse)?.f_clamp(-KL_BOUND, KL_BOUND)?)
    };
    match config.kl.map_or(KlEstimator::K3, |penalty| penalty.estimator) {
        KlEstimator::K1 => Ok(distance),
        KlEstimator::K2 => k2(),
        KlEstimator::K3 => k3(),
        KlEstimator::K3StraightThrough => {
            let smooth = k2()?;
            Ok(smooth.f_sub(&smooth.f_detach()?)?.f_add(&k3()?.f_detach()?)?)
        }
        KlEstimator::K3Unbiased => Ok(log_probs.f_sub(old)?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?.f_exp()?.f_mul(&k3()?)?),
    }
}

/// w = exp(log πold − log π_rollout) at its level, and bounded by its rule.
fn weights(rule: &Correction, rows: &Rows, log_weight: &Tensor) -> Result<(Tensor, Tensor)> {
    let level = match rule {
        Correction::Tis(Tis { level, .. }) | Correction::Mis(Mis { level, .. }) => *level,
        Correction::Decoupled(_) => Level::Token,
    };
    let log_weight = match level {
        Level::Token => log_weight.shallow_clone(),
        Level::Sequence => rows.sequence_sum(log_weight)?,
        Level::Geometric => rows.sequence_mean(log_weight)?,
    };
    let weight = log_weight.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?.f_exp()?;
    let within = |low: f64, high: f64| -> Result<Tensor> {
        let inside = weight.f_ge(low)?.f_logical_and(&weight.f_le(high)?)?;
        Ok(weight.f_where_self(&inside, &weight.f_zeros_like()?)?)
    };
    let bounded = match *rule {
        Correction::Tis(Tis { cap, .. }) => weight.f_clamp_max(cap)?,
        Correction::Mis(Mis { low, high, .. }) => within(low, high)?,
        Correction::Decoupled(Decoupled { cap: Some(cap) }) => within(0.0, cap)?,
        Correction::Decoupled(Decoupled { cap: None }) => weight.shallow_clone(),
    };
    Ok((weight, bounded))
}
