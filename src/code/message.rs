//! Messages: what is asked of an instance, and the reply, typed.
//!
//! Accepts: replies of the two forms below. Refuses: anything else (`forged_reply`), since an instance that ran a program may send any bytes.
//! The forms: `("ok", value, changes, alias)` and `("raise", fault, classes, builtin, args, message, traceback)`; see `sandboxes/python/app/solution.py`.

use super::stop::Stop;
use super::value::Value;
use super::wire;
use crate::Reason;

/// An exception that left the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Raised {
    /// What kind of fault it is.
    pub fault: Fault,
    /// The builtin class nearest to its own.
    pub builtin: String,
    /// Its message, cut.
    pub message: String,
    /// The end of the traceback, cut.
    pub traceback: String,
}

/// Kinds of exceptions that have a reason of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Any other.
    Raise,
    /// `SystemExit` with no code or 0.
    ExitZero,
    /// `SystemExit` with a code, `KeyboardInterrupt`, `GeneratorExit`.
    Exit,
    /// The program defines no such name.
    MissingEntry,
    /// `SyntaxError`.
    Syntax,
    /// `MemoryError`.
    Memory,
    /// `RecursionError`.
    Recursion,
    /// Something that the sandbox lacks.
    Unsupported,
    /// A value that cannot cross.
    UnsupportedValue,
    /// Tests that cannot be used; from the side of the tests only.
    BadTests,
}

impl Fault {
    const NAMES: [(&str, Fault); 10] = [
        ("raise", Fault::Raise),
        ("exit_zero", Fault::ExitZero),
        ("exit", Fault::Exit),
        ("missing_entry", Fault::MissingEntry),
        ("syntax", Fault::Syntax),
        ("memory", Fault::Memory),
        ("recursion", Fault::Recursion),
        ("unsupported", Fault::Unsupported),
        ("unsupported_value", Fault::UnsupportedValue),
        ("bad_tests", Fault::BadTests),
    ];

    /// The reason of an outcome that this fault decides.
    pub fn reason(self) -> Reason {
        match self {
            Self::Raise => Reason::RuntimeError,
            Self::ExitZero | Self::Exit => Reason::Exited,
            Self::MissingEntry => Reason::MissingEntry,
            Self::Syntax => Reason::SyntaxError,
            Self::Memory => Reason::OutOfMemory,
            Self::Recursion => Reason::StackOverflow,
            Self::Unsupported => Reason::Unsupported,
            Self::UnsupportedValue => Reason::UnsupportedValue,
            Self::BadTests => Reason::BadTests,
        }
    }
}

impl Raised {
    /// The exception as Python's last line says it.
    pub fn line(&self) -> String {
        let last = self.traceback.trim_end().lines().next_back().unwrap_or_default();
        let line = if last.is_empty() { format!("{}: {}", self.builtin, self.message) } else { last.to_owned() };
        line.chars().take(SHOWN).collect()
    }
}

/// Characters of a message in an outcome's detail.
const SHOWN: usize = 300;

/// A request as bytes.
pub(super) fn request(parts: Vec<Value>) -> Vec<u8> {
    wire::encode(&Value::Tuple(parts))
}

/// The reply of a program: the value, or what was raised. That the tests cannot be used is nothing that a program says.
///
/// # Errors
/// Bytes that are no reply.
pub(super) fn reply(bytes: &[u8]) -> Result<Result<Value, Raised>, Stop> {
    match verdict(bytes)? {
        Err(raised) if raised.fault == Fault::BadTests => Err(Stop::Reply("a fault that only tests have".to_owned())),
        result => Ok(result),
    }
}

/// The reply of the side that runs the tests.
///
/// # Errors
/// Bytes that are no reply.
pub(super) fn verdict(bytes: &[u8]) -> Result<Result<Value, Raised>, Stop> {
    let malformed = |what: String| Stop::Reply(what);
    let Value::Tuple(parts) = wire::decode(bytes).map_err(|error| malformed(error.to_string()))? else {
        return Err(malformed("it is no tuple".to_owned()));
    };
    if let Some([Value::Str(ok), value, Value::Tuple(_), Value::None | Value::Int(_)]) = parts.first_chunk()
        && ok == "ok"
        && parts.len() == 4
    {
        return Ok(Ok(value.clone()));
    }
    match &parts[..] {
        [
            Value::Str(raise),
            Value::Str(fault),
            Value::Tuple(_),
            Value::Str(builtin),
            Value::Tuple(_),
            Value::Str(message),
            Value::Str(traceback),
        ] if raise == "raise" => {
            let known = Fault::NAMES.iter().find(|(name, _)| name == fault);
            let (_, fault) = known.ok_or_else(|| malformed("an unknown fault".to_owned()))?;
            let (builtin, message, traceback) = (builtin.clone(), message.clone(), traceback.clone());
            Ok(Err(Raised { fault: *fault, builtin, message, traceback }))
        }
        _ => Err(malformed("it has neither of the two forms".to_owned())),
    }
}
