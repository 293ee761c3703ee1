//! Converts between Python's objects and JSON values.
//!
//! Accepts: None, booleans, numbers, text, lists, tuples, mappings with text keys, decimals and fractions (as text that
//! parses as the number), dates and times (in ISO 8601), arrays and scalars (numpy, torch, Arrow) that convert
//! themselves to lists and numbers. The missing values of data frames (`pandas.NA`, `NaT`) are None. Refuses: other
//! types, nesting deeper than [`DEPTH`], more values than a column may have; the message names the type. Numbers that
//! are not finite have no JSON form and become null, since data frames also write missing values that way.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use serde_json::{Map, Number, Value};

use r1rewards::internal::{MOST_DIGITS, MOST_VALUES};

/// Most levels: far deeper than rows are, and shallow enough for any stack.
const DEPTH: usize = 100;

/// Why an object cannot be read.
pub(super) enum Problem {
    /// It is not a value.
    Wrong(String),
    /// It is larger than the limit: an error only if a reward reads it.
    Heavy(String),
}

impl Problem {
    /// The reason in words.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Wrong(text) | Self::Heavy(text) => text,
        }
    }
}

/// A Python object as a JSON value, or why it cannot be read.
///
/// Reading may run the object's own code. If that code changes a mapping while it is read, the panic is reported as a
/// fault of the object.
pub(super) fn from_python(object: &Bound<'_, PyAny>) -> Result<Value, String> {
    column(object, MOST_VALUES).map_err(Problem::into_text)
}

/// The value of a column that may have this many values.
pub(super) fn column(object: &Bound<'_, PyAny>, most_values: usize) -> Result<Value, Problem> {
    let left = Cell::new(most_values);
    let read = catch_unwind(AssertUnwindSafe(|| read(object, At { depth: DEPTH, left: &left })));
    let read = read.unwrap_or_else(|panic| Err(format!("cannot be read: {}", super::gil::message(&*panic))));
    match read {
        Err(_) if left.get() == 0 => Err(Problem::Heavy(format!(
            "holds more than {most_values} values, which is as many as are read: shorten it or cut the row into several"
        ))),
        read => read.map_err(Problem::Wrong),
    }
}

/// How many more levels and values may be read.
#[derive(Clone, Copy)]
struct At<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

fn read(object: &Bound<'_, PyAny>, at: At<'_>) -> Result<Value, String> {
    let Some(depth) = at.depth.checked_sub(1) else {
        return Err(format!("is nested deeper than {DEPTH} levels"));
    };
    let deeper = At { depth, ..at };
    match at.left.get().checked_sub(1) {
        Some(left) if left > 0 => at.left.set(left),
        _ => {
            at.left.set(0);
            return Err("holds too many values".to_owned());
        }
    }
    if object.is_none() {
        Ok(Value::Null)
    } else if let Ok(text) = object.cast::<PyString>() {
        Ok(Value::String(text.to_string_lossy().into_owned()))
    } else if let Ok(flag) = object.cast::<PyBool>() {
        Ok(Value::Bool(flag.is_true()))
    } else if object.is_instance_of::<PyInt>() {
        Ok(Value::Number(integer(object)?))
    } else if let Ok(number) = object.cast::<PyFloat>() {
        Ok(Number::from_f64(number.value()).map_or(Value::Null, Value::Number))
    } else if let Ok(items) = object.cast::<PyList>() {
        items.iter().map(|item| read(&item, deeper)).collect::<Result<_, _>>().map(Value::Array)
    } else if let Ok(items) = object.cast::<PyTuple>() {
        items.iter().map(|item| read(&item, deeper)).collect::<Result<_, _>>().map(Value::Array)
    } else if let Ok(entries) = object.cast::<PyDict>() {
        entries.iter().map(|(key, value)| entry(&key, &value, deeper)).collect::<Result<_, _>>().map(Value::Object)
    } else if let Ok(entries) = object.cast::<PyMapping>() {
        mapping(entries, deeper)
    } else {
        other(object, deeper)
    }
}

