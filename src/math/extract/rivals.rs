//! What a text says behind its answer.

use super::phrase::phrase;
use super::{Extracted, hashes, is_readable, last};
use crate::Reason;
use crate::math::policy::Policy;
use crate::reading::find_boxes;
use crate::reading::prose::words;
use crate::reading::revision::revises;

/// Adds the marked answers behind an answer, which must agree with it. Of the text in front of it only marks of the same kind do: reasoning may name
/// other values on its way.
///
/// # Errors
/// [`Reason::Hedged`] where the answer is taken back.
pub(super) fn marked_behind(found: &mut Extracted, text: &str) -> Result<(), Reason> {
    let Some(behind) = text.get(found.end..).filter(|behind| !behind.trim().is_empty()) else { return Ok(()) };
    if revises(behind, &found.answer) {
        return Err(Reason::Hedged);
    }
    let tag = last(behind, "<answer>")
        .map(|open| &behind[open + "<answer>".len()..])
        .map(|inner| inner.split("</answer>").next().unwrap_or(inner));
    let boxes = find_boxes(behind);
    let boxed = boxes.answers(behind).last().map(|found| &behind[found.inner.clone()]);
    let marked = [tag, boxed].into_iter().flatten().map(|inner| Extracted::new(inner, "behind"));
    let worded = [hashes(behind, &Policy::lenient()), phrase(behind)?];
    for other in marked.chain(worded.into_iter().flatten()) {
        if other.answer != found.answer && is_readable(&other) && !is_comment(&other.answer) {
            found.rivals.push(other.answer);
        }
    }
    Ok(())
}

/// Whether words behind an answer phrase speak of the answer given before: `The answer is correct`, `as expected`.
fn is_comment(said: &str) -> bool {
    const WORDS: &str = "as correct right verified confirmed reasonable consistent unique shown given above below in now thus therefore clear obvious \
        the that this also then found obtained complete done";
    let mut characters = said.chars();
    characters.all(|c| !c.is_numeric() && !matches!(c, '$' | '\\'))
        && words(said).next().is_some_and(|first| WORDS.split_whitespace().any(|known| known == first))
}
