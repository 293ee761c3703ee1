//! An answer that was read: its form, its text, and what can be said of it without another answer.
//!
//! Accepts: plain numbers (without the grammar), formulas and structures, phrases, and well-formed notation that the
//! grammar does not interpret. How a text becomes one is in [`super::read`].

use std::borrow::Cow;

use super::node::Node;
use super::normalize::{MAX_DEPTH, Normal};
use super::parse;
use crate::Reason;

/// Longest plain number that is read without the grammar, in bytes.
const MAX_PLAIN: usize = 5_000;
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

/// Reads a part of a text as an answer; `None` where it cannot be read.
pub type Read<'r> = dyn Fn(&str) -> Option<Answer> + 'r;

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
    pub fn read(text: &str) -> Option<Self> {
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
