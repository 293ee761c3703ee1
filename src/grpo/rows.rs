//! A padded batch, and its trainable tokens as rows.
//!
//! Accepts: tensors of shape [B, T] with a mask, or [B] for what a whole sequence shares. Refuses: shapes, dtypes and devices that do not fit together,
//! masks that are not 0 or 1, numbers that are not finite at trainable tokens.
//!
//! Everything after this file works on one row a trainable token, so padding costs nothing and can hold anything.

use tch::{Kind, Tensor};

use super::config::{Aggregation, GrpoConfig};
use super::torch::{expect, expect_float, expect_integer};
use crate::{Error, Result};

/// What is known of a batch of B sequences of at most T tokens beside the policy's own log-probabilities.
///
/// Log-probabilities are those of the tokens that were sampled, at the sampler's temperature, without a gradient.
#[derive(Debug, Clone, Copy)]
pub struct TokenBatch<'a> {
    /// [B, T], bool or 0/1: 1 where the token is trained on.
    pub mask: &'a Tensor,
    /// [B] or [B, T]: the advantage.
    pub advantages: &'a Tensor,
    /// [B, T]: of the policy at rollout, by the trainer. Without it the step is strictly on policy.
    pub old_log_probs: Option<&'a Tensor>,
    /// [B, T]: of the reference.
    pub reference_log_probs: Option<&'a Tensor>,
    /// [B, T]: as the sampler reported them.
    pub rollout_log_probs: Option<&'a Tensor>,
    /// [B] or [B, T]: β in place of the configured one, for example per turn.
    pub kl_coefficients: Option<&'a Tensor>,
    /// [B], int64: by how many versions the policy that sampled is older than this one.
    pub staleness: Option<&'a Tensor>,
    /// [B], int64: the prompt of each sequence, for `prompt_mean`.
    pub prompts: Option<&'a Tensor>,
    /// [B]: trainable tokens of all samples of the sequence's prompt, for `prompt_mean` where a prompt spans micro-batches.
    pub prompt_tokens: Option<&'a Tensor>,
    /// What the aggregation divides by, counted over the whole accumulated batch (and divided by the number of ranks where gradients are averaged
    /// over ranks): tokens for `token_mean`, prompts for `prompt_mean`, sequences for the others. Without it, the count of this batch.
    pub normalizer: Option<f64>,
    /// The weight of the entropy bonus in place of the configured one.
    pub entropy_coefficient: Option<f64>,
}

impl<'a> TokenBatch<'a> {
    /// A batch with only what every loss needs.
    pub fn new(mask: &'a Tensor, advantages: &'a Tensor) -> Self {
        Self {
            mask,
            advantages,
            old_log_probs: None,
            reference_log_probs: None,
            rollout_log_probs: None,
            kl_coefficients: None,
            staleness: None,
            prompts: None,
            prompt_tokens: None,
            normalizer: None,
            entropy_coefficient: None,
        }
    }
}

/// The trainable tokens of a batch: every tensor has one entry a row, without a gradient.
#[derive(Debug)]
pub(super) struct Rows {
    /// Position in the flattened batch.
    pub index: Tensor,
    /// The sequence of each row.
    pub sequence: Tensor,
    /// [B]: rows of each sequence.
    pub counts: Tensor,
    pub advantages: Tensor,
    pub old: Option<Tensor>,
    pub reference: Option<Tensor>,
    pub rollout: Option<Tensor>,
    pub kl_coefficients: Option<Tensor>,
    /// 0 for rows of stale sequences.
    pub fresh: Option<Tensor>,
    /// The weight of a row in the loss.
    pub weights: Tensor,
    pub entropy_coefficient: f64,
    /// The kind of all of them.
    pub kind: Kind,
}

