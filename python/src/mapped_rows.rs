//! Converts rows, each a mapping, to samples.
//!
//! Accepts: any mapping with text keys, read as the command line reads a row; columns that no reward reads are not
//! converted. Refuses: objects that are not mappings, rows without a completion, and values of the wrong type; the
//! message names the row, the column, and the columns that the row has.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping, PyString};
use serde_json::{Map, Value};

use super::errors::RowError;
use super::gil::Pause;
use super::reads::{Reads, Use};
use super::rows::{Faults, Unread};
use super::value::{self, Problem};
use r1rewards::Sample;
use r1rewards::internal::{MOST_OF_TESTS, MOST_VALUES, column_of_path};
use r1rewards::rows::{Field, Fields, Row};

/// The samples of rows; `map` gives other names of columns. A row that cannot be read becomes an entry of [`Unread`]
/// for each of its completions.
pub(super) fn samples(
    py: Python<'_>,
    rows: &Bound<'_, PyList>,
    map: Vec<(String, String)>,
    reads: &Reads,
    faults: Faults,
) -> PyResult<(Vec<Sample>, Unread)> {
    let renamed = map.iter().try_fold(Fields::default(), |fields, (field, path)| fields.map(&format!("{field}={path}")));
    let fields = renamed.map_err(super::errors::from_rust)?;
    let mut pause = Pause::default();
    let (mut samples, mut unread) = (Vec::with_capacity(rows.len()), Unread::new());
    for (number, row) in rows.iter().enumerate() {
        match read(&row, number, &fields, reads, faults) {
            Ok(found) => {
                for sample in found {
                    match sample {
                        Ok(sample) => samples.push(sample),
                        Err(problem) => unread.push((samples.len() + unread.len(), format!("row {number}: {problem}"))),
                    }
                }
            }
            Err(problem) if faults == Faults::Keep => {
                let problem = format!("row {number}: {problem}");
                for _ in 0..completions(&row, &fields) {
                    unread.push((samples.len() + unread.len(), problem.clone()));
                }
            }
            Err(problem) => return Err(RowError::new_err(format!("row {number}: {problem}"))),
        }
        pause.or_interrupt(py)?;
    }
    Ok((samples, unread))
}

/// The samples of a row; a completion that cannot be read has its problem in its place.
fn read(
    row: &Bound<'_, PyAny>,
    number: usize,
    fields: &Fields,
    reads: &Reads,
    faults: Faults,
) -> Result<Vec<Result<Sample, String>>, String> {
    let columns = columns(row)?;
    let read = Columns::read(&columns, fields, reads, faults)?;
    let row = fields.row(&read.row, number as u64).and_then(Row::into_samples);
    let samples = row.map_err(|error| {
        let path = fields.path(Field::Completion);
        let missing = error.to_string().ends_with("is missing") && columns.iter().any(|(name, _)| name == path);
        let problem =
            if missing { format!("the column `{path}` must be a string or a message list, got None") } else { error.to_string() };
        problem + &names(&columns)
    })?;
    let with_refused = |mut sample: Sample| {
        read.refused.iter().for_each(|(name, problem)| sample.fields.refuse(name, problem));
        sample
    };
    Ok(samples.map(|sample| sample.map(with_refused).map_err(|bad| bad.problem)).collect())
}

/// How many samples a row that cannot be read stands for: one for each of its completions, if they can be counted, else
/// one.
fn completions(row: &Bound<'_, PyAny>, fields: &Fields) -> usize {
    let path = fields.path(Field::Completion);
    let counted = columns(row).ok().and_then(|columns| {
        let of_completion = columns.iter().filter(|(name, _)| name == path || column_of_path(path) == name);
        let read = of_completion.map(|(name, object)| Some((name.clone(), value::from_python(object).ok()?)));
        let row = Value::Object(read.collect::<Option<Map<_, _>>>()?);
        Some(fields.row(&row, 0).ok()?.into_samples().ok()?.count())
    });
    counted.unwrap_or(1)
}

