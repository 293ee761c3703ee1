//! The weight of each token: in the loss, by the aggregation, and in the imitation of positive samples.

use tch::{Kind, Tensor};

use super::token_batch::TokenBatch;
use crate::grpo::torch::options::Aggregation;
use crate::grpo::torch::tensor::{divide_or_keep, whole_mask};
use crate::{Error, Result};

/// [B]: the weight of each token of a sequence in the loss, `counts` [B] being the trainable tokens of each sequence.
pub(super) fn sequence_weights(aggregation: Aggregation, batch: &TokenBatch, counts: &Tensor) -> Result<Tensor> {
    let kind = counts.kind();
    let (share, total) = match aggregation {
        Aggregation::TokenMean => (counts.f_ones_like()?, counts.f_sum(kind)?),
        Aggregation::SequenceMean => (counts.f_clamp_min(1.0)?.f_reciprocal()?, filled(counts)?),
        Aggregation::SequenceSum => (counts.f_ones_like()?, filled(counts)?),
        Aggregation::ConstantLength { length } => {
            #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^52")]
            let length = length as f64;
            (counts.f_ones_like()?.f_div_scalar(length)?, filled(counts)?)
        }
        Aggregation::PromptMean => {
            let share = prompt_tokens(batch, counts)?.f_clamp_min(1.0)?.f_reciprocal()?;
            // A sequence counts as its share of its prompt's tokens: the shares of a whole prompt sum to 1.
            let prompts = share.f_mul(counts)?.f_sum(kind)?;
            (share, prompts)
        }
    };
    match batch.normalizer {
        // No token of the accumulated batch is trained on: `select` refuses 0 where this batch has one.
        Some(0.0) => Ok(share.f_zeros_like()?),
        Some(normalizer) => Ok(share.f_div_scalar(normalizer)?),
        None => divide_or_keep(&share, &total),
    }
}

/// The number of sequences with a trainable token.
fn filled(counts: &Tensor) -> Result<Tensor> {
    Ok(counts.f_gt(0.0)?.f_sum(counts.kind())?)
}

/// [B]: trainable tokens of all samples of each sequence's prompt.
fn prompt_tokens(batch: &TokenBatch, counts: &Tensor) -> Result<Tensor> {
    if let Some(tokens) = batch.prompt_tokens {
        let tokens = tokens.f_to_kind(counts.kind())?;
        // The negation of ≥ and not <, so that NaN is refused.
        let wrong = tokens.f_ge_tensor(counts)?.f_logical_not()?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
        if wrong > 0 {
            return Err(Error::tensor(format_args!(
                "`prompt_tokens` has {wrong} of {} entries that are below the sequence's own trainable tokens: give those of all samples of its prompt",
                tokens.numel()
            )));
        }
        return Ok(tokens);
    }
    let Some(prompts) = batch.prompts else {
        return Err(Error::tensor("`prompts` is missing: option `aggregation = prompt_mean` needs it"));
    };
    let same = prompts.f_unsqueeze(1)?.f_eq_tensor(&prompts.f_unsqueeze(0)?)?.f_to_kind(counts.kind())?;
    Ok(same.f_matmul(counts)?)
}

/// [B]: the weight of each token of a sequence in the mean over the tokens of positive samples.
pub(super) fn positive_weights(batch: &TokenBatch, counts: &Tensor) -> Result<Option<Tensor>> {
    let Some(positives) = batch.positives else { return Ok(None) };
    let positive = whole_mask("positives", positives)?.f_to_kind(counts.kind())?;
    let local = positive.f_mul(counts)?.f_sum(counts.kind())?;
    let total = match batch.positive_normalizer {
        Some(0.0) if local.f_double_value(&[])? > 0.0 => {
            return Err(Error::tensor(
                "`positive_normalizer` is 0 where positive tokens are trained on: count those of the whole batch",
            ));
        }
        Some(count) => local.f_full_like(count)?,
        None => local,
    };
    // Without a positive token all weights are 0.
    Ok(Some(divide_or_keep(&positive, &total)?))
}
