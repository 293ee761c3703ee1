//! Why tests cannot be used.

use crate::Reason;

/// Tests that cannot be used: the reason, the error and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTests {
    /// `bad_tests` or `unsupported_language`.
    pub reason: Reason,
    /// What is wrong, where, and the fix.
    pub detail: String,
}

/// The result of reading tests.
pub(super) type Read<T> = Result<T, BadTests>;

/// The error for tests that are wrong; `detail` says what is wrong.
pub(super) fn bad(detail: impl Into<String>) -> BadTests {
    BadTests { reason: Reason::BadTests, detail: detail.into() }
}
