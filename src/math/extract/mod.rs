//! Where the final answer of a response stands.
//!
//! Accepts: any text, in one linear scan with a few passes of a fast substring search. Looks, outside the thinking block, for the last
//! `\boxed{}`, then `<answer>` tags, then `####`, then an answer phrase, then a short text that is nothing but an answer; the policy
//! may add the last formula or number. Refuses: text inside `<think>` and comments, a thinking block that never ends, boxes that are never
//! closed, what is denied or taken back and, under policies that say so, marks that disagree (which the caller compares).

mod boxed;
mod number;
mod phrase;
mod rivals;

use memchr::memmem;

use boxed::boxed;
use number::{last_formula, last_number, only_number};
use phrase::{last_line, phrase};

use super::answer::Answer;
use super::policy::{Extract, Policy};
use super::{choice, labels, units};
use crate::Reason;
use crate::reading::around::{Around, around_tag};
use crate::reading::comments::without_comments;
use crate::reading::prose::{counts, denies, offers, words};
use crate::reading::without_end_tokens;

/// Different answer tags looked at before a response counts as hedged.
const MAX_TAGS: usize = 16;
/// Marks of one kind that are read at most, roughly.
const READ: u64 = 100;
/// Longest text that may be an answer without any mark.
const MAX_BARE: usize = 400;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The final answer; with several boxes, the last one.
    pub answer: String,
    /// Other marked answers, different in text, that must agree with it.
    pub rivals: Vec<String>,
    /// Which mark it was found by.
    pub by: &'static str,
    /// Where the text behind it begins.
    end: usize,
}

impl Extracted {
    fn new(answer: &str, by: &'static str) -> Self {
        Self { answer: answer.trim().to_owned(), rivals: Vec::new(), by, end: usize::MAX }
    }

    /// Takes what stands beside a marked answer into account: a sign, a unit or a mark of an approximation belongs to it, other values must agree with it.
    fn stand_beside(&mut self, beside: Around, policy: &Policy) -> Result<(), Reason> {
        let number = is_number(&self.answer);
        if beside.changed || (!beside.label.is_empty() && number && !beside.closes && !is_label(&beside.label)) {
            return Err(Reason::Hedged);
        }
        self.rivals.extend(beside.rivals);
        self.answer.push_str(beside.sign);
        if number && units::is_expression(&beside.label) {
            self.answer = format!("{}\\text{{ {}}}", self.answer, beside.label);
        }
        // An option is what it is, whatever value led to it.
        if beside.approximate && !policy.approximate && choice::read(&self.answer).is_none() {
            self.answer = format!("\\approx {}", self.answer);
        }
        Ok(())
    }
}

/// Finds the final answer.
pub fn extract(text: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if policy.extract == Extract::None {
        let text = without_end_tokens(text);
        return if text.trim().is_empty() { Err(Reason::NoAnswer) } else { Ok(Extracted::new(text, "whole")) };
    }
    let Some(visible) = policy.thinking.read(text).answer() else { return Err(Reason::ThinkUnclosed) };
    let visible = without_comments(&visible);
    let visible = visible.as_ref();
    let found = match policy.extract {
        Extract::Boxed => boxed(visible, policy)?.ok_or(Reason::NoAnswer),
        Extract::AnswerTag => answer_tag(visible, policy)?.ok_or(Reason::NoAnswer),
        Extract::LastNumber => last_number(visible).ok_or(Reason::NoAnswer),
        _ => auto(visible, policy),
    }?;
    // What is struck out is no answer.
    if found.answer.starts_with("~~") { Err(Reason::Hedged) } else { Ok(found) }
}

/// What finding the final answer takes, in units of the budget: a pass over the text, and each place where a mark may stand.
pub fn effort(text: &str, policy: &Policy) -> u64 {
    // The first of many are read, the others passed over.
    let places = |mark: &str, each: u64| {
        let count = memmem::find_iter(text.as_bytes(), mark).count() as u64;
        count + each * count.min(READ)
    };
    let marks = if policy.extract == Extract::None { 0 } else { places("box", 8) + places("nswer is", 40) };
    1 + text.len() as u64 / 64 + marks
}

fn auto(visible: &str, policy: &Policy) -> Result<Extracted, Reason> {
    if policy.phrase_first
        && let Some(found) = phrase(visible).ok().flatten().filter(is_readable)
    {
        return Ok(found);
    }
    let found = marked(visible, policy)?;
    if !policy.last_number {
        let mut found = found.ok_or(Reason::NoAnswer)?;
        rivals::marked_behind(&mut found, visible)?;
        return Ok(found);
    }
    // A whole sentence, or what cannot be read, gives the last formula or number in it.
    match found {
        Some(found) if found.by == "phrase" && !is_readable(&found) => {
            let within = only_number(&found.answer).filter(|_| found.answer.contains(' '));
            Ok(within.unwrap_or(found))
        }
        Some(found) => Ok(found),
        None => last_formula(visible).filter(is_readable).or_else(|| last_number(visible)).ok_or(Reason::NoAnswer),
    }
}

