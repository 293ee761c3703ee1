//! Episodes: see `r1rewards.episode`.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use super::engine::Engine;
use super::outcome::Outcome;
use super::{errors, gil, rows, value};
use r1rewards::episode::{self, Origin, RestartBuffer, RestartOptions, Trajectory, Turn};
use r1rewards::internal::Cancel;

/// A judged attempt: its index among the turns, the outcome, the bonus, the shaped reward.
type Attempt = (usize, Outcome, f64, Option<f64>);

/// A checked sequence of turns; see `r1rewards.episode.Episode`.
#[pyclass(frozen, module = "r1rewards._r1rewards")]
pub(super) struct Episode {
    inner: episode::Episode,
}

#[pymethods]
impl Episode {
    #[new]
    fn new(turns: &Bound<'_, PyAny>) -> PyResult<Self> {
        let turns = value::from_python(turns).map_err(|problem| errors::spec(format!("the list of turns {problem}")))?;
        let turns: Vec<Turn> = serde_json::from_value(turns).map_err(|error| errors::spec(format!("turns: {error}")))?;
        Ok(Self { inner: episode::Episode::new(turns).map_err(errors::from_rust)? })
    }

    fn attempts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::serialized(py, &self.inner.attempts().collect::<Vec<_>>())
    }

    fn trainable_mask(&self, length: usize) -> Vec<bool> {
        self.inner.trainable_mask(length)
    }

    fn score(&self, py: Python<'_>, engine: &Engine, columns: &Bound<'_, PyDict>, alpha: f64) -> PyResult<Vec<Attempt>> {
        let row = rows::sample(PyString::new(py, "").as_any(), columns, &engine.reads)?.map_err(errors::RowError::new_err)?;
        let cancel = Cancel::default();
        let turns = gil::without(py, || cancel.over(|| episode::score_turns(&self.inner, &*engine.scorer, &row, alpha)));
        let turns = cancel.take_cause::<PyErr>().map_or(turns, Err)?;
        let turns = turns.map_err(errors::from_rust)?.into_iter();
        Ok(turns.map(|turn| (turn.turn, turn.outcome.into(), turn.bonus, turn.value)).collect())
    }
}

/// The group of a second attempt for its baseline.
#[pyfunction]
pub(super) fn baseline_key(prompt: &str, first_reward: Option<f64>) -> (String, Option<u64>) {
    episode::baseline_key(prompt, first_reward)
}

/// SCoRe's shaped rewards.
#[pyfunction]
pub(super) fn shape(rewards: Vec<Option<f64>>, alpha: f64) -> PyResult<Vec<Option<f64>>> {
    episode::shape(&rewards, alpha).map_err(errors::from_rust)
}

/// Satori's reward with its terms.
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
