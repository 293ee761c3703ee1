//! From Python's columns and rows to samples.
//!
//! Accepts: a completion as text or as a message list, with columns under the names of rows (`answer`, `prompt`, `tests`, `id`, `reward`, any other).
//! None is an absent value. Refuses: columns of another length than the completions, and values of the wrong type; the message names
//! row and column.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use serde_json::{Map, Value};

use super::errors::RowError;
use super::gil::Pause;
use super::value;
use crate::Sample;
use crate::dataset::{Field, Fields, answers};

/// What a column of that name is.
enum Column {
    Answer,
    Prompt,
    Tests,
    Id,
    Other(String),
}

impl Column {
    fn named(name: String) -> Self {
        match name.as_str() {
            "answer" => Self::Answer,
            "prompt" => Self::Prompt,
            "tests" => Self::Tests,
            "id" => Self::Id,
            _ => Self::Other(name),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Answer => "answer",
            Self::Prompt => "prompt",
            Self::Tests => "tests",
            Self::Id => "id",
            Self::Other(name) => name,
        }
    }

    /// Puts a value in its place.
    fn fill(&self, sample: &mut Sample, object: &Bound<'_, PyAny>) -> Result<(), String> {
        if object.is_none() {
            return Ok(());
        }
        if let (Self::Answer, Ok(text)) = (self, object.cast::<PyString>()) {
            sample.answers.push(text.to_string_lossy().into_owned());
            return Ok(());
        }
        let value = value::from_python(object)?;
        match self {
            Self::Answer => sample.answers = answers(&value)?,
            Self::Prompt => sample.prompt = Some(value),
            Self::Tests => sample.tests = Some(value),
            Self::Id => sample.id = value,
            Self::Other(name) => drop(sample.fields.insert(name.clone(), value)),
        }
        Ok(())
    }
}

/// One sample from a completion and the values beside it.
pub(super) fn sample(completion: &Bound<'_, PyAny>, columns: &Bound<'_, PyDict>) -> PyResult<Sample> {
    let mut sample = with_completion(completion).map_err(|problem| in_column("completion", &problem))?;
    for (name, object) in columns.iter() {
        let column = Column::named(name.extract()?);
        column.fill(&mut sample, &object).map_err(|problem| in_column(column.name(), &problem))?;
    }
    Ok(sample)
}

/// One sample for each completion.
pub(super) fn samples(py: Python<'_>, completions: &Bound<'_, PyList>, columns: &Bound<'_, PyDict>) -> PyResult<Vec<Sample>> {
    let mut beside = Vec::with_capacity(columns.len());
    for (name, values) in columns.iter() {
        let (column, values) = (Column::named(name.extract()?), values.cast_into::<PyList>()?);
        if values.len() != completions.len() {
            let (given, wanted) = (values.len(), completions.len());
            let problem = format!("the column `{}` has {given} entries for {wanted} completions: give one for each", column.name());
            return Err(RowError::new_err(problem));
        }
        beside.push((column, values));
    }
    let mut pause = Pause::default();
    let mut samples = Vec::with_capacity(completions.len());
    for (row, completion) in completions.iter().enumerate() {
        let wrong = |name: &str, problem: &str| RowError::new_err(format!("row {row}: the column `{name}` {problem}"));
        let mut sample = with_completion(&completion).map_err(|problem| wrong("completion", &problem))?;
        for (column, values) in &beside {
            // The list may have been changed by another thread since its length was read.
            let object = values.get_item(row)?;
            column.fill(&mut sample, &object).map_err(|problem| wrong(column.name(), &problem))?;
        }
        samples.push(sample);
        pause.after(py);
    }
    Ok(samples)
}

/// The samples of rows, each a mapping, read as the command line reads them; `map` says which columns have other names.
pub(super) fn samples_of_rows(py: Python<'_>, rows: &Bound<'_, PyList>, map: Vec<(String, String)>) -> PyResult<Vec<Sample>> {
    let renamed = map.iter().try_fold(Fields::default(), |fields, (field, path)| fields.map(&format!("{field}={path}")));
    let fields = renamed.map_err(super::errors::from_rust)?;
    let mut pause = Pause::default();
    let mut samples = Vec::with_capacity(rows.len());
    for (number, row) in rows.iter().enumerate() {
        let value = value::from_python(&row).map_err(|problem| RowError::new_err(format!("row {number}: {problem}")))?;
        let read = fields.samples(&value, number as u64);
        samples.extend(read.map_err(|error| RowError::new_err(format!("row {number}: {error}{}", columns_of(&value))))?);
        pause.after(py);
    }
    Ok(samples)
}

fn columns_of(row: &Value) -> String {
    let Value::Object(map) = row else { return String::new() };
    let names: Vec<_> = map.keys().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "; the row is empty".to_owned() } else { format!("; the row has {}", names.join(", ")) }
}

fn in_column(name: &str, problem: &str) -> PyErr {
    RowError::new_err(format!("the column `{name}` {problem}"))
}

/// A sample with its completion alone. Anything but plain text is read as the command line reads a row's column.
fn with_completion(completion: &Bound<'_, PyAny>) -> Result<Sample, String> {
    if let Ok(text) = completion.cast::<PyString>() {
        return Ok(Sample::new(text.to_string_lossy()));
    }
    let column = Field::Completion.name();
    let value = value::from_python(completion)?;
    if value.is_null() {
        return Err("must be a string or a message list, got None".to_owned());
    }
    let row = Value::Object(Map::from_iter([(column.to_owned(), value)]));
    let own = format!("the column `{column}` ");
    let mut read = Fields::default().samples(&row, 0).map_err(|error| error.to_string().replace(&own, ""))?;
    match (read.pop(), read.is_empty()) {
        (Some(sample), true) if sample.group.is_none() => Ok(Sample { id: Value::Null, ..sample }),
        _ => Err("is a list of completions: give each a row of its own".to_owned()),
    }
}