impl Rows {
    /// Checks a batch against the options and selects its trainable tokens. `shape` is [B, T], as `beside` has it.
    pub fn new(config: &GrpoConfig, batch: &TokenBatch, shape: [i64; 2], beside: (&str, &Tensor), kind: Kind) -> Result<Self> {
        check_shapes(batch, shape, beside)?;
        check_needs(config, batch)?;
        let mask = whole_mask(batch.mask)?;
        let index = mask.f_reshape([-1])?.f_nonzero()?.f_squeeze_dim(-1)?;
        let sequence = index.f_div_scalar_mode(shape[1].max(1), "floor")?;
        let counts = mask.f_sum_dim_intlist(1, false, kind)?;
        let pick = |tensor: &Tensor| -> Result<Tensor> {
            let tensor = tensor.f_detach()?;
            let tensor = if tensor.dim() == 1 { tensor.f_unsqueeze(1)?.f_expand(shape, false)? } else { tensor };
            Ok(tensor.f_reshape([-1])?.f_index_select(0, &index)?.f_to_kind(kind)?)
        };
        let pick_some = |tensor: Option<&Tensor>| tensor.map(pick).transpose();
        let weights = sequence_weights(config, batch, &counts)?.f_index_select(0, &sequence)?;
        let fresh = match (config.max_staleness, batch.staleness) {
            (Some(limit), Some(staleness)) => {
                Some(staleness.f_le(i64::from(limit))?.f_to_kind(kind)?.f_index_select(0, &sequence)?)
            }
            _ => None,
        };
        let rows = Self {
            advantages: pick(batch.advantages)?,
            old: pick_some(batch.old_log_probs)?,
            reference: pick_some(batch.reference_log_probs)?,
            rollout: pick_some(batch.rollout_log_probs)?,
            kl_coefficients: pick_some(batch.kl_coefficients)?,
            entropy_coefficient: batch.entropy_coefficient.unwrap_or(config.entropy_coefficient),
            index,
            sequence,
            counts,
            fresh,
            weights,
            kind,
        };
        rows.check_finite()?;
        Ok(rows)
    }

    pub fn len(&self) -> i64 {
        self.index.size()[0]
    }

    /// The rows from `start` on, `length` of them, for losses whose rows know nothing of each other.
    pub fn narrow(&self, start: i64, length: i64) -> Result<Self> {
        let part = |tensor: &Tensor| tensor.f_narrow(0, start, length);
        let part_some = |tensor: &Option<Tensor>| tensor.as_ref().map(part).transpose();
        Ok(Self {
            index: part(&self.index)?,
            sequence: part(&self.sequence)?,
            counts: self.counts.shallow_clone(),
            advantages: part(&self.advantages)?,
            old: part_some(&self.old)?,
            reference: part_some(&self.reference)?,
            rollout: part_some(&self.rollout)?,
            kl_coefficients: part_some(&self.kl_coefficients)?,
            fresh: part_some(&self.fresh)?,
            weights: part(&self.weights)?,
            entropy_coefficient: self.entropy_coefficient,
            kind: self.kind,
        })
    }

    /// The rows of a [B, T] tensor, gradient intact.
    pub fn select(&self, tensor: &Tensor) -> Result<Tensor> {
        Ok(tensor.f_reshape([-1])?.f_index_select(0, &self.index)?.f_to_kind(self.kind)?)
    }

    /// The sum over each row's sequence, one entry a row.
    pub fn sequence_sum(&self, values: &Tensor) -> Result<Tensor> {
        let sums = self.counts.f_zeros_like()?.f_index_add(0, &self.sequence, values)?;
        Ok(sums.f_index_select(0, &self.sequence)?)
    }

    /// The mean over each row's sequence, one entry a row.
    pub fn sequence_mean(&self, values: &Tensor) -> Result<Tensor> {
        Ok(self.sequence_sum(values)?.f_div(&self.counts.f_index_select(0, &self.sequence)?)?)
    }

    /// Refuses numbers that would turn the whole loss into NaN; one transfer for all of them.
    fn check_finite(&self) -> Result<()> {
        let named = [
            ("advantages", Some(&self.advantages)),
            ("old_log_probs", self.old.as_ref()),
            ("reference_log_probs", self.reference.as_ref()),
            ("rollout_log_probs", self.rollout.as_ref()),
            ("kl_coefficients", self.kl_coefficients.as_ref()),
        ];
        let given: Vec<(&str, &Tensor)> =
            named.into_iter().filter_map(|(name, tensor)| tensor.map(|tensor| (name, tensor))).collect();
        refuse_not_finite(&given)
    }
}

/// Names the first tensor with entries that are not finite, and how many.
pub(super) fn refuse_not_finite(rows: &[(&str, &Tensor)]) -> Result<()> {
    let counts = rows
        .iter()
        .map(|(_, tensor)| tensor.f_isfinite()?.f_logical_not()?.f_sum(Kind::Int64))
        .collect::<std::result::Result<Vec<_>, _>>()?;
    let counts: Vec<i64> = Vec::try_from(Tensor::f_stack(&counts, 0)?)?;
    match rows.iter().zip(counts).find(|(_, count)| *count > 0) {
        None => Ok(()),
        Some(((name, tensor), count)) => Err(Error::tensor(format_args!(
            "`{name}` is not finite at {count} of {} trainable tokens: mask them, or mend what made them NaN or infinite",
            tensor.numel()
        ))),
    }
}

