//! Converts Python's columns and rows to samples.
//!
//! Accepts: a completion as text or as a message list, with columns under the names of rows (`answer`, `prompt`,
//! `tests`, `id`, `reward`, any other). None is an absent value. Columns that no reward reads ([`Reads`]) are not
//! converted. Refuses: columns of another length than the completions, and values of the wrong type; the message names
//! row and column. A completion that cannot be read is [`Unread`] in its place if others can be read, and these are
//! scored. So is any other row that cannot be read if the caller [keeps](Faults) the rest.

use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyDict, PyList, PyString};
use rayon::prelude::*;
use serde_json::{Map, Value};

use super::errors::RowError;
use super::gil::{FEW, Pause};
use super::reads::{Reads, Use};
use super::value::{self, Problem};
use r1rewards::Sample;
use r1rewards::internal::MOST_OF_TESTS;
use r1rewards::internal::MOST_VALUES;
use r1rewards::internal::answers;
use r1rewards::rows::{Field, Fields};

/// How a row that cannot be read is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Faults {
    /// An exception for the first one.
    Raise,
    /// It is unscored, and the others are scored.
    Keep,
}

/// The kind of a column next to the completions.
enum Column {
    Answer,
    Prompt,
    Tests,
    Id,
    Other {
        name: String,
        /// A reward written in Python names it and gets its None; for all other rewards None is an absent value.
        none: bool,
    },
}

impl Column {
    fn named(name: String, reads: &Reads) -> Self {
        match name.as_str() {
            "answer" => Self::Answer,
            "prompt" => Self::Prompt,
            "tests" => Self::Tests,
            "id" => Self::Id,
            _ => Self::Other { none: reads.hands_on(&name), name },
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Answer => "answer",
            Self::Prompt => "prompt",
            Self::Tests => "tests",
            Self::Id => "id",
            Self::Other { name, .. } => name,
        }
    }

    /// A value of this column, or why it cannot be read.
    fn read(&self, object: &Bound<'_, PyAny>) -> Result<Cell, String> {
        if object.is_none() {
            return Ok(self.nothing());
        }
        if let Some(text) = borrowed(object) {
            return Ok(Cell::Text(text));
        }
        let most = if matches!(self, Self::Tests) { MOST_OF_TESTS } else { MOST_VALUES };
        let value = match (value::column(object, most), self) {
            (Ok(value), _) => value,
            (Err(Problem::Heavy(problem)), Self::Other { .. }) => return Ok(Cell::Heavy(problem)),
            (Err(problem), _) => return Err(problem.into_text()),
        };
        match self {
            Self::Answer => answers(value).map(Cell::Answers),
            _ => Ok(Cell::Value(Box::new(value))),
        }
    }

    /// The cell for None.
    fn nothing(&self) -> Cell {
        if matches!(self, Self::Other { none: true, .. }) { Cell::Value(Box::default()) } else { Cell::Absent }
    }

    /// A value of a column that is used as `purpose`. A field that is optional for the rewards is left out if it cannot
    /// be read; a reward that reads it gets the error.
    fn read_for(&self, object: &Bound<'_, PyAny>, purpose: Use, faults: Faults) -> Result<Cell, String> {
        if purpose == Use::Key {
            return Ok(borrowed(object).map_or(Cell::Apart, Cell::Text));
        }
        let is_field = matches!(self, Self::Other { .. });
        match self.read(object) {
            Err(problem) if is_field && (purpose == Use::Welcome || faults == Faults::Keep) => Ok(Cell::Heavy(problem)),
            Err(_) if purpose == Use::Welcome => Ok(Cell::Absent),
            read => read,
        }
    }

    /// Stores a value in its place in the sample.
    fn fill(&self, sample: &mut Sample, cell: &mut Cell) {
        let value = match (self, cell) {
            (Self::Answer, Cell::Text(text)) => return sample.answers.push(text.to_string()),
            (_, Cell::Answers(texts)) => return sample.answers = std::mem::take(texts).into(),
            (_, Cell::Text(text)) => Value::String(text.to_string()),
            (_, Cell::Value(value)) => value.take(),
            (Self::Other { name, .. }, Cell::Heavy(problem)) => return sample.fields.refuse(name, problem),
            // The references of such samples may be equal, and are then read once.
            (Self::Prompt, Cell::Apart) => return sample.group = Some(Value::Null),
            (_, Cell::Absent | Cell::Apart | Cell::Completion(_) | Cell::Heavy(_) | Cell::Unread) => return,
        };
        match self {
            Self::Answer => {}
            Self::Prompt => sample.prompt = Some(value.into()),
            Self::Tests => sample.tests = Some(value.into()),
            Self::Id => sample.id = value,
            Self::Other { name, .. } => drop(sample.fields.insert(name.clone(), value)),
        }
    }
}

