//! Which part of a completion is judged.

use super::visible::trim;
use crate::{Error, Result};

/// The part of a completion that a reward reads.
///
/// Thinking runs to the last `</think>`; a `<think>` that never closes leaves no answer. Which part is counted is part of the
/// spec because it decides what gets gamed: a cap on the completion shortens the thinking, a cap on the answer does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All of it.
    #[default]
    Completion,
    /// The text up to the last `</think>`, without the tags; nothing where there is no such tag and no `<think>`.
    Thinking,
    /// The text after the last `</think>`; all of it where nothing opens or closes thinking.
    Answer,
    /// The content of the last `<answer>…</answer>` in the answer; the whole answer where there is none.
    Final,
}

impl Scope {
    /// The names in specs.
    pub const NAMES: [&'static str; 4] = ["completion", "thinking", "answer", "final"];

    /// A scope by its name.
    ///
    /// # Errors
    /// For a name that is not in [`NAMES`](Self::NAMES).
    pub fn from_name(name: &str) -> Result<Self> {
        match name {
            "completion" => Ok(Self::Completion),
            "thinking" => Ok(Self::Thinking),
            "answer" => Ok(Self::Answer),
            "final" => Ok(Self::Final),
            other => Err(Error::option("scope", format_args!("`{other}`"), "use completion, thinking, answer or final")),
        }
    }

    /// The part of the text, without white space at its ends.
    ///
    /// ```
    /// use r1rewards::text::Scope;
    /// assert_eq!(Scope::Answer.of("<think>a</think> b "), "b");
    /// assert_eq!(Scope::Thinking.of("a</think> b"), "a");
    /// assert_eq!(Scope::Answer.of("<think>never closed"), "");
    /// assert_eq!(Scope::Final.of("<think>a</think> so <answer> b </answer>"), "b");
    /// ```
    pub fn of(self, text: &str) -> &str {
        if self == Self::Final {
            return last_answer(Self::Answer.of(text));
        }
        let close = text.rfind("</think>");
        trim(match self {
            Self::Completion => text,
            Self::Thinking => {
                let thinking = match close {
                    Some(end) => &text[..end],
                    None if text.contains("<think>") => text,
                    None => "",
                };
                let thinking = trim(thinking);
                thinking.strip_prefix("<think>").unwrap_or(thinking)
            }
            Self::Answer | Self::Final => match close {
                Some(end) => &text[end + "</think>".len()..],
                None if text.contains("<think>") => "",
                None => text,
            },
        })
    }
}

fn last_answer(answer: &str) -> &str {
    let Some(end) = answer.rfind("</answer>") else { return answer };
    match answer[..end].rfind("<answer>") {
        Some(start) => trim(&answer[start + "<answer>".len()..end]),
        None => answer,
    }
}
