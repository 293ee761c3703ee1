//! [`Engine`]: a scorer behind the package's `Scorer`.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use rayon::prelude::*;

use super::outcome::Outcome;
use super::outcomes::Outcomes;
use super::{errors, gil, rows, value};
use crate::{RewardSpec, Sample, Scorer};

/// A scorer built from a spec; see `r1rewards.Scorer`.
#[pyclass(frozen, module = "r1rewards._r1rewards")]
pub(super) struct Engine {
    pub(super) scorer: Scorer,
}

/// So many samples are made and dropped on several threads.
const MANY: usize = 4096;

impl Engine {
    /// Makes, scores and drops samples; needs no lock.
    fn score_all(&self, count: usize, samples: impl FnOnce(bool) -> Vec<Sample> + Send) -> Outcomes {
        if count < MANY {
            return Outcomes::from(self.scorer.score_batch(&samples(false)));
        }
        let samples = self.scorer.on_threads(samples);
        let outcomes = self.scorer.score_batch(&samples);
        self.scorer.on_threads(|parallel| if parallel { samples.into_par_iter().for_each(drop) } else { drop(samples) });
        Outcomes::from(outcomes)
    }
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (spec, jobs=None))]
    fn new(spec: &Bound<'_, PyAny>, jobs: Option<usize>) -> PyResult<Self> {
        let spec = RewardSpec::from_value(&value::from_python(spec).map_err(errors::spec)?).map_err(errors::from_rust)?;
        let builder = Scorer::builder().spec(&spec).map_err(errors::from_rust)?;
        let builder = match jobs {
            Some(0) => return Err(errors::spec("`jobs` must be at least 1, got 0: leave it out for every core".to_owned())),
            Some(jobs) => builder.jobs(jobs),
            None => builder,
        };
        Ok(Self { scorer: builder.build().map_err(errors::from_rust)? })
    }

    /// Scores one completion with the values beside it.
    fn score(&self, py: Python<'_>, completion: &Bound<'_, PyAny>, columns: &Bound<'_, PyDict>) -> PyResult<Outcome> {
        let sample = rows::sample(completion, columns)?;
        gil::without(py, || self.scorer.score(&sample)).map(Outcome::from)
    }

    /// Scores completions with lists beside them.
    fn score_columns(&self, py: Python<'_>, completions: &Bound<'_, PyList>, columns: &Bound<'_, PyDict>) -> PyResult<Outcomes> {
        let (count, mut rows) = (completions.len(), rows::Columns::read(py, completions, columns)?);
        let scored = gil::without(py, || self.score_all(count, |parallel| rows.samples(parallel)));
        rows.release(py);
        scored
    }

    /// Scores rows.
    fn score_rows(&self, py: Python<'_>, rows: &Bound<'_, PyList>, map: Vec<(String, String)>) -> PyResult<Outcomes> {
        let samples = rows::samples_of_rows(py, rows, map)?;
        gil::without(py, || self.score_all(samples.len(), |_| samples))
    }

    #[getter]
    fn names(&self) -> Vec<String> {
        self.scorer.names().map(str::to_owned).collect()
    }

    #[getter]
    fn needs_whole_group(&self) -> bool {
        self.scorer.needs_whole_group()
    }

    #[getter]
    fn config<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::to_python(py, self.scorer.config())
    }

    #[getter]
    fn config_hash(&self) -> String {
        self.scorer.config_hash()
    }
}
