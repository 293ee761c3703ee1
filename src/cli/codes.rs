//! The exit codes of the command.

/// Equal, or nothing was asked that could be missed.
pub(super) const FINE: u8 = 0;
/// Different, or below the threshold.
pub(super) const MISSED: u8 = 1;
/// Usage, input or output.
pub(super) const FAILED: u8 = 2;
