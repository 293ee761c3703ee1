//! What every test of a row said.
//!
//! Accepts: one entry a test that ran, in order. Refuses: tests that did not run; a run that stops at the first failure has fewer entries.

use serde_json::{Value as Json, json};

use super::program::Failure;
use super::value::Value;
use crate::Reason;

/// One test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReport {
    /// `passed`, or why not.
    pub reason: Reason,
    /// What happened in words; empty for a pass.
    pub detail: String,
    /// What the program was given, as text.
    pub input: String,
    /// What was expected, as text.
    pub expected: String,
    /// What it gave, as text.
    pub got: String,
    /// What it wrote to standard error, cut.
    pub stderr: String,
    /// Fuel spent.
    pub fuel: u64,
    /// The largest memory, in bytes.
    pub memory: usize,
}

/// All tests of a row that ran.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// One a test.
    pub tests: Vec<TestReport>,
    /// How many the row has.
    pub total: usize,
    /// Fuel spent by all of them, loading included.
    pub fuel: u64,
}

/// Characters of a text in a report.
const SHOWN: usize = 1000;

impl Report {
    /// The report as data: `total`, `fuel`, and `tests`, each with `reason`, `detail`, `input`, `expected`, `got`, `stderr`, `fuel` and `memory`.
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

    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.reason == Reason::Passed
    }
}

/// A value as text, cut to what a report shows; nothing behind the cut is written.
pub(super) fn shown_value(value: &Value) -> String {
    struct Cut(String);
    impl std::fmt::Write for Cut {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.extend(text.chars().take(4 * SHOWN));
            if self.0.len() > 4 * SHOWN { Err(std::fmt::Error) } else { Ok(()) }
        }
    }
    let mut cut = Cut(String::new());
    // The error is the cut.
    let _ = std::fmt::write(&mut cut, format_args!("{value}"));
    shown(cut.0.as_bytes())
}

/// Bytes as text, cut to what a report shows.
pub(super) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * SHOWN)]);
    let mut cut: String = text.chars().take(SHOWN).collect();
    if cut.len() < bytes.len() && text.chars().count() > SHOWN {
        cut.push_str(" ...");
    }
    cut
}
