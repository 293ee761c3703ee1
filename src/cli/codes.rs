//! The exit codes of the command.

/// Success: equal, all tests pass, or no threshold is missed.
pub(super) const FINE: u8 = 0;
/// Different, a test fails, or below the threshold.
pub(super) const MISSED: u8 = 1;
/// Wrong usage, or an error of input or output.
pub(super) const FAILED: u8 = 2;
