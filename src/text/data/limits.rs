//! Limits of a document.

/// Most levels; deeper documents are refused before the parser's memory grows with them.
pub(super) const MAX_DEPTH: usize = 128;
