//! Tensors between Python and Rust: both hold the same libtorch tensor with its graph; nothing is copied.
//!
//! The package checks before it imports this module that torch has the version that the module was built for.

#![expect(unsafe_code, reason = "a tensor crosses as a pointer, which torch-sys wraps and unwraps")]

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::prelude::*;
use tch::Tensor;

/// A tensor of Python.
pub(super) struct PyTensor(pub Tensor);

impl<'py> FromPyObject<'_, 'py> for PyTensor {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        // SAFETY: the pointer is of a live object, which `object` borrows, and the interpreter is held.
        let tensor = unsafe { Tensor::pyobject_unpack(object.as_ptr().cast()) };
        let found = tensor.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        match found {
            Some(tensor) => Ok(Self(tensor)),
            None => Err(PyTypeError::new_err(format!("got {}: give a torch.Tensor", object.get_type().name()?))),
        }
    }
}

impl<'py> IntoPyObject<'py> for PyTensor {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let object = self.0.pyobject_wrap().map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        // SAFETY: torch returns a new reference, which is ours, or null with an exception set.
        unsafe { Bound::from_owned_ptr_or_err(py, object.cast()) }
    }
}
