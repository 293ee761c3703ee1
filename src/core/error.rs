//! One error type for the whole crate.
//!
//! Accepts: failures a *user* can act on (a bad spec, an unreadable row, an unknown option). Refuses: anything a
//! completion caused, which is never an error but an [`Outcome`](crate::Outcome) with a [`Reason`](crate::Reason).

use std::fmt;

/// What went wrong, where, and how to mend it.
///
/// The kinds are private so that new ones can be added; ask with the `is_*` methods.
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
    // Not a `source`: the message says it, and a chain would say it twice.
    #[error("{context}: {cause}")]
    Io { context: String, cause: std::io::Error },
}

impl Error {
    /// A reward spec that cannot be built: unknown kind, unknown option, value out of range.
    pub fn spec(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Spec(message.to_string())))
    }

    /// An option of a reward that is out of range: names the field, what it got and how to mend it.
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

    /// A tensor of the wrong shape, dtype or device, or with values that it may not have.
    pub fn tensor(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Tensor(message.to_string())))
    }

    /// What a library beneath this one could not do: that of tensors, for want of memory for example, or the engine of the sandbox.
    pub fn backend(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Backend(message.to_string())))
    }

    /// A text that is no valid data of the format that it should have.
    pub fn data(message: impl fmt::Display) -> Self {
        Self(Box::new(Kind::Data(message.to_string())))
    }

    /// A file or stream that cannot be read or written; `context` names it.
    pub fn io(context: impl fmt::Display, cause: std::io::Error) -> Self {
        Self(Box::new(Kind::Io { context: context.to_string(), cause }))
    }

    /// The reward spec is at fault.
    pub fn is_spec(&self) -> bool {
        matches!(*self.0, Kind::Spec(_))
    }

    /// A data row is at fault.
    pub fn is_row(&self) -> bool {
        matches!(*self.0, Kind::Row(_))
    }

    /// A tensor is at fault.
    pub fn is_tensor(&self) -> bool {
        matches!(*self.0, Kind::Tensor(_))
    }

    /// A library beneath this one could not do what it was asked.
    pub fn is_backend(&self) -> bool {
        matches!(*self.0, Kind::Backend(_))
    }

    /// A text is at fault that should be data of a format.
    pub fn is_data(&self) -> bool {
        matches!(*self.0, Kind::Data(_))
    }

    /// Whoever read our output has closed it.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(&*self.0, Kind::Io { cause, .. } if cause.kind() == std::io::ErrorKind::BrokenPipe)
    }

    /// A file or stream is at fault.
    pub fn is_io(&self) -> bool {
        matches!(*self.0, Kind::Io { .. })
    }
}

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;
