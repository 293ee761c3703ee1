//! What a document may have.

/// Deeper documents are refused before a parser could grow with them.
pub(super) const MAX_DEPTH: usize = 128;
