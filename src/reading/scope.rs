//! Which part of a completion is judged.

use std::borrow::Cow;

use super::visible::trim;
use crate::core::names::by_name;
use crate::reading::{Thinking, without_end_tokens};

/// The part of a completion that a reward reads.
///
/// Thinking is what [`Thinking`] says; a block that never closes leaves no answer. Which part is counted is part of the
/// spec because it decides what gets gamed: a cap on the completion shortens the thinking, a cap on the answer does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All of it.
    #[default]
    Completion,
    /// The text inside thinking, without its marks.
    Thinking,
    /// The text outside thinking; all of it where nothing opens or closes thinking.
    Answer,
    /// The content of the last `<answer>…</answer>` in the answer; the whole answer where there is none.
    Final,
}

impl Scope {
    /// The part of the text, without white space at its ends and without the special tokens that end it.
    ///
    /// ```
    /// use r1rewards::reading::Scope;
    /// assert_eq!(Scope::Answer.of("<think>a</think> b "), "b");
    /// assert_eq!(Scope::Thinking.of("a</think> b"), "a");
    /// assert_eq!(Scope::Answer.of("<think>never closed"), "");
    /// assert_eq!(Scope::Final.of("<think>a</think> so <answer> b </answer>"), "b");
    /// ```
    pub fn of(self, text: &str) -> Cow<'_, str> {
        self.read(text, &Thinking::Auto)
    }

    /// The part of the text as [`of`](Self::of) gives it, with other marks around thinking.
    pub fn read<'t>(self, text: &'t str, thinking: &Thinking) -> Cow<'t, str> {
        trimmed(self.untrimmed(text, thinking))
    }

    /// The part of the text with the white space at its ends.
    pub(crate) fn untrimmed<'t>(self, text: &'t str, thinking: &Thinking) -> Cow<'t, str> {
        match self {
            Self::Completion => Cow::Borrowed(without_end_tokens(text)),
            Self::Thinking => thinking.read(text).thinking(),
            Self::Answer => thinking.read(text).answer().unwrap_or_default(),
            Self::Final => match thinking.read(text).answer().unwrap_or_default() {
                Cow::Borrowed(answer) => Cow::Borrowed(last_answer(answer)),
                Cow::Owned(answer) => Cow::Owned(last_answer(&answer).to_owned()),
            },
        }
    }
}

by_name!(Scope, "scope", Completion = "completion", Thinking = "thinking", Answer = "answer", Final = "final");

fn trimmed(part: Cow<'_, str>) -> Cow<'_, str> {
    match part {
        Cow::Borrowed(part) => Cow::Borrowed(trim(part)),
        Cow::Owned(part) => Cow::Owned(trim(&part).to_owned()),
    }
}

fn last_answer(answer: &str) -> &str {
    let Some(end) = answer.rfind("</answer>") else { return answer };
    match answer[..end].rfind("<answer>") {
        Some(start) => &answer[start + "<answer>".len()..end],
        None => answer,
    }
}
