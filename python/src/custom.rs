//! The kind `python`: rewards that users write in Python.
//!
//! Accepts: what `r1rewards._custom.resolve` finds under the name that the spec gives. An exception leaves its samples
//! `unscored` with reason `reward_error` and the exception's text; the Python side decides which samples these are. If
//! a column that the reward names cannot be read, the sample is `unscored` with reason `bad_row`. A raised object that
//! is not an `Exception` (KeyboardInterrupt, SystemExit) is not a fault of the reward: it ends the batch and is raised
//! by the call that scores.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::{errors, value};
use r1rewards::internal::{PerProcess, cancelled, current, no_outcome};
use r1rewards::spec::{self, Kind, KindOption, Options, Takes};
use r1rewards::{Error, Reason, Result, Reward, Sample, TooHeavy};

/// The kind's name.
pub(super) const NAME: &str = "python";

const KIND: Kind = Kind {
    name: NAME,
    about: "A reward written in Python.",
    options: &[
        KindOption::new("callable", Takes::Text, "Where the function or object is: `module:name`.").required(),
        KindOption::new("group", Takes::Bool, "Call it once for all samples of a prompt, with lists.").default("false"),
        KindOption::new("at_once", Takes::COUNT, "For a coroutine function: the most calls that wait at the same time.")
            .default("64"),
    ],
    build,
};

/// The default of `at_once`: the most calls of a coroutine function at the same time.
const AT_ONCE: usize = 64;

/// Registers the kind for every spec of the process.
pub(super) fn register() -> PyResult<()> {
    spec::register(&KIND).map_err(errors::from_rust)
}

fn build(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    let callable = options.required("callable", options.str("callable")?)?.to_owned();
    let group = options.bool("group")?.unwrap_or(false);
    let at_once = options.usize("at_once")?;
    if at_once == Some(0) {
        return Err(options.refuse("at_once", "at least 1"));
    }
    let found = Python::attach(|py| {
        let caller = py.import("r1rewards._custom")?.call_method1("resolve", (&callable, group, at_once.unwrap_or(AT_ONCE)))?;
        PyResult::Ok((caller.getattr("name")?.extract()?, caller.getattr("wanted")?.extract()?, caller.unbind()))
    });
    let (name, wanted, caller) =
        found.map_err(|error| Error::spec(format_args!("`python`: option `callable` got {callable:?}: {error}")))?;
    Ok(Box::new(PythonReward { name, callable, group, at_once, wanted, caller }))
}

/// The columns that a reward names; none if it takes all of them.
pub(super) fn wanted(py: Python<'_>, callable: &str) -> PyResult<Option<HashSet<String>>> {
    py.import("r1rewards._custom")?.call_method1("wanted", (callable,))?.extract()
}

/// How many calls of the coroutine functions of a configuration may wait at the same time; none if it has no such
/// function.
pub(super) fn at_once(py: Python<'_>, config: &Value) -> PyResult<Option<usize>> {
    let mut found = None;
    match config {
        Value::Object(map) => {
            let callable = map.get("callable").and_then(Value::as_str).filter(|_| map.get("kind") == Some(&Value::from(NAME)));
            if let Some(callable) = callable
                && py.import("r1rewards._custom")?.call_method1("waits", (callable,))?.extract()?
            {
                let most = map.get("at_once").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
                found = Some(most.unwrap_or(AT_ONCE));
            }
            for value in map.values() {
                found = found.max(at_once(py, value)?);
            }
        }
        Value::Array(values) => {
            for value in values {
                found = found.max(at_once(py, value)?);
            }
        }
        _ => {}
    }
    Ok(found)
}

struct PythonReward {
    name: String,
    callable: String,
    group: bool,
    at_once: Option<usize>,
    /// The columns that it names; none if it takes all of them.
    wanted: Option<HashSet<String>>,
    /// Takes rows, gives one outcome for each.
    caller: Py<PyAny>,
}

