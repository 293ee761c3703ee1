//! Messages: requests to an instance and its replies, typed.
//!
//! Accepts: replies of the two forms below. Refuses: anything else (`forged_reply`), since an instance that ran a
//! program may send any bytes. The forms are `("ok", value, changes, alias)` and `("raise", fault, classes, builtin,
//! args, message, traceback, attributes)`; see `sandboxes/python/app/solution.py`.

use super::stop::Stop;
use super::value::Value;
use super::wire;
use crate::Reason;

/// An exception that left the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Raised {
    /// What kind of fault it is.
    pub fault: Fault,
    /// The nearest builtin class of the exception.
    pub builtin: String,
    /// Its message, truncated.
    pub message: String,
    /// The end of the traceback, truncated.
    pub traceback: String,
}

/// The kinds of exceptions that have different reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Any other.
    Raise,
    /// `SystemExit` with no code or 0.
    ExitZero,
    /// `SystemExit` with a code, `KeyboardInterrupt`, `GeneratorExit`.
    Exit,
    /// The program does not define the name.
    MissingEntry,
    /// `SyntaxError`.
    Syntax,
    /// `MemoryError`.
    Memory,
    /// `RecursionError`.
    Recursion,
    /// Something that the sandbox lacks.
    Unsupported,
    /// A value that cannot be sent between instance and host.
    UnsupportedValue,
    /// Tests that cannot be used; sent only by the instance that runs tests.
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

    /// The reason of an outcome that this fault causes.
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
    /// The exception as the last line of Python's traceback.
    pub fn line(&self) -> String {
        let last = self.traceback.trim_end().lines().next_back().unwrap_or_default();
        let line = if last.is_empty() { format!("{}: {}", self.builtin, self.message) } else { last.to_owned() };
        line.chars().take(SHOWN).collect()
    }
}

/// Most characters of a message in an outcome's detail.
const SHOWN: usize = 300;

/// A request as bytes.
pub(super) fn request(parts: Vec<Value>) -> Vec<u8> {
    wire::encode(&Value::Tuple(parts))
}

/// A value of a reply as its encoded bytes: it is decoded only when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Raw<'b> {
    bytes: &'b [u8],
}

impl Raw<'_> {
    /// Whether it is the name of an object that stays in the program's instance.
    pub(super) fn is_handle(&self) -> bool {
        self.bytes.first() == Some(&b'H')
    }

    /// Whether it is the name of an object that can be called.
    pub(super) fn is_callable(&self) -> bool {
        // The tag (1 byte) and the number (8 bytes) come before the capabilities, whose first bit is `__call__`.
        self.is_handle() && self.bytes.get(9).is_some_and(|capabilities| capabilities & 1 == 1)
    }

    /// The decoded value, if it has at most `most` parts.
    pub(super) fn value(&self, most: usize) -> Option<Value> {
        wire::check(self.bytes).ok().filter(|parts| *parts <= most).and_then(|_| wire::decode(self.bytes).ok())
    }
}

/// The reply of a program: the value, or the exception that was raised. The fault `bad_tests` is refused here: a
/// program cannot report it.
///
/// # Errors
/// Bytes that are not a reply.
pub(super) fn reply(bytes: &[u8]) -> Result<Result<Raw<'_>, Raised>, Stop> {
    match verdict(bytes)? {
        Err(raised) if raised.fault == Fault::BadTests => Err(Stop::Reply("a fault that only tests have".to_owned())),
        result => Ok(result),
    }
}

/// The reply of the instance that runs the tests.
///
/// # Errors
/// Bytes that are not a reply.
pub(super) fn verdict(bytes: &[u8]) -> Result<Result<Raw<'_>, Raised>, Stop> {
    let malformed = |what: String| Stop::Reply(what);
    let parts = wire::tuple(bytes).map_err(|error| malformed(error.to_string()))?;
    let text = |part: &[u8]| match wire::decode(part) {
        Ok(Value::Str(text)) => Some(text),
        _ => None,
    };
    let is_tuple = |part: &[u8]| part.first() == Some(&b't');
    match parts[..] {
        [ok, value, changes, alias]
            if ok == wire::encode(&Value::str("ok")) && is_tuple(changes) && matches!(alias.first(), Some(b'N' | b'i')) =>
        {
            Ok(Ok(Raw { bytes: value }))
        }
        [raise, fault, classes, builtin, args, message, traceback, attributes]
            if raise == wire::encode(&Value::str("raise"))
                && is_tuple(classes)
                && is_tuple(args)
                && attributes.first() == Some(&b'd') =>
        {
            let (Some(fault), Some(builtin), Some(message), Some(traceback)) =
                (text(fault), text(builtin), text(message), text(traceback))
            else {
                return Err(malformed("a part that must be text is not".to_owned()));
            };
            let known = Fault::NAMES.iter().find(|(name, _)| *name == fault);
            let (_, fault) = known.ok_or_else(|| malformed("an unknown fault".to_owned()))?;
            Ok(Err(Raised { fault: *fault, builtin, message, traceback }))
        }
        _ => Err(malformed("it has neither of the two forms".to_owned())),
    }
}
