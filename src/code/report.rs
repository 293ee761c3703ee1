//! A report of every test of a row that ran.
//!
//! One entry for each test that ran, in order. A run that stops at the first failure has fewer entries than the row has
//! tests.

use serde_json::{Value as Json, json};

use super::program::Failure;
use super::value::Value;
use crate::Reason;

/// One test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReport {
    /// `passed`, or the reason of the failure.
    pub reason: Reason,
    /// What happened in words; empty for a pass.
    pub detail: String,
    /// The input of the program, as text.
    pub input: String,
    /// What was expected, as text.
    pub expected: String,
    /// The output or result of the program, as text.
    pub got: String,
    /// What it wrote to standard error, truncated.
    pub stderr: String,
    /// Fuel spent.
    pub fuel: u64,
    /// The largest size of the instance's memory, in bytes.
    pub memory: usize,
}

/// All tests of a row that ran.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// One entry for each test that ran.
    pub tests: Vec<TestReport>,
    /// How many tests the row has.
    pub total: usize,
    /// Fuel spent by all of them, loading included.
    pub fuel: u64,
}

/// Most characters of a text in a report.
const SHOWN: usize = 1000;

impl Report {
    /// The report as data: `total`, `fuel`, and `tests`, each with `reason`, `detail`, `input`, `expected`, `got`,
    /// `stderr`, `fuel` and `memory`.
    pub fn to_value(&self) -> Json {
        let test = |test: &TestReport| {
            json!({"reason": test.reason.code(), "detail": test.detail, "input": test.input, "expected": test.expected, "got": test.got,
                "stderr": test.stderr, "fuel": test.fuel, "memory": test.memory})
        };
        json!({"total": self.total, "fuel": self.fuel, "tests": self.tests.iter().map(test).collect::<Vec<_>>()})
    }
}

impl TestReport {
    pub(super) fn new(result: Result<(), Failure>) -> TestReport {
        let (reason, detail) = match result {
            Ok(()) => (Reason::Passed, String::new()),
            Err(failure) => (failure.reason, failure.detail),
        };
        TestReport {
            reason,
            detail,
            input: String::new(),
            expected: String::new(),
            got: String::new(),
            stderr: String::new(),
            fuel: 0,
            memory: 0,
        }
    }

    /// The failure, the input, what was expected and what was written to standard error, as lines of text; what is empty
    /// is left out.
    pub(super) fn described(&self) -> String {
        let named = [("", &self.detail), ("input: ", &self.input), ("expected: ", &self.expected), ("stderr: ", &self.stderr)];
        let lines = named.iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| format!("{name}{}", text.trim_end()));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.reason == Reason::Passed
    }
}

/// A value as text, truncated to what a report shows; the rest is not formatted.
pub(super) fn shown_value(value: &Value) -> String {
    struct Cut(String);
    impl std::fmt::Write for Cut {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.extend(text.chars().take(4 * SHOWN));
            if self.0.len() > 4 * SHOWN { Err(std::fmt::Error) } else { Ok(()) }
        }
    }
    let mut cut = Cut(String::new());
    // Formatting stops with an error when enough is written.
    let _ = std::fmt::write(&mut cut, format_args!("{value}"));
    shown(cut.0.as_bytes())
}

/// Bytes as text, truncated to what a report shows.
pub(super) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * SHOWN)]);
    let mut cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < bytes.len() && text.chars().count() > SHOWN {
        cut.push_str(" ...");
    }
    cut
}
