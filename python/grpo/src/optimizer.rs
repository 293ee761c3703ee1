//! The optimizer, the reference and the adaptive entropy bonus.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::tensor::PyTensor;
use super::{raise, record};
use r1rewards::grpo;
use r1rewards::grpo::optimizer::{AdamWConfig, GroupOptions, GrpoOptimizer, ParameterGroup, Replacement};

/// Named parameters, and their group's options as JSON.
type GroupParts = (Vec<(String, PyTensor)>, String);

/// [`GrpoOptimizer`](r1rewards::grpo::optimizer::GrpoOptimizer).
#[pyclass(frozen, module = "r1rewards_grpo._grpo")]
pub(super) struct Optimizer(Mutex<GrpoOptimizer>);

impl Optimizer {
    fn lock(&self) -> MutexGuard<'_, GrpoOptimizer> {
        // The tensors are valid after a step that panicked: the lock may be taken again.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Optimizer {
    #[new]
    fn new(groups: Vec<GroupParts>, config: &str) -> PyResult<Self> {
        let group = |(parameters, options): GroupParts| {
            let options = GroupOptions::from_json(&options)?;
            Ok(ParameterGroup { parameters: parameters.into_iter().map(|(name, tensor)| (name, tensor.0)).collect(), options })
        };
        let optimizer = AdamWConfig::from_json(config)
            .and_then(|config| GrpoOptimizer::with_groups(groups.into_iter().map(group).collect::<r1rewards::Result<_>>()?, config))
            .map_err(raise)?;
        Ok(Self(Mutex::new(optimizer)))
    }

    #[getter]
    fn config<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        record(py, self.lock().config())
    }

    #[getter]
    fn steps(&self) -> u64 {
        self.lock().steps()
    }

    #[getter]
    fn learning_rate(&self) -> f64 {
        self.lock().learning_rate()
    }

    fn step<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let report = py.detach(|| self.lock().step()).map_err(raise)?;
        // JSON would lose the norm of a skipped step, which is NaN or infinite.
        let found = PyDict::new(py);
        found.set_item("learning_rate", report.learning_rate)?;
        found.set_item("gradient_norm", report.gradient_norm)?;
        found.set_item("clipped", report.clipped)?;
        found.set_item("skipped", report.skipped)?;
        Ok(found)
    }

    fn zero_grad(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.lock().zero_grad()).map_err(raise)
    }

    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.lock().save(&path)).map_err(raise)
    }

    fn load(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.lock().load(&path)).map_err(raise)
    }
}

/// [`Reference`](r1rewards::grpo::optimizer::Reference).
#[pyclass(frozen, module = "r1rewards_grpo._grpo")]
pub(super) struct Reference(Mutex<grpo::optimizer::Reference>);

#[pymethods]
impl Reference {
    #[new]
    #[pyo3(signature = (pairs, every=None, decay=None))]
    fn new(pairs: Vec<(PyTensor, PyTensor)>, every: Option<u64>, decay: Option<f64>) -> PyResult<Self> {
        let rule = match (every, decay) {
            (Some(every), None) => Replacement::Periodic { every },
            (None, Some(decay)) => Replacement::Ema { decay },
            _ => return Err(pyo3::exceptions::PyValueError::new_err("give either `every` or `decay`")),
        };
        let pairs = pairs.into_iter().map(|(reference, policy)| (reference.0, policy.0)).collect();
        Ok(Self(Mutex::new(grpo::optimizer::Reference::new(pairs, rule).map_err(raise)?)))
    }

    fn after_step(&self, py: Python<'_>, step: u64) -> PyResult<bool> {
        py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).after_step(step)).map_err(raise)
    }
}

/// [`AdaptiveEntropy`](r1rewards::grpo::AdaptiveEntropy).
#[pyclass(module = "r1rewards_grpo._grpo")]
pub(super) struct AdaptiveEntropy(grpo::AdaptiveEntropy);

#[pymethods]
impl AdaptiveEntropy {
    #[new]
    #[pyo3(signature = (target, step=grpo::AdaptiveEntropy::STEP, weight=0.0, limit=None))]
    fn new(target: f64, step: f64, weight: f64, limit: Option<f64>) -> PyResult<Self> {
        let bonus = grpo::AdaptiveEntropy::new(target, step)
            .and_then(|bonus| bonus.with_weight(weight))
            .and_then(|bonus| limit.map_or(Ok(bonus), |limit| bonus.with_limit(limit)))
            .map_err(raise)?;
        Ok(Self(bonus))
    }

    #[getter]
    fn weight(&self) -> f64 {
        self.0.weight()
    }

    fn observe(&mut self, entropy: f64) -> PyResult<f64> {
        self.0.observe(entropy).map_err(raise)
    }
}
