//! Metrics: see `r1rewards.metrics`.

use std::cell::RefCell;

use pyo3::prelude::*;

use super::{errors, gil, value};
use r1rewards::metrics;

/// Markers, words, and whether the answer changed after the first marker.
type Counted = (usize, u64, Option<bool>);

/// pass@k from the number of samples and the number of correct ones.
#[pyfunction]
pub(super) fn pass_at_k(samples: u64, correct: u64, k: u64) -> PyResult<f64> {
    metrics::pass_at_k(samples, correct, k).map_err(errors::from_rust)
}

/// pass@1.
#[pyfunction]
pub(super) fn pass_at_1(samples: u64, correct: u64) -> PyResult<f64> {
    metrics::pass_at_1(samples, correct).map_err(errors::from_rust)
}

/// The mean of pass@k over problems given as (samples, correct).
#[pyfunction]
pub(super) fn mean_pass_at_k(problems: Vec<(u64, u64)>, k: u64) -> PyResult<f64> {
    metrics::mean_pass_at_k(&problems, k).map_err(errors::from_rust)
}

/// The classes of equal answers as lists of indices, and the index of the winning class.
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

/// A variant of the prompt: its name, and for each problem the verdicts of its samples (none where unscored).
type Judged = (String, Vec<(String, Vec<Option<bool>>)>);

/// The pass rates of the same problems under several variants of the prompt.
#[pyfunction]
pub(super) fn prompt_sensitivity<'py>(
    py: Python<'py>,
    variants: Vec<Judged>,
    baseline: Option<String>,
    all_pairs: bool,
    resamples: u32,
    seed: u64,
) -> PyResult<Bound<'py, PyAny>> {
    let samples = |(id, verdicts): (String, Vec<Option<bool>>)| verdicts.into_iter().map(move |verdict| (id.clone(), verdict));
    let options = metrics::SensitivityOptions { baseline, all_pairs, resamples, seed };
    let report = gil::without(py, || {
        let variants: Vec<metrics::Variant> = variants
            .into_iter()
            .map(|(name, problems)| metrics::Variant::from_samples(name, problems.into_iter().flat_map(samples)))
            .collect();
        metrics::prompt_sensitivity(&variants, &options)
    });
    value::serialized(py, &report?.map_err(errors::from_rust)?)
}

/// The measures of reflection in a response: markers, words, whether the answer changed.
#[pyfunction]
#[pyo3(signature = (text, markers, answer=None, same=None))]
pub(super) fn reflection(
    text: &str,
    markers: Vec<String>,
    answer: Option<Bound<'_, PyAny>>,
    same: Option<Bound<'_, PyAny>>,
) -> PyResult<Counted> {
    let (answer, same) = (Called::new(answer), Same::new(same));
    let markers: Vec<&str> = markers.iter().map(String::as_str).collect();
    let read = |text: &str| answer.call(|function| function.call1((text,))?.extract()).flatten();
    let seen = metrics::reflection(text, &markers, read, |left, right| same.ask(left, right));
    answer.done()?;
    same.done()?;
    Ok((seen.markers, seen.words, seen.changed))
}

/// The averages of many responses.
#[pyfunction]
pub(super) fn summarize_reflection<'py>(py: Python<'py>, responses: Vec<Counted>) -> PyResult<Bound<'py, PyAny>> {
    let responses = responses.into_iter().map(|(markers, words, changed)| metrics::Reflection { markers, words, changed });
    value::serialized(py, &metrics::summarize_reflection(&responses.collect::<Vec<_>>()))
}

fn texts(answers: &[Option<String>]) -> Vec<Option<&str>> {
    answers.iter().map(Option::as_deref).collect()
}

/// A function of the user, if there is one. After its first exception it is not called again, and the exception is
/// kept.
struct Called<'py> {
    function: Option<Bound<'py, PyAny>>,
    raised: RefCell<Option<PyErr>>,
}

impl<'py> Called<'py> {
    fn new(function: Option<Bound<'py, PyAny>>) -> Self {
        Self { function, raised: RefCell::new(None) }
    }

    fn call<T>(&self, ask: impl FnOnce(&Bound<'py, PyAny>) -> PyResult<T>) -> Option<T> {
        let function = self.function.as_ref().filter(|_| self.raised.borrow().is_none())?;
        ask(function).map_err(|error| self.raised.replace(Some(error))).ok()
    }

    fn done(&self) -> PyResult<()> {
        self.raised.take().map_or(Ok(()), Err)
    }
}

/// Equality of answers as a Python function decides it; equality of text without one.
struct Same<'py>(Called<'py>);

impl<'py> Same<'py> {
    fn new(function: Option<Bound<'py, PyAny>>) -> Self {
        Self(Called::new(function))
    }

    fn ask(&self, left: &str, right: &str) -> bool {
        if self.0.function.is_none() {
            return left == right;
        }
        self.0.call(|function| function.call1((left, right))?.is_truthy()).unwrap_or(false)
    }

    fn done(&self) -> PyResult<()> {
        self.0.done()
    }
}
