//! [`Outcomes`]: the judgements of a batch, as a sequence and as columns.
//!
//! The outcomes stay in Rust; a Python object or a column is created when it is requested.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyCapsule, PyDict, PyList, PySlice, PyString};

use super::gil::{self, Pause};
use super::outcome::Outcome;
use super::{arrow, errors, table};
use r1rewards::Verdict;

/// More outcomes than this are dropped without the global lock.
const MANY: usize = 4096;

/// The judgements of a batch, in the order of its samples.
#[pyclass(frozen, sequence, module = "r1rewards")]
pub(super) struct Outcomes {
    inner: Vec<r1rewards::Outcome>,
}

impl From<Vec<r1rewards::Outcome>> for Outcomes {
    fn from(inner: Vec<r1rewards::Outcome>) -> Self {
        Self { inner }
    }
}

impl Outcomes {
    fn column<'py, T: IntoPyObject<'py>>(
        &self,
        py: Python<'py>,
        get: impl Fn(&r1rewards::Outcome) -> T,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut pause = Pause::default();
        let list = PyList::empty(py);
        for outcomes in self.inner.chunks(gil::FEW) {
            outcomes.iter().try_for_each(|outcome| list.append(get(outcome)))?;
            pause.after(py);
        }
        Ok(list)
    }

    fn about(&self) -> String {
        let scored = self.inner.iter().filter(|outcome| outcome.value.is_some()).count();
        let correct = self.inner.iter().filter(|outcome| outcome.is_correct()).count();
        format!("{} samples, {scored} scored, {correct} correct", self.inner.len())
    }

    /// Numbers as a numpy array.
    fn array<'py, const N: usize>(
        &self,
        py: Python<'py>,
        dtype: &str,
        get: impl Fn(&r1rewards::Outcome) -> [u8; N] + Sync + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let bytes = gil::without(py, || {
            let mut bytes = Vec::with_capacity(N * self.inner.len());
            self.inner.iter().for_each(|outcome| bytes.extend_from_slice(&get(outcome)));
            bytes
        })?;
        // A bytearray makes the array writable: torch warns about read-only arrays.
        py.import("numpy")?.call_method1("frombuffer", (PyByteArray::new(py, &bytes), dtype))
    }
}

/// Why samples are unscored: the component, the reason, how many samples, the first detail.
type Cause = (Option<String>, &'static str, usize, Option<String>);

fn cause<'a>(component: Option<&str>, outcomes: impl Iterator<Item = &'a r1rewards::Outcome>) -> Option<Cause> {
    let (outcome, count) = commonest(outcomes).into_iter().next()?;
    Some((component.map(str::to_owned), outcome.reason.code(), count, outcome.detail.clone()))
}

fn component<'a>(outcome: &'a r1rewards::Outcome, name: &str) -> Option<&'a r1rewards::Outcome> {
    outcome.components.iter().find(|(known, _)| known == name).map(|(_, found)| found)
}