/// The answer of the first kind of mark that a text has.
fn marked(visible: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    if let Some(found) = boxed(visible, policy)? {
        return Ok(Some(found));
    }
    // `<answer>` and every answer phrase contain `nswer`: one forward search rules them all out.
    let worded = ["nswer", "NSWER"].iter().any(|word| memmem::find(visible.as_bytes(), word.as_bytes()).is_some());
    if worded && let Some(found) = answer_tag(visible, policy)? {
        return Ok(Some(found));
    }
    if let Some(found) = hashes(visible, policy) {
        return Ok(Some(found));
    }
    let phrase = if worded { phrase(visible)? } else { None };
    Ok(phrase.or_else(|| last_line(visible)).or_else(|| bare(visible)))
}

fn is_readable(found: &Extracted) -> bool {
    Answer::read(&found.answer).is_ok_and(|answer| answer.is_bare())
}

fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-'))
}

/// Whether words behind a number leave it as it is: a noun among them says what was counted.
fn is_label(label: &str) -> bool {
    // What ends the sentence ends the label, with or without a blank behind it.
    let label = label.split(['.', ',', ';', ':', '!', '"', '\n']).next().unwrap_or(label).trim();
    let words = || label.split([' ', '-', '/', '~']).filter(|word| !word.is_empty());
    // Beside an answer squares and cubes are what was counted; behind a number in it they may be powers.
    let noun = |word: &str| matches!(word, "squares" | "cubes") || (word != "per" && labels::is_plain(word, false));
    labels::is_plain(label, false) || (words().any(noun) && !words().any(|word| counts(word) || denies(word) || offers(word)))
}

/// The last `<answer>…</answer>`; others must agree with it, as must what stands beside it. One that is open at the end was cut off.
fn answer_tag(text: &str, policy: &Policy) -> Result<Option<Extracted>, Reason> {
    const OPEN: &str = "<answer>";
    const CLOSE: &str = "</answer>";
    let Some(close) = last(text, CLOSE) else { return Ok(None) };
    let Some(open) = last(&text[..close], OPEN) else { return Ok(None) };
    let mut found = Extracted { end: close + CLOSE.len(), ..Extracted::new(&text[open + OPEN.len()..close], "answer_tag") };
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
    let beside = around_tag(text, open..found.end, &found.answer);
    found.stand_beside(beside, policy)?;
    Ok(Some(found))
}

/// Where a mark that cannot overlap itself stands last. Forward searches run at the speed of memory, backward ones do not.
fn last(text: &str, mark: &str) -> Option<usize> {
    memmem::find_iter(text.as_bytes(), mark).last()
}

/// `#### 42`, as in GSM8K: the last line that begins so, and others that read as answers must agree with it. A heading of four marks with text below
/// it (`#### Step 2`) is no answer.
fn hashes(text: &str, policy: &Policy) -> Option<Extracted> {
    let mut found: Option<Extracted> = None;
    let mut end = text.len();
    for _ in 0..MAX_TAGS {
        let Some(place) = memmem::rfind(&text.as_bytes()[..end], b"####") else { break };
        end = place;
        let tail = &text[place + 4..];
        let line = tail.lines().next().unwrap_or("");
        let behind = text.len() - tail.len() + line.len();
        let line = line.trim();
        let title = line.starts_with(|c: char| c.is_uppercase()) && words(line).next().is_some_and(|word| word.len() > 2);
        let heading = title && (!text[behind..].trim().is_empty() || line.contains("nswer"));
        if line.is_empty() || line.starts_with('#') || heading {
            if found.is_none() && !heading {
                return None;
            }
            continue;
        }
        let Some(last) = &mut found else {
            found = Some(Extracted { end: behind, ..Extracted::new(line, "hashes") });
            if policy.last_box {
                break;
            }
            continue;
        };
        if line != last.answer && Answer::read(line).is_ok_and(|answer| answer.is_bare()) {
            last.rivals.push(line.to_owned());
        }
    }
    found
}

/// A short single line that is nothing but the answer.
fn bare(text: &str) -> Option<Extracted> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BARE || text.contains('\n') {
        return None;
    }
    Answer::read(text).is_ok_and(|answer| answer.is_bare()).then(|| Extracted::new(text, "bare"))
}
