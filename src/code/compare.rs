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
    /// White space at both ends of lines and blank lines at both ends are ignored.
    SurroundingWhitespace,
    /// The words between white space, in order.
    Tokens,
    /// Words, where two words that are both numbers may differ by this tolerance, relative to the larger of the two or
    /// absolute, whichever allows more. If one of them is a whole number without point and exponent, the tolerance is
    /// absolute, two such numbers must be equal, and beyond 2⁵³ both must be the same integer.
    Floats(f64),
    /// Lines in any order; white space at their ends and blank lines at the end are ignored.
    UnorderedLines,
}

/// The tolerance of `"floats"` when none is given: the value that most judges of programming contests use.
const TOLERANCE: f64 = 1e-6;

impl Compare {
    /// The names that specs use.
    pub const NAMES: [&str; 6] =
        ["exact", "trailing_whitespace_ignored", "surrounding_whitespace_ignored", "tokens", "floats", "unordered_lines"];

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
            Self::SurroundingWhitespace => trimmed(expected).eq(trimmed(got)),
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
            "surrounding_whitespace_ignored" => Ok(Self::SurroundingWhitespace),
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
            Self::SurroundingWhitespace => "surrounding_whitespace_ignored",
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

/// The lines without white space around them and without blank lines around all.
fn trimmed(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.trim_ascii().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii)
}

/// From here on two integers may be one double.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn close(expected: &[u8], got: &[u8], tolerance: f64) -> bool {
    let whole = [expected, got].map(is_integer);
    if whole == [true, true] {
        return integer(expected) == integer(got);
    }
    let number = |token| std::str::from_utf8(token).ok()?.parse::<f64>().ok().filter(|number| number.is_finite());
    let (Some(a), Some(b)) = (number(expected), number(got)) else { return false };
    if whole == [false, false] {
        return (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0);
    }
    if a.abs().max(b.abs()) >= EXACT {
        return integer(without_zeros(expected)) == integer(without_zeros(got));
    }
    // The distance of 5 and 5.000001 is a little more than the double 0.000001.
    (a - b).abs() <= tolerance + a.abs() * f64::EPSILON
}

/// A number without the zeros behind its point.
fn without_zeros(token: &[u8]) -> &[u8] {
    let Some(point) = token.iter().position(|byte| *byte == b'.') else { return token };
    if token[point + 1..].iter().all(|byte| *byte == b'0') { &token[..point] } else { token }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_no_relative_tolerance() {
        let holds = |expected: &str, got: &str| Compare::Floats(1e-6).holds(expected.as_bytes(), got.as_bytes());
        for (expected, got) in [
            ("998244353", "998244353.0"),
            ("5", "5.000001"),
            ("1", "0.9999999"),
            ("10", "1e1"),
            ("1e9", "1000000000"),
            ("12345678901234567890", "12345678901234567890.00"),
            ("007", "+7"),
            ("-0", "0"),
            ("2.50", "2.5"),
            ("1000000.5", "1000001"),
            ("1000000.5", "1000001.1"),
        ] {
            assert_eq!(holds(expected, got), (expected, got) != ("1000000.5", "1000001"), "{expected} {got}");
        }
        for (expected, got) in [
            ("998244353", "998244000.0"),
            ("1000000007", "1000000007.4"),
            ("1e9", "1000000001"),
            ("12345678901234567890", "12345678901234567891"),
            ("12345678901234567890", "12345678901234567891.0"),
            ("12345678901234567890", "1.2345678901234567e19"),
            ("1e400", "1e401"),
            ("0.1", "0x1"),
            ("3", "nan"),
        ] {
            assert!(!holds(expected, got), "{expected} {got}");
        }
    }

    #[test]
    fn white_space_on_both_sides_is_an_option() {
        let holds = |expected: &str, got: &str| Compare::SurroundingWhitespace.holds(expected.as_bytes(), got.as_bytes());
        assert!(holds("1\n2\n", "\n  1 \n\t2\n\n"));
        assert!(!holds("1\n2", "1\n\n2"));
        assert!(!holds("1 2", "1  2"));
        assert!(!Compare::default().holds(b"1", b" 1"));
    }
}
