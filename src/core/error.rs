//! The one error type of the crate.
//!
//! Errors are failures that the *user* can act on (an invalid spec, an unreadable row, an unknown option). What a
//! completion causes is never an error: it is an [`Outcome`](crate::Outcome) with a [`Reason`](crate::Reason).

use std::fmt;

/// What went wrong, where, and how to fix it.
///
/// The kinds are private so that new ones can be added; test for them with the `is_*` methods.
///
/// ```
/// let error = r1rewards::Error::spec("unknown kind `maths`: use math");
/// assert!(error.is_spec());
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Kind>);

#[derive(Debug, thiserror::Error)]
enum Kind {
    #[error("{0}")]
    Spec(String),
    #[error("{0}")]
    Row(String),
    #[error("{0}")]
    Tensor(String),
    #[error("{0}")]
    Backend(String),
    #[error("{0}")]
    Data(String),
    // The cause is not a `source`: the message contains it, and a printed chain would repeat it.
    #[error("{context}: {cause}")]
    Io { context: String, cause: std::io::Error },
}

impl Error {
    /// A reward spec that cannot be built: unknown kind, unknown option, value out of range.
    pub fn spec(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Spec(message.to_string())))
    }

    /// An option of a reward that is out of range: the message names the option, the value it got and the fix.
    ///
    /// ```
    /// let error = r1rewards::Error::option("max_len", -3, "give a whole number above 0");
    /// assert_eq!(error.to_string(), "option `max_len` got -3: give a whole number above 0");
    /// ```
    pub fn option(field: &str, got: impl fmt::Display, fix: impl fmt::Display) -> Self {
        Self::spec(format_args!("option `{field}` got {got}: {fix}"))
    }

    /// A row that cannot be read as a sample.
    pub fn row(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Row(message.to_string())))
    }

    /// A tensor with a wrong shape, dtype or device, or with values that are not allowed.
    pub fn tensor(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Tensor(message.to_string())))
    }

    /// A failure of a library that this one uses: the tensor library (out of memory, for example) or the WebAssembly
    /// engine of the sandbox.
    pub fn backend(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Backend(message.to_string())))
    }

    /// A text that is not valid in its data format.
    pub fn data(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Data(message.to_string())))
    }

    /// A file or stream that cannot be read or written; `context` names it and the operation.
    pub fn io(context: impl fmt::Display, cause: std::io::Error) -> Self {
        Self(Box::new(Kind::Io { context: context.to_string(), cause }))
    }

    /// Whether the cause is the reward spec.
    pub fn is_spec(&self) -> bool {
        matches!(*self.0, Kind::Spec(_))
    }

    /// Whether the cause is a data row.
    pub fn is_row(&self) -> bool {
        matches!(*self.0, Kind::Row(_))
    }

    /// Whether the cause is a tensor.
    pub fn is_tensor(&self) -> bool {
        matches!(*self.0, Kind::Tensor(_))
    }

    /// Whether a library that this one uses has failed.
    pub fn is_backend(&self) -> bool {
        matches!(*self.0, Kind::Backend(_))
    }

    /// Whether the cause is a text that is not valid in its data format.
    pub fn is_data(&self) -> bool {
        matches!(*self.0, Kind::Data(_))
    }

    /// Whether the reader of our output has closed the pipe.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(&*self.0, Kind::Io { cause, .. } if cause.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// Whether the cause is a file or a stream.
    pub fn is_io(&self) -> bool {
        matches!(*self.0, Kind::Io { .. })
    }
}

/// A result whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;