/// The first outcome of each reason with the number of such outcomes, the most frequent first.
fn commonest<'a>(outcomes: impl Iterator<Item = &'a r1rewards::Outcome>) -> Vec<(&'a r1rewards::Outcome, usize)> {
    let mut counts: Vec<(&r1rewards::Outcome, usize)> = Vec::new();
    for outcome in outcomes {
        match counts.iter_mut().find(|(known, _)| known.reason == outcome.reason) {
            Some((_, count)) => *count += 1,
            None => counts.push((outcome, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
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

    /// The rewards, None if unscored.
    #[getter]
    fn rewards<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| outcome.value)
    }

    /// The verdicts: correct, incorrect or unscored.
    #[getter]
    fn verdicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| PyString::intern(py, outcome.verdict.code()))
    }

    /// The reason codes.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| PyString::intern(py, outcome.reason.code()))
    }

    /// What was judged of each completion, None if nothing was found.
    #[getter]
    fn extracted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| outcome.extracted.clone())
    }

    /// The rules that decided, None if no rule did.
    #[getter]
    fn rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| outcome.rule.as_deref().map(|rule| PyString::intern(py, rule)))
    }

    /// What exactly was wrong with each, None if the reason is sufficient.
    #[getter]
    fn details<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| outcome.detail.clone())
    }

    /// The budget spent on each, in counted work.
    #[getter]
    fn work<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        self.column(py, |outcome| outcome.cost.work)
    }

    /// The mean of the rewards of scored samples; None if nothing is scored.
    #[getter]
    fn mean_reward(&self, py: Python<'_>) -> Option<f64> {
        py.detach(|| {
            let (mut sum, mut count) = (0.0, 0_u32);
            for reward in self.inner.iter().filter_map(|outcome| outcome.value) {
                sum += reward;
                count += 1;
            }
            (count > 0).then(|| sum / f64::from(count))
        })
    }

    /// How many samples have each verdict; all three verdicts are keys.
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        for verdict in [Verdict::Correct, Verdict::Incorrect, Verdict::Unscored] {
            counts.set_item(verdict.code(), self.inner.iter().filter(|outcome| outcome.verdict == verdict).count())?;
        }
        Ok(counts)
    }

    /// How many samples have each reason, the most frequent first; equal counts in the order of first occurrence.
    #[getter]
    fn reason_counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        for (outcome, count) in commonest(self.inner.iter()) {
            counts.set_item(outcome.reason.code(), count)?;
        }
        Ok(counts)
    }

    /// The columns as lists, by name, as data frames accept them: `verdict`, `reward`, `reason`, `extracted`, `rule`,
    /// `detail`, `work`, and `components.NAME` with each component's reward.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        columns.set_item("verdict", self.verdicts(py)?)?;
        columns.set_item("reward", self.rewards(py)?)?;
        columns.set_item("reason", self.reasons(py)?)?;
        columns.set_item("extracted", self.extracted(py)?)?;
        columns.set_item("rule", self.rules(py)?)?;
        columns.set_item("detail", self.details(py)?)?;
        columns.set_item("work", self.work(py)?)?;
        for name in arrow::component_names(&self.inner) {
            columns.set_item(format!("components.{name}"), self.column(py, |outcome| arrow::component(outcome, name))?)?;
        }
        Ok(columns)
    }

    /// One flat mapping for each sample, with the columns of `to_dict`.
    fn to_records<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names = arrow::component_names(&self.inner);
        let mut pause = Pause::default();
        let records = PyList::empty(py);
        for outcome in &self.inner {
            records.append(table::record(py, outcome, &names)?)?;
            pause.after(py);
        }
        Ok(records)
    }

    /// Why every sample is without a reward: for the whole (None), else for each component without any reward, the most
    /// frequent reason, how many samples have it, the first detail.
    fn unscored_causes(&self) -> Vec<Cause> {
        let Some(first) = self.inner.first() else { return Vec::new() };
        if self.inner.iter().all(|outcome| outcome.value.is_none()) {
            return cause(None, self.inner.iter()).into_iter().collect();
        }
        let lost = |name: &str| {
            let of = |outcome| component(outcome, name);
            let unscored = |outcome| of(outcome).is_some_and(|found| found.value.is_none());
            self.inner.iter().all(unscored).then(|| cause(Some(name), self.inner.iter().filter_map(of))).flatten()
        };
        let unscored = first.components.iter().filter(|(_, outcome)| outcome.value.is_none());
        unscored.filter_map(|(name, _)| lost(name)).collect()
    }

    fn _repr_html_(&self) -> String {
        table::html(&self.about(), &self.inner)
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

    /// Arrays by name: `reward` (NaN if unscored), `correct`, `scored`, `work`, and `components.NAME`.
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
        // A consumer may request other types; the protocol allows a producer to ignore that.
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
        format!("<Outcomes: {}>", self.about())
    }

    fn __reduce__(slf: &Bound<'_, Self>) -> PyResult<(Py<PyAny>, (String,))> {
        let outcomes = slf.get();
        let text =
            gil::without(slf.py(), || serde_json::to_string(&outcomes.inner))?.map_err(|error| errors::spec(error.to_string()))?;
        Ok((slf.get_type().getattr("from_json")?.unbind(), (text,)))
    }

    /// Reads outcomes from a JSON list; pickling uses it.
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

/// Iterates over outcomes.
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
