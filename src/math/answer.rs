//! Reads a text as an answer and determines its form.
//!
//! Accepts: plain numbers (without the grammar), formulas and structures, phrases, and well-formed notation that the
//! grammar does not interpret. Refuses: text that is unreadable, unbalanced, too long or too deep, each with its
//! reason.

use std::borrow::Cow;

use super::choice;
use super::declared::Declared;
use super::forms::phrase_form;
use super::node::Node;
use super::normalize::{MAX_DEPTH, Normal, Refusal, normalize, normalize_symbols, trim, unboxed};
use super::{clauses, forms, lines, parse, statements, symbols, unicode};
use crate::Reason;

/// Longest plain number that is read without the grammar, in bytes.
const MAX_PLAIN: usize = 5_000;
/// Longest string of letters, in bytes.
const MAX_STRING: usize = 64;
/// Depth of nesting from which the stack is checked and, if needed, a fresh one is used.
const DEEP: usize = 12;
/// Size of the fresh stack: more than the deepest legal answer needs in an unoptimised build.
const DEEP_STACK: usize = 64 << 20;
/// Stack for one level of nesting; where enough for all levels is left, no fresh stack is needed.
const LEVEL: usize = DEEP_STACK / MAX_DEPTH;
/// Budget units for reading one level of nesting.
const EFFORT_OF_LEVEL: u64 = 8;

/// The form of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A plain integer or decimal.
    Plain(Plain),
    /// A formula or structure.
    Tree(Node),
    /// Words.
    Phrase(String),
    /// Well-formed notation without a known meaning: equal only to itself.
    Notation(String),
}

/// An answer that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The text as written, without surrounding decoration.
    pub source: String,
    /// Its form.
    pub form: Form,
    /// The normalised text; `None` where the answer was read without the normaliser.
    pub normal: Option<Normal>,
}

/// Why a text cannot be read as an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The reason for the outcome.
    pub reason: Reason,
    /// What was found, and where.
    pub detail: String,
}

/// A plain number in canonical digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    negative: bool,
    /// Digits before and after the point, without needless zeros.
    whole: String,
    decimals: String,
    /// Digits after the point as written.
    scale: u32,
    /// Significant digits as written.
    significant: u32,
}

impl Plain {
    /// Reads `[+-]digits[.digits]`.
    fn read(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if digits.len() > MAX_PLAIN {
            return None;
        }
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && decimals.is_empty()) || !all_digits(whole) || !all_digits(decimals) {
            return None;
        }
        if digits.ends_with('.') {
            return None;
        }
        let scale = u32::try_from(decimals.len()).ok()?;
        let significant = u32::try_from(parse::significant(whole, decimals)).ok()?;
        let whole = whole.trim_start_matches('0').to_owned();
        let decimals = decimals.trim_end_matches('0').to_owned();
        let negative = negative && !(whole.is_empty() && decimals.is_empty());
        Some(Self { negative, whole, decimals, scale, significant })
    }

    /// Whether two plain numbers are the same number.
    pub fn same(&self, other: &Self) -> bool {
        self.negative == other.negative && self.whole == other.whole && self.decimals == other.decimals
    }

    /// Whether it was written without a decimal point.
    pub fn is_whole(&self) -> bool {
        self.scale == 0
    }

    /// The number as a tree.
    pub fn node(&self) -> Node {
        let value = parse::decimal(self.negative, &self.whole, &self.decimals);
        if self.scale == 0 {
            Node::Number(value)
        } else {
            Node::Decimal { value, scale: self.scale, significant: self.significant }
        }
    }

    /// As text.
    pub fn text(&self) -> String {
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        let sign = if self.negative { "-" } else { "" };
        if self.decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{}", self.decimals) }
    }
}

impl Answer {
    /// Reads a text as an answer.
    pub fn read(text: &str) -> Result<Self, Unread> {
        Self::read_as(text, &Declared::default())
    }

