//! Functions that trainer adapters call on rows before they are scored: `r1rewards.forms` and `r1rewards.integrations`.
//!
//! Accepts: any Python objects. A gold that cannot be used is reported alone and does not fail the batch.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use serde_json::Value;

use super::errors::RowError;
use super::gil::Pause;
use super::value;
use r1rewards::code::forms::{self, AnswersOrTests};
use r1rewards::internal::MOST_OF_TESTS;
use r1rewards::internal::MOST_VALUES;

/// Answers, tests, and the rows that have neither, with the reason.
type Golds<'py> = (Bound<'py, PyList>, Bound<'py, PyList>, Vec<(usize, String)>);

/// Converts a reference to `tests` with a `kind`.
#[pyfunction]
pub(super) fn form_tests<'py>(gold: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let mut given = read(gold).map_err(|problem| RowError::new_err(format!("the tests {problem}")))?;
    if let Some(written) = written(gold, &given) {
        given = Value::String(written);
    }
    let tests = forms::tests(&given).map_err(|bad| RowError::new_err(bad.detail))?;
    value::to_python(gold.py(), &tests)
}

/// Splits golds into the columns they belong to: `(answers, tests, [(row, problem)])`, with None where a row has no
/// such value.
///
/// Tests are returned unchanged, since they are read when they are scored; they are returned as JSON text if they have
/// numbers that are not finite.
#[pyfunction]
pub(super) fn read_golds<'py>(golds: &Bound<'py, PyList>) -> PyResult<Golds<'py>> {
    let py = golds.py();
    let (answers, tests, mut problems) = (PyList::empty(py), PyList::empty(py), Vec::new());
    let mut pause = Pause::default();
    // Consecutive completions of one prompt have the same gold object.
    let mut last: Option<(Bound<'py, PyAny>, Column<'py>)> = None;
    for (row, gold) in golds.iter().enumerate() {
        let column = match last.take() {
            Some((known, column)) if known.is(&gold) => column,
            _ => column(&gold)?,
        };
        let (answer, own_tests) = match &column {
            Column::Answer(answer) => (Some(answer), None),
            Column::Tests(tests) => (None, Some(tests)),
            Column::Unusable(problem) => {
                problems.push((row, problem.clone()));
                (None, None)
            }
        };
        answers.append(answer)?;
        tests.append(own_tests)?;
        last = Some((gold, column));
        pause.after(py);
    }
    Ok((answers, tests, problems))
}

/// The column that a gold belongs to.
enum Column<'py> {
    Answer(Bound<'py, PyAny>),
    Tests(Bound<'py, PyAny>),
    Unusable(String),
}

fn column<'py>(gold: &Bound<'py, PyAny>) -> PyResult<Column<'py>> {
    if gold.is_none() {
        return Ok(Column::Answer(gold.clone()));
    }
    let found = read(gold).and_then(|value| forms::gold(&value).map(|found| (found, value)));
    Ok(match found {
        Ok((AnswersOrTests::Absent, _)) => Column::Answer(gold.py().None().into_bound(gold.py())),
        Ok((AnswersOrTests::Tests(_), value)) => match written(gold, &value) {
            Some(text) => Column::Tests(PyString::new(gold.py(), &text).into_any()),
            None => Column::Tests(gold.clone()),
        },
        // The answer equals the text that was given, so the given object is returned.
        Ok((AnswersOrTests::Answers(answers), Value::String(text))) if answers == [text.as_str()] => Column::Answer(gold.clone()),
        Ok((AnswersOrTests::Answers(answers), _)) => Column::Answer(answers.into_pyobject(gold.py())?),
        Err(problem) => Column::Unusable(problem),
    })
}

fn read(object: &Bound<'_, PyAny>) -> Result<Value, String> {
    value::column(object, MOST_OF_TESTS).map_err(value::Problem::into_text)
}

/// A mapping or list as Python's `json` writes it, if it has a number that is not finite: such a number is null in its
/// value.
fn written(gold: &Bound<'_, PyAny>, value: &Value) -> Option<String> {
    if value.is_string() || !has_null(value) {
        return None;
    }
    gold.py().import("json").ok()?.call_method1("dumps", (gold,)).ok()?.extract().ok()
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(map) => map.values().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Why an object cannot be the value of a column, or None.
#[pyfunction]
pub(super) fn unreadable(object: &Bound<'_, PyAny>) -> Option<String> {
    value::column(object, MOST_VALUES).err().map(value::Problem::into_text)
}

/// A text without the special tokens that end a turn, if a decoder left them at its end.
#[pyfunction]
pub(super) fn without_end_tokens<'py>(text: &Bound<'py, PyString>) -> Bound<'py, PyString> {
    match text.to_str() {
        Ok(whole) => match r1rewards::reading::without_end_tokens(whole) {
            shorter if shorter.len() < whole.len() => PyString::new(text.py(), shorter),
            _ => text.clone(),
        },
        // Text with lone surrogates, which no tokenizer writes.
        Err(_) => text.clone(),
    }
}

/// The text after the prompt in a query; None if its place cannot be determined, or for text with lone surrogates.
#[pyfunction]
pub(super) fn after_prompt(query: &Bound<'_, PyString>, prompt: Option<&Bound<'_, PyString>>) -> Option<String> {
    let prompt = prompt.map(|prompt| prompt.to_str()).transpose().ok()?;
    r1rewards::reading::after_prompt(query.to_str().ok()?, prompt).map(str::to_owned)
}
