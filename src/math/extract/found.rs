//! An answer that was found in a text, and the values next to it.

use crate::Reason;
use crate::math::answer::Answer;
use crate::math::policy::Policy;
use crate::math::{choice, labels, units};
use crate::reading::around::Around;
use crate::reading::prose::{counts, denies, offers};

/// Longest text, in bytes, that may be an answer without any mark.
pub(super) const MAX_BARE: usize = 400;

/// An answer found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The final answer; with several boxes, the last one.
    pub answer: String,
    /// Other marked answers with a different text, which must be equal to it.
    pub rivals: Vec<String>,
    /// The mark by which it was found.
    pub by: &'static str,
    /// Byte offset where the text after it begins.
    pub(super) end: usize,
}

impl Extracted {
    /// An answer found by a mark, with no text after it.
    pub(super) fn new(answer: &str, by: &'static str) -> Self {
        Self { answer: answer.trim().to_owned(), rivals: Vec::new(), by, end: usize::MAX }
    }

    /// Uses the text next to a marked answer: a sign, a unit or a mark of an approximation is part of the answer; other
    /// values become rivals that must agree with it.
    pub(super) fn stand_beside(&mut self, beside: Around, policy: &Policy) -> Result<(), Reason> {
        let number = is_number(&self.answer);
        if beside.changed
            || (!beside.label.is_empty() && number && !beside.closes && !is_label(&beside.label) && !is_unit(&beside.label))
        {
            return Err(Reason::Hedged);
        }
        self.rivals.extend(beside.rivals);
        let answer = self.answer.clone();
        self.rivals.extend(beside.candidates.into_iter().filter(|text| is_like(text, &answer)));
        self.answer.push_str(beside.sign);
        if number && units::is_expression(&beside.label) {
            self.answer = format!("{}\\text{{ {}}}", self.answer, beside.label);
        }
        // For an option the letter counts, so an approximate value next to it changes nothing.
        if beside.approximate && !policy.approximate && choice::read(&self.answer).is_none() {
            self.answer = format!("\\approx {}", self.answer);
        }
        Ok(())
    }
    /// Whether it can be read as an answer on its own, not as a sentence around one.
    pub(super) fn is_readable(&self) -> bool {
        Answer::read(&self.answer).is_ok_and(|answer| answer.is_bare())
    }
}

/// Whether a text next to an answer may be another value for the same thing: it can be read as an answer, is no unit and no label such as
/// `(1)`, and has no letters that the answer has not (`2^n` for `$n$` is about n). An option stands for its text.
fn is_like(text: &str, answer: &str) -> bool {
    const CONSTANTS: [char; 2] = ['e', 'i'];
    const NUMBERS: [&str; 4] = ["\\pi", "\\infty", "\\emptyset", "\\varnothing"];
    let lone = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count() == 1 || is_command(text);
    let known = letters(answer);
    let same_letters = letters(text).into_iter().all(|letter| CONSTANTS.contains(&letter) || known.contains(&letter));
    let label = text.starts_with('(') && !text.contains([',', '+', '-', '*', '/', '^']);
    let named = label || text.starts_with('(') && !answer.starts_with(['(', '[', '{']) && text.contains(',');
    let mark = is_command(text) && !NUMBERS.contains(&text);
    let symbol = letters(text).len() == 1 && lone(text) && !lone(answer);
    same_letters
        && !(named || mark || symbol)
        && choice::read(answer).is_none()
        && !units::is_expression(text.trim_matches(['(', ')']))
        && Extracted::new(text, "beside").is_readable()
}

/// The letters of a formula that are not in the name of a command.
fn letters(formula: &str) -> Vec<char> {
    let mut command = false;
    let mut found = Vec::new();
    for c in formula.chars() {
        command = c == '\\' || (command && c.is_ascii_alphabetic());
        if !command && c.is_alphabetic() {
            found.push(c);
        }
    }
    found
}

/// Whether a formula is one command, such as `\pi`.
fn is_command(formula: &str) -> bool {
    formula.strip_prefix('\\').is_some_and(|name| name.chars().all(char::is_alphabetic))
}

/// Whether words after a number are a unit. A lone letter may as well be a magnitude: `4 K`.
fn is_unit(label: &str) -> bool {
    label.len() > 1 && units::is_expression(label)
}

fn is_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-'))
}

/// Whether words after a number do not change it: they contain a noun for what was counted.
pub(super) fn is_label(label: &str) -> bool {
    // The label ends where the sentence ends, with or without a following blank.
    let label = label.split(['.', ',', ';', ':', '!', '"', '\n']).next().unwrap_or(label).trim();
    let words = || label.split([' ', '-', '/', '~']).filter(|word| !word.is_empty());
    // Next to an answer, squares and cubes are what was counted; after a number inside the answer they may be powers.
    let noun = |word: &str| matches!(word, "squares" | "cubes") || (word != "per" && labels::is_plain(word, false));
    labels::is_plain(label, false) || (words().any(noun) && !words().any(|word| counts(word) || denies(word) || offers(word)))
}