    /// Reads a text as an answer, whose letters and numbers may be declared.
    pub fn read_as(text: &str, declared: &Declared) -> Result<Self, Unread> {
        let text = declared.numbers(text);
        let narrow = unicode::narrowed(unboxed(trim(text.as_ref())));
        let source = narrow.as_ref();
        if source.is_empty() {
            return Err(Unread { reason: Reason::NoAnswer, detail: "the answer is empty".into() });
        }
        if let Some(plain) = Plain::read(source) {
            return Ok(Self { source: source.to_owned(), form: Form::Plain(plain), normal: None });
        }
        if let Some(form) = forms::of_text(source) {
            return Ok(Self { source: source.to_owned(), form, normal: None });
        }
        if let Some(answer) =
            clauses::read(source, declared).or_else(|| lines::list(source, declared)).or_else(|| statements::read(source, declared))
        {
            return Ok(Self { source: source.to_owned(), ..answer });
        }
        let normal = normalize(source).map_err(|refusal| match refusal {
            Refusal::TooLong => Unread { reason: Reason::TooLarge, detail: "longer than the limit".into() },
            Refusal::TooDeep => Unread { reason: Reason::TooLarge, detail: "nested deeper than the limit".into() },
            Refusal::Unreadable(detail) => Unread { reason: Reason::Unparsable, detail },
        })?;
        let form = with_stack(normal.depth, || form(&normal.text, declared))
            .ok_or_else(|| Unread { reason: Reason::Unparsable, detail: "the grammar does not cover the whole answer".into() })?;
        Ok(Self { source: source.to_owned(), form, normal: Some(normal) })
    }

    /// Its other reading, where a bare letter behind a number was read as a unit: the letter as a symbol.
    pub fn with_symbols(&self, declared: &Declared) -> Option<Self> {
        let read = self.normal.as_ref().filter(|normal| normal.unit_letters)?;
        // The tree may be that of a part of the text, or of its lines.
        if normalize(&self.source).is_ok_and(|whole| whole != *read) {
            return None;
        }
        let normal = normalize_symbols(&self.source).ok()?;
        let form = with_stack(normal.depth, || form(&normal.text, declared))?;
        Some(Self { source: self.source.clone(), form, normal: Some(normal) })
    }

    /// Whether it is an answer on its own, not a sentence around a number.
    pub fn is_bare(&self) -> bool {
        match &self.form {
            Form::Plain(_) => true,
            // A sentence is an answer where it is marked as one, or where it consists of words alone.
            Form::Phrase(_) if self.normal.is_none() => normalize(&self.source)
                .ok()
                .and_then(|normal| form(&normal.text, &Declared::default()))
                .is_some_and(|form| matches!(form, Form::Phrase(_))),
            Form::Phrase(phrase) => !phrase.bytes().any(|b| b.is_ascii_digit()),
            Form::Notation(text) => !text.contains('"') || choice::read(&self.source).is_some(),
            Form::Tree(node) => {
                let mut bare = true;
                node.walk(&mut |n| match n {
                    Node::Text(_) => bare = false,
                    Node::Quantity(_, words, _) => bare &= words.split(' ').count() <= 3,
                    _ => {}
                });
                bare
            }
        }
    }

    /// The word that joins its values, where only one of the two is used: `5 or 6` is not `5 and 6`. `None` where it
    /// contains `=`, `<` or `>`: solutions of an equation are listed with either word.
    pub fn joint(&self) -> Option<&'static str> {
        let text = &self.normal.as_ref()?.text;
        if !matches!(self.form, Form::Tree(Node::List(_) | Node::Either(_))) || text.contains(['=', '<', '>']) {
            return None;
        }
        match (text.contains("\\and"), text.contains("\\or")) {
            (true, false) => Some("and"),
            (false, true) => Some("or"),
            _ => None,
        }
    }

    /// Whether it contains letters whose reading may depend on the other answer.
    pub fn is_lettered(&self) -> bool {
        self.normal.as_ref().is_some_and(|normal| parse::is_lettered(&normal.text))
    }

    /// Whether it can be read as cycles of a permutation, `(12)(23)`, as well as a product of numbers.
    pub fn is_permutation(&self) -> bool {
        self.normal.as_ref().is_some_and(|normal| is_permutation(&normal.text))
    }

    /// The work of reading it, in units of the budget.
    pub fn effort(&self) -> u64 {
        match self.form {
            Form::Plain(_) => self.source.len() as u64 / 64,
            _ => effort(&self.source, self.depth()),
        }
    }

    /// Its depth of nesting.
    pub fn depth(&self) -> usize {
        self.normal.as_ref().map_or(0, |normal| normal.depth)
    }

    /// The answer as a tree; `None` for phrases and notation.
    pub fn node(&self) -> Option<Cow<'_, Node>> {
        match &self.form {
            Form::Plain(plain) => Some(Cow::Owned(plain.node())),
            Form::Tree(node) => Some(Cow::Borrowed(node)),
            Form::Phrase(_) | Form::Notation(_) => None,
        }
    }
}

