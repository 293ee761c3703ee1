//! The choice of the part of a completion that a reward reads.

use std::borrow::Cow;

use super::visible::trim;
use crate::core::names::by_name;
use crate::reading::{Thinking, without_end_tokens};

/// The part of a completion that a reward reads.
///
/// [`Thinking`] defines what counts as thinking; a block that never closes leaves no answer. The part is set in the
/// spec because it decides what a model can exploit: a length cap on the completion shortens the thinking, a cap on the
/// answer does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// The whole completion.
    #[default]
    Completion,
    /// The text inside thinking, without its marks.
    Thinking,
    /// The text outside thinking; the whole text where no mark of thinking occurs.
    Answer,
    /// The content of the last `<answer>…</answer>` in the answer; the whole answer where there is none.
    Final,
}

impl Scope {
    /// This part of the text, without the special tokens that end it and without white space at its ends.
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

    /// This part of the text as in [`of`](Self::of), with the given marks of thinking.
    pub fn read<'t>(self, text: &'t str, thinking: &Thinking) -> Cow<'t, str> {
        trimmed(self.untrimmed(text, thinking))
    }

    /// This part of the text, including white space at its ends.
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
