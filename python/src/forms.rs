//! What adapters of trainers ask of rows before they are scored: `r1rewards.forms` and `r1rewards.integrations`.
//!
//! Accepts: any Python objects. Refuses: nothing for a whole batch; what is wrong with one gold is said of that one.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use serde_json::Value;

use super::errors::RowError;
use super::gil::Pause;
use super::value;
use r1rewards::code::forms::{self, AnswersOrTests};
use r1rewards::internal::MOST_OF_TESTS;
use r1rewards::internal::MOST_VALUES;

/// Answers, tests, and the rows that have neither with what is wrong with them.
type Golds<'py> = (Bound<'py, PyList>, Bound<'py, PyList>, Vec<(usize, String)>);

/// The `tests` that a reference is, in our own form.
#[pyfunction]
pub(super) fn form_tests<'py>(gold: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let mut given = read(gold).map_err(|problem| RowError::new_err(format!("the tests {problem}")))?;
    if let Some(written) = written(gold, &given) {
        given = Value::String(written);
    }
    let tests = forms::tests(&given).map_err(|bad| RowError::new_err(bad.detail))?;
    value::to_python(gold.py(), &tests)
}

/// The columns that golds belong to, and what is wrong with others: `(answers, tests, [(row, problem)])`, None where there is none.
///
/// Tests are given back as they came, for they are read when they are scored; as JSON text where they hold numbers that are not finite.
#[pyfunction]
pub(super) fn read_golds<'py>(golds: &Bound<'py, PyList>) -> PyResult<Golds<'py>> {
    let py = golds.py();
    let (answers, tests, mut problems) = (PyList::empty(py), PyList::empty(py), Vec::new());
    let mut pause = Pause::default();
    // Completions of one prompt have one gold.
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

/// What a gold is.
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
        // The text that it was given as.
        Ok((AnswersOrTests::Answers(answers), Value::String(text))) if answers == [text.as_str()] => Column::Answer(gold.clone()),
        Ok((AnswersOrTests::Answers(answers), _)) => Column::Answer(answers.into_pyobject(gold.py())?),
        Err(problem) => Column::Unusable(problem),
    })
}

fn read(object: &Bound<'_, PyAny>) -> Result<Value, String> {
    value::column(object, MOST_OF_TESTS).map_err(value::Problem::into_text)
}

/// A table or list as Python's `json` writes it, where it has a number that is not finite: such a number is null in its value.
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

/// What keeps an object from being the value of a column, or None.
#[pyfunction]
pub(super) fn unreadable(object: &Bound<'_, PyAny>) -> Option<String> {
    value::column(object, MOST_VALUES).err().map(value::Problem::into_text)
}

/// A text without the special tokens that end a turn, where a decoder left them behind it.
#[pyfunction]
pub(super) fn without_end_tokens<'py>(text: &Bound<'py, PyString>) -> Bound<'py, PyString> {
    match text.to_str() {
        Ok(whole) => match r1rewards::reading::without_end_tokens(whole) {
            shorter if shorter.len() < whole.len() => PyString::new(text.py(), shorter),
            _ => text.clone(),
        },
        // Lone surrogates: nothing that a tokenizer writes.
        Err(_) => text.clone(),
    }
}
