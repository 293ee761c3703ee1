//! Returns, whitening and the baseline of tokens. The options of the KL penalty are passed as JSON.

use pyo3::prelude::*;

use super::raise;
use super::tensor::PyTensor;
use r1rewards::grpo::{self, KlPenalty};

/// [`token_returns`](r1rewards::grpo::token_returns); `kl` is the penalty with the two log-probabilities.
#[pyfunction]
#[pyo3(signature = (rewards, mask, kl, discount))]
pub(super) fn token_returns(
    py: Python<'_>,
    rewards: PyTensor,
    mask: PyTensor,
    kl: Option<(String, PyTensor, PyTensor)>,
    discount: f64,
) -> PyResult<PyTensor> {
    let kl = match kl {
        None => None,
        Some((json, log_probs, reference)) => {
            let penalty: KlPenalty = serde_json::from_str(&json)
                .map_err(|error| raise(r1rewards::Error::spec(format_args!("options of `kl`: {error}"))))?;
            Some((penalty, log_probs.0, reference.0))
        }
    };
    py.detach(move || {
        let kl = kl.as_ref().map(|(penalty, log_probs, reference)| (penalty, log_probs, reference));
        grpo::token_returns(&rewards.0, &mask.0, kl, discount)
    })
    .map(PyTensor)
    .map_err(raise)
}

/// [`whiten`](r1rewards::grpo::whiten).
#[pyfunction]
pub(super) fn whiten(py: Python<'_>, values: PyTensor, mask: PyTensor) -> PyResult<PyTensor> {
    py.detach(move || grpo::whiten(&values.0, &mask.0)).map(PyTensor).map_err(raise)
}

/// [`token_baseline_advantages`](r1rewards::grpo::token_baseline_advantages).
#[pyfunction]
pub(super) fn token_baseline_advantages(
    py: Python<'_>,
    returns: PyTensor,
    mask: PyTensor,
    groups: PyTensor,
    log_probs: PyTensor,
    squares: PyTensor,
) -> PyResult<PyTensor> {
    py.detach(move || grpo::token_baseline_advantages(&returns.0, &mask.0, &groups.0, &log_probs.0, &squares.0))
        .map(PyTensor)
        .map_err(raise)
}
