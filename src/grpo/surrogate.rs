//! The policy losses of a token that know nothing of other tokens.
//!
//! Accepts: log-probabilities of the trainable tokens, with or without a gradient. Refuses: nothing; what could be wrong was refused where rows are made.

use tch::{Kind, Tensor};

use super::constants::{CispoCap, ClipRange, Dppo, DppoKl, Dro, DualClip, Reinforce, Sapo, TwoSided};
use super::objective::{LOG_RATIO_BOUND, Step, Terms};
use super::policy_loss::PolicyLoss;
use super::whole;
use crate::Result;

/// 1 − p is held above this before its logarithm is taken, as in slime.
const LEAST_REST: f64 = 1e-8;

/// The loss of each row, by name.
pub(super) fn policy(loss: &PolicyLoss, step: &Step) -> Result<Terms> {
    let advantages = &step.rows.advantages;
    match *loss {
        PolicyLoss::PpoClip(ClipRange { epsilon_low, epsilon_high }) => {
            let ratio = step.log_ratio.f_exp()?;
            let value = clip_loss(&ratio, &ratio, advantages, epsilon_low, epsilon_high)?;
            Terms::clipping(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::DualClip(DualClip { epsilon_low, epsilon_high, bound }) => {
            let ratio = step.log_ratio.f_exp()?;
            let value = dual_clip_loss(&ratio, advantages, epsilon_low, epsilon_high, bound)?;
            Terms::clipping(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::TwoSided(TwoSided { epsilon_low, epsilon_high, delta }) => {
            let ratio = step.log_ratio.f_exp()?;
            let value = clip_loss(&ratio.f_clamp_max(delta)?, &ratio, advantages, epsilon_low, epsilon_high)?;
            Terms::clipping(value, &ratio, advantages, epsilon_low, epsilon_high)
        }
        PolicyLoss::CispoCap(CispoCap { cap }) => {
            let ratio = step.log_ratio.f_detach()?.f_exp()?;
            let value = ratio.f_clamp_max(cap)?.f_mul(advantages)?.f_mul(step.log_probs)?.f_neg()?;
            let clipped = [never(&ratio)?, ratio.f_gt(cap)?];
            Terms::new(value, &ratio, clipped)
        }
        PolicyLoss::CispoBand(ClipRange { epsilon_low, epsilon_high }) => {
            let ratio = step.log_ratio.f_detach()?.f_exp()?;
            let weight = ratio.f_clamp(1.0 - epsilon_low, 1.0 + epsilon_high)?;
            let value = weight.f_mul(advantages)?.f_mul(step.log_probs)?.f_neg()?;
            let clipped = [ratio.f_lt(1.0 - epsilon_low)?, ratio.f_gt(1.0 + epsilon_high)?];
            Terms::new(value, &ratio, clipped)
        }
        PolicyLoss::Sapo(Sapo { tau_positive, tau_negative }) => {
            let ratio = step.log_ratio.f_exp()?;
            let tau = by_sign(advantages, &advantages.f_gt(0.0)?, tau_positive, tau_negative)?;
            let gate = ratio.f_sub_scalar(1.0)?.f_mul(&tau)?.f_sigmoid()?.f_mul_scalar(4.0)?.f_div(&tau)?;
            let clipped = [never(&ratio)?, never(&ratio)?];
            Terms::new(gate.f_mul(advantages)?.f_neg()?, &ratio, clipped)
        }
        PolicyLoss::Dppo(Dppo { threshold, threshold_low, cap }) => {
            let moved = step.log_probs.f_detach()?.f_exp()?.f_sub(&step.behaviour.f_exp()?)?;
            let up = moved.f_gt(threshold)?;
            let down = moved.f_lt(-threshold_low.unwrap_or(threshold))?;
            trust_region(step, &up, &down, cap)
        }
        PolicyLoss::DppoKl(DppoKl { threshold, threshold_low, cap }) => {
            let now = step.log_probs.f_detach()?;
            let moved = now.f_sub(step.behaviour)?;
            let divergence = binary_kl(step.behaviour, &now)?;
            let up = divergence.f_gt(threshold)?.f_logical_and(&moved.f_gt(0.0)?)?;
            let down = divergence.f_gt(threshold_low.unwrap_or(threshold))?.f_logical_and(&moved.f_lt(0.0)?)?;
            trust_region(step, &up, &down, cap)
        }
        PolicyLoss::Dro(Dro { beta }) => {
            let ratio = step.log_ratio.f_detach()?.f_exp()?;
            let stay = step.log_ratio.f_square()?.f_mul_scalar(beta / 2.0)?;
            let clipped = [never(&ratio)?, never(&ratio)?];
            Terms::new(stay.f_sub(&step.log_probs.f_mul(advantages)?)?, &ratio, clipped)
        }
        PolicyLoss::Reinforce(Reinforce {}) => {
            let ratio = step.log_ratio.f_detach()?.f_exp()?;
            let clipped = [never(&ratio)?, never(&ratio)?];
            Terms::new(step.log_probs.f_mul(advantages)?.f_neg()?, &ratio, clipped)
        }
        PolicyLoss::Gspo(range) => whole::gspo(step, range),
        PolicyLoss::GspoToken(range) => whole::gspo_token(step, range),
        PolicyLoss::Gmpo(constants) => whole::gmpo(step, constants),
        PolicyLoss::Vespo(constants) => whole::vespo(step, constants),
        PolicyLoss::Fipo(constants) => whole::fipo(step, constants),
        PolicyLoss::ClipCov(constants) => whole::clip_cov(step, constants),
        PolicyLoss::KlCov(constants) => whole::kl_cov(step, constants),
    }
}

/// −min(free·A, clip(ratio)·A).
pub(super) fn clip_loss(free: &Tensor, ratio: &Tensor, advantages: &Tensor, low: f64, high: f64) -> Result<Tensor> {
    let clipped = ratio.f_clamp(1.0 - low, 1.0 + high)?.f_mul(advantages)?;
    Ok(free.f_mul(advantages)?.f_minimum(&clipped)?.f_neg()?)
}

/// The same, and at most −cA where A < 0.
pub(super) fn dual_clip_loss(ratio: &Tensor, advantages: &Tensor, low: f64, high: f64, bound: f64) -> Result<Tensor> {
    let value = clip_loss(ratio, ratio, advantages, low, high)?;
    let bounded = value.f_minimum(&advantages.f_mul_scalar(-bound)?)?;
    Ok(bounded.f_where_self(&advantages.f_lt(0.0)?, &value)?)
}

/// One number where a condition holds and another elsewhere.
pub(super) fn by_sign(like: &Tensor, condition: &Tensor, positive: f64, negative: f64) -> Result<Tensor> {
    Ok(like.f_full_like(positive)?.f_where_self(condition, &like.f_full_like(negative)?)?)
}

/// A condition that holds nowhere.
pub(super) fn never(like: &Tensor) -> Result<Tensor> {
    Ok(like.f_zeros_like()?.f_to_kind(Kind::Bool)?)
}

/// −sg(min(r, cap))·A·πθ/sg(πθ), without tokens that have moved too far in the direction of A: the value and the gradient of −rA up to the cap.
fn trust_region(step: &Step, up: &Tensor, down: &Tensor, cap: Option<f64>) -> Result<Terms> {
    let advantages = &step.rows.advantages;
    let up = up.f_logical_and(&advantages.f_gt(0.0)?)?;
    let down = down.f_logical_and(&advantages.f_lt(0.0)?)?;
    // A correction brings πold/μ itself.
    let anchor = if step.corrected { step.old } else { step.behaviour };
    let now = step.log_probs.f_detach()?;
    let ratio = now.f_sub(anchor)?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?.f_exp()?;
    let factor = match cap {
        Some(cap) => ratio.f_clamp_max(cap)?,
        None => ratio.shallow_clone(),
    };
    let value = factor.f_mul(&step.log_probs.f_sub(&now)?.f_exp()?)?.f_mul(advantages)?.f_neg()?;
    let keep = up.f_logical_or(&down)?.f_logical_not()?.f_to_kind(step.rows.kind)?;
    Ok(Terms { keep, ..Terms::new(value, &ratio, [down, up])? })
}

/// The divergence of two Bernoulli variables, p from q, from log p and log q.
fn binary_kl(log_p: &Tensor, log_q: &Tensor) -> Result<Tensor> {
    let p = log_p.f_exp()?;
    let rest = |log: &Tensor| -> Result<Tensor> { Ok(log.f_exp()?.f_rsub_scalar(1.0)?.f_clamp_min(LEAST_REST)?) };
    let (rest_p, rest_q) = (rest(log_p)?, rest(log_q)?);
    let inside = p.f_mul(&log_p.f_sub(log_q)?)?;
    Ok(rest_p.f_div(&rest_q)?.f_log()?.f_mul(&rest_p)?.f_add(&inside)?)
}
