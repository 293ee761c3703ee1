//! Runs one program against its tests and reports every test: see `r1rewards.code`.

use pyo3::prelude::*;
use serde_json::Value;

use super::errors::{self, RowError};
use super::outcome::Outcome;
use super::{gil, value};
use r1rewards::internal::Cancel;
use r1rewards::internal::MOST_OF_TESTS;
use r1rewards::spec::code_reward;

/// The outcome, and the report of the tests if any ran.
#[pyfunction]
pub(super) fn run_program<'py>(
    py: Python<'py>,
    program: String,
    tests: &Bound<'py, PyAny>,
    options: &Bound<'py, PyAny>,
) -> PyResult<(Outcome, Bound<'py, PyAny>)> {
    let Value::Object(options) =
        value::from_python(options).map_err(|problem| errors::spec(format!("the table of options {problem}")))?
    else {
        return Err(errors::spec("the options of `code` must be a table".to_owned()));
    };
    let code = code_reward(&options).map_err(errors::from_rust)?;
    let tests = value::column(tests, MOST_OF_TESTS);
    let tests = tests.map_err(|problem| RowError::new_err(format!("the column `tests` {}", problem.into_text())))?;
    let cancel = Cancel::default();
    let (outcome, report) = gil::interruptibly(py, &cancel, None, move || code.explain(&program, &tests))?;
    let report = report.map_or(Value::Null, |report| report.to_value());
    Ok((outcome.into(), value::to_python(py, &report)?))
}