/// A checked value from Python; kept small, since there are many.
enum Cell {
    Absent,
    /// Borrowed, so that it can be copied without the global lock.
    Text(PyBackedStr),
    Answers(Vec<String>),
    Value(Box<Value>),
    /// A prompt that no reward reads and that is not text.
    Apart,
    /// A field that cannot be read, with the reason: an error only if a reward reads it.
    Heavy(String),
    /// A completion that is not plain text, as the sample that it makes.
    Completion(Box<Sample>),
    /// An object that is not a completion.
    Unread,
}

/// The problems of completions that cannot be read, each with its index in the batch, in order.
pub(super) type Unread = Vec<(usize, String)>;

/// Text borrowed from Python; none if it is not valid Unicode (lone surrogates), which is read with replacement
/// characters.
fn borrowed(object: &Bound<'_, PyAny>) -> Option<PyBackedStr> {
    PyBackedStr::try_from(object.cast::<PyString>().ok()?.clone()).ok()
}

/// Reads a completion. Anything except plain text is read as the command line reads the column of a row.
fn completion(object: &Bound<'_, PyAny>) -> Result<Cell, String> {
    if let Some(text) = borrowed(object) {
        return Ok(Cell::Text(text));
    }
    let column = Field::Completion.name();
    let value = value::from_python(object)?;
    if value.is_null() {
        return Err("must be a string or a message list, got None".to_owned());
    }
    let row = Value::Object(Map::from_iter([(column.to_owned(), value)]));
    let own = format!("the column `{column}` ");
    let mut read = Fields::default().samples(&row, 0).map_err(|error| error.to_string().replace(&own, ""))?;
    match (read.pop(), read.is_empty()) {
        (Some(sample), true) if sample.group.is_none() => Ok(Cell::Completion(Box::new(Sample { id: Value::Null, ..sample }))),
        _ => Err("is a list of completions: give each a row of its own".to_owned()),
    }
}

/// The sample of a row, if its completion could be read.
fn assembled<'a>(completion: &mut Cell, beside: impl Iterator<Item = (&'a Column, &'a mut Cell)>) -> Option<Sample> {
    let mut sample = match completion {
        Cell::Text(text) => Sample::new(&**text),
        Cell::Completion(sample) => std::mem::take(&mut **sample),
        _ => return None,
    };
    beside.for_each(|(column, cell)| column.fill(&mut sample, cell));
    Some(sample)
}

/// One sample from a completion and its columns, or why they cannot be read.
pub(super) fn sample(object: &Bound<'_, PyAny>, columns: &Bound<'_, PyDict>, reads: &Reads) -> PyResult<Result<Sample, String>> {
    let wrong = |name: &str, problem: &str| format!("the column `{name}` {problem}");
    let mut completion = match completion(object) {
        Ok(completion) => completion,
        Err(problem) => return Ok(Err(wrong("completion", &problem))),
    };
    let own_spec = has_own_spec(columns)?;
    let mut beside = Vec::with_capacity(columns.len());
    for (name, object) in columns.iter() {
        let column = Column::named(name.extract()?, reads);
        let purpose = reads.column(column.name(), own_spec);
        if purpose == Use::Nothing {
            continue;
        }
        match column.read_for(&object, purpose, Faults::Raise) {
            Ok(cell) => beside.push((column, cell)),
            Err(problem) => return Ok(Err(wrong(column.name(), &problem))),
        }
    }
    Ok(Ok(assembled(&mut completion, beside.iter_mut().map(|(column, cell)| (&*column, cell))).unwrap_or_default()))
}

/// Whether rows may have their own spec.
fn has_own_spec(columns: &Bound<'_, PyDict>) -> PyResult<bool> {
    Ok(columns.get_item(Field::Reward.name())?.is_some_and(|spec| !spec.is_none()))
}

