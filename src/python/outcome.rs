//! [`Outcome`]: the judgement of one sample.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{errors, value};
use crate::{Reason, Verdict};

/// The judgement of one sample.
#[pyclass(frozen, module = "r1rewards")]
pub(super) struct Outcome {
    pub(super) inner: crate::Outcome,
}

impl From<crate::Outcome> for Outcome {
    fn from(inner: crate::Outcome) -> Self {
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
            "correct" => (Verdict::Correct, crate::Outcome::correct(Reason::Passed)),
            "incorrect" => (Verdict::Incorrect, crate::Outcome::incorrect(Reason::Failed)),
            "unscored" => (Verdict::Unscored, crate::Outcome::unscored(Reason::NoReward)),
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
        let inner =
            crate::Outcome { value: reward.or(default.value), reason, extracted, rule: rule.map(Into::into), detail, ..default };
        Ok(Self { inner })
    }

    /// The outcome written as JSON by `to_json`.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        let inner = serde_json::from_str(text).map_err(|error| errors::spec(format!("not an outcome: {error}")))?;
        Ok(Self { inner })
    }

    #[getter]
    fn verdict(&self) -> &'static str {
        self.inner.verdict.code()
    }

    #[getter]
    fn reward(&self) -> Option<f64> {
        self.inner.value
    }

    #[getter]
    fn reason(&self) -> &'static str {
        self.inner.reason.code()
    }

    /// The reason as a sentence for people.
    #[getter]
    fn why(&self) -> &'static str {
        self.inner.reason.describe()
    }

    #[getter]
    fn extracted(&self) -> Option<&str> {
        self.inner.extracted.as_deref()
    }

    #[getter]
    fn rule(&self) -> Option<&str> {
        self.inner.rule.as_deref()
    }

    #[getter]
    fn detail(&self) -> Option<&str> {
        self.inner.detail.as_deref()
    }

    #[getter]
    fn components<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let components = PyDict::new(py);
        for (name, outcome) in &self.inner.components {
            components.set_item(name, Self::from(outcome.clone()))?;
        }
        Ok(components)
    }

    #[getter]
    fn work(&self) -> u64 {
        self.inner.cost.work
    }

    #[getter]
    fn is_correct(&self) -> bool {
        self.inner.is_correct()
    }

    #[getter]
    fn is_scored(&self) -> bool {
        self.inner.verdict != Verdict::Unscored
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::serialized(py, &self.inner)
    }

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
        let crate::Outcome { verdict, value, reason, extracted, .. } = &self.inner;
        let reward = value.map_or("None".to_owned(), |value| format!("{value:?}"));
        let extracted = extracted.as_ref().map_or(String::new(), |text| format!(", extracted={text:?}"));
        format!("Outcome({:?}, {reward}, {:?}{extracted})", verdict.code(), reason.code())
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<(Py<PyAny>, (String,))> {
        Ok((slf.get_type().getattr("from_json")?.unbind(), (slf.get().to_json()?,)))
    }
}
