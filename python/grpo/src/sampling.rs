//! DAPO's dynamic sampling.

use pyo3::prelude::*;

use super::raise;
use r1rewards::grpo::{self, Round};

/// [`DynamicSampling`](r1rewards::grpo::DynamicSampling).
#[pyclass(module = "r1rewards_grpo._grpo")]
pub(super) struct DynamicSampling(grpo::DynamicSampling);

#[pymethods]
impl DynamicSampling {
    #[new]
    #[pyo3(signature = (groups, rounds=grpo::DynamicSampling::ROUNDS))]
    fn new(groups: usize, rounds: usize) -> PyResult<Self> {
        grpo::DynamicSampling::new(groups, rounds).map(Self).map_err(raise)
    }

    /// The state, the places of the groups kept, and how many are missing.
    fn round(&mut self, groups: Vec<Vec<bool>>) -> (&'static str, Vec<usize>, usize) {
        let groups: Vec<&[bool]> = groups.iter().map(Vec::as_slice).collect();
        match self.0.round(&groups) {
            Round::Full { kept } => ("full", kept, 0),
            Round::Sample { kept, missing } => ("sample", kept, missing),
            Round::Exhausted { kept, missing } => ("exhausted", kept, missing),
        }
    }
}
