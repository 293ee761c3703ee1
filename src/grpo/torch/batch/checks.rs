//! Whether a batch fits the options and itself.

use tch::Tensor;

use super::rows::Rows;
use super::token_batch::TokenBatch;
use crate::grpo::torch::options::{Aggregation, Denominator, GrpoConfig};
use crate::grpo::torch::tensor::{expect, expect_float, expect_integer, refuse_negative, refuse_not_finite};
use crate::{Error, Result};

/// Checks the shapes, dtypes and devices of a batch whose log-probabilities have the shape [B, T] of `beside`.
pub(super) fn check_shapes(batch: &TokenBatch, shape: [i64; 2], beside: (&str, &Tensor)) -> Result<()> {
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

/// Checks that the batch has every part that the options need, and no part that no option uses.
pub(super) fn check_needs(config: &GrpoConfig, batch: &TokenBatch) -> Result<()> {
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

/// Whether tokens are dropped because of the mismatch of sampler and trainer before the loss is computed.
pub(super) fn rejects(config: &GrpoConfig) -> bool {
    config.rejection.is_some() || (config.denominator == Denominator::Kept && config.correction.is_some())
}

/// Checks the numbers of a batch.
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

/// Refuses numbers of rows that would make the loss NaN or infinite.
pub(super) fn check_finite(batch: &TokenBatch, rows: &Rows) -> Result<()> {
    if batch.normalizer == Some(0.0) && rows.len() > 0 {
        return Err(Error::tensor(format_args!(
            "`normalizer` is 0 where {} tokens are trained on: give the number of tokens, sequences or prompts of the whole batch",
            rows.len()
        )));
    }
    let named = [
        ("advantages", Some(&rows.advantages)),
        ("old_log_probs", rows.old.as_ref()),
        ("reference_log_probs", rows.reference.as_ref()),
        ("rollout_log_probs", rows.rollout.as_ref()),
        ("kl_coefficients", rows.kl_coefficients.as_ref()),
    ];
    let given: Vec<(&str, &Tensor)> = named.into_iter().filter_map(|(name, tensor)| Some((name, tensor?))).collect();
    refuse_not_finite(&given)?;
    rows.kl_coefficients.as_ref().map_or(Ok(()), |given| refuse_negative("kl_coefficients", given))
}
