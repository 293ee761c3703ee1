//! Losses without the tokens that have moved too far from the sampler: `dppo`, `dppo_kl`.

use tch::Tensor;

use super::inputs::{Inputs, Terms};
use crate::Result;
use crate::grpo::torch::options::{Dppo, DppoKl};
use crate::grpo::torch::ratio::bounded;

/// 1 − p is clamped to at least this before its logarithm is taken, as in slime.
const LEAST_COMPLEMENT: f64 = 1e-8;

pub(super) fn dppo(inputs: &Inputs, Dppo { threshold, threshold_low, cap }: Dppo) -> Result<Terms> {
    let moved = inputs.log_probs.f_detach()?.f_exp()?.f_sub(&inputs.behaviour.f_exp()?)?;
    let up = moved.f_gt(threshold)?;
    let down = moved.f_lt(-threshold_low.unwrap_or(threshold))?;
    trust_region(inputs, &up, &down, cap)
}

pub(super) fn dppo_kl(inputs: &Inputs, DppoKl { threshold, threshold_low, cap }: DppoKl) -> Result<Terms> {
    let now = inputs.log_probs.f_detach()?;
    let moved = now.f_sub(inputs.behaviour)?;
    let divergence = binary_kl(inputs.behaviour, &now)?;
    let up = divergence.f_gt(threshold)?.f_logical_and(&moved.f_gt(0.0)?)?;
    let down = divergence.f_gt(threshold_low.unwrap_or(threshold))?.f_logical_and(&moved.f_lt(0.0)?)?;
    trust_region(inputs, &up, &down, cap)
}

/// −sg(min(r, cap))·A·πθ/sg(πθ), without the tokens that have moved too far up where A > 0, or down where A < 0. Below
/// the cap, this has the value and the gradient of −rA.
fn trust_region(inputs: &Inputs, up: &Tensor, down: &Tensor, cap: Option<f64>) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let up = up.f_logical_and(&advantages.f_gt(0.0)?)?;
    let down = down.f_logical_and(&advantages.f_lt(0.0)?)?;
    // With a correction, whose factor is πold/μ, r is πθ/πold: the product is πθ/μ.
    let anchor = if inputs.correction.is_some() { inputs.old } else { inputs.behaviour };
    let now = inputs.log_probs.f_detach()?;
    let ratio = bounded(&now.f_sub(anchor)?)?.f_exp()?;
    let factor = match cap {
        Some(cap) => ratio.f_clamp_max(cap)?,
        None => ratio.shallow_clone(),
    };
    let loss = factor.f_mul(&inputs.log_probs.f_sub(&now)?.f_exp()?)?.f_mul(advantages)?.f_neg()?;
    let keep = up.f_logical_or(&down)?.f_logical_not()?.f_to_kind(inputs.rows.kind)?;
    Ok(Terms { keep, ..Terms::clipped_at(loss, &ratio, down, up)? })
}

/// The divergence of two Bernoulli variables, p from q, from log p and log q.
fn binary_kl(log_p: &Tensor, log_q: &Tensor) -> Result<Tensor> {
    let p = log_p.f_exp()?;
    let complement = |log: &Tensor| -> Result<Tensor> { Ok(log.f_exp()?.f_rsub_scalar(1.0)?.f_clamp_min(LEAST_COMPLEMENT)?) };
    let (not_p, not_q) = (complement(log_p)?, complement(log_q)?);
    let of_p = p.f_mul(&log_p.f_sub(log_q)?)?;
    Ok(not_p.f_div(&not_q)?.f_log()?.f_mul(&not_p)?.f_add(&of_p)?)
}
