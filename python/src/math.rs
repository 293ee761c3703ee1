//! [`MathVerifier`]: the math verifier under one policy.

use pyo3::prelude::*;
use pyo3::types::PyString;
use serde_json::Value;

use super::outcome::Outcome;
use super::{errors, gil, value};
use r1rewards::internal::answers;
use r1rewards::math::Math;
use r1rewards::spec::math_policy;

/// The math verifier under the policy that the options describe; see `r1rewards.math`.
#[pyclass(frozen, module = "r1rewards._r1rewards")]
pub(super) struct MathVerifier {
    math: Math,
}

#[pymethods]
impl MathVerifier {
    #[new]
    fn new(options: &Bound<'_, PyAny>) -> PyResult<Self> {
        let Value::Object(options) = value::from_python(options).map_err(errors::spec)? else {
            return Err(errors::spec("the options of a policy must be a mapping".to_owned()));
        };
        Ok(Self { math: Math::new(math_policy(&options).map_err(errors::from_rust)?) })
    }

    /// Judges an answer against one or several golds.
    fn verify(&self, py: Python<'_>, gold: &Bound<'_, PyAny>, answer: &Bound<'_, PyString>) -> PyResult<Outcome> {
        let (golds, answer) = (golds(gold)?, answer.to_string_lossy());
        gil::without(py, || self.math.verify(&golds, &answer)).map(Outcome::from)
    }

    /// Both sides as they were parsed, and the outcome.
    fn explain<'py>(
        &self,
        py: Python<'py>,
        gold: &Bound<'py, PyString>,
        answer: &Bound<'py, PyString>,
    ) -> PyResult<(String, Bound<'py, PyAny>)> {
        let (gold, answer) = (gold.to_string_lossy(), answer.to_string_lossy());
        let explanation = gil::without(py, || self.math.explain(&gold, &answer))?;
        Ok((explanation.to_string(), value::serialized(py, &explanation)?))
    }

    /// The answer of a completion as it was parsed.
    fn parse<'py>(&self, py: Python<'py>, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        let text = text.to_string_lossy();
        let side = gil::without(py, || self.math.parse(&text))?;
        value::serialized(py, &side)
    }
}

fn golds(gold: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if let Ok(text) = gold.cast::<PyString>() {
        return Ok(vec![text.to_string_lossy().into_owned()]);
    }
    let read = value::from_python(gold).and_then(answers);
    read.map_err(|problem| errors::RowError::new_err(format!("the gold answer {problem}")))
}
