//! An answer that was found in a text, and what stands beside it.

use crate::Reason;
use crate::math::answer::Answer;
use crate::math::policy::Policy;
use crate::math::{choice, labels, units};
use crate::reading::around::Around;
use crate::reading::prose::{counts, denies, offers};

/// Longest text that may be an answer without any mark.
pub(super) const MAX_BARE: usize = 400;

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
    pub(super) end: usize,
}

impl Extracted {
    /// An answer found by a mark; no text stands behind it.
    pub(super) fn new(answer: &str, by: &'static str) -> Self {
        Self { answer: answer.trim().to_owned(), rivals: Vec::new(), by, end: usize::MAX }
    }

    /// Takes what stands beside a marked answer into account: a sign, a unit or a mark of an approximation belongs to it, other values must agree with it.
    pub(super) fn stand_beside(&mut self, beside: Around, policy: &Policy) -> Result<(), Reason> {
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
    /// Whether it is read as an answer that stands for itself.
    pub(super) fn is_readable(&self) -> bool {
        Answer::read(&self.answer).is_ok_and(|answer| answer.is_bare())
    }
}

fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-'))
}

/// Whether words behind a number leave it as it is: a noun among them says what was counted.
pub(super) fn is_label(label: &str) -> bool {
    // What ends the sentence ends the label, with or without a blank behind it.
    let label = label.split(['.', ',', ';', ':', '!', '"', '\n']).next().unwrap_or(label).trim();
    let words = || label.split([' ', '-', '/', '~']).filter(|word| !word.is_empty());
    // Beside an answer squares and cubes are what was counted; behind a number in it they may be powers.
    let noun = |word: &str| matches!(word, "squares" | "cubes") || (word != "per" && labels::is_plain(word, false));
    labels::is_plain(label, false) || (words().any(noun) && !words().any(|word| counts(word) || denies(word) || offers(word)))
}
