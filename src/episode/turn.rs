//! The types of turns and episodes.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::core::names::by_name;
use crate::{Error, Result};

/// The role of a turn's author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Instructions.
    System,
    /// Questions, and requests to correct an answer.
    User,
    /// The policy.
    Assistant,
    /// Tool results.
    Tool,
}

by_name!(Role, "role", System = "system", User = "user", Assistant = "assistant", Tool = "tool");

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// The role of its author.
    pub role: Role,
    /// The text.
    pub text: String,
    /// The range of its tokens in the episode's token sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Range<usize>>,
    /// Whether its tokens get a gradient; an assistant prefix from a restart buffer does not.
    pub trainable: bool,
}

impl Turn {
    /// A turn that is not trainable.
    pub fn new(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), tokens: None, trainable: false }
    }

    /// A trainable turn of the assistant.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self { trainable: true, ..Self::new(Role::Assistant, text) }
    }

    /// The same turn with the range of its tokens.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Range<usize>) -> Self {
        self.tokens = Some(tokens);
        self
    }
}

/// A checked sequence of turns.
///
/// ```
/// use r1rewards::episode::{Episode, Role, Turn};
/// let episode = Episode::new(vec![
///     Turn::new(Role::User, "6·7?").with_tokens(0..4),
///     Turn::assistant("41").with_tokens(4..6),
///     Turn::new(Role::User, "Are you sure?").with_tokens(6..10),
///     Turn::assistant("42").with_tokens(10..12),
/// ])?;
/// assert_eq!(episode.attempts().map(|turn| turn.text.as_str()).collect::<Vec<_>>(), ["41", "42"]);
/// assert_eq!(episode.trainable_mask(12)[3..7], [false, true, true, false]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Episode {
    turns: Vec<Turn>,
}

impl Episode {
    /// An episode of these turns.
    ///
    /// # Errors
    /// No turn; a trainable turn of a role other than the assistant; a token range that is reversed or starts before
    /// the end of an earlier one.
    pub fn new(turns: Vec<Turn>) -> Result<Self> {
        if turns.is_empty() {
            return Err(Error::option("turns", "an empty list", "give at least one turn"));
        }
        let mut end = 0;
        for (place, turn) in turns.iter().enumerate() {
            if turn.trainable && turn.role != Role::Assistant {
                return Err(Error::option(
                    "trainable",
                    format_args!("true for turn {place}, whose role is not assistant"),
                    "set it for assistant turns only",
                ));
            }
            let Some(tokens) = &turn.tokens else { continue };
            if tokens.start < end || tokens.end < tokens.start {
                return Err(Error::option(
                    "tokens",
                    format_args!("{}..{} for turn {place}", tokens.start, tokens.end),
                    format_args!("give ascending ranges from {end} on"),
                ));
            }
            end = tokens.end;
        }
        Ok(Self { turns })
    }

    /// The turns.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// The assistant's turns, in order.
    pub fn attempts(&self) -> impl Iterator<Item = &Turn> {
        self.turns.iter().filter(|turn| turn.role == Role::Assistant)
    }

    /// For a sequence of `length` tokens: whether each token gets a gradient.
    pub fn trainable_mask(&self, length: usize) -> Vec<bool> {
        let mut mask = vec![false; length];
        for tokens in self.turns.iter().filter(|turn| turn.trainable).filter_map(|turn| turn.tokens.clone()) {
            mask[tokens.start.min(length)..tokens.end.min(length)].fill(true);
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_episodes_name_field_and_fix() {
        let overlapping = vec![Turn::assistant("a").with_tokens(0..4), Turn::assistant("b").with_tokens(3..5)];
        assert_eq!(
            Episode::new(overlapping).unwrap_err().to_string(),
            "option `tokens` got 3..5 for turn 1: give ascending ranges from 4 on"
        );
        let user = Turn { trainable: true, ..Turn::new(Role::User, "q") };
        assert!(Episode::new(vec![user]).unwrap_err().to_string().contains("assistant turns only"));
        assert!(Episode::new(Vec::new()).is_err());
    }
}
