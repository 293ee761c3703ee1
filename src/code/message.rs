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
    /// The exception as the last line of Python's traceback, and the place that it came from: the innermost one in the
    /// program or the tests, with its line.
    pub fn line(&self) -> String {
        let mut lines = self.traceback.trim_end().lines();
        let last = lines.next_back().unwrap_or_default();
        let line = if last.is_empty() { format!("{}: {}", self.builtin, self.message) } else { last.to_owned() };
        let mut line: String = line.chars().take(SHOWN).collect();
        if let Some(place) = self.place() {
            line.push_str(&place);
        }
        line
    }

    /// ` (line 3 of the tests, in test_a: assert f(1) == 2)`, if the traceback names a place.
    fn place(&self) -> Option<String> {
        let lines: Vec<&str> = self.traceback.lines().collect();
        let (index, place) =
            lines.iter().enumerate().rev().find_map(|(index, line)| Some((index, line.strip_prefix("  File \"<")?)))?;
        let (text, place) = place.split_once(">\", line ")?;
        let (number, function) = place.split_once(", in ")?;
        let number: u32 = number.parse().ok()?;
        let text = match text {
            "tests" => "the tests",
            "prelude" => "the prelude",
            _ => "the program",
        };
        let function = if function == "<module>" { String::new() } else { format!(", in {function}") };
        let source = lines.get(index + 1).and_then(|line| line.strip_prefix("    ")).filter(|source| !source.is_empty());
        let place =
            format!(" (line {number} of {text}{function}{})", source.map_or_else(String::new, |source| format!(": {source}")));
        Some(place.chars().take(SHOWN).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn line(traceback: &str) -> String {
        let [builtin, message] = ["ValueError", "bad"].map(str::to_owned);
        Raised { fault: Fault::Raise, builtin, message, traceback: traceback.to_owned() }.line()
    }

    #[test]
    fn an_exception_is_shown_with_the_innermost_place() {
        for (traceback, shown) in [
            ("", "ValueError: bad"),
            ("ValueError: bad\n", "ValueError: bad"),
            (
                "Traceback (most recent call last):\n  File \"<tests>\", line 2, in <module>\n    check(f)\n  File \"<tests>\", line 12, in check\n    assert f(1) == 2\nAssertionError\n",
                "AssertionError (line 12 of the tests, in check: assert f(1) == 2)",
            ),
            (
                "  File \"<solution>\", line 1, in <module>\n    1 / 0\nZeroDivisionError: x\n",
                "ZeroDivisionError: x (line 1 of the program: 1 / 0)",
            ),
            ("  File \"<solution>\", line 1, in <module>\nZeroDivisionError: x", "ZeroDivisionError: x (line 1 of the program)"),
            ("  File \"<solution>\", line -1, in f\nE: x", "E: x"),
            ("  File \"<solution>\"\nE: x", "E: x"),
        ] {
            assert_eq!(line(traceback), shown);
        }
        let long = format!("  File \"<solution>\", line 1, in {}\n{}", "f".repeat(9_000), "x".repeat(9_000));
        assert_eq!(line(&long).chars().count(), 2 * SHOWN);
    }
}