/// The names and values of a row.
fn columns<'py>(row: &Bound<'py, PyAny>) -> Result<Vec<(String, Bound<'py, PyAny>)>, String> {
    let name = |name: Bound<'py, PyAny>| {
        let Ok(name) = name.cast::<PyString>() else {
            return Err(format!("has a key of type {}; keys must be text", value::type_name(&name)));
        };
        Ok(name.to_string_lossy().into_owned())
    };
    let wrong = |error: PyErr| format!("cannot be read: {error}");
    if let Ok(columns) = row.cast::<PyDict>() {
        return columns.copy().map_err(wrong)?.iter().map(|(key, value)| Ok((name(key)?, value))).collect();
    }
    if let Ok(columns) = row.cast::<PyMapping>() {
        let items = columns.items().map_err(wrong)?;
        let items = items.iter().map(|item| item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>().map_err(wrong));
        return items.map(|item| item.and_then(|(key, value)| Ok((name(key)?, value)))).collect();
    }
    let got = match value::from_python(row) {
        Ok(value) => r1rewards::internal::describe(&value),
        Err(_) => format!("an object of type {}", value::type_name(row)),
    };
    Err(format!("the row must be an object, got {got}"))
}

/// The columns of a row that a reward reads.
struct Columns {
    row: Value,
    /// Other fields that cannot be read, with the reason: an error only if a reward reads them.
    refused: Vec<(String, String)>,
}

impl Columns {
    fn read(columns: &[(String, Bound<'_, PyAny>)], fields: &Fields, reads: &Reads, faults: Faults) -> Result<Self, String> {
        let reward = column_of_path(fields.path(Field::Reward));
        let own_spec = columns.iter().any(|(name, object)| name == reward && !object.is_none());
        let (mut row, mut refused) = (Map::new(), Vec::new());
        for (name, object) in columns {
            let (purpose, is_field) = purpose(name, fields, reads, own_spec);
            match purpose {
                Use::Nothing => continue,
                // Only text is used to tell prompts apart; other values are not converted.
                Use::Key if object.cast::<PyString>().is_err() => continue,
                _ => {}
            }
            let most = if name == fields.path(Field::Tests) { MOST_OF_TESTS } else { MOST_VALUES };
            match value::column(object, most) {
                Ok(value) => drop(row.insert(name.clone(), value)),
                Err(Problem::Heavy(problem)) if !is_field => refused.push((name.clone(), problem)),
                Err(problem) if !is_field && (purpose == Use::Welcome || faults == Faults::Keep) => {
                    refused.push((name.clone(), problem.into_text()));
                }
                Err(_) if purpose == Use::Welcome => {}
                Err(problem) => return Err(format!("the column `{name}` {}", problem.into_text())),
            }
        }
        Ok(Self { row: Value::Object(row), refused })
    }
}

/// How a column is used, and whether a field of the sample is read from it. Of several uses the most urgent is given.
fn purpose(name: &str, fields: &Fields, reads: &Reads, own_spec: bool) -> (Use, bool) {
    let from_here = |field: &Field| fields.path(*field) == name || column_of_path(fields.path(*field)) == name;
    let of = |field: Field| match field {
        Field::Completion => Use::Needed,
        field => reads.column(field.name(), own_spec),
    };
    let uses = Field::ALL.into_iter().filter(from_here).map(of);
    let urgency = |purpose: &Use| match purpose {
        Use::Needed => 3,
        Use::Welcome => 2,
        Use::Key => 1,
        Use::Nothing => 0,
    };
    match uses.max_by_key(urgency) {
        Some(purpose) => (purpose, true),
        // The field of that name is read from another column.
        None if Field::ALL.iter().any(|field| field.name() == name) => (Use::Nothing, false),
        None => (reads.column(name, own_spec), false),
    }
}

fn names(columns: &[(String, Bound<'_, PyAny>)]) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| format!("`{name}`")).collect();
    if names.is_empty() { "; the row is empty".to_owned() } else { format!("; the row has {}", names.join(", ")) }
}
