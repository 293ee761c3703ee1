//! The parts of a batch, which the Python package passes in a dict by the names of the fields of
//! [`BatchParts`](r1rewards::grpo::BatchParts). A part is absent or `None` where there is none. An error names the part.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tch::Tensor;

use super::tensor::PyTensor;
use r1rewards::grpo::BatchParts;

/// The parts of a batch with tensors of their own.
pub(super) fn parts(fields: &Bound<'_, PyDict>) -> PyResult<BatchParts<Tensor>> {
    let needed =
        |name: &str| tensor(fields, name)?.ok_or_else(|| PyTypeError::new_err(format!("`{name}` is missing: give a torch.Tensor")));
    BatchParts::by_name(needed, |name| tensor(fields, name), |name| number(fields, name))
}

fn tensor(fields: &Bound<'_, PyDict>, name: &str) -> PyResult<Option<Tensor>> {
    let Some(value) = fields.get_item(name)?.filter(|value| !value.is_none()) else {
        return Ok(None);
    };
    let tensor: PyTensor =
        value.extract().map_err(|error: PyErr| PyTypeError::new_err(format!("`{name}`: {}", error.value(value.py()))))?;
    Ok(Some(tensor.0))
}

fn number(fields: &Bound<'_, PyDict>, name: &str) -> PyResult<Option<f64>> {
    match fields.get_item(name)?.filter(|value| !value.is_none()) {
        None => Ok(None),
        Some(value) => match value.extract() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(PyTypeError::new_err(format!("`{name}`: got {}: give a number", value.get_type().name()?))),
        },
    }
}