/// The work of reading a text that is not a plain number, in units of the budget. Most of it is the grammar, which uses
/// new memory at each level of depth.
pub fn effort(text: &str, depth: usize) -> u64 {
    let levels = if depth < DEEP { 0 } else { depth as u64 };
    4 + text.len() as u64 * 3 / 4 + EFFORT_OF_LEVEL * levels
}

/// Runs `run` on a stack large enough for the deepest legal answer.
pub fn with_stack<T>(depth: usize, run: impl FnOnce() -> T) -> T {
    if depth < DEEP { run() } else { stacker::maybe_grow(depth * LEVEL, DEEP_STACK, run) }
}

fn form(text: &str, declared: &Declared) -> Option<Form> {
    if is_string(text) {
        return Some(Form::Notation(text.to_owned()));
    }
    if let Some(node) = parse::parse(text, declared) {
        return Some(match node {
            Node::Text(words) => phrase_form(&words),
            node => Form::Tree(node),
        });
    }
    let letters = text.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 128);
    let mut outside = text.split('"').step_by(2);
    let only_words = text.contains('"')
        && outside.all(|part| {
            part.bytes().all(|b| matches!(b, b' ' | b',' | b'.' | b'\'' | b'!' | b'?' | b':' | b';' | b'-' | b'/' | b'(' | b')'))
        });
    // A sign before words changes the meaning, unlike the other marks.
    if only_words && !text.trim_start().starts_with('-') {
        return Some(phrase_form(&text.replace('"', " ")));
    }
    // Notation must contain a letter, digit or symbol: `+`, `?` or `\ldots` alone are not answers.
    // `\mathbb{N}^+`: the sign is a mark.
    let open = text.ends_with(['+', '-', '*', '/', '^', '_', '=', '<', '>']) && !text.ends_with("^+") && !text.ends_with("^-");
    (letters && !open && names_something(text)).then(|| Form::Notation(text.to_owned()))
}

/// `hht`: three or more small letters in a row of which one occurs twice. A product is not written like that.
fn is_string(text: &str) -> bool {
    let bytes = text.as_bytes();
    let twice = || bytes.iter().enumerate().any(|(place, letter)| bytes[..place].contains(letter));
    (3..=MAX_STRING).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_lowercase) && twice()
}

/// `(12)(23)`: cycles of a permutation, each of different digits.
fn is_permutation(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return false };
    let cycle = |digits: &str| {
        let bytes = digits.as_bytes();
        (2..=9).contains(&bytes.len())
            && bytes.iter().enumerate().all(|(place, digit)| (b'1'..=b'9').contains(digit) && !bytes[..place].contains(digit))
    };
    inner.contains(")(") && inner.split(")(").all(cycle)
}

/// Whether the text contains a letter or digit outside the names of commands, or a Greek letter.
fn names_something(text: &str) -> bool {
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('\\') {
        let name = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        if head.bytes().any(|b| b.is_ascii_alphanumeric()) || symbols::is_greek(&tail[..name]) {
            return true;
        }
        rest = &tail[name..];
    }
    rest.bytes().any(|b| b.is_ascii_alphanumeric()) || rest.bytes().any(|b| b >= 128)
}
