//! The fields of a sample that are read from a row.

use crate::core::names::by_name;

/// A field of a sample, read from a column of the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// The row's id in results; default: its number.
    Id,
    /// A string or a message list.
    Prompt,
    /// A string, a message list (the last assistant message counts), or a list of these.
    Completion,
    /// The reference: a string, a number, or a list of acceptable ones.
    Answer,
    /// Tests for a program.
    Tests,
    /// The row's own reward spec.
    Reward,
}

impl Field {
    /// All fields.
    pub const ALL: [Self; 6] = [Self::Id, Self::Prompt, Self::Completion, Self::Answer, Self::Tests, Self::Reward];

    /// The column that it is read from by default.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Prompt => "prompt",
            Self::Completion => "completion",
            Self::Answer => "answer",
            Self::Tests => "tests",
            Self::Reward => "reward",
        }
    }
}

by_name!(Field, "field", all by name);
