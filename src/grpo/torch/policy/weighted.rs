//! Losses that weigh each token by a function of its ratio: `cispo_cap`, `cispo_band`, `sapo`, `dro`, `reinforce`.

use super::inputs::{Inputs, Terms, choose, nowhere};
use crate::Result;
use crate::grpo::torch::options::{CispoCap, ClipRange, Dro, Reinforce, Sapo};

pub(super) fn cispo_cap(inputs: &Inputs, CispoCap { cap }: CispoCap) -> Result<Terms> {
    let ratio = inputs.log_ratio.f_detach()?.f_exp()?;
    let loss = ratio.f_clamp_max(cap)?.f_mul(&inputs.rows.advantages)?.f_mul(inputs.log_probs)?.f_neg()?;
    Terms::clipped_at(loss, &ratio, nowhere(&ratio)?, ratio.f_gt(cap)?)
}

pub(super) fn cispo_band(inputs: &Inputs, ClipRange { epsilon_low, epsilon_high }: ClipRange) -> Result<Terms> {
    let ratio = inputs.log_ratio.f_detach()?.f_exp()?;
    let weight = ratio.f_clamp(1.0 - epsilon_low, 1.0 + epsilon_high)?;
    let loss = weight.f_mul(&inputs.rows.advantages)?.f_mul(inputs.log_probs)?.f_neg()?;
    Terms::clipped_at(loss, &ratio, ratio.f_lt(1.0 - epsilon_low)?, ratio.f_gt(1.0 + epsilon_high)?)
}

pub(super) fn sapo(inputs: &Inputs, Sapo { tau_positive, tau_negative }: Sapo) -> Result<Terms> {
    let advantages = &inputs.rows.advantages;
    let ratio = inputs.log_ratio.f_exp()?;
    let tau = choose(&advantages.f_gt(0.0)?, advantages, tau_positive, tau_negative)?;
    let gate = ratio.f_sub_scalar(1.0)?.f_mul(&tau)?.f_sigmoid()?.f_mul_scalar(4.0)?.f_div(&tau)?;
    Terms::unclipped(gate.f_mul(advantages)?.f_neg()?, &ratio)
}

pub(super) fn dro(inputs: &Inputs, Dro { beta }: Dro) -> Result<Terms> {
    let ratio = inputs.log_ratio.f_detach()?.f_exp()?;
    let penalty = inputs.log_ratio.f_square()?.f_mul_scalar(beta / 2.0)?;
    Terms::unclipped(penalty.f_sub(&inputs.log_probs.f_mul(&inputs.rows.advantages)?)?, &ratio)
}

pub(super) fn reinforce(inputs: &Inputs, Reinforce {}: Reinforce) -> Result<Terms> {
    let ratio = inputs.log_ratio.f_detach()?.f_exp()?;
    Terms::unclipped(inputs.log_probs.f_mul(&inputs.rows.advantages)?.f_neg()?, &ratio)
}
