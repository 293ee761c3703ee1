//! [`Engine`]: the scorer that the package's `Scorer` uses.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use rayon::prelude::*;
use serde_json::Value;

use super::outcome::Outcome;
use super::outcomes::Outcomes;
use super::reads::{Reads, Use};
use super::rows::{Faults, Unread};
use super::{custom, errors, gil, mapped_rows, rows, value};
use r1rewards::internal::Cancel;
use r1rewards::internal::MAX_JOBS;
use r1rewards::{Reason, RewardSpec, Sample, Scorer};

/// A scorer built from a spec; see `r1rewards.Scorer`.
#[pyclass(frozen, module = "r1rewards._r1rewards")]
pub(super) struct Engine {
    pub(super) scorer: Arc<Scorer>,
    pub(super) reads: Reads,
    /// One sample can take seconds: a reward runs programs, or waits for other services.
    takes_long: bool,
    /// Python handles Ctrl-C itself, since rewards in Python run on the calling thread.
    runs_python_here: bool,
}

/// From this many samples on they are built and dropped on several threads.
const MANY: usize = 4096;
/// From this many samples on a batch can take a second, so Ctrl-C is checked while it runs.
const LONG: usize = 64;

impl Engine {
    /// Runs work without the lock. Work that takes long ends with an exception when Ctrl-C was pressed, or when `until`
    /// returns true; `until` is called with the number of samples judged so far and the total. An exception that is not
    /// an `Exception` and was raised in a reward written in Python is raised here.
    fn run<R: Send + 'static>(
        &self,
        py: Python<'_>,
        count: usize,
        until: Option<&Bound<'_, PyAny>>,
        work: impl FnOnce(&Scorer) -> R + Send + 'static,
    ) -> PyResult<R> {
        let (cancel, scorer) = (Cancel::default(), Arc::clone(&self.scorer));
        let done = if self.takes_long || count >= LONG && (until.is_some() || !self.runs_python_here) {
            gil::interruptibly(py, &cancel, until.map(|until| (until, count)), move || work(&scorer))
        } else {
            gil::without(py, || cancel.over(|| work(&scorer)))
        };
        cancel.take_cause::<PyErr>().map_or(done, Err)
    }

    /// Scores rows of any origin; a row that cannot be read has its outcome in its place.
    fn score_all(
        &self,
        py: Python<'_>,
        samples: Vec<Sample>,
        unread: Unread,
        until: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Outcomes> {
        self.run(py, samples.len(), until, move |scorer| {
            let outcomes = scorer.score_batch(&samples);
            if samples.len() >= MANY {
                scorer.on_threads(|parallel| if parallel { samples.into_par_iter().for_each(drop) } else { drop(samples) });
            }
            Outcomes::from(with_unread(outcomes, unread))
        })
    }
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (spec, jobs=None))]
    fn new(py: Python<'_>, spec: &Bound<'_, PyAny>, jobs: Option<usize>) -> PyResult<Self> {
        let spec = RewardSpec::from_value(&value::from_python(spec).map_err(errors::spec)?).map_err(errors::from_rust)?;
        let builder = Scorer::builder().spec(&spec).map_err(errors::from_rust)?;
        if jobs == Some(0) {
            return Err(errors::spec("`jobs` must be at least 1, got 0: leave it out for every core".to_owned()));
        }
        let config = Value::Array(spec.components.iter().map(r1rewards::spec::ComponentSpec::to_value).collect());
        // Calls that wait need one thread each and no core; workers for programs need one core each.
        let at_once = custom::at_once(py, &config)?.filter(|_| !is_isolated(&config));
        let threads = at_once.map_or(jobs, |calls| jobs.max(Some(calls.min(MAX_JOBS))));
        let builder = if let Some(threads) = threads { builder.jobs(threads) } else { builder };
        let scorer = builder.build().map_err(errors::from_rust)?;
        let jobs = threads;
        let one_thread = jobs.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).is_none_or(|jobs| jobs < 2);
        Ok(Self {
            takes_long: mentions(scorer.config(), &["code", "auto"]) || custom::at_once(py, &config)?.is_some(),
            reads: Reads::of(py, scorer.config(), scorer.needs_whole_group())?,
            runs_python_here: one_thread && mentions(scorer.config(), &["python"]),
            scorer: Arc::new(scorer),
        })
    }

    /// Scores one completion with its columns. A row that cannot be read is unscored if `keep` is true, and raises
    /// otherwise.
    #[pyo3(signature = (completion, columns, until=None, keep=false))]
    fn score(
        &self,
        py: Python<'_>,
        completion: &Bound<'_, PyAny>,
        columns: &Bound<'_, PyDict>,
        until: Option<&Bound<'_, PyAny>>,
        keep: bool,
    ) -> PyResult<Outcome> {
        match rows::sample(completion, columns, &self.reads)? {
            Ok(sample) => self.run(py, 1, until, move |scorer| scorer.score(&sample)).map(Outcome::from),
            Err(problem) if keep => Ok(unread_outcome(problem).into()),
            Err(problem) => Err(errors::RowError::new_err(problem)),
        }
    }

    /// Scores completions with their columns as lists.
    #[pyo3(signature = (completions, columns, until=None, keep=false))]
    fn score_columns(
        &self,
        py: Python<'_>,
        completions: &Bound<'_, PyList>,
        columns: &Bound<'_, PyDict>,
        until: Option<&Bound<'_, PyAny>>,
        keep: bool,
    ) -> PyResult<Outcomes> {
        let count = completions.len();
        let mut rows = rows::Columns::read(py, completions, columns, &self.reads, faults(keep))?;
        let unread = rows.take_unread();
        let samples = gil::without(py, || {
            if count < MANY { rows.samples(false) } else { self.scorer.on_threads(|parallel| rows.samples(parallel)) }
        });
        // Text is borrowed from Python until it is copied.
        rows.release(py);
        self.score_all(py, samples?, unread, until)
    }

    /// Scores rows.
    #[pyo3(signature = (rows, map, until=None, keep=false))]
    fn score_rows(
        &self,
        py: Python<'_>,
        rows: &Bound<'_, PyList>,
        map: Vec<(String, String)>,
        until: Option<&Bound<'_, PyAny>>,
        keep: bool,
    ) -> PyResult<Outcomes> {
        let (samples, unread) = mapped_rows::samples(py, rows, map, &self.reads, faults(keep))?;
        self.score_all(py, samples, unread, until)
    }

    /// How the rewards use a column, in rows that have their own spec or not: `needed`, `welcome` (used if it can be
    /// read), or `key` (it only tells prompts apart); none if no reward reads it.
    fn use_of(&self, column: &str, own_spec: bool) -> Option<&'static str> {
        match self.reads.column(column, own_spec) {
            Use::Needed => Some("needed"),
            Use::Welcome => Some("welcome"),
            Use::Key => Some("key"),
            Use::Nothing => None,
        }
    }

    /// The columns that rewards name.
    #[getter]
    fn reads(&self) -> Vec<&str> {
        self.reads.named().collect()
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

fn faults(keep: bool) -> Faults {
    if keep { Faults::Keep } else { Faults::Raise }
}

/// The outcome of a row that cannot be read.
fn unread_outcome(problem: String) -> r1rewards::Outcome {
    r1rewards::Outcome::unscored(Reason::BadRow).with_detail(problem)
}

/// Whether programs run in separate processes.
fn is_isolated(config: &Value) -> bool {
    match config {
        Value::Object(map) => map.get("isolation") == Some(&Value::from("process")) || map.values().any(is_isolated),
        Value::Array(values) => values.iter().any(is_isolated),
        _ => false,
    }
}

/// Inserts the outcomes of rows that cannot be read in their places.
fn with_unread(outcomes: Vec<r1rewards::Outcome>, unread: Unread) -> Vec<r1rewards::Outcome> {
    if unread.is_empty() {
        return outcomes;
    }
    let (mut all, mut scored) = (Vec::with_capacity(outcomes.len() + unread.len()), outcomes.into_iter());
    for (place, problem) in unread {
        let before = place - all.len();
        all.extend(scored.by_ref().take(before));
        all.push(unread_outcome(problem));
    }
    all.extend(scored);
    all
}

/// Whether a spec has a reward of one of these kinds, at any depth.
fn mentions(config: &Value, kinds: &[&str]) -> bool {
    match config {
        Value::Object(map) => {
            let own = map.get("kind").and_then(Value::as_str).is_some_and(|kind| kinds.contains(&kind));
            own || map.values().any(|value| mentions(value, kinds))
        }
        Value::Array(values) => values.iter().any(|value| mentions(value, kinds)),
        _ => false,
    }
}
