//! A padded batch, and its trainable tokens as rows.
//!
//! Accepts: tensors of shape [B, T] with a mask, or [B] for what a whole sequence shares. Refuses: shapes, dtypes and devices that do not fit together,
//! masks that are not 0 or 1, numbers that are not finite at trainable tokens.
//!
//! Everything after this file works on one row a trainable token, so padding costs nothing and can hold anything.

use tch::{Kind, Tensor};

use super::aggregation::{Aggregation, sequence_weights};
use super::config::GrpoConfig;
use super::correction::{Denominator, Weights, without_rejected};
use super::torch::{expect, expect_float, expect_integer, refuse_negative};
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
    /// The entropy, in nats, that `top_entropy` cuts at, in place of the quantile of this batch: for micro-batches and ranks that must agree.
    pub entropy_threshold: Option<f64>,
    /// [B], bool or 0/1: the samples that `positive_nll` imitates.
    pub positives: Option<&'a Tensor>,
    /// Trainable tokens of all positive samples of the accumulated batch; without it, those of this batch.
    pub positive_normalizer: Option<f64>,
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
            entropy_threshold: None,
            positives: None,
            positive_normalizer: None,
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
    /// B and T of the padded batch.
    pub shape: [i64; 2],
    pub advantages: Tensor,
    pub old: Option<Tensor>,
    pub reference: Option<Tensor>,
    pub rollout: Option<Tensor>,
    pub kl_coefficients: Option<Tensor>,
    /// 0 for rows of stale sequences.
    pub fresh: Option<Tensor>,
    /// 0 for rows that the rejection has dropped.
    pub kept: Option<Tensor>,
    /// The correction's factor, where it is known before the policy's own log-probabilities are: with old ones.
    pub correction: Option<Weights>,
    /// The weight of a row in the imitation of positive samples, without its coefficient.
    pub positive: Option<Tensor>,
    /// The weight of a row in the loss.
    pub weights: Tensor,
    pub entropy_coefficient: f64,
    pub entropy_threshold: Option<f64>,
    /// Tokens that were rejected, and sequences too stale, whether they are rows or not.
    pub rejected_tokens: Tensor,
    pub stale_sequences: Tensor,
    /// The kind of all of them.
    pub kind: Kind,
}

