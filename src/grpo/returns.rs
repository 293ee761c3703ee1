//! Advantages of tokens: returns with the KL penalty in the reward, whitened or against the baseline of least variance.
//!
//! Accepts: one reward a sample, a mask [B, T], and log-probabilities where a penalty or a baseline needs them. Refuses: shapes and masks that do not fit together,
//! numbers that are not finite at trainable tokens, a discount outside (0, 1].

use tch::{Kind, Tensor};

use super::check::{between, positive};
use super::kl::KlPenalty;
use super::rows::{refuse_not_finite, whole_mask};
use super::scan::rest_of_sequence;
use super::torch::{expect, expect_float, expect_integer};
use crate::Result;

/// Beside the variance of whitened returns, as in verl.
const WHITE: f64 = 1e-8;
/// Advantages no larger than this are the rounding of returns that do not differ.
const TOLERANCE: f64 = 1e-12;

/// The return [B, T] of each token: at t, Σ over k ≥ t of discountᵏ⁻ᵗ·rₖ, where r is the sample's reward at its last trainable token and, with `kl`, less
/// β·KL(πold ‖ πref) at every trainable token. 0 at other places. Source: PPO for language models (2203.02155) eq. 2; REINFORCE++ (2501.03262).
///
/// `kl` holds the penalty, πold's log-probabilities and the reference's, both [B, T]. Returns float64.
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
/// As this module says.
pub fn token_returns(rewards: &Tensor, mask: &Tensor, kl: Option<(&KlPenalty, &Tensor, &Tensor)>, discount: f64) -> Result<Tensor> {
    let _guard = tch::no_grad_guard();
    positive("discount", discount)?;
    between("discount", discount, 0.0, 1.0)?;
    let mask = whole_mask("mask", mask)?;
    let size = mask.size();
    expect_float("rewards", rewards)?;
    expect("rewards", rewards, size.get(..1).unwrap_or_default(), ("mask", &mask))?;
    // A sample that is masked as a whole has no place for its reward, which may be missing.
    let trained = mask.f_any_dim(1, false)?;
    let rewards = rewards.f_detach()?.f_to_kind(Kind::Double)?;
    let rewards = rewards.f_where_self(&trained, &rewards.f_zeros_like()?)?;
    refuse_not_finite(&[("rewards", &rewards)])?;
    // The last trainable place is where everything after it is masked.
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
        let divergence = penalty.divergence(&log_probs, &log_probs, &reference)?;
        each = each.f_sub(&divergence.f_mul_scalar(penalty.coefficient)?)?;
    }
    Ok(rest_of_sequence(&each, discount)?.f_mul(&mask.f_to_kind(Kind::Double)?)?)
}

/// Values [B, T] less their mean over the trainable tokens of the batch, over the root of their variance (by n − 1) plus 1e-8; 0 elsewhere, and everywhere if they
/// do not differ. Source: REINFORCE++ (2501.03262); verl's `masked_whiten`. Returns float64.
///
/// # Errors
/// As this module says.
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
    let scaled = centred.f_div(&trained.f_var(true)?.f_add_scalar(WHITE)?.f_sqrt()?)?;
    let _ = white.f_masked_scatter_(&mask, &scaled)?;
    Ok(white)
}

/// Returns less the baseline of least variance at each place: for a group at t, Σ G·W / Σ W over its samples that have a trainable token there, with G the return and
/// W(t) = Σ over j ≤ t of 1 − 2π + Σπ², the growth of the gradient's square. Source: optimal token baseline (verl's `optimal_token_baseline`).
///
/// `returns`, `log_probs` (of πold) and `squares` (Σπ² over the vocabulary: [`LogProbs::squares`](super::LogProbs::squares)) are [B, T], `groups` [B] are ids.
/// A token at a place where no other sample of its group has one is compared with nothing and has 0; verl gives it its return.
/// Returns float64.
///
/// # Errors
/// As this module says.
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
    let baseline = by_group(&returns.f_mul(&weight)?)?.f_div(&total.f_where_self(&total.f_gt(0.0)?, &total.f_ones_like()?)?)?;
    let found = returns.f_sub(&baseline)?.f_mul(&whole)?;
    let alone = by_group(&whole)?.f_le(1.0)?.f_logical_or(&total.f_le(0.0)?)?;
    let small = found.f_abs()?.f_le(TOLERANCE)?.f_logical_or(&alone)?;
    Ok(found.f_masked_fill(&small, 0.0)?)
}
