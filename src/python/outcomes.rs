//! [`Outcomes`]: the judgements of a batch, as a sequence and as columns.
//!
//! The outcomes stay where the engine left them; an object or a column is made when it is asked for.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyCapsule, PyDict, PyList, PySlice, PyString};

use super::gil::{self, Pause};
use super::outcome::Outcome;
use super::{arrow, errors};

/// More outcomes than this are dropped without the global lock.
const MANY: usize = 4096;

/// The judgements of a batch, in the order of its samples.
#[pyclass(frozen, sequence, module = "r1rewards")]
pub(super) struct Outcomes {
    inner: Vec<crate::Outcome>,
}

impl From<Vec<crate::Outcome>> for Outcomes {
    fn from(inner: Vec<crate::Outcome>) -> Self {
        Self { inner }
    }
}

impl Outcomes {
    fn column<'py, T: IntoPyObject<'py>>(
        &self,
        py: Python<'py>,
        get: impl Fn(&crate::Outcome) -> T,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut pause = Pause::default();
        let list = PyList::empty(py);
        for outcomes in self.inner.chunks(gil::FEW) {
            outcomes.iter().try_for_each(|outcome| list.append(get(outcome)))?;
            pause.after(py);
        }
        Ok(list)
    }

    /// Numbers as the bytes of a numpy array.
    fn array<'py, const N: usize>(
        &self,
        py: Python<'py>,
        dtype: &str,
        get: impl Fn(&crate::Outcome) -> [u8; N] + Sync + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let bytes = gil::without(py, || {
            let mut bytes = Vec::with_capacity(N * self.inner.len());
            self.inner.iter().for_each(|outcome| bytes.extend_from_slice(&get(outcome)));
            bytes
        })?;
        // Of a bytearray, so that it can be written to: torch warns of arrays that cannot.
        py.import("numpy")?.call_method1("frombuffer", (PyByteArray::new(py, &bytes), dtype))
    }
}

#[pymethods]
impl Outcomes {
    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, index: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let length = isize::try_from(self.inner.len())?;
        if let Ok(slice) = index.cast::<PySlice>() {
            let range = slice.indices(length)?;
            let taken = gil::without(py, || {
                let mut taken = Vec::with_capacity(range.slicelength);
                let mut place = range.start;
                for _ in 0..range.slicelength {
                    taken.extend(usize::try_from(place).ok().and_then(|place| self.inner.get(place)).cloned());
                    place += range.step;
                }
                taken
            })?;
            return Ok(Bound::new(py, Self::from(taken))?.into_any());
        }
        let asked: isize = index.extract()?;
        let place = if asked < 0 { asked + length } else { asked };
        let outcome = usize::try_from(place).ok().and_then(|place| self.inner.get(place));
        let outcome = outcome.ok_or_else(|| PyIndexError::new_err(format!("index {asked} of {length} outcomes")))?;
        Ok(Bound::new(py, Outcome::from(outcome.clone()))?.into_any())
    }

    fn __iter__(slf: Py<Self>) -> OutcomesIterator {
        OutcomesIterator { outcomes: slf, next: 0 }
    }

    #[getter]
    fn rewards<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| outcome.value)
    }

    #[getter]
    fn verdicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| PyString::intern(py, outcome.verdict.code()))
    }

    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| PyString::intern(py, outcome.reason.code()))
    }

    #[getter]
    fn extracted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| outcome.extracted.clone())
    }

    /// The reward of every component of a sum, by name; missing rewards are None.
    #[getter]
    fn component_rewards<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for name in arrow::component_names(&self.inner) {
            columns.set_item(name, self.column(py, |outcome| arrow::component(outcome, name))?)?;
        }
        Ok(columns)
    }

    fn to_numpy<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        let missing = f64::NAN;
        columns.set_item("reward", self.array(py, "=f8", move |outcome| outcome.value.unwrap_or(missing).to_ne_bytes())?)?;
        columns.set_item("correct", self.array(py, "?", |outcome| [u8::from(outcome.is_correct())])?)?;
        columns.set_item("scored", self.array(py, "?", |outcome| [u8::from(outcome.value.is_some())])?)?;
        columns.set_item("work", self.array(py, "=u8", |outcome| outcome.cost.work.to_ne_bytes())?)?;
        for name in arrow::component_names(&self.inner) {
            let values = self.array(py, "=f8", move |outcome| arrow::component(outcome, name).unwrap_or(missing).to_ne_bytes())?;
            columns.set_item(format!("components.{name}"), values)?;
        }
        Ok(columns)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // A consumer may ask for other types; the protocol lets a producer answer with its own.
        drop(requested_schema);
        let (array, schema) = gil::without(py, || arrow::array(&self.inner))?.map_err(errors::spec)?;
        Ok((PyCapsule::new_with_value(py, schema, c"arrow_schema")?, PyCapsule::new_with_value(py, array, c"arrow_array")?))
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let stream = gil::without(py, || arrow::stream(&self.inner))?.map_err(errors::spec)?;
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    fn __eq__(&self, py: Python<'_>, other: &Self) -> bool {
        py.detach(|| self.inner == other.inner)
    }

    fn __repr__(&self) -> String {
        let scored = self.inner.iter().filter(|outcome| outcome.value.is_some()).count();
        let correct = self.inner.iter().filter(|outcome| outcome.is_correct()).count();
        format!("<Outcomes: {} samples, {scored} scored, {correct} correct>", self.inner.len())
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<(Py<PyAny>, (String,))> {
        let outcomes = slf.get();
        let text =
            gil::without(slf.py(), || serde_json::to_string(&outcomes.inner))?.map_err(|error| errors::spec(error.to_string()))?;
        Ok((slf.get_type().getattr("from_json")?.unbind(), (text,)))
    }

    /// The outcomes of a JSON list; how they are pickled.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        let read = gil::without(py, || serde_json::from_str::<Vec<_>>(text))?;
        read.map(Self::from).map_err(|error| errors::spec(format!("not outcomes: {error}")))
    }
}

impl Drop for Outcomes {
    fn drop(&mut self) {
        let outcomes = std::mem::take(&mut self.inner);
        if outcomes.len() > MANY {
            Python::attach(|py| py.detach(|| drop(outcomes)));
        }
    }
}

/// Walks over outcomes.
#[pyclass(module = "r1rewards._r1rewards")]
pub(super) struct OutcomesIterator {
    outcomes: Py<Outcomes>,
    next: usize,
}

#[pymethods]
impl OutcomesIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&mut self) -> Option<Outcome> {
        let outcome = self.outcomes.get().inner.get(self.next)?.clone();
        self.next += 1;
        Some(outcome.into())
    }
}
