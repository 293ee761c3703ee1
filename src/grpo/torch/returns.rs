//! Advantages of tokens: returns with the KL penalty in the reward, whitened, or minus the baseline of least variance.
//!
//! Accepts: one reward a sample, a mask [B, T], and log-probabilities where a penalty or a baseline needs them.
//! Refuses: shapes and masks that do not fit together, numbers that are not finite at trainable tokens, a discount
//! outside (0, 1].

use tch::{Kind, Tensor};

use super::divergence::divergence;
use super::options::KlPenalty;
use super::options::ranges::fraction;
use super::scan::rest_of_sequence;
use super::tensor::{divide_or_keep, expect, expect_float, expect_integer, refuse_not_finite, whole_mask};
use crate::Result;

/// Added to the variance of whitened returns, as in verl.
const WHITENING_EPSILON: f64 = 1e-8;
/// Returns that differ by no more than this are equal up to rounding.
const TOLERANCE: f64 = 1e-12;

/// The return [B, T] of each token: at t, Σ over k ≥ t of discountᵏ⁻ᵗ·rₖ. rₖ is the sample's reward at its last
/// trainable token and 0 at others, minus β·KL(πold ‖ πref) at every trainable token where `kl` is given. The return is
/// 0 at masked places. Source: PPO for language models (2203.02155) eq. 2; REINFORCE++ (2501.03262).
///
/// `kl` holds the penalty, and the log-probabilities of πold and of the reference, both [B, T]. Returns float64.
///
/// ```
/// use r1rewards::grpo::token_returns;
/// use tch::{Kind, Tensor};
/// let mask = Tensor::from_slice(&[true, true, false]).view([1, 3]);
/// let found = token_returns(&Tensor::from_slice(&[1.0]), &mask, None, 0.5)?;
/// assert_eq!(Vec::<f64>::try_from(found.view([-1]))?, [0.5, 1.0, 0.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Shapes, dtypes and masks that do not fit, numbers that are not finite at trainable tokens, a discount outside (0,
/// 1].
pub fn token_returns(rewards: &Tensor, mask: &Tensor, kl: Option<(&KlPenalty, &Tensor, &Tensor)>, discount: f64) -> Result<Tensor> {
    let _guard = tch::no_grad_guard();
    fraction("discount", discount)?;
    let mask = whole_mask("mask", mask)?;
    let size = mask.size();
    expect_float("rewards", rewards)?;
    expect("rewards", rewards, size.get(..1).unwrap_or_default(), ("mask", &mask))?;
    // The reward of a sample without a trainable token is not used, and may be NaN.
    let trained = mask.f_any_dim(1, false)?;
    let rewards = rewards.f_detach()?.f_to_kind(Kind::Double)?;
    let rewards = rewards.f_where_self(&trained, &rewards.f_zeros_like()?)?;
    refuse_not_finite(&[("rewards", &rewards)])?;
    // A trainable place is the last one where the count of it and of later trainable places is 1.
    let later = mask.f_to_kind(Kind::Double)?.f_flip([1])?.f_cumsum(1, Kind::Double)?.f_flip([1])?;
    let last = later.f_eq(1.0)?.f_logical_and(&mask)?.f_to_kind(Kind::Double)?;
    let mut each = last.f_mul(&rewards.f_unsqueeze(1)?)?;
    if let Some((penalty, log_probs, reference)) = kl {
        penalty.check()?;
        for (name, tensor) in [("log_probs", log_probs), ("reference_log_probs", reference)] {
            expect_float(name, tensor)?;
            expect(name, tensor, &size, ("mask", &mask))?;
        }
        let trained = |tensor: &Tensor| -> Result<Tensor> {
            let tensor = tensor.f_detach()?.f_to_kind(Kind::Double)?;
            Ok(tensor.f_where_self(&mask, &tensor.f_zeros_like()?)?)
        };
        let (log_probs, reference) = (trained(log_probs)?, trained(reference)?);
        refuse_not_finite(&[("log_probs", &log_probs), ("reference_log_probs", &reference)])?;
        let kl = divergence(penalty, &log_probs, &log_probs, &reference)?;
        each = each.f_sub(&kl.f_mul_scalar(penalty.coefficient)?)?;
    }
    Ok(rest_of_sequence(&each, discount)?.f_mul(&mask.f_to_kind(Kind::Double)?)?)
}

