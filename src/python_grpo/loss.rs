//! Losses and log-probabilities.
//!
//! Accepts: tensors by position, the batch in a dict. Refuses: what the crate refuses.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tch::Tensor;

use super::batch::Batch;
use super::tensor::PyTensor;
use super::{raise, record};
use crate::grpo::{self, GrpoConfig, GrpoLoss, Pass, Scores};

/// [`GrpoLoss`](crate::grpo::GrpoLoss).
#[pyclass(frozen, module = "r1rewards_grpo._grpo")]
pub(super) struct Loss(GrpoLoss);

/// loss, gradient of the input, gradient of the weight, log-probabilities, metrics
type Fused<'py> = (PyTensor, Option<PyTensor>, Option<PyTensor>, PyTensor, Bound<'py, PyAny>);

#[pymethods]
impl Loss {
    #[new]
    fn new(config: &str) -> PyResult<Self> {
        let loss = GrpoConfig::from_json(config).and_then(GrpoLoss::new).map_err(raise)?;
        Ok(Self(loss))
    }

    /// All options, defaults included.
    #[getter]
    fn config<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        record(py, self.0.config())
    }

    fn loss<'py>(
        &self,
        py: Python<'py>,
        log_probs: PyTensor,
        entropy: Option<PyTensor>,
        batch: &Bound<'py, PyDict>,
    ) -> PyResult<(PyTensor, Bound<'py, PyAny>)> {
        let batch = Batch::new(batch)?;
        let entropy = entropy.map(|tensor| tensor.0);
        let output = py.detach(move || self.0.loss(&log_probs.0, entropy.as_ref(), &batch.borrow())).map_err(raise)?;
        Ok((PyTensor(output.loss), record(py, &output.metrics)?))
    }

    #[pyo3(signature = (input, weight, tokens, batch, chunk=None, entropy=false))]
    #[expect(clippy::too_many_arguments, reason = "arguments of Python")]
    fn fused<'py>(
        &self,
        py: Python<'py>,
        input: PyTensor,
        weight: Option<PyTensor>,
        tokens: PyTensor,
        batch: &Bound<'py, PyDict>,
        chunk: Option<i64>,
        entropy: bool,
    ) -> PyResult<Fused<'py>> {
        let batch = Batch::new(batch)?;
        let weight = weight.map(|tensor| tensor.0);
        let fused = py
            .detach(move || {
                let scores = scores(&input.0, weight.as_ref());
                self.0.fused(&scores, &tokens.0, &batch.borrow(), Pass { chunk, entropy })
            })
            .map_err(raise)?;
        Ok((
            PyTensor(fused.loss),
            fused.input_gradient.map(PyTensor),
            fused.weight_gradient.map(PyTensor),
            PyTensor(fused.log_probs),
            record(py, &fused.metrics)?,
        ))
    }
}

/// [`log_probs`](crate::grpo::log_probs): log-probabilities and entropies.
#[pyfunction]
#[pyo3(signature = (input, weight, tokens, mask, temperature, chunk=None, entropy=false))]
#[expect(clippy::too_many_arguments, reason = "arguments of Python")]
pub(super) fn log_probs(
    py: Python<'_>,
    input: PyTensor,
    weight: Option<PyTensor>,
    tokens: PyTensor,
    mask: Option<PyTensor>,
    temperature: f64,
    chunk: Option<i64>,
    entropy: bool,
) -> PyResult<(PyTensor, Option<PyTensor>)> {
    let (weight, mask) = (weight.map(|tensor| tensor.0), mask.map(|tensor| tensor.0));
    let found = py
        .detach(move || {
            let scores = scores(&input.0, weight.as_ref());
            grpo::log_probs(&scores, &tokens.0, mask.as_ref(), temperature, Pass { chunk, entropy })
        })
        .map_err(raise)?;
    Ok((PyTensor(found.log_probs), found.entropy.map(PyTensor)))
}

/// [`log_probs_backward`](crate::grpo::log_probs_backward): gradients of input and weight.
#[pyfunction]
#[pyo3(signature = (input, weight, tokens, mask, temperature, log_prob_gradient, entropy_gradient=None, chunk=None))]
#[expect(clippy::too_many_arguments, reason = "arguments of Python")]
pub(super) fn log_probs_backward(
    py: Python<'_>,
    input: PyTensor,
    weight: Option<PyTensor>,
    tokens: PyTensor,
    mask: Option<PyTensor>,
    temperature: f64,
    log_prob_gradient: PyTensor,
    entropy_gradient: Option<PyTensor>,
    chunk: Option<i64>,
) -> PyResult<(Option<PyTensor>, Option<PyTensor>)> {
    let [weight, mask, entropy_gradient] = [weight, mask, entropy_gradient].map(|tensor| tensor.map(|tensor| tensor.0));
    let (input, weight) = py
        .detach(move || {
            let scores = scores(&input.0, weight.as_ref());
            grpo::log_probs_backward(
                &scores,
                &tokens.0,
                mask.as_ref(),
                temperature,
                chunk,
                &log_prob_gradient.0,
                entropy_gradient.as_ref(),
            )
        })
        .map_err(raise)?;
    Ok((input.map(PyTensor), weight.map(PyTensor)))
}

fn scores<'a>(input: &'a Tensor, weight: Option<&'a Tensor>) -> Scores<'a> {
    match weight {
        Some(weight) => Scores::Hidden { hidden: input, weight },
        None => Scores::Logits(input),
    }
}
