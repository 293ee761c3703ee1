//! Losses and log-probabilities. Scores are passed as a tuple, tensors by position, the batch as a dict.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tch::Tensor;

use super::tensor::PyTensor;
use super::{batch, raise, record};
use r1rewards::grpo::{self, GrpoConfig, GrpoLoss, Pass, Rejection};

/// [`GrpoLoss`](r1rewards::grpo::GrpoLoss).
#[pyclass(frozen, module = "r1rewards_grpo._grpo")]
pub(super) struct Loss(GrpoLoss);

/// hidden states or logits, weight, bias, scale, soft cap
type ScoreParts = (PyTensor, Option<PyTensor>, Option<PyTensor>, f64, Option<f64>);
/// gradients of the input, the weight and the bias
type GradientParts = (Option<PyTensor>, Option<PyTensor>, Option<PyTensor>);
/// loss, gradients, log-probabilities, metrics
type Fused<'py> = (PyTensor, GradientParts, PyTensor, Bound<'py, PyDict>);
/// log-probabilities, entropies, Σπ²
type Found = (PyTensor, Option<PyTensor>, Option<PyTensor>);

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
    ) -> PyResult<(PyTensor, Bound<'py, PyDict>)> {
        let batch = batch::parts(batch)?;
        let entropy = entropy.map(|tensor| tensor.0);
        let output = py.detach(move || self.0.loss(&log_probs.0, entropy.as_ref(), &batch.borrowed())).map_err(raise)?;
        Ok((PyTensor(output.loss), numbers(py, &output.metrics)?))
    }

    /// Gradients are computed for tensors that require them, also where autograd is off: it is off inside of a
    /// `torch.autograd.Function`.
    #[pyo3(signature = (scores, tokens, batch, chunk=None, entropy=false))]
    fn fused<'py>(
        &self,
        py: Python<'py>,
        scores: ScoreParts,
        tokens: PyTensor,
        batch: &Bound<'py, PyDict>,
        chunk: Option<i64>,
        entropy: bool,
    ) -> PyResult<Fused<'py>> {
        let batch = batch::parts(batch)?;
        let scores = OwnedScores::new(scores);
        let pass = Pass { chunk, entropy, ..Pass::default() };
        let fused = py
            .detach(move || tch::with_grad(|| self.0.fused(&scores.borrow(), &tokens.0, &batch.borrowed(), pass)))
            .map_err(raise)?;
        Ok((PyTensor(fused.loss), parts(fused.gradients), PyTensor(fused.log_probs), numbers(py, &fused.metrics)?))
    }
}

/// [`log_probs`](r1rewards::grpo::log_probs): log-probabilities, entropies and Σπ².
#[pyfunction]
#[pyo3(signature = (scores, tokens, mask, temperature, chunk=None, entropy=false, squares=false))]
#[expect(clippy::too_many_arguments, reason = "arguments of Python")]
pub(super) fn log_probs(
    py: Python<'_>,
    scores: ScoreParts,
    tokens: PyTensor,
    mask: Option<PyTensor>,
    temperature: f64,
    chunk: Option<i64>,
    entropy: bool,
    squares: bool,
) -> PyResult<Found> {
    let (scores, mask) = (OwnedScores::new(scores), mask.map(|tensor| tensor.0));
    let pass = Pass { chunk, entropy, squares };
    let found = py.detach(move || grpo::log_probs(&scores.borrow(), &tokens.0, mask.as_ref(), temperature, pass)).map_err(raise)?;
    Ok((PyTensor(found.log_probs), found.entropy.map(PyTensor), found.squares.map(PyTensor)))
}

/// [`log_probs_backward`](r1rewards::grpo::log_probs_backward): gradients of input, weight and bias.
#[pyfunction]
#[pyo3(signature = (scores, tokens, mask, temperature, log_prob_gradient, entropy_gradient=None, chunk=None))]
#[expect(clippy::too_many_arguments, reason = "arguments of Python")]
pub(super) fn log_probs_backward(
    py: Python<'_>,
    scores: ScoreParts,
    tokens: PyTensor,
    mask: Option<PyTensor>,
    temperature: f64,
    log_prob_gradient: PyTensor,
    entropy_gradient: Option<PyTensor>,
    chunk: Option<i64>,
) -> PyResult<GradientParts> {
    let scores = OwnedScores::new(scores);
    let [mask, entropy_gradient] = [mask, entropy_gradient].map(|tensor| tensor.map(|tensor| tensor.0));
    let found = py
        .detach(move || {
            grpo::log_probs_backward(
                &scores.borrow(),
                &tokens.0,
                mask.as_ref(),
                temperature,
                chunk,
                &log_prob_gradient.0,
                entropy_gradient.as_ref(),
            )
        })
        .map_err(raise)?;
    Ok(parts(found))
}

/// [`Rejection::kept`](r1rewards::grpo::Rejection::kept).
#[pyfunction]
pub(super) fn rejection_mask(
    py: Python<'_>,
    options: &str,
    mask: PyTensor,
    old: PyTensor,
    rollout: PyTensor,
) -> PyResult<PyTensor> {
    let rule: Rejection = serde_json::from_str(options)
        .map_err(|error| raise(r1rewards::Error::spec(format_args!("options of a rejection: {error}"))))?;
    py.detach(move || rule.kept(&mask.0, &old.0, &rollout.0)).map(PyTensor).map_err(raise)
}

/// [`grpo::Scores`](r1rewards::grpo::Scores) with tensors of their own.
struct OwnedScores {
    input: Tensor,
    weight: Option<Tensor>,
    bias: Option<Tensor>,
    scale: f64,
    soft_cap: Option<f64>,
}

impl OwnedScores {
    fn new((input, weight, bias, scale, soft_cap): ScoreParts) -> Self {
        Self { input: input.0, weight: weight.map(|tensor| tensor.0), bias: bias.map(|tensor| tensor.0), scale, soft_cap }
    }

    fn borrow(&self) -> grpo::Scores<'_> {
        match &self.weight {
            Some(weight) => grpo::Scores::Head {
                hidden: &self.input,
                weight,
                bias: self.bias.as_ref(),
                scale: self.scale,
                soft_cap: self.soft_cap,
            },
            None => grpo::Scores::Logits(&self.input),
        }
    }
}

/// Metrics as a dict. JSON would lose NaN and infinity.
fn numbers<'py>(py: Python<'py>, metrics: &grpo::Metrics) -> PyResult<Bound<'py, PyDict>> {
    let found = PyDict::new(py);
    metrics.entries().into_iter().try_for_each(|(name, value)| found.set_item(name, value))?;
    Ok(found)
}

fn parts(gradients: grpo::Gradients) -> GradientParts {
    (gradients.input.map(PyTensor), gradients.weight.map(PyTensor), gradients.bias.map(PyTensor))
}