/// An integer with all of its digits.
fn integer(object: &Bound<'_, PyAny>) -> Result<Number, String> {
    if let Ok(small) = object.extract::<i64>() {
        return Ok(Number::from(small));
    }
    // By default Python also refuses numbers of more digits (`sys.set_int_max_str_digits`).
    let text = object.str().map_err(|error| format!("holds a whole number that cannot be read: {error}"))?;
    let text = text.to_string_lossy();
    if text.len() > MOST_DIGITS {
        let digits = text.len();
        return Err(format!("has a number of {digits} characters; at most {MOST_DIGITS} are read: write it as a string"));
    }
    text.parse().map_err(|_| "holds a whole number that cannot be read".to_owned())
}

fn entry(key: &Bound<'_, PyAny>, value: &Bound<'_, PyAny>, at: At<'_>) -> Result<(String, Value), String> {
    let key = key.cast::<PyString>().map_err(|_| format!("has a key of type {}; keys must be text", type_name(key)))?;
    Ok((key.to_string_lossy().into_owned(), read(value, at)?))
}

fn mapping(entries: &Bound<'_, PyMapping>, at: At<'_>) -> Result<Value, String> {
    let unreadable = |error: PyErr| format!("is a mapping that cannot be read: {error}");
    let mut map = Map::new();
    for item in entries.items().map_err(unreadable)?.iter() {
        let (key, value) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>().map_err(unreadable)?;
        map.extend([entry(&key, &value, at)?]);
    }
    Ok(Value::Object(map))
}

/// Arrays and scalars of numpy and torch convert themselves to Python's own types; numbers of the standard library
/// become text.
fn other(object: &Bound<'_, PyAny>, at: At<'_>) -> Result<Value, String> {
    let name = type_name(object);
    let text = |found: PyResult<Bound<'_, PyAny>>| {
        let text = found.and_then(|found| found.str().map(|text| text.to_string_lossy().into_owned()));
        text.map(Value::String).map_err(|error| error.to_string())
    };
    match name.as_str() {
        "NAType" | "NaTType" => return Ok(Value::Null),
        "Decimal" | "Fraction" => return text(Ok(object.clone())),
        "date" | "datetime" | "time" | "Timestamp" => return text(object.call_method0("isoformat")),
        _ => {}
    }
    let plain = ["tolist", "as_py"].into_iter().find_map(|method| object.call_method0(method).ok());
    match plain.filter(|plain| !plain.is(object)) {
        Some(plain) => read(&plain, at),
        None => Err(format!("is of type {name}; use text, numbers, lists or mappings of them")),
    }
}

/// The name of an object's type, for messages.
pub(super) fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| "unknown".to_owned(), |name| name.to_string())
}

/// A JSON value as Python's own objects.
pub(super) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Number(number) => number_to_python(py, number)?,
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => {
            let list = PyList::empty(py);
            items.iter().try_for_each(|item| list.append(to_python(py, item)?))?;
            list.into_any()
        }
        Value::Object(map) => {
            let dict = PyDict::new(py);
            map.iter().try_for_each(|(key, item)| dict.set_item(key, to_python(py, item)?))?;
            dict.into_any()
        }
    })
}

fn number_to_python<'py>(py: Python<'py>, number: &Number) -> PyResult<Bound<'py, PyAny>> {
    let text = number.to_string();
    if let Some(small) = number.as_i64() {
        Ok(small.into_pyobject(py)?.into_any())
    } else if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        py.get_type::<PyInt>().call1((text,))
    } else {
        py.get_type::<PyFloat>().call1((text,))
    }
}

/// Any value that serde can write as JSON, as Python's own objects.
pub(super) fn serialized<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let value = serde_json::to_value(value).map_err(|error| super::errors::EngineError::new_err(error.to_string()))?;
    to_python(py, &value)
}