/// Completions with their columns, read from Python's lists; later steps need no lock.
pub(super) struct Columns {
    beside: Vec<Column>,
    /// Row by row, the completion first.
    cells: Vec<Cell>,
    unread: Unread,
}

impl Columns {
    /// Reads lists of equal length. If faults are raised and no completion can be read, the call itself is wrong: the
    /// first problem is raised.
    pub(super) fn read(
        py: Python<'_>,
        completions: &Bound<'_, PyList>,
        columns: &Bound<'_, PyDict>,
        reads: &Reads,
        faults: Faults,
    ) -> PyResult<Self> {
        let own_spec = has_own_spec(columns)?;
        let (mut beside, mut lists) = (Vec::with_capacity(columns.len()), Vec::with_capacity(columns.len()));
        for (name, values) in columns.iter() {
            let (column, values) = (Column::named(name.extract()?, reads), values.cast_into::<PyList>()?);
            let purpose = reads.column(column.name(), own_spec);
            if purpose == Use::Nothing {
                continue;
            }
            if values.len() != completions.len() {
                let (given, wanted) = (values.len(), completions.len());
                let problem =
                    format!("the column `{}` has {given} entries for {wanted} completions: give one for each", column.name());
                return Err(RowError::new_err(problem));
            }
            beside.push(column);
            lists.push((values, purpose));
        }
        let mut pause = Pause::default();
        let mut cells = Vec::with_capacity(completions.len() * (1 + beside.len()));
        let mut unread = Unread::new();
        for (row, object) in completions.iter().enumerate() {
            let wrong = |name: &str, problem: &str| format!("row {row}: the column `{name}` {problem}");
            let first = cells.len();
            cells.push(completion(&object).unwrap_or_else(|problem| {
                unread.push((row, wrong("completion", &problem)));
                Cell::Unread
            }));
            for (column, (list, purpose)) in beside.iter().zip(&lists) {
                // The list may have been changed by another thread since its length was read.
                let object = list.get_item(row)?;
                match column.read_for(&object, *purpose, faults) {
                    Ok(cell) => cells.push(cell),
                    Err(problem) if faults == Faults::Keep => {
                        cells.push(Cell::Absent);
                        if !matches!(cells[first], Cell::Unread) {
                            cells[first] = Cell::Unread;
                            unread.push((row, wrong(column.name(), &problem)));
                        }
                    }
                    Err(problem) => return Err(RowError::new_err(wrong(column.name(), &problem))),
                }
            }
            let small = cells[first..].iter().all(|cell| matches!(cell, Cell::Absent | Cell::Text(_)));
            if !small || row % FEW == 0 {
                pause.or_interrupt(py)?;
            }
        }
        match unread.first() {
            Some((_, problem)) if faults == Faults::Raise && unread.len() == completions.len() => {
                Err(RowError::new_err(problem.clone()))
            }
            _ => Ok(Self { beside, cells, unread }),
        }
    }

    /// Takes the problems of the completions that cannot be read.
    pub(super) fn take_unread(&mut self) -> Unread {
        std::mem::take(&mut self.unread)
    }

    /// One sample for each completion that can be read: borrowed text is copied, values are moved. Uses every thread of
    /// the current pool if `parallel`.
    pub(super) fn samples(&mut self, parallel: bool) -> Vec<Sample> {
        let (beside, width) = (&self.beside, 1 + self.beside.len());
        let row = |cells: &mut [Cell]| {
            cells.split_first_mut().and_then(|(completion, values)| assembled(completion, beside.iter().zip(values)))
        };
        if parallel {
            self.cells.par_chunks_mut(width).filter_map(row).collect()
        } else {
            self.cells.chunks_mut(width).filter_map(row).collect()
        }
    }

    /// Releases the borrowed text.
    pub(super) fn release(mut self, py: Python<'_>) {
        let mut pause = Pause::default();
        while !self.cells.is_empty() {
            self.cells.truncate(self.cells.len().saturating_sub(FEW));
            pause.after(py);
        }
        // Freeing a large block of memory takes a while, so it is done without the lock.
        py.detach(|| drop(self.cells));
    }
}
