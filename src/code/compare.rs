//! When the output of a program equals the expected output.
//!
//! Accepts: bytes. Bytes that aren't UTF-8 are compared as bytes. The whole output is compared: the expected output is
//! never searched for inside it.

use serde::{Deserialize, Serialize};

use crate::core::names::unknown;
use crate::{Error, Result};

/// How output is compared.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub enum Compare {
    /// Byte by byte.
    Exact,
    /// White space at the ends of lines and blank lines at the end are ignored.
    #[default]
    TrailingWhitespace,
    /// The words between white space, in order.
    Tokens,
    /// Words, where two words that are both numbers may differ by this tolerance, relative to the larger of the two or
    /// absolute, whichever allows more. If both are whole numbers without point and exponent, they must be equal.
    Floats(f64),
    /// Lines in any order; white space at their ends and blank lines at the end are ignored.
    UnorderedLines,
}

/// The tolerance of `"floats"` when none is given: the value that most judges of programming contests use.
const TOLERANCE: f64 = 1e-6;

impl Compare {
    /// The names that specs use.
    pub const NAMES: [&str; 5] = ["exact", "trailing_whitespace_ignored", "tokens", "floats", "unordered_lines"];

    /// Whether `got` is what was expected.
    ///
    /// ```
    /// use r1rewards::code::Compare;
    /// assert!(Compare::default().holds(b"1 \n2", b"1\n2\n\n"));
    /// assert!(!Compare::default().holds(b"12", b"1 2"));
    /// ```
    pub fn holds(self, expected: &[u8], got: &[u8]) -> bool {
        match self {
            Self::Exact => expected == got,
            Self::TrailingWhitespace => lines(expected) == lines(got),
            Self::Tokens => tokens(expected).eq(tokens(got)),
            Self::Floats(tolerance) => {
                let (mut a, mut b) = (tokens(expected), tokens(got));
                loop {
                    match (a.next(), b.next()) {
                        (None, None) => return true,
                        (Some(a), Some(b)) if a == b || close(a, b, tolerance) => {}
                        _ => return false,
                    }
                }
            }
            Self::UnorderedLines => {
                let (mut a, mut b) = (lines(expected), lines(got));
                a.sort_unstable();
                b.sort_unstable();
                a == b
            }
        }
    }
}

impl std::str::FromStr for Compare {
    type Err = Error;

    /// The mode of this name; floats have the tolerance 1e-6.
    fn from_str(name: &str) -> Result<Self> {
        match name {
            "exact" => Ok(Self::Exact),
            "trailing_whitespace_ignored" => Ok(Self::TrailingWhitespace),
            "tokens" => Ok(Self::Tokens),
            "floats" => Ok(Self::Floats(TOLERANCE)),
            "unordered_lines" => Ok(Self::UnorderedLines),
            other => Err(unknown("compare", &Self::NAMES, other)),
        }
    }
}

impl std::fmt::Display for Compare {
    /// The name, without the tolerance.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Self::Exact => "exact",
            Self::TrailingWhitespace => "trailing_whitespace_ignored",
            Self::Tokens => "tokens",
            Self::Floats(_) => "floats",
            Self::UnorderedLines => "unordered_lines",
        })
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    let mut lines: Vec<_> = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
}

fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(u8::is_ascii_whitespace).filter(|token| !token.is_empty())
}

fn close(expected: &[u8], got: &[u8], tolerance: f64) -> bool {
    if is_integer(expected) && is_integer(got) {
        return integer(expected) == integer(got);
    }
    let number = |token| std::str::from_utf8(token).ok()?.parse::<f64>().ok().filter(|number| number.is_finite());
    matches!((number(expected), number(got)), (Some(a), Some(b)) if (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0))
}

fn is_integer(token: &[u8]) -> bool {
    let digits = token.strip_prefix(b"-").or_else(|| token.strip_prefix(b"+")).unwrap_or(token);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// Whether it is negative, and its digits without leading zeros.
fn integer(token: &[u8]) -> (bool, &[u8]) {
    let digits = token.strip_prefix(b"-").or_else(|| token.strip_prefix(b"+")).unwrap_or(token);
    let digits = &digits[digits.iter().take_while(|digit| **digit == b'0').count()..];
    (token.first() == Some(&b'-') && !digits.is_empty(), digits)
}
