//! The kind `python`: rewards that users write in Python.
//!
//! Accepts: what `r1rewards._custom.resolve` finds under the name that the spec gives. Refuses: to lose a fault. An exception leaves the
//! samples it happened on `unscored` with reason `reward_error` and the exception's text; which samples these are, the Python side says. What is no
//! `Exception` (KeyboardInterrupt, SystemExit) is no fault of the reward: it ends the batch and is raised where it was called.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::{errors, value};
use crate::per_process::PerProcess;
use crate::spec::{self, Kind, Options};
use crate::{Error, Reason, Result, Reward, Sample, cancel};

const KIND: Kind = Kind {
    name: "python",
    about: "A reward written in Python.",
    options: &[
        ("callable", "Where the function or object is: module:name."),
        ("group", "Call it once for all samples of a prompt, with lists; false unless said."),
    ],
    build,
};

/// Makes the kind known to every spec of the process.
pub(super) fn register() -> PyResult<()> {
    spec::register(&KIND).map_err(errors::from_rust)
}

fn build(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    let callable = options.required("callable", options.str("callable")?)?.to_owned();
    let group = options.bool("group")?.unwrap_or(false);
    let found = Python::attach(|py| {
        let caller = py.import("r1rewards._custom")?.call_method1("resolve", (&callable, group))?;
        PyResult::Ok((caller.getattr("name")?.extract()?, caller.unbind()))
    });
    let (name, caller) =
        found.map_err(|error| Error::spec(format_args!("`python`: option `callable` got {callable:?}: {error}")))?;
    Ok(Box::new(PythonReward { name, callable, group, caller }))
}

struct PythonReward {
    name: String,
    callable: String,
    group: bool,
    /// Takes rows, gives one outcome a row.
    caller: Py<PyAny>,
}

impl PythonReward {
    fn call(&self, samples: &[&Sample]) -> PyResult<Vec<crate::Outcome>> {
        Python::attach(|py| {
            let rows = PyList::empty(py);
            samples.iter().try_for_each(|sample| rows.append(row(py, sample)?))?;
            let given = self.caller.bind(py).call1((rows,))?;
            given.try_iter()?.map(|outcome| Ok(outcome?.cast::<Outcome>()?.get().inner.clone())).collect()
        })
    }
}

impl Reward for PythonReward {
    fn name(&self) -> &str {
        &self.name
    }

    fn config(&self) -> Value {
        json!({ "kind": KIND.name, "callable": self.callable, "group": self.group })
    }

    fn score(&self, sample: &Sample) -> crate::Outcome {
        self.score_group(&[sample]).pop().unwrap_or_else(|| crate::Outcome::unscored(Reason::RewardError))
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<crate::Outcome> {
        if cancel::cancelled() {
            return vec![cancel::no_outcome(); samples.len()];
        }
        let _running = Running::begin();
        self.call(samples).unwrap_or_else(|error| {
            if let Some(cancel) = cancel::current()
                && Python::attach(|py| !error.is_instance_of::<PyException>(py))
            {
                cancel.because(error);
                return vec![cancel::no_outcome(); samples.len()];
            }
            let outcome = crate::Outcome::unscored(Reason::RewardError).with_detail(error.to_string());
            vec![outcome; samples.len()]
        })
    }

    fn needs_whole_group(&self) -> bool {
        self.group
    }
}

/// Calls of this process that are in Python, those of batches that nobody waits for among them.
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

/// Waits until no reward runs in Python: an interpreter must not end under a thread that is in it.
#[pyfunction]
pub(super) fn wait_for_rewards(py: Python<'_>) {
    py.detach(|| {
        while RUNNING.get().load(Ordering::SeqCst) > 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}

/// A sample as the keyword arguments of a reward.
fn row<'py>(py: Python<'py>, sample: &Sample) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("completion", &sample.completion)?;
    match sample.answers.as_slice() {
        [] => row.set_item("answer", py.None())?,
        [answer] => row.set_item("answer", answer)?,
        answers => row.set_item("answer", answers)?,
    }
    for (name, beside) in [("prompt", &sample.prompt), ("tests", &sample.tests)] {
        row.set_item(name, value::to_python(py, beside.as_deref().unwrap_or(&Value::Null))?)?;
    }
    row.set_item("id", value::to_python(py, &sample.id)?)?;
    for name in sample.fields.keys() {
        let value = sample.fields.read(name).map_err(|problem| errors::RowError::new_err(problem.to_string()))?;
        row.set_item(name, value::to_python(py, value.unwrap_or(&Value::Null))?)?;
    }
    Ok(row)
}
