//! Advantages of groups: see `r1rewards.advantage`.

use pyo3::prelude::*;

use super::{errors, gil, value};
use r1rewards::grpo::{self, AdvantageConfig, Advantages};

/// The values, then groups, dead groups, single groups, missing, and the mean and standard deviation of the rewards.
type Columns = (Vec<f64>, usize, usize, usize, usize, f64, f64);

fn columns(found: r1rewards::Result<Advantages>) -> PyResult<Columns> {
    let found = found.map_err(errors::from_rust)?;
    let counts = (found.groups, found.dead_groups, found.single_groups, found.missing);
    Ok((found.values, counts.0, counts.1, counts.2, counts.3, found.reward_mean, found.reward_std))
}

fn config(options: &Bound<'_, PyAny>) -> PyResult<AdvantageConfig> {
    let value = value::from_python(options).map_err(errors::spec)?;
    serde_json::from_value(value).map_err(|error| errors::spec(error.to_string()))
}

/// The advantage of each sample within its group.
#[pyfunction]
pub(super) fn advantages(
    py: Python<'_>,
    groups: Vec<usize>,
    rewards: Vec<Option<f64>>,
    options: &Bound<'_, PyAny>,
) -> PyResult<Columns> {
    let config = config(options)?;
    columns(gil::without(py, || grpo::advantages(&config, &groups, &rewards))?)
}

/// Advantages from components that are normalised separately.
#[pyfunction]
pub(super) fn component_advantages(
    py: Python<'_>,
    groups: Vec<usize>,
    components: Vec<Vec<Option<f64>>>,
    weights: Vec<f64>,
    options: &Bound<'_, PyAny>,
) -> PyResult<Columns> {
    let config = config(options)?;
    if let Some(place) = components.iter().position(|rewards| rewards.len() != groups.len()) {
        let (given, wanted) = (components[place].len(), groups.len());
        return Err(errors::spec(format!("component {place} has {given} rewards for {wanted} group ids: give one for each")));
    }
    columns(gil::without(py, || grpo::component_advantages(&config, &groups, &components, &weights))?)
}

/// REINFORCE++: rewards whitened over the tokens of the batch.
#[pyfunction]
pub(super) fn token_advantages(
    py: Python<'_>,
    groups: Vec<usize>,
    rewards: Vec<Option<f64>>,
    lengths: Vec<usize>,
    baseline: bool,
) -> PyResult<Columns> {
    columns(gil::without(py, || grpo::token_advantages(&groups, &rewards, &lengths, baseline))?)
}

/// OPO: rewards minus the mean of their group, weighted by length.
#[pyfunction]
pub(super) fn length_advantages(
    py: Python<'_>,
    groups: Vec<usize>,
    rewards: Vec<Option<f64>>,
    lengths: Vec<usize>,
) -> PyResult<Columns> {
    columns(gil::without(py, || grpo::length_advantages(&groups, &rewards, &lengths))?)
}

/// ReMax: rewards minus those of greedy samples.
#[pyfunction]
pub(super) fn greedy_advantages(py: Python<'_>, rewards: Vec<Option<f64>>, baselines: Vec<Option<f64>>) -> PyResult<Columns> {
    columns(gil::without(py, || grpo::greedy_advantages(&rewards, &baselines))?)
}

/// The advantages of samples whose reward is pass@k of their group.
#[pyfunction]
pub(super) fn pass_at_k_advantages(py: Python<'_>, groups: Vec<usize>, rewards: Vec<Option<f64>>, k: usize) -> PyResult<Columns> {
    columns(gil::without(py, || grpo::pass_at_k_advantages(&groups, &rewards, k))?)
}
