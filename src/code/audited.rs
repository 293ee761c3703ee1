//! What `verify audit` asks about the tests of programs: what they say about the program, and what programs get that it
//! writes itself.
//!
//! Accepts: test code, as text; `asserted.py` reads it in an instance, without running it. Gives nothing for text that
//! is no Python.

use super::asserted::{MOST_PARTS, READER};
use super::engine::Guest;
use super::limits::Limits;
use super::program::Program;
use super::reward::Code;
use super::slots::Slot;
use super::tests_spec::{Asserts, Tests};
use super::value::Value;
use crate::{Outcome, Result, Sample};

/// What test code says about the program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asserted {
    /// The names of the program, as the row states them or as nothing else defines them.
    pub(crate) names: Vec<String>,
    /// The methods that the tests call on any object.
    pub(crate) methods: Vec<String>,
    /// The constants that the assertions expect, as Python writes them; equal ones once.
    pub(crate) expected: Vec<String>,
    /// Whether there is at most one assertion.
    pub(crate) is_single: bool,
    /// Whether results of one function must equal different constants, so that no constant passes.
    pub(crate) varies: bool,
    /// Two assertions that expect different results of the same call with constant arguments.
    pub(crate) contradiction: Option<(String, String)>,
}

/// An instance that reads the tests of many rows, which takes a small part of the time of starting one for each.
#[derive(Default)]
pub(crate) struct Reader(Option<(Program, Slot)>);

impl Code {
    /// The tests of a row as [`score`](crate::Reward::score) reads them, also from the columns beside `tests`; or the outcome of
    /// every completion when they cannot be used.
    pub(crate) fn tests_of(&self, sample: &Sample) -> std::result::Result<Tests, Box<Outcome>> {
        self.judge.read_tests(sample)
    }

    /// The outcome of a completion against tests that were read; always in this process.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub(crate) fn outcome(&self, completion: &str, tests: &Tests) -> Result<Outcome> {
        self.judge.outcome_of(completion, tests)
    }

    /// What test code says about the program; `None` if it is no Python.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub(crate) fn asserted(&self, reader: &mut Reader, tests: &Asserts) -> Result<Option<Asserted>> {
        let guest = Guest::python()?;
        Ok(read(&guest, reader, tests, self.judge.options.limits))
    }
}

/// Reads the assertions; `None` for tests that are no Python.
fn read(guest: &Guest, reader: &mut Reader, tests: &Asserts, limits: Limits) -> Option<Asserted> {
    let entry = tests.entry.as_deref().map_or(Value::None, Value::str);
    let listed = Value::List(tests.names.iter().map(Value::str).collect());
    let args = vec![Value::str(&tests.prelude), Value::str(&tests.test_code), entry, listed];
    let (mut program, slot) = match reader.0.take() {
        Some(kept) => kept,
        None => {
            let slot = Slot::take();
            let mut program = Program::new(guest, READER, limits).ok()?;
            program.load(READER).ok()?;
            (program, slot)
        }
    };
    program.instance.set_fuel(limits.fuel);
    let found = program.call("read", args, Vec::new(), MOST_PARTS).ok().flatten();
    // After a failure the next row gets a fresh instance.
    if found.is_some() {
        reader.0 = Some((program, slot));
    }
    let Some(Value::Tuple(parts)) = found else { return None };
    let [names, methods, expected, Value::Bool(is_single), Value::Bool(varies), contradiction] = &parts[..] else { return None };
    let mut contradiction = texts(contradiction).into_iter();
    Some(Asserted {
        names: texts(names),
        methods: texts(methods),
        expected: texts(expected),
        is_single: *is_single,
        varies: *varies,
        contradiction: contradiction.next().zip(contradiction.next()),
    })
}

fn texts(list: &Value) -> Vec<String> {
    let Value::List(items) = list else { return Vec::new() };
    let text = |item: &Value| if let Value::Str(text) = item { Some(text.clone()) } else { None };
    items.iter().filter_map(text).collect()
}
