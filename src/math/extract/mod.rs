//! Finds the final answer of a completion.
//!
//! Accepts any text, in time linear in its length. Looks, outside the thinking block, for the last `\boxed{}`, then
//! `<answer>` tags, then the tokens of a box, then `####`, then an answer phrase, then a short text that is nothing but an answer; the policy may
//! add the last formula or number. Refuses: text inside `<think>` and comments, a thinking block that is never closed,
//! boxes that are never closed, answers that are denied or withdrawn and, under policies that require it, marks that
//! disagree (the caller compares them).

mod boxed;
mod found;
mod hashes;
mod label;
mod number;
mod phrase;
mod rivals;
mod tag;

use memchr::memmem;

use boxed::boxed;
use found::MAX_BARE;
use hashes::hashes;
use label::labelled;
use number::{last_formula, last_number, only_number};
use phrase::{last_line, phrase};
use rivals::marked_behind;
use tag::{answer_tag, box_tokens};

use super::answer::Answer;
use super::policy::{Extract, Policy};
use crate::Reason;
use crate::reading::comments::without_comments;
use crate::reading::ignorable::without_ignorable;
use crate::reading::revision::revises;
use crate::reading::without_end_tokens;

pub use found::Extracted;

/// Approximate largest number of marks of one kind that are read.
const READ: u64 = 100;

/// Finds the final answer.
pub fn extract(text: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if policy.extract == Extract::Whole {
        let text = without_end_tokens(text);
        return if text.trim().is_empty() { Err(Reason::NoAnswer) } else { Ok(Extracted::new(text, "whole")) };
    }
    let Some(visible) = policy.thinking.read(text).answer() else { return Err(Reason::ThinkUnclosed) };
    let visible = without_ignorable(&visible);
    let visible = without_comments(&visible);
    let visible = visible.as_ref();
    let found = match policy.extract {
        Extract::Boxed => not_taken_back(boxed(visible, policy)?, visible, policy),
        Extract::AnswerTag => not_taken_back(answer_tag(visible, policy)?, visible, policy),
        Extract::LastNumber => last_number(visible).ok_or(Reason::NoAnswer),
        _ => auto(visible, policy),
    }?;
    // Text that is struck out is not an answer.
    if found.answer.starts_with("~~") { Err(Reason::Hedged) } else { Ok(found) }
}

/// The work of finding the final answer, in units of the budget: one pass over the text, and a cost for each possible
/// mark.
pub fn effort(text: &str, policy: &Policy) -> u64 {
    // At most `READ` marks are read in full; further ones only cost the search.
    let places = |mark: &str, each: u64| {
        let count = memmem::find_iter(text.as_bytes(), mark).count() as u64;
        count + each * count.min(READ)
    };
    let marks = if policy.extract == Extract::Whole { 0 } else { places("box", 8) + places("nswer is", 40) };
    1 + text.len() as u64 / 64 + marks
}

/// The marked answer, where the text behind it does not take it back: `\boxed{4}. No wait, 5.`
fn not_taken_back(found: Option<Extracted>, visible: &str, policy: &Policy) -> Result<Extracted, Reason> {
    let found = found.ok_or(Reason::NoAnswer)?;
    let taken_back = || visible.get(found.end..).is_some_and(|behind| revises(behind, &found.answer));
    if !policy.last_box && taken_back() { Err(Reason::Hedged) } else { Ok(found) }
}

fn auto(visible: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if let Some(found) = labelled(visible, &policy.labels, policy.last_box)? {
        return Ok(found);
    }
    if policy.phrase_first
        && let Some(found) = phrase(visible).ok().flatten().filter(Extracted::is_readable)
    {
        return Ok(found);
    }
    let found = marked(visible, policy)?;
    if !policy.last_number {
        let mut found = found.ok_or(Reason::NoAnswer)?;
        marked_behind(&mut found, visible)?;
        return Ok(found);
    }
    // For a whole sentence, or text that cannot be read, the answer is the only number in it.
    match found {
        Some(found) if found.by == "phrase" && !found.is_readable() => {
            let within = only_number(&found.answer).filter(|_| found.answer.contains(' '));
            Ok(within.unwrap_or(found))
        }
        Some(found) => Ok(found),
        None => last_formula(visible).filter(Extracted::is_readable).or_else(|| last_number(visible)).ok_or(Reason::NoAnswer),
    }
}

/// The answer by the first kind of mark that the text contains.
fn marked(visible: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    if let Some(found) = boxed(visible, policy)? {
        return Ok(Some(found));
    }
    // `<answer>` and every answer phrase contain `nswer`, so one forward search can rule all of them out.
    let worded = ["nswer", "NSWER"].iter().any(|word| memmem::find(visible.as_bytes(), word.as_bytes()).is_some());
    if worded && let Some(found) = answer_tag(visible, policy)? {
        return Ok(Some(found));
    }
    if let Some(found) = box_tokens(visible, policy)? {
        return Ok(Some(found));
    }
    if let Some(found) = hashes(visible, policy) {
        return Ok(Some(found));
    }
    let phrase = if worded { phrase(visible)? } else { None };
    Ok(phrase.or_else(|| last_line(visible)).or_else(|| bare(visible)))
}

/// The value of `42 is the answer.`
fn said_to_be_the_answer(text: &str) -> Option<Extracted> {
    let text = text.trim_end_matches(['.', '!', '*', ' ']);
    let value = [" is the answer", " is the final answer", " is the correct answer", " is my answer", " is my final answer"]
        .iter()
        .find_map(|end| text.strip_suffix(end))?;
    let found = Extracted::new(value.trim_matches(['*', ' ']), "phrase");
    (found.is_readable() && !found.answer.starts_with('~')).then_some(found)
}

/// The text, where it is one short line that can be read as an answer.
fn bare(text: &str) -> Option<Extracted> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BARE || text.contains('\n') {
        return None;
    }
    if let Some(found) = said_to_be_the_answer(text) {
        return Some(found);
    }
    // Emphasis and code style are no part of the answer.
    let plain = text.trim_matches(['*', '`']);
    let text = if plain.contains(['*', '`']) { text } else { plain };
    Answer::read(text).is_ok_and(|answer| answer.is_bare()).then(|| Extracted::new(text, "bare"))
}
