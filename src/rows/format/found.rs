//! What every format gives: rows, or the error that ends them.

use std::io;

use crate::rows::lines::Line;

/// The rows of one source, or the error that ends it.
pub(in crate::rows) type Found = Box<dyn Iterator<Item = io::Result<Line>> + Send>;

/// The error for input that cannot be read further.
pub(super) fn damaged(problem: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem.to_string())
}
