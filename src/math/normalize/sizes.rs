//! The letter x and the word `by` for `\times` in a size: `3x5 matrix`, `3 by 5 matrix`, `3\text{ by }5\text{ matrix}`.
//!
//! Accepts: whole numbers with x or `by` between them and the name of one shape behind them. Refuses: every other text, in which x is a
//! letter and `by` a word.

use crate::math::parse;

/// What stands for the cross, longest first.
const CROSSES: &[&str] = &["\\text{ by }", "\\text{ by}", "\\text{by}", "by", "x", "X"];
/// Most factors of a size.
const MAX_FACTORS: usize = 4;

/// The text with `\times`; `None` where nothing changes.
pub(super) fn with_times(source: &str) -> Option<String> {
    // Most answers have neither a word nor an x behind a number, and need no copy.
    memchr::memchr3(b'x', b'X', b'y', source.as_bytes())?;
    let start = source.find(|c: char| c.is_ascii_digit())?;
    let (mut text, mut rest) = (source[..start].to_owned(), &source[start..]);
    if text.contains(['x', 'X']) {
        return None;
    }
    for factor in 0..MAX_FACTORS {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        text.push_str(&rest[..length]);
        rest = &rest[length..];
        let sign = rest.trim_start_matches([' ', '-', '~']);
        let Some(behind) = CROSSES.iter().find_map(|cross| sign.strip_prefix(cross)) else {
            return (factor > 0 && names_shape(rest)).then(|| text + rest);
        };
        text.push_str("\\times ");
        rest = behind.trim_start_matches([' ', '-', '~']);
    }
    None
}

/// Whether a text is the name of one shape, in a font or without one.
fn names_shape(text: &str) -> bool {
    if !text.starts_with([' ', '-', '~', '\\']) {
        return false;
    }
    let text = text.trim_matches([' ', '-', '~', '.', '$']);
    let font = ["\\text{", "\\mathrm{", "\\mbox{"].iter().find_map(|font| text.strip_prefix(font)?.strip_suffix('}'));
    let words = font.unwrap_or(text).trim();
    words.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ') && parse::is_one_shape(words)
}

#[cfg(test)]
mod tests {
    use super::with_times;

    #[test]
    fn an_x_before_a_shape_is_a_cross() {
        assert_eq!(with_times("3x5 matrix").as_deref(), Some(r"3\times 5 matrix"));
        assert_eq!(with_times("2 x 3 x 4 array").as_deref(), Some(r"2\times 3\times 4 array"));
        assert_eq!(with_times("3-by-5 real matrix").as_deref(), Some(r"3\times 5 real matrix"));
        assert_eq!(with_times(r"3\text{ by }5\text{ matrix}").as_deref(), Some(r"3\times 5\text{ matrix}"));
        for source in [
            "3x5",
            "3x",
            "3x matrix",
            "3 by 5",
            "3x5 apples",
            "5 matrix",
            "xyz",
            "x matrix",
            "3x5y matrix",
            r"\text{3 by 5 matrix}",
        ] {
            assert_eq!(with_times(source), None, "{source}");
        }
    }
}
