//! Errors as Python's exceptions.

use pyo3::create_exception;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

create_exception!(
    r1rewards,
    SpecError,
    PyValueError,
    "A reward spec or an option that cannot be used: names the place, what it got, and what is known."
);
create_exception!(r1rewards, RowError, PyValueError, "A row or a column that cannot be read: names the row and the column.");
create_exception!(r1rewards, EngineError, PyRuntimeError, "A fault of the engine; please report it.");

/// The exception for an error of the crate.
pub(super) fn from_rust(error: r1rewards::Error) -> PyErr {
    let message = error.to_string();
    if error.is_row() {
        RowError::new_err(message)
    } else if error.is_io() {
        PyOSError::new_err(message)
    } else {
        SpecError::new_err(message)
    }
}

/// The exception for a spec that is wrong as `problem` says.
pub(super) fn spec(problem: String) -> PyErr {
    SpecError::new_err(problem)
}