/// Whitened values [B, T]: (value − mean)/√(variance + 1e-8), with the moments over the trainable tokens of the batch,
/// the variance by n − 1. 0 at masked places, and everywhere where the values are equal. Source: REINFORCE++
/// (2501.03262); verl's `masked_whiten`. Returns float64.
///
/// # Errors
/// Shapes, dtypes and masks that do not fit, numbers that are not finite at trainable tokens.
pub fn whiten(values: &Tensor, mask: &Tensor) -> Result<Tensor> {
    let _guard = tch::no_grad_guard();
    let mask = whole_mask("mask", mask)?;
    expect_float("values", values)?;
    expect("values", values, &mask.size(), ("mask", &mask))?;
    let trained = values.f_detach()?.f_to_kind(Kind::Double)?.f_masked_select(&mask)?;
    refuse_not_finite(&[("values", &trained)])?;
    let mut white = mask.f_to_kind(Kind::Double)?.f_zeros_like()?;
    if trained.numel() < 2 || trained.f_max()?.f_sub(&trained.f_min()?)?.f_double_value(&[])? <= TOLERANCE {
        return Ok(white);
    }
    let centred = trained.f_sub(&trained.f_mean(Kind::Double)?)?;
    let scaled = centred.f_div(&trained.f_var(true)?.f_add_scalar(WHITENING_EPSILON)?.f_sqrt()?)?;
    let _ = white.f_masked_scatter_(&mask, &scaled)?;
    Ok(white)
}

/// Returns minus the baseline of least variance at each place t: Σ G·W / Σ W over the samples of the group that have a
/// trainable token at t, with G the return and W(t) = Σ over j ≤ t of 1 − 2π + Σπ², which is the squared gradient of
/// the log-probabilities up to t. Source: optimal token baseline (verl's `optimal_token_baseline`).
///
/// `returns`, `log_probs` (of πold) and `squares` (Σπ² over the vocabulary:
/// [`LogProbs::squares`](crate::grpo::LogProbs)) are [B, T], `groups` `[B]` are ids. A token has 0 at a place where no
/// other sample of its group has a trainable token; verl gives it its return. Returns float64.
///
/// # Errors
/// Shapes, dtypes and masks that do not fit, numbers that are not finite at trainable tokens.
pub fn token_baseline_advantages(
    returns: &Tensor,
    mask: &Tensor,
    groups: &Tensor,
    log_probs: &Tensor,
    squares: &Tensor,
) -> Result<Tensor> {
    let _guard = tch::no_grad_guard();
    let mask = whole_mask("mask", mask)?;
    let size = mask.size();
    expect_integer("groups", groups)?;
    expect("groups", groups, size.get(..1).unwrap_or_default(), ("mask", &mask))?;
    let trained = |name: &str, tensor: &Tensor| -> Result<Tensor> {
        expect_float(name, tensor)?;
        expect(name, tensor, &size, ("mask", &mask))?;
        let tensor = tensor.f_detach()?.f_to_kind(Kind::Double)?;
        let tensor = tensor.f_where_self(&mask, &tensor.f_zeros_like()?)?;
        refuse_not_finite(&[(name, &tensor)])?;
        Ok(tensor)
    };
    let (returns, log_probs, squares) =
        (trained("returns", returns)?, trained("log_probs", log_probs)?, trained("squares", squares)?);
    let whole = mask.f_to_kind(Kind::Double)?;
    let growth = squares.f_sub(&log_probs.f_exp()?.f_mul_scalar(2.0)?)?.f_add_scalar(1.0)?.f_clamp_min(0.0)?.f_mul(&whole)?;
    let weight = growth.f_cumsum(1, Kind::Double)?.f_mul(&whole)?;
    let place = groups.f_internal_unique2(true, true, false)?.1;
    let by_group = |values: &Tensor| -> Result<Tensor> {
        Ok(values.f_zeros_like()?.f_index_add(0, &place, values)?.f_index_select(0, &place)?)
    };
    let total = by_group(&weight)?;
    let baseline = divide_or_keep(&by_group(&returns.f_mul(&weight)?)?, &total)?;
    let found = returns.f_sub(&baseline)?.f_mul(&whole)?;
    let alone = by_group(&whole)?.f_le(1.0)?.f_logical_or(&total.f_le(0.0)?)?;
    let small = found.f_abs()?.f_le(TOLERANCE)?.f_logical_or(&alone)?;
    Ok(found.f_masked_fill(&small, 0.0)?)
}
