//! [`Outcome`]: the judgement of one sample.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{errors, table, value};
use r1rewards::{Reason, Verdict};

/// Most characters of a text that `repr` shows.
const SHOWN: usize = 200;

/// The judgement of one sample.
#[pyclass(frozen, module = "r1rewards")]
pub(super) struct Outcome {
    pub(super) inner: r1rewards::Outcome,
}

impl From<r1rewards::Outcome> for Outcome {
    fn from(inner: r1rewards::Outcome) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl Outcome {
    #[new]
    #[pyo3(signature = (verdict, reward=None, reason=None, *, extracted=None, rule=None, detail=None))]
    fn new(
        verdict: &str,
        reward: Option<f64>,
        reason: Option<&str>,
        extracted: Option<String>,
        rule: Option<String>,
        detail: Option<String>,
    ) -> PyResult<Self> {
        let (verdict, default) = match verdict {
            "correct" => (Verdict::Correct, r1rewards::Outcome::correct(Reason::Passed)),
            "incorrect" => (Verdict::Incorrect, r1rewards::Outcome::incorrect(Reason::Failed)),
            "unscored" => (Verdict::Unscored, r1rewards::Outcome::unscored(Reason::NoReward)),
            other => return Err(errors::spec(format!("verdict must be correct, incorrect or unscored, got {other:?}"))),
        };
        if let Some(reward) = reward
            && (verdict == Verdict::Unscored || !reward.is_finite())
        {
            return Err(errors::spec(format!(
                "an outcome that is {} cannot have the reward {reward}: give a finite number, and none where unscored",
                verdict.code()
            )));
        }
        let reason = match reason {
            None => default.reason,
            Some(code) => Reason::ALL
                .iter()
                .copied()
                .find(|reason| reason.code() == code)
                .ok_or_else(|| errors::spec(format!("unknown reason {code:?}; r1rewards.reasons() lists the known ones")))?,
        };
        let inner = r1rewards::Outcome {
            value: reward.or(default.value),
            reason,
            extracted,
            rule: rule.map(Into::into),
            detail,
            ..default
        };
        Ok(Self { inner })
    }

    /// Reads an outcome that `to_json` wrote as JSON.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        let inner = serde_json::from_str(text).map_err(|error| errors::spec(format!("not an outcome: {error}")))?;
        Ok(Self { inner })
    }

    /// `correct`, `incorrect` (wrong, or the completion made a decision impossible) or `unscored` (not the completion's
    /// fault: mask the sample).
    #[getter]
    fn verdict(&self) -> &'static str {
        self.inner.verdict.code()
    }

    /// The value, usually 1.0 or 0.0; None exactly if unscored.
    #[getter]
    fn reward(&self) -> Option<f64> {
        self.inner.value
    }

    /// The stable code of the reason; `r1rewards.reasons()` lists all.
    #[getter]
    fn reason(&self) -> &'static str {
        self.inner.reason.code()
    }

    /// The reason as a sentence.
    #[getter]
    fn why(&self) -> &'static str {
        self.inner.reason.describe()
    }

    /// What was judged: the final answer or the program, as the completion wrote it; None if nothing was found.
    #[getter]
    fn extracted(&self) -> Option<&str> {
        self.inner.extracted.as_deref()
    }

    /// The rule that decided, for example `canonical`; None if no rule did.
    #[getter]
    fn rule(&self) -> Option<&str> {
        self.inner.rule.as_deref()
    }

    /// What exactly was wrong: which column, which test, which error; None if the reason is sufficient.
    #[getter]
    fn detail(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }

    /// The outcome of every reward of a sum, by name; empty for a single reward of weight 1.
    #[getter]
    fn components<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let components = PyDict::new(py);
        for (name, outcome) in &self.inner.components {
            components.set_item(name, Self::from(outcome.clone()))?;
        }
        Ok(components)
    }

    /// The budget spent, in counted work and not in time: equal on every machine.
    #[getter]
    fn work(&self) -> u64 {
        self.inner.cost.work
    }

    /// Whether the verdict is `correct`; the truth value of the outcome.
    #[getter]
    fn is_correct(&self) -> bool {
        self.inner.is_correct()
    }

    /// Whether the verdict is `correct` or `incorrect`.
    #[getter]
    fn is_scored(&self) -> bool {
        self.inner.verdict != Verdict::Unscored
    }

    /// The outcome as data, including components; absent values are left out.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::serialized(py, &self.inner)
    }

    /// The outcome as one line of JSON; `from_json` reads it.
    fn to_json(&self) -> PyResult<String> {
        serde_json::to_string(&self.inner).map_err(|error| PyTypeError::new_err(error.to_string()))
    }

    fn __bool__(&self) -> bool {
        self.inner.is_correct()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.inner == other.inner
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let Outcome { inner } = self;
        (inner.verdict, inner.value.map(f64::to_bits), inner.reason, &inner.extracted).hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let r1rewards::Outcome { verdict, value, reason, extracted, detail, .. } = &self.inner;
        let reward = value.map_or("None".to_owned(), |value| format!("{value:?}"));
        let named = |name: &str, text: &Option<String>| match text {
            Some(text) => format!(", {name}={:?}", table::cut(text, SHOWN)),
            None => String::new(),
        };
        let (extracted, detail) = (named("extracted", extracted), named("detail", detail));
        format!("Outcome({:?}, {reward}, {:?}{extracted}{detail})", verdict.code(), reason.code())
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<(Py<PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?.unbind(), (slf.get().to_json()?,)))
    }
}
