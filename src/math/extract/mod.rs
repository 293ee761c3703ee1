//! Where the final answer of a response stands.
//!
//! Accepts: any text, in one linear scan with a few passes of a fast substring search. Looks, outside the thinking block, for the last
//! `\boxed{}`, then `<answer>` tags, then `####`, then an answer phrase, then a short text that is nothing but an answer; the policy
//! may add the last formula or number. Refuses: text inside `<think>`, a thinking block that never ends, boxes that are never closed
//! and, under policies that say so, boxes that disagree (which the caller compares).

mod boxed;
mod number;
mod phrase;

use memchr::memmem;

use boxed::boxed;
use number::{last_formula, last_number, only_number};
use phrase::{last_line, phrase};

use super::answer::Answer;
use super::policy::{Extract, Policy};
use crate::Reason;
use crate::reading::without_end_tokens;

/// Different answer tags looked at before a response counts as hedged.
const MAX_TAGS: usize = 16;
/// Longest text that may be an answer without any mark.
const MAX_BARE: usize = 400;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The final answer; with several boxes, the last one.
    pub answer: String,
    /// Other boxes, different in text, that must agree with it.
    pub rivals: Vec<String>,
    /// Which mark it was found by.
    pub by: &'static str,
}

impl Extracted {
    fn new(answer: &str, by: &'static str) -> Self {
        Self { answer: answer.trim().to_owned(), rivals: Vec::new(), by }
    }
}

/// Finds the final answer.
pub fn extract(text: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if policy.extract == Extract::None {
        let text = without_end_tokens(text);
        return if text.trim().is_empty() { Err(Reason::NoAnswer) } else { Ok(Extracted::new(text, "whole")) };
    }
    let Some(visible) = policy.thinking.read(text).answer() else { return Err(Reason::ThinkUnclosed) };
    let visible = visible.as_ref();
    match policy.extract {
        Extract::Boxed => boxed(visible, policy)?.ok_or(Reason::NoAnswer),
        Extract::AnswerTag => answer_tag(visible, policy)?.ok_or(Reason::NoAnswer),
        Extract::LastNumber => last_number(visible).ok_or(Reason::NoAnswer),
        _ => auto(visible, policy),
    }
}

fn auto(visible: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if policy.phrase_first
        && let Some(found) = phrase(visible).filter(|found| Answer::read(&found.answer).is_ok_and(|answer| answer.is_bare()))
    {
        return Ok(found);
    }
    if let Some(found) = boxed(visible, policy)? {
        return Ok(found);
    }
    // `<answer>` and every answer phrase contain `nswer`: one forward search rules them all out.
    let marked = ["nswer", "NSWER"].iter().any(|word| memmem::find(visible.as_bytes(), word.as_bytes()).is_some());
    let tag = if marked { answer_tag(visible, policy)? } else { None };
    let found = tag
        .or_else(|| hashes(visible))
        .or_else(|| marked.then(|| phrase(visible)).flatten())
        .or_else(|| last_line(visible))
        .or_else(|| bare(visible));
    if !policy.last_number {
        return found.ok_or(Reason::NoAnswer);
    }
    // A whole sentence, or what cannot be read, gives the last formula or number in it.
    let readable = |found: &Extracted| Answer::read(&found.answer).is_ok_and(|answer| answer.is_bare());
    match found {
        Some(found) if found.by == "phrase" && !readable(&found) => {
            let within = only_number(&found.answer).filter(|_| found.answer.contains(' '));
            Ok(within.unwrap_or(found))
        }
        Some(found) => Ok(found),
        None => last_formula(visible).filter(readable).or_else(|| last_number(visible)).ok_or(Reason::NoAnswer),
    }
}

/// The last `<answer>…</answer>`; others must agree with it. One that is open at the end was cut off.
fn answer_tag(text: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    const OPEN: &str = "<answer>";
    const CLOSE: &str = "</answer>";
    let Some(close) = last(text, CLOSE) else { return Ok(None) };
    let Some(open) = last(&text[..close], OPEN) else { return Ok(None) };
    let mut found = Extracted::new(&text[open + OPEN.len()..close], "answer_tag");
    if policy.last_box {
        return Ok(Some(found));
    }
    if text[close..].contains(OPEN) {
        return Err(Reason::NoAnswer);
    }
    let mut rest = &text[..open];
    while let Some((_, behind)) = rest.split_once(OPEN) {
        let Some((inner, behind)) = behind.split_once(CLOSE) else { break };
        let inner = inner.trim();
        if inner != found.answer && !found.rivals.iter().any(|rival| rival == inner) {
            if found.rivals.len() >= MAX_TAGS {
                return Err(Reason::Hedged);
            }
            found.rivals.push(inner.to_owned());
        }
        rest = behind;
    }
    Ok(Some(found))
}

/// Where a mark that cannot overlap itself stands last. Forward searches run at the speed of memory, backward ones do not.
fn last(text: &str, mark: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), mark).last()
}

/// `#### 42`, as in GSM8K.
fn hashes(text: &str) -> Option<Extracted> {
    let end = memchr::memrchr(b'#', text.as_bytes())? + 1;
    let place = text[..end].rfind("####")?;
    let tail = &text[place + 4..];
    let line = tail.lines().next().unwrap_or("").trim();
    (!line.is_empty() && !line.starts_with('#')).then(|| Extracted::new(line, "hashes"))
}

/// A short single line that is nothing but the answer.
fn bare(text: &str) -> Option<Extracted> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BARE || text.contains('\n') {
        return None;
    }
    Answer::read(text).is_ok_and(|answer| answer.is_bare()).then(|| Extracted::new(text, "bare"))
}
