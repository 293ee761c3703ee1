//! Metrics: see `r1rewards.metrics`.

use std::cell::RefCell;

use pyo3::prelude::*;

use super::{errors, value};
use crate::metrics;

/// pass@k from the numbers of samples and of correct ones.
#[pyfunction]
pub(super) fn pass_at_k(samples: u64, correct: u64, k: u64) -> PyResult<f64> {
    metrics::pass_at_k(samples, correct, k).map_err(errors::from_rust)
}

/// The classes of equal answers as lists of places, and the place of the winning class.
#[pyfunction]
#[pyo3(signature = (answers, same=None))]
pub(super) fn consensus(
    answers: Vec<Option<String>>,
    same: Option<Bound<'_, PyAny>>,
) -> PyResult<(Vec<Vec<usize>>, Option<usize>)> {
    let same = Same::new(same);
    let vote = metrics::consensus(&texts(&answers), |left, right| same.ask(left, right));
    same.done()?;
    Ok((vote.classes.into_iter().map(|class| class.members).collect(), vote.winner))
}

/// Whether the majority of the first k answers is correct.
#[pyfunction]
#[pyo3(signature = (answers, correct, k, same=None))]
pub(super) fn cons_at_k(
    answers: Vec<Option<String>>,
    correct: Vec<bool>,
    k: usize,
    same: Option<Bound<'_, PyAny>>,
) -> PyResult<bool> {
    let same = Same::new(same);
    let right = metrics::cons_at_k(&texts(&answers), &correct, k, |left, right| same.ask(left, right));
    same.done()?;
    right.map_err(errors::from_rust)
}

/// Statistics of rewards by group.
#[pyfunction]
pub(super) fn group_statistics<'py>(py: Python<'py>, groups: Vec<usize>, rewards: Vec<Option<f64>>) -> PyResult<Bound<'py, PyAny>> {
    value::serialized(py, &metrics::group_statistics(&groups, &rewards).map_err(errors::from_rust)?)
}

/// SCoRe's metrics from the correctness of two attempts.
#[pyfunction]
pub(super) fn self_correction<'py>(py: Python<'py>, first: Vec<bool>, second: Vec<bool>) -> PyResult<Bound<'py, PyAny>> {
    value::serialized(py, &metrics::SelfCorrection::from_attempts(&first, &second).map_err(errors::from_rust)?)
}

fn texts(answers: &[Option<String>]) -> Vec<Option<&str>> {
    answers.iter().map(Option::as_deref).collect()
}

/// Equality of answers as a Python function says it; equal text where there is none. Its first exception ends the questions.
struct Same<'py> {
    function: Option<Bound<'py, PyAny>>,
    raised: RefCell<Option<PyErr>>,
}

impl<'py> Same<'py> {
    fn new(function: Option<Bound<'py, PyAny>>) -> Self {
        Self { function, raised: RefCell::new(None) }
    }

    fn ask(&self, left: &str, right: &str) -> bool {
        let Some(function) = &self.function else { return left == right };
        if self.raised.borrow().is_some() {
            return false;
        }
        let answer = function.call1((left, right)).and_then(|answer| answer.is_truthy());
        answer.unwrap_or_else(|error| {
            self.raised.replace(Some(error));
            false
        })
    }

    fn done(&self) -> PyResult<()> {
        self.raised.take().map_or(Ok(()), Err)
    }
}
