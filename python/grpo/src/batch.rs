//! The parts of a batch, which the Python package hands over in a dict.
//!
//! Accepts: the fields of [`TokenBatch`](r1rewards::grpo::TokenBatch) by their names, absent or `None` where there is nothing. Refuses: a field of another type, named.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tch::Tensor;

use super::tensor::PyTensor;
use r1rewards::grpo::TokenBatch;

/// A [`TokenBatch`](r1rewards::grpo::TokenBatch) that owns its tensors.
pub(super) struct Batch {
    mask: Tensor,
    advantages: Tensor,
    old_log_probs: Option<Tensor>,
    reference_log_probs: Option<Tensor>,
    rollout_log_probs: Option<Tensor>,
    kl_coefficients: Option<Tensor>,
    staleness: Option<Tensor>,
    prompts: Option<Tensor>,
    prompt_tokens: Option<Tensor>,
    normalizer: Option<f64>,
    entropy_coefficient: Option<f64>,
    entropy_threshold: Option<f64>,
    positives: Option<Tensor>,
    positive_normalizer: Option<f64>,
}

impl Batch {
    pub fn new(fields: &Bound<'_, PyDict>) -> PyResult<Self> {
        let needed = |name: &str| {
            tensor(fields, name)?.ok_or_else(|| PyTypeError::new_err(format!("`{name}` is missing: give a torch.Tensor")))
        };
        Ok(Self {
            mask: needed("mask")?,
            advantages: needed("advantages")?,
            old_log_probs: tensor(fields, "old_log_probs")?,
            reference_log_probs: tensor(fields, "reference_log_probs")?,
            rollout_log_probs: tensor(fields, "rollout_log_probs")?,
            kl_coefficients: tensor(fields, "kl_coefficients")?,
            staleness: tensor(fields, "staleness")?,
            prompts: tensor(fields, "prompts")?,
            prompt_tokens: tensor(fields, "prompt_tokens")?,
            normalizer: number(fields, "normalizer")?,
            entropy_coefficient: number(fields, "entropy_coefficient")?,
            entropy_threshold: number(fields, "entropy_threshold")?,
            positives: tensor(fields, "positives")?,
            positive_normalizer: number(fields, "positive_normalizer")?,
        })
    }

    pub fn borrow(&self) -> TokenBatch<'_> {
        TokenBatch {
            mask: &self.mask,
            advantages: &self.advantages,
            old_log_probs: self.old_log_probs.as_ref(),
            reference_log_probs: self.reference_log_probs.as_ref(),
            rollout_log_probs: self.rollout_log_probs.as_ref(),
            kl_coefficients: self.kl_coefficients.as_ref(),
            staleness: self.staleness.as_ref(),
            prompts: self.prompts.as_ref(),
            prompt_tokens: self.prompt_tokens.as_ref(),
            normalizer: self.normalizer,
            entropy_coefficient: self.entropy_coefficient,
            entropy_threshold: self.entropy_threshold,
            positives: self.positives.as_ref(),
            positive_normalizer: self.positive_normalizer,
        }
    }
}

fn tensor(fields: &Bound<'_, PyDict>, name: &str) -> PyResult<Option<Tensor>> {
    let Some(value) = fields.get_item(name)?.filter(|value| !value.is_none()) else {
        return Ok(None);
    };
    let tensor: PyTensor =
        value.extract().map_err(|error: PyErr| PyTypeError::new_err(format!("`{name}`: {}", error.value(value.py()))))?;
    Ok(Some(tensor.0))
}

fn number(fields: &Bound<'_, PyDict>, name: &str) -> PyResult<Option<f64>> {
    match fields.get_item(name)?.filter(|value| !value.is_none()) {
        None => Ok(None),
        Some(value) => match value.extract() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(PyTypeError::new_err(format!("`{name}`: got {}: give a number", value.get_type().name()?))),
        },
    }
}