fn check_shapes(batch: &TokenBatch, shape: [i64; 2], beside: (&str, &Tensor)) -> Result<()> {
    expect("mask", batch.mask, &shape, beside)?;
    let floats = [
        ("old_log_probs", batch.old_log_probs, false),
        ("reference_log_probs", batch.reference_log_probs, false),
        ("rollout_log_probs", batch.rollout_log_probs, false),
        ("advantages", Some(batch.advantages), true),
        ("kl_coefficients", batch.kl_coefficients, true),
    ];
    for (name, tensor, shared) in floats.into_iter().filter_map(|(name, tensor, shared)| Some((name, tensor?, shared))) {
        expect_float(name, tensor)?;
        let expected = if shared && tensor.dim() == 1 { &shape[..1] } else { &shape[..] };
        expect(name, tensor, expected, beside)?;
    }
    for (name, tensor) in [("staleness", batch.staleness), ("prompts", batch.prompts)] {
        if let Some(tensor) = tensor {
            expect_integer(name, tensor)?;
            expect(name, tensor, &shape[..1], beside)?;
        }
    }
    if let Some(tensor) = batch.prompt_tokens {
        expect("prompt_tokens", tensor, &shape[..1], beside)?;
    }
    Ok(())
}

/// What the options ask for must be there, and what is there must not be silently ignored.
fn check_needs(config: &GrpoConfig, batch: &TokenBatch) -> Result<()> {
    let missing = |field: &str, option: &str| Err(Error::tensor(format_args!("`{field}` is missing: option `{option}` needs it")));
    if config.kl.is_some() && batch.reference_log_probs.is_none() {
        return missing("reference_log_probs", "kl");
    }
    if batch.kl_coefficients.is_some() && config.kl.is_none() {
        return Err(Error::tensor("`kl_coefficients` are given without option `kl`: set it to name the estimator"));
    }
    if config.correction.is_some() && batch.rollout_log_probs.is_none() {
        return missing("rollout_log_probs", "correction");
    }
    match (config.max_staleness, batch.staleness) {
        (Some(_), None) => return missing("staleness", "max_staleness"),
        (None, Some(_)) => {
            return Err(Error::tensor("`staleness` is given without option `max_staleness`: set it, or leave `staleness` out"));
        }
        _ => {}
    }
    if config.aggregation == Aggregation::PromptMean && batch.prompts.is_none() && batch.prompt_tokens.is_none() {
        return missing("prompts", "aggregation = prompt_mean");
    }
    match batch.normalizer {
        Some(count) if !(count.is_finite() && count > 0.0) => Err(Error::tensor(format_args!(
            "`normalizer` is {count}: give the number of tokens, sequences or prompts of the whole batch"
        ))),
        _ => Ok(()),
    }
}

/// The mask as bool; a mask with anything but 0 and 1 in it is a mistake somewhere.
fn whole_mask(mask: &Tensor) -> Result<Tensor> {
    if mask.kind() == Kind::Bool {
        return Ok(mask.shallow_clone());
    }
    let ones = mask.f_eq(1)?;
    let partial = mask.f_eq(0)?.f_logical_or(&ones)?.f_logical_not()?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if partial > 0 {
        return Err(Error::tensor(format_args!("`mask` {:?} has {partial} entries that are neither 0 nor 1", mask.size())));
    }
    Ok(ones)
}

/// [B]: the weight of each token of a sequence.
fn sequence_weights(config: &GrpoConfig, batch: &TokenBatch, counts: &Tensor) -> Result<Tensor> {
    let kind = counts.kind();
    let (share, total) = match config.aggregation {
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
        return Ok(tokens.f_to_kind(counts.kind())?);
    }
    let Some(prompts) = batch.prompts else {
        return Err(Error::tensor("`prompts` is missing: option `aggregation = prompt_mean` needs it"));
    };
    let same = prompts.f_unsqueeze(1)?.f_eq_tensor(&prompts.f_unsqueeze(0)?)?.f_to_kind(counts.kind())?;
    Ok(same.f_matmul(counts)?)
}
