//! The extension module of the Python package `r1rewards_grpo`: the crate's GRPO on torch's own tensors.
//!
//! Options are passed as JSON. The crate's errors are raised as `ValueError`, those of libtorch as `RuntimeError` and
//! those of files as `OSError`. There is no logic here. The GIL is released while libtorch computes.

#![cfg(feature = "torch")]

mod batch;
mod loss;
mod optimizer;
mod returns;
mod sampling;
mod tensor;

use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use serde::Serialize;

use r1rewards::Error;

/// The module `r1rewards_grpo._grpo`.
#[pymodule]
#[pyo3(name = "_grpo")]
fn grpo_module(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<loss::Loss>()?;
    module.add_class::<optimizer::Optimizer>()?;
    module.add_class::<optimizer::Reference>()?;
    module.add_class::<optimizer::AdaptiveEntropy>()?;
    module.add_function(wrap_pyfunction!(loss::log_probs, module)?)?;
    module.add_class::<sampling::DynamicSampling>()?;
    module.add_function(wrap_pyfunction!(loss::log_probs_backward, module)?)?;
    module.add_function(wrap_pyfunction!(loss::rejection_mask, module)?)?;
    module.add_function(wrap_pyfunction!(returns::token_returns, module)?)?;
    module.add_function(wrap_pyfunction!(returns::whiten, module)?)?;
    module.add_function(wrap_pyfunction!(returns::token_baseline_advantages, module)?)?;
    Ok(())
}

/// The crate's error as the exception of its kind.
fn raise(error: Error) -> PyErr {
    let message = error.to_string();
    if error.is_io() {
        PyOSError::new_err(message)
    } else if error.is_backend() {
        PyRuntimeError::new_err(message)
    } else {
        PyValueError::new_err(message)
    }
}

/// A record as a dict.
fn record<'py>(py: Python<'py>, value: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    let json = serde_json::to_string(value).map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
    py.import("json")?.call_method1("loads", (json,))
}
