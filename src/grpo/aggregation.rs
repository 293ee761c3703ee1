//! How the losses of tokens become one number.
//!
//! Accepts: the trainable tokens of each sequence, and the count of the whole accumulated batch where it is given. Refuses: `prompt_mean` without prompts,
//! and prompts of fewer tokens than one of their sequences has.

use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

use super::rows::TokenBatch;
use crate::{Error, Result};

/// How the losses of tokens become one number. The count that it divides by can be given for the whole accumulated batch (`normalizer` of
/// [`TokenBatch`]), so that micro-batches and data parallelism give the gradient of one big batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Aggregation {
    /// Σ L / trainable tokens. Source: DAPO (2503.14476).
    #[default]
    TokenMean,
    /// The mean over sequences of the mean over their tokens. Source: GRPO (2402.03300).
    SequenceMean,
    /// The mean over sequences of the sum over their tokens. Source: LUSPO (2602.05261) with `gspo`.
    SequenceSum,
    /// Σ L / (sequences · `length`). Source: Dr. GRPO (2503.20783).
    ConstantLength {
        /// Lmax, in tokens: the longest completion allowed, not the longest in the batch.
        length: u64,
    },
    /// The mean over prompts of the mean over the tokens of all their samples; needs the prompts. Source: `SkyRL`.
    PromptMean,
}

/// [B]: the weight of each token of a sequence, `counts` [B] being the trainable tokens of each.
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
            // Each sequence is its part of its prompt: the parts of a whole prompt sum to 1.
            let prompts = share.f_mul(counts)?.f_sum(kind)?;
            (share, prompts)
        }
    };
    Ok(match batch.normalizer {
        // Nothing anywhere is trained on: there is nothing to weigh either, as `rows` has made sure.
        Some(0.0) => share.f_zeros_like()?,
        Some(normalizer) => share.f_div_scalar(normalizer)?,
        None => share.f_div(&total.f_where_self(&total.f_gt(0.0)?, &total.f_ones_like()?)?)?,
    })
}

/// Sequences with a trainable token.
fn filled(counts: &Tensor) -> Result<Tensor> {
    Ok(counts.f_gt(0.0)?.f_sum(counts.kind())?)
}

/// [B]: trainable tokens of all samples of each sequence's prompt.
fn prompt_tokens(batch: &TokenBatch, counts: &Tensor) -> Result<Tensor> {
    if let Some(tokens) = batch.prompt_tokens {
        let tokens = tokens.f_to_kind(counts.kind())?;
        // Not `less`: a NaN is no number of tokens either.
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
