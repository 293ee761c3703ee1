//! A program in its own instance: loaded once, then called.
//!
//! Accepts: source text. Refuses: source above the limit. What the program does wrong is a [`Failure`] with a reason.

use super::engine::Guest;
use super::instance::Instance;
use super::limits::Limits;
use super::message::{self, Fault, Raised};
use super::stop::Stop;
use super::value::Value;
use crate::Reason;

/// A failed request: the reason and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) reason: Reason,
    pub(super) detail: String,
}

impl Failure {
    pub(super) fn new(reason: Reason, detail: impl Into<String>) -> Failure {
        Failure { reason, detail: detail.into() }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Failure {
        Failure::new(stop.reason(), stop.detail())
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::new(raised.fault.reason(), raised.line())
    }
}

/// The instance that runs the program; nothing that it sends is trusted.
pub(super) struct Program {
    pub(super) instance: Instance,
    /// Whether the fuel of loading it has been charged to a test.
    pub(super) counted: bool,
}

impl Program {
    /// A fresh instance with nothing in it.
    ///
    /// # Errors
    /// A fault of the engine; source above the limit.
    pub(super) fn new(guest: &Guest, source: &str, limits: Limits) -> Result<Program, Failure> {
        if source.len() > limits.source {
            let detail = format!("the program has {} bytes, the limit is {}", source.len(), limits.source);
            return Err(Failure::new(Reason::TooLarge, detail));
        }
        Ok(Program { instance: Instance::new(guest, limits)?, counted: false })
    }

    /// Runs the source as a script. An exit with code 0 counts as a normal end.
    pub(super) fn run(&mut self, source: &str) -> Result<(), Failure> {
        let reply = match self.instance.handle(&message::request(vec![Value::str("run"), Value::str(source)])) {
            Err(Stop::Exit(0)) => return Ok(()),
            other => other?,
        };
        match message::reply(&reply)? {
            Err(raised) if raised.fault == Fault::ExitZero => Ok(()),
            Err(raised) => Err(self.blame(raised)),
            Ok(_) => Ok(()),
        }
    }

    /// Runs the source for its definitions.
    pub(super) fn load(&mut self, source: &str) -> Result<(), Failure> {
        self.ask(vec![Value::str("load"), Value::str(source)], 1).map(drop)
    }

    /// Forgets what was loaded under the name of the entry, so that the program has to define it.
    ///
    /// # Errors
    /// The program's instance failed.
    pub(super) fn drop_entry(&mut self, entry: &str) -> Result<(), Failure> {
        self.ask(vec![Value::str("drop"), Value::str(entry)], 1).map(drop)
    }

    /// Calls a function by its dotted name. A result of more than `most` parts is `None`: it cannot be the expected
    /// value, and it is not decoded.
    pub(super) fn call(
        &mut self,
        entry: &str,
        args: Vec<Value>,
        kwargs: Vec<(Value, Value)>,
        most: usize,
    ) -> Result<Option<Value>, Failure> {
        self.ask(vec![Value::str("call"), Value::str(entry), Value::Tuple(args), Value::Dict(kwargs)], most)
    }

    /// Calls a function whose arguments and result have shapes, or whose changed argument is the result.
    pub(super) fn case(&mut self, case: Vec<Value>, most: usize) -> Result<Option<Value>, Failure> {
        self.ask([vec![Value::str("case")], case].concat(), most)
    }

    /// Whether the module defines a name.
    ///
    /// # Errors
    /// The program's instance failed.
    pub(super) fn defines(&mut self, name: &str) -> Result<bool, Failure> {
        match self.ask(vec![Value::str("name"), Value::str(name)], 1) {
            Ok(_) => Ok(true),
            Err(failure) if failure.reason == Reason::MissingEntry => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    fn ask(&mut self, request: Vec<Value>, most: usize) -> Result<Option<Value>, Failure> {
        let reply = self.instance.handle(&message::request(request))?;
        message::reply(&reply)?.map(|value| value.value(most)).map_err(|raised| self.blame(raised))
    }

    /// A program that was refused memory fails for that reason, even if it raised another exception afterwards.
    pub(super) fn blame(&self, raised: Raised) -> Failure {
        let mut failure = Failure::from(raised);
        if failure.reason == Reason::RuntimeError && self.instance.memory_denied() {
            failure.reason = Reason::OutOfMemory;
        }
        failure
    }
}
