//! Finds further answers in the text after the answer.

use super::found::Extracted;
use super::hashes::hashes;
use super::phrase::phrase;
use super::tag::last;
use crate::Reason;
use crate::math::choice;
use crate::math::policy::Policy;
use crate::reading::closing::{closing_letter, stated};
use crate::reading::find_boxes;
use crate::reading::prose::words;
use crate::reading::revision::revises;

/// Adds the marked answers after an answer, which must agree with it. Before the answer only marks of the same kind
/// must agree: reasoning may name other values on the way.
///
/// # Errors
/// [`Reason::Hedged`] where the answer is withdrawn.
pub(super) fn marked_behind(found: &mut Extracted, text: &str) -> Result<(), Reason> {
    let Some(behind) = text.get(found.end..).filter(|behind| !behind.trim().is_empty()) else { return Ok(()) };
    if revises(behind, &found.answer) {
        return Err(Reason::Hedged);
    }
    let between = |open: &str, close: &str| {
        let inner = last(behind, open).map(|place| &behind[place + open.len()..])?;
        Some(inner.split(close).next().unwrap_or(inner))
    };
    let tag = between("<answer>", "</answer>");
    let tokens = between("<|begin_of_box|>", "<|end_of_box|>");
    let boxes = find_boxes(behind);
    let boxed = boxes.answers(behind).last().map(|found| &behind[found.inner.clone()]);
    let marked = [tag, tokens, boxed].into_iter().flatten().map(|inner| Extracted::new(inner, "behind"));
    let worded = [hashes(behind, &Policy::lenient()), phrase(behind)?];
    for other in marked.chain(worded.into_iter().flatten()) {
        if other.answer != found.answer && other.is_readable() && !is_comment(&other.answer) {
            found.rivals.push(other.answer);
        }
    }
    unmarked(found, behind);
    found.rivals.dedup();
    Ok(())
}

/// Adds the values that the text after the answer states without a mark.
fn unmarked(found: &mut Extracted, behind: &str) {
    // Numbers after an option's letter are part of its text; another letter is another answer.
    if let Some(option) = choice::read(&found.answer) {
        let line = behind.trim_end().rsplit_once('\n').map_or("", |(_, line)| line);
        let other = choice::read(line.trim_matches(['*', ' ', '.'])).filter(|other| other.text.is_none());
        let other = other.or_else(|| closing_letter(behind).and_then(choice::read));
        found.rivals.extend(other.filter(|other| other.letter != option.letter).map(|other| other.letter.to_string()));
        return;
    }
    // Where the answer has the form `name = value`, the stated value gets the same name.
    let name = found.answer.split_once('=').filter(|(_, value)| !value.contains('=')).map(|(name, _)| name.trim().to_owned());
    for value in stated(behind) {
        let value = name.as_ref().map_or_else(|| value.to_owned(), |name| format!("{name}={value}"));
        if value != found.answer && Extracted::new(&value, "behind").is_readable() {
            found.rivals.push(value);
        }
    }
}

/// Whether the words after an answer phrase are about an answer given before: `The answer is correct`, `as expected`.
fn is_comment(said: &str) -> bool {
    const WORDS: &str = "as correct right verified confirmed reasonable consistent unique shown given above below in now thus therefore clear obvious \
        the that this also then found obtained complete done";
    let mut characters = said.chars();
    characters.all(|c| !c.is_numeric() && !matches!(c, '$' | '\\'))
        && words(said).next().is_some_and(|first| WORDS.split_whitespace().any(|known| known == first))
}
