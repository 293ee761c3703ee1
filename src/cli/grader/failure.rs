//! Why a grader gave no verdict.

use std::fmt;

/// What a grader did instead of giving a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It did not answer, read or end in time.
    Hang,
    /// It ended, or stopped reading.
    Crash,
    /// It wrote something else than one verdict for each sample.
    Wrong,
}

/// A fault, in words.
#[derive(Debug)]
pub struct Failure {
    pub fault: Fault,
    message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

pub(super) fn hang(message: String) -> Failure {
    Failure { fault: Fault::Hang, message }
}

pub(super) fn crash(message: String) -> Failure {
    Failure { fault: Fault::Crash, message }
}

pub(super) fn wrong(message: String) -> Failure {
    Failure { fault: Fault::Wrong, message }
}