impl PythonReward {
    fn call(&self, samples: &[&Sample]) -> PyResult<Vec<r1rewards::Outcome>> {
        Python::attach(|py| {
            let rows = PyList::empty(py);
            let mut unread = Vec::new();
            for sample in samples {
                match self.row(py, sample)? {
                    Ok(row) => {
                        rows.append(row)?;
                        unread.push(None);
                    }
                    Err(problem) => unread.push(Some(r1rewards::Outcome::from(problem))),
                }
            }
            if rows.is_empty() {
                return Ok(unread.into_iter().flatten().collect());
            }
            let given = self.caller.bind(py).call1((rows,))?;
            let mut given = given.try_iter()?.map(|outcome| PyResult::Ok(outcome?.cast::<Outcome>()?.get().inner.clone()));
            unread.into_iter().filter_map(|bad| bad.map(Ok).or_else(|| given.next())).collect()
        })
    }

    /// A sample as the keyword arguments of the reward, or the error of a column that the reward names and that cannot
    /// be read.
    fn row<'py>(&self, py: Python<'py>, sample: &Sample) -> PyResult<std::result::Result<Bound<'py, PyDict>, TooHeavy>> {
        let takes = |name: &str| self.wanted.as_ref().is_none_or(|wanted| wanted.contains(name));
        let row = PyDict::new(py);
        row.set_item("completion", &sample.completion)?;
        if takes("answer") {
            match sample.answers.as_slice() {
                [] => row.set_item("answer", py.None())?,
                [answer] => row.set_item("answer", answer)?,
                answers => row.set_item("answer", answers)?,
            }
        }
        for (name, beside) in [("prompt", &sample.prompt), ("tests", &sample.tests)] {
            if takes(name) {
                row.set_item(name, value::to_python(py, beside.as_deref().unwrap_or(&Value::Null))?)?;
            }
        }
        if takes("id") {
            row.set_item("id", value::to_python(py, &sample.id)?)?;
        }
        for name in sample.fields.keys().filter(|name| takes(name)) {
            match sample.fields.read(name) {
                Ok(value) => row.set_item(name, value::to_python(py, value.unwrap_or(&Value::Null))?)?,
                // A reward that takes every column gets those that can be read.
                Err(_) if self.wanted.is_none() => {}
                Err(problem) => return Ok(Err(problem)),
            }
        }
        Ok(Ok(row))
    }
}

impl Reward for PythonReward {
    fn name(&self) -> &str {
        &self.name
    }

    fn config(&self) -> Value {
        let mut config = json!({ "kind": KIND.name, "callable": self.callable, "group": self.group });
        if let Some(at_once) = self.at_once {
            config["at_once"] = at_once.into();
        }
        config
    }

    fn score(&self, sample: &Sample) -> r1rewards::Outcome {
        self.score_group(&[sample]).pop().unwrap_or_else(|| r1rewards::Outcome::unscored(Reason::RewardError))
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<r1rewards::Outcome> {
        if cancelled() {
            return vec![no_outcome(); samples.len()];
        }
        let _running = Running::begin();
        self.call(samples).unwrap_or_else(|error| {
            if let Some(cancel) = current()
                && Python::attach(|py| !error.is_instance_of::<PyException>(py))
            {
                cancel.because(error);
                return vec![no_outcome(); samples.len()];
            }
            let outcome = r1rewards::Outcome::unscored(Reason::RewardError).with_detail(error.to_string());
            vec![outcome; samples.len()]
        })
    }

    fn needs_whole_group(&self) -> bool {
        self.group
    }
}

/// Calls of this process that are in Python, including those of cancelled batches.
static RUNNING: PerProcess<AtomicUsize> = PerProcess::new();

struct Running(Arc<AtomicUsize>);

impl Running {
    fn begin() -> Self {
        let running = RUNNING.get();
        running.fetch_add(1, Ordering::SeqCst);
        Self(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Waits until no reward runs in Python: an interpreter must not shut down while a thread is in it.
#[pyfunction]
pub(super) fn wait_for_rewards(py: Python<'_>) {
    py.detach(|| {
        while RUNNING.get().load(Ordering::SeqCst) > 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}

/// Whether the batch of the reward that runs on this thread was cancelled.
#[pyfunction]
pub(super) fn nobody_waits() -> bool {
    cancelled()
}
