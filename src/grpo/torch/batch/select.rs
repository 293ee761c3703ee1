//! From a padded batch to its rows.
//!
//! Accepts: tensors of shape [B, T] with a mask, or [B] for what the tokens of a sequence share. Refuses: shapes,
//! dtypes and devices that do not fit together, masks that are not 0 or 1, numbers that are not finite at trainable
//! tokens.

use tch::{Kind, Tensor};

use super::checks::{check_finite, check_needs, check_shapes, rejects};
use super::rejection::without_rejected;
use super::rows::Rows;
use super::shares::{positive_weights, sequence_weights};
use super::token_batch::TokenBatch;
use crate::Result;
use crate::grpo::torch::options::{Denominator, GrpoConfig};
use crate::grpo::torch::tensor::{refuse_not_finite, whole_mask};

/// Checks a batch against the options and selects its trainable tokens. `shape` is [B, T], which `beside` has; `kind`
/// is that of the rows' numbers.
pub(crate) fn select(
    config: &GrpoConfig,
    batch: &TokenBatch,
    shape: [i64; 2],
    beside: (&str, &Tensor),
    kind: Kind,
) -> Result<Rows> {
    check_shapes(batch, shape, beside)?;
    check_needs(config, batch)?;
    let masks = Masks::new(config, batch)?;
    let mask = masks.trained(config.denominator)?;
    let index = mask.f_reshape([-1])?.f_nonzero()?.f_squeeze_dim(-1)?;
    let sequence = index.f_div_scalar_mode(shape[1].max(1), "floor")?;
    let counts = mask.f_sum_dim_intlist(1, false, kind)?;
    let pick = |tensor: &Tensor| -> Result<Tensor> {
        let tensor = tensor.f_detach()?;
        let tensor = if tensor.dim() == 1 { tensor.f_unsqueeze(1)?.f_expand(shape, false)? } else { tensor };
        Ok(tensor.f_reshape([-1])?.f_index_select(0, &index)?.f_to_kind(kind)?)
    };
    let pick_some = |tensor: Option<&Tensor>| tensor.map(pick).transpose();
    let weights = sequence_weights(config.aggregation(), batch, &counts)?.f_index_select(0, &sequence)?;
    let mut rows = Rows {
        advantages: pick(batch.advantages)?,
        old: pick_some(batch.old_log_probs)?,
        reference: pick_some(batch.reference_log_probs)?,
        rollout: pick_some(batch.rollout_log_probs)?,
        kl_coefficients: pick_some(batch.kl_coefficients)?,
        entropy_coefficient: batch.entropy_coefficient.unwrap_or(config.entropy_coefficient),
        entropy_threshold: batch.entropy_threshold,
        positive: positive_weights(batch, &counts)?.map(|weights| weights.f_index_select(0, &sequence)).transpose()?,
        fresh: masks.stale.as_ref().map(|stale| pick(&stale.f_squeeze_dim(1)?.f_logical_not()?)).transpose()?,
        kept: config.rejection.map(|_| pick(&masks.left)).transpose()?,
        correction: None,
        rejected_tokens: masks.rejected_tokens()?,
        stale_sequences: masks.stale_sequences()?,
        index,
        sequence,
        counts,
        shape,
        weights,
        kind,
    };
    check_finite(batch, &rows)?;
    if let (Some(correction), Some(old), Some(rollout)) = (&config.correction, &rows.old, &rows.rollout) {
        rows.correction = Some(rows.importance_weights(correction, &old.f_sub(rollout)?)?);
    }
    Ok(rows)
}

/// Which tokens may be trained on.
struct Masks {
    /// [B, T], bool: the batch's mask.
    whole: Tensor,
    /// [B, T], bool: the mask without rejected tokens.
    left: Tensor,
    /// [B, 1], bool: sequences that are too stale.
    stale: Option<Tensor>,
}

impl Masks {
    fn new(config: &GrpoConfig, batch: &TokenBatch) -> Result<Self> {
        let whole = whole_mask("mask", batch.mask)?;
        let stale = match (config.max_staleness, batch.staleness) {
            (Some(limit), Some(staleness)) => Some(staleness.f_gt(i64::from(limit))?.f_unsqueeze(1)?),
            _ => None,
        };
        let left = match (batch.old_log_probs, batch.rollout_log_probs) {
            (Some(old), Some(rollout)) if rejects(config) => {
                let trained = |tensor: &Tensor| tensor.f_detach()?.f_masked_select(&whole);
                refuse_not_finite(&[("old_log_probs", &trained(old)?), ("rollout_log_probs", &trained(rollout)?)])?;
                let correction = config.correction.filter(|_| config.denominator == Denominator::Kept);
                without_rejected(config.rejection, correction, &whole, old, rollout)?
            }
            _ => whole.shallow_clone(),
        };
        Ok(Self { whole, left, stale })
    }

    /// [B, T], bool: the tokens that become rows.
    fn trained(&self, denominator: Denominator) -> Result<Tensor> {
        Ok(match (denominator, &self.stale) {
            (Denominator::Fixed, _) => self.whole.shallow_clone(),
            (Denominator::Kept, None) => self.left.shallow_clone(),
            (Denominator::Kept, Some(stale)) => self.left.f_logical_and(&stale.f_logical_not()?)?,
        })
    }

    fn rejected_tokens(&self) -> Result<Tensor> {
        Ok(self.whole.f_logical_and(&self.left.f_logical_not()?)?.f_sum(Kind::Double)?)
    }

    fn stale_sequences(&self) -> Result<Tensor> {
        Ok(match &self.stale {
            Some(stale) => self.whole.f_logical_and(stale)?.f_any_dim(1, false)?.f_sum(Kind::Double)?,
            None => Tensor::f_zeros([], (Kind::Double, self.whole.device()))?,
        })
    }
}
