//! `call` tests: the program is loaded once, each case is one call, results are compared on the host.
//!
//! Accepts: results that are plain data. Refuses: the program's own objects (they equal no expected value), exits,
//! exceptions. The program's state is kept between calls; an instance that stopped is replaced by a fresh one for the
//! next case.

use super::checker::Checker;
use super::engine::Guest;
use super::equality::Equality;
use super::limits::Limits;
use super::nodes::{CLASSES, Shape};
use super::program::{Failure, Program};
use super::report::{TestReport, shown, shown_value};
use super::tests_spec::{CallCase, Calling};
use super::value::Value;
use crate::Reason;

/// Parts of a result beyond those of the largest right value that are still decoded, so that the report can show them.
const SHOWN_PARTS: usize = 1_000;
/// Most parts of a result that a checker is given.
const CHECKED_PARTS: usize = 4_000_000;

/// The program under test, loaded when the first case runs.
pub(super) struct Calls<'a> {
    pub(super) guest: &'a Guest,
    pub(super) source: &'a str,
    pub(super) entry: &'a str,
    pub(super) equality: Equality,
    pub(super) calling: &'a Calling,
    pub(super) checker: Option<Checker<'a>>,
    pub(super) program: Option<Program>,
}

impl Calls<'_> {
    /// Runs one case. The fuel of loading counts for the case that caused it.
    pub(super) fn run(&mut self, case: &CallCase, limits: Limits) -> TestReport {
        let mut program = match self.program.take().map_or_else(|| self.load(limits), Ok) {
            Ok(program) => program,
            Err(failure) => return TestReport::new(Err(failure)),
        };
        let charged = if std::mem::replace(&mut program.counted, true) { program.instance.fuel } else { 0 };
        program.instance.set_fuel(limits.fuel);
        // An equal value has the same number of parts; a few more are decoded for the report.
        let equal = case.right().map(Value::parts).max().unwrap_or_default() + SHOWN_PARTS;
        let most = if self.checker.is_some() { CHECKED_PARTS } else { equal };
        let got = self.ask(&mut program, case, most);
        let result = match &got {
            Ok(Some(value)) if self.checker.is_some() && !matches!(value, Value::Handle(_)) => {
                let given = Value::List(case.args.clone());
                self.checker
                    .map_or(Ok(()), |checker| checker.judge(&given, value.clone(), &case.expected, case.expected != Value::None))
            }
            Ok(Some(value)) if case.right().any(|right| self.equality.holds(right, value)) => Ok(()),
            Ok(Some(Value::Handle(handle))) => {
                Err(Failure::new(Reason::WrongOutput, format!("the result is an object of type {}, not plain data", handle.name)))
            }
            Ok(_) => Err(Failure::new(Reason::WrongOutput, "the result is not the expected value")),
            Err(failure) => Err(failure.clone()),
        };
        let report = TestReport {
            input: shown(call_text(self.entry, case).as_bytes()),
            expected: shown_value(&case.expected),
            got: match &got {
                Ok(Some(value)) => shown_value(value),
                Ok(None) => format!("a value of more than {most} parts"),
                Err(failure) => shown(failure.detail.as_bytes()),
            },
            stderr: shown(program.instance.stderr()),
            fuel: program.instance.fuel - charged,
            memory: program.instance.memory(),
            ..TestReport::new(result)
        };
        if !program.instance.has_stopped() {
            self.program = Some(program);
        }
        report
    }

    fn ask(&self, program: &mut Program, case: &CallCase, most: usize) -> Result<Option<Value>, Failure> {
        if self.calling.is_plain() {
            return program.call(self.entry, case.args.clone(), case.kwargs.clone(), most);
        }
        let shape = |shape: &Shape| Value::str(shape.name());
        let request = vec![
            Value::str(self.entry),
            Value::Tuple(case.args.clone()),
            Value::Dict(case.kwargs.clone()),
            Value::List(self.calling.arguments.iter().map(shape).collect()),
            self.calling.result.as_ref().map_or(Value::str(""), shape),
            self.calling.in_place.map_or(Value::None, |place| Value::Int(place.into())),
        ];
        program.case(request, most)
    }

    fn load(&self, limits: Limits) -> Result<Program, Failure> {
        let mut program = Program::new(self.guest, self.source, limits)?;
        // Before the program, which may define the same names.
        if self.calling.result.is_some() || self.calling.arguments.iter().any(|shape| *shape != Shape::Plain) {
            program.load(CLASSES)?;
        }
        if !self.calling.prelude.is_empty() {
            let bad =
                |failure: Failure| Failure::new(Reason::BadTests, format!("`tests.prelude` does not run: {}", failure.detail));
            program.load(&self.calling.prelude).map_err(bad)?;
            program.drop_entry(self.entry)?;
        }
        program.load(self.source)?;
        Ok(program)
    }
}

impl CallCase {
    /// The values that count as right.
    pub(super) fn right(&self) -> impl Iterator<Item = &Value> {
        std::iter::once(&self.expected).chain(&self.also)
    }
}

fn call_text(entry: &str, case: &CallCase) -> String {
    let args = case.args.iter().map(ToString::to_string);
    let named = case.kwargs.iter().map(|(name, value)| match name {
        Value::Str(name) => format!("{name}={value}"),
        other => format!("{other}={value}"),
    });
    format!("{entry}({})", args.chain(named).collect::<Vec<_>>().join(", "))
}
