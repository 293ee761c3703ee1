//! Episodes: see `r1rewards.episode`.

use pyo3::prelude::*;

use super::{errors, value};
use crate::episode::{self, Origin, RestartBuffer, RestartOptions, Trajectory};

/// SCoRe's shaped rewards.
#[pyfunction]
pub(super) fn shape(rewards: Vec<Option<f64>>, alpha: f64) -> PyResult<Vec<Option<f64>>> {
    episode::shape(&rewards, alpha).map_err(errors::from_rust)
}

/// Satori's reward, its terms.
#[pyfunction]
pub(super) fn satori_reward<'py>(
    py: Python<'py>,
    correct: bool,
    outcome_score: Option<f64>,
    origin: &str,
    beta: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let origin: Origin = serde_json::from_value(origin.into())
        .map_err(|_| errors::spec(format!("option `origin` got {origin:?}: give fresh, correct or incorrect")))?;
    value::serialized(py, &episode::satori_reward(correct, outcome_score, origin, beta).map_err(errors::from_rust)?)
}

/// Satori's restart buffer from trajectories (question, text, correct): `{"restarts": [...], "counts": {...}}`.
#[pyfunction]
#[pyo3(signature = (trajectories, *, max_backtrack, min_backtrack, reflect, balance, fresh, seed))]
#[expect(clippy::too_many_arguments, reason = "the options of the buffer by name")]
pub(super) fn build_restarts<'py>(
    py: Python<'py>,
    trajectories: Vec<(String, String, bool)>,
    max_backtrack: usize,
    min_backtrack: usize,
    reflect: String,
    balance: bool,
    fresh: bool,
    seed: u64,
) -> PyResult<Bound<'py, PyAny>> {
    let trajectories = trajectories.into_iter().map(|(question, text, correct)| Trajectory { question, text, correct });
    let options = RestartOptions { max_backtrack, min_backtrack, reflect, balance, fresh, seed };
    let buffer = RestartBuffer::build(&trajectories.collect::<Vec<_>>(), &options).map_err(errors::from_rust)?;
    value::serialized(py, &buffer)
}
