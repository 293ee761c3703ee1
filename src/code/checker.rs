//! Special judges: a program of the row that says whether an output or a result is right, where several are.
//!
//! Accepts: Python that defines `check`, which runs in an instance of its own for each case and never sees the program, only
//! what it wrote, as a value. Right is `True` and nothing else; an exception, other values and exhausted limits are wrong. A
//! checker that refuses the row's own answer as well, or does not load, is the row's fault.

use super::engine::Guest;
use super::limits::Limits;
use super::program::{Failure, Program};
use super::value::Value;
use crate::Reason;

/// What checkers may use: `Tokens` and `Wrong`.
const LIBRARY: &str = include_str!("checker.py");

/// A checker of a row.
#[derive(Clone, Copy)]
pub(super) struct Checker<'a> {
    pub(super) guest: &'a Guest,
    pub(super) source: &'a str,
    pub(super) limits: Limits,
}

impl Checker<'_> {
    /// Whether what the program gave is right: `check(input, got, answer)`. `answer` is what the row says, if it says
    /// something.
    ///
    /// # Errors
    /// What is wrong with it, or with the checker.
    pub(super) fn judge(&self, input: &Value, got: Value, answer: &Value, has_answer: bool) -> Result<(), Failure> {
        let Err(refused) = self.ask(input, got, answer)? else { return Ok(()) };
        // Asked without the program: it has no say in whose fault it is.
        if has_answer && let Err(refused) = self.ask(input, answer.clone(), answer)? {
            return Err(Failure::new(Reason::BadTests, format!("the checker refuses the row's own answer: {refused}")));
        }
        Err(Failure::new(Reason::WrongOutput, format!("the checker refuses it: {refused}")))
    }

    fn ask(&self, input: &Value, got: Value, answer: &Value) -> Result<Result<(), String>, Failure> {
        let bad = |failure: Failure| Failure::new(Reason::BadTests, format!("the checker does not run: {}", failure.detail));
        let mut program = Program::new(self.guest, self.source, self.limits).map_err(bad)?;
        program.load(LIBRARY).and_then(|()| program.load(self.source)).map_err(bad)?;
        if !program.defines("check").map_err(bad)? {
            return Err(Failure::new(Reason::BadTests, "the checker does not define `check(input, output, answer)`"));
        }
        Ok(match program.call("check", vec![input.clone(), got, answer.clone()], Vec::new(), 1) {
            Ok(Some(Value::Bool(true))) => Ok(()),
            Ok(Some(value @ (Value::Bool(_) | Value::None | Value::Int(_) | Value::Float(_)))) => Err(format!("it gave {value}")),
            Ok(_) => Err("it gave another value than True".to_owned()),
            Err(failure) => Err(failure.detail),
        })
    }
}