impl Rows {
    /// Checks a batch against the options and selects its trainable tokens. `shape` is [B, T], as `beside` has it.
    pub fn new(config: &GrpoConfig, batch: &TokenBatch, shape: [i64; 2], beside: (&str, &Tensor), kind: Kind) -> Result<Self> {
        check_shapes(batch, shape, beside)?;
        check_needs(config, batch)?;
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
        let gone = whole.f_logical_and(&left.f_logical_not()?)?;
        let mask = match (config.denominator, &stale) {
            (Denominator::Fixed, _) => whole.shallow_clone(),
            (Denominator::Kept, None) => left.shallow_clone(),
            (Denominator::Kept, Some(stale)) => left.f_logical_and(&stale.f_logical_not()?)?,
        };
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
        let mut rows = Self {
            advantages: pick(batch.advantages)?,
            old: pick_some(batch.old_log_probs)?,
            reference: pick_some(batch.reference_log_probs)?,
            rollout: pick_some(batch.rollout_log_probs)?,
            kl_coefficients: pick_some(batch.kl_coefficients)?,
            entropy_coefficient: batch.entropy_coefficient.unwrap_or(config.entropy_coefficient),
            entropy_threshold: batch.entropy_threshold,
            positive: positive_weights(batch, &counts)?.map(|weights| weights.f_index_select(0, &sequence)).transpose()?,
            fresh: stale.as_ref().map(|stale| pick(&stale.f_squeeze_dim(1)?.f_logical_not()?)).transpose()?,
            kept: config.rejection.map(|_| pick(&left)).transpose()?,
            correction: None,
            rejected_tokens: gone.f_sum(Kind::Double)?,
            stale_sequences: match &stale {
                Some(stale) => whole.f_logical_and(stale)?.f_any_dim(1, false)?.f_sum(Kind::Double)?,
                None => Tensor::f_zeros([], (Kind::Double, whole.device()))?,
            },
            index,
            sequence,
            counts,
            shape,
            weights,
            kind,
        };
        match batch.normalizer {
            Some(0.0) if rows.len() > 0 => {
                return Err(Error::tensor(format_args!(
                    "`normalizer` is 0 where {} tokens are trained on: give the number of tokens, sequences or prompts of the whole batch",
                    rows.len()
                )));
            }
            _ => rows.check_finite()?,
        }
        if let (Some(rule), Some(old), Some(rollout)) = (&config.correction, &rows.old, &rows.rollout) {
            rows.correction = Some(rule.weights(&rows, &old.f_sub(rollout)?)?);
        }
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
            shape: self.shape,
            advantages: part(&self.advantages)?,
            old: part_some(&self.old)?,
            reference: part_some(&self.reference)?,
            rollout: part_some(&self.rollout)?,
            kl_coefficients: part_some(&self.kl_coefficients)?,
            fresh: part_some(&self.fresh)?,
            kept: part_some(&self.kept)?,
            correction: self.correction.as_ref().map(|weights| weights.narrow(start, length)).transpose()?,
            positive: part_some(&self.positive)?,
            weights: part(&self.weights)?,
            entropy_coefficient: self.entropy_coefficient,
            entropy_threshold: self.entropy_threshold,
            rejected_tokens: self.rejected_tokens.shallow_clone(),
            stale_sequences: self.stale_sequences.shallow_clone(),
            kind: self.kind,
        })
    }

    /// Each row's value at its place in the padded batch [B, T], 0 elsewhere.
    pub fn padded(&self, values: &Tensor) -> Result<Tensor> {
        let mut all = Tensor::f_zeros([self.shape[0] * self.shape[1]], (values.kind(), values.device()))?;
        let _ = all.f_index_copy_(0, &self.index, values)?;
        Ok(all.f_reshape(self.shape)?)
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
        refuse_not_finite(&given)?;
        self.kl_coefficients.as_ref().map_or(Ok(()), |given| refuse_negative("kl_coefficients", given))
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
    if let Some(positives) = batch.positives {
        expect("positives", positives, &shape[..1], beside)?;
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
    for (option, wanted) in [("correction", config.correction.is_some()), ("rejection", config.rejection.is_some())] {
        if wanted && batch.rollout_log_probs.is_none() {
            return missing("rollout_log_probs", option);
        }
    }
    if rejects(config) && batch.old_log_probs.is_none() {
        let option = if config.rejection.is_some() { "rejection" } else { "denominator = kept" };
        return missing("old_log_probs", option);
    }
    match (config.max_staleness, batch.staleness) {
        (Some(_), None) => return missing("staleness", "max_staleness"),
        (None, Some(_)) => {
            return Err(Error::tensor("`staleness` is given without option `max_staleness`: set it, or leave `staleness` out"));
        }
        _ => {}
    }
    match (config.positive_nll > 0.0, batch.positives) {
        (true, None) => return missing("positives", "positive_nll"),
        (false, Some(_)) => {
            return Err(Error::tensor("`positives` are given without option `positive_nll`: set it, or leave `positives` out"));
        }
        _ => {}
    }
    if config.aggregation() == Aggregation::PromptMean && batch.prompts.is_none() && batch.prompt_tokens.is_none() {
        return missing("prompts", "aggregation = prompt_mean");
    }
    if batch.entropy_threshold.is_some() && config.top_entropy.is_none() {
        return Err(Error::tensor("`entropy_threshold` is given without option `top_entropy`: set it, or leave the threshold out"));
    }
    check_numbers(batch)
}

/// Whether tokens are dropped by the sampler's and the trainer's log-probabilities before anything else is computed.
fn rejects(config: &GrpoConfig) -> bool {
    config.rejection.is_some() || (config.denominator == Denominator::Kept && config.correction.is_some())
}

fn check_numbers(batch: &TokenBatch) -> Result<()> {
    let finite = |value: f64| value.is_finite() && value >= 0.0;
    if let Some(count) = batch.normalizer.filter(|count| !finite(*count)) {
        return Err(Error::tensor(format_args!(
            "`normalizer` is {count}: give the number of tokens, sequences or prompts of the whole batch"
        )));
    }
    let others = [
        ("entropy_coefficient", batch.entropy_coefficient),
        ("entropy_threshold", batch.entropy_threshold),
        ("positive_normalizer", batch.positive_normalizer),
    ];
    match others.into_iter().find_map(|(name, value)| Some((name, value.filter(|value| !finite(*value))?))) {
        Some((name, value)) => Err(Error::tensor(format_args!("`{name}` is {value}: give a finite number of at least 0"))),
        None => Ok(()),
    }
}

/// [B]: the weight of each token in the mean over the tokens of positive samples.
fn positive_weights(batch: &TokenBatch, counts: &Tensor) -> Result<Option<Tensor>> {
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
    // Without a positive token there is nothing to imitate, and nothing to divide by.
    Ok(Some(positive.f_div(&total.f_where_self(&total.f_gt(0.0)?, &total.f_ones_like()?)?)?))
}

/// A mask as bool; one with anything but 0 and 1 in it is a mistake somewhere.
pub(super) fn whole_mask(name: &str, mask: &Tensor) -> Result<Tensor> {
    if mask.kind() == Kind::Bool {
        return Ok(mask.shallow_clone());
    }
    let ones = mask.f_eq(1)?;
    let partial = mask.f_eq(0)?.f_logical_or(&ones)?.f_logical_not()?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if partial > 0 {
        return Err(Error::tensor(format_args!("`{name}` {:?} has {partial} entries that are neither 0 nor 1", mask.size())));
    }
    Ok(ones)
}
