//! Why tests cannot be used.

use crate::Reason;

/// Tests that cannot be used: the reason and what is wrong where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTests {
    /// `bad_tests` or `unsupported_language`.
    pub reason: Reason,
    /// What is wrong, where, and the fix.
    pub detail: String,
}

/// What reading tests gives.
pub(super) type Read<T> = Result<T, BadTests>;

/// Tests that are wrong, as `detail` says.
pub(super) fn bad(detail: impl Into<String>) -> BadTests {
    BadTests { reason: Reason::BadTests, detail: detail.into() }
}
