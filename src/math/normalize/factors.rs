//! A number behind a fraction of symbols: `\frac{a}{b} 3c` is a product.
//!
//! Accepts: digits between a fraction that contains a letter and a letter. Refuses: fractions of numbers (`\frac12 3x`), numbers with
//! nothing or a unit behind them; these stay as they are written.

use super::fonts::balanced;
use crate::math::symbols::is_greek;

const FRACTIONS: [&str; 3] = ["\\frac", "\\dfrac", "\\tfrac"];

/// The text with a sign for each such product; `None` where there is none.
pub(super) fn with_signs(source: &str) -> Option<String> {
    let mut out: Option<String> = None;
    let mut at = 0;
    while let Some(place) = source[at..].find("frac").map(|place| at + place) {
        at = place + "frac".len();
        if !FRACTIONS.iter().any(|name| source[..at].ends_with(name)) {
            continue;
        }
        let Some(end) = groups(&source[at..]).map(|length| at + length) else { continue };
        let behind = source[end..].trim_start_matches(' ');
        let number = behind.trim_start_matches(|c: char| c.is_ascii_digit());
        let tail = number.trim_start_matches(' ');
        let command = tail.strip_prefix('\\').map(|name| &name[..name.bytes().take_while(u8::is_ascii_alphabetic).count()]);
        let letter =
            tail.starts_with(|c: char| c.is_ascii_alphabetic()) || command.is_some_and(|name| is_letter(name) || name == "pi");
        if number.len() < behind.len() && letter && has_letter(&source[at..end]) {
            let text = out.get_or_insert_with(|| source.to_owned());
            let shift = text.len() - source.len();
            text.insert_str(end + shift, "\\cdot ");
        }
    }
    out
}

/// The length of the two groups of a fraction.
fn groups(text: &str) -> Option<usize> {
    let mut at = 0;
    for _ in 0..2 {
        at += text[at..].len() - text[at..].trim_start_matches(' ').len();
        if !text[at..].starts_with('{') {
            return None;
        }
        at += balanced(&text[at..])? + 1;
    }
    Some(at)
}

/// Whether a command is a Greek letter, in either of its shapes.
fn is_letter(name: &str) -> bool {
    is_greek(name.strip_prefix("var").unwrap_or(name))
}

/// Whether a text contains a letter outside of the names of commands, or a Greek letter.
fn has_letter(text: &str) -> bool {
    let mut parts = text.split('\\');
    let plain = |part: &str| part.bytes().any(|b| b.is_ascii_alphabetic());
    parts.next().is_some_and(plain)
        || parts.any(|part| {
            let name = &part[..part.bytes().take_while(u8::is_ascii_alphabetic).count()];
            is_letter(name) || plain(&part[name.len()..])
        })
}

#[cfg(test)]
mod tests {
    use super::with_signs;

    #[test]
    fn a_number_between_symbols_is_a_factor() {
        for (text, read) in [
            (r"\frac{a}{b} 3c", Some(r"\frac{a}{b}\cdot  3c")),
            (r"\frac{1}{\mu}2\pi x+\frac{u}{v}5\,m", Some(r"\frac{1}{\mu}\cdot 2\pi x+\frac{u}{v}5\,m")),
            (r"\frac{1}{2} 3c", None),
            (r"\frac{a}{b} 3", None),
            (r"\frac{a}{b} 3^2", None),
            (r"\frac ab 3c", None),
            ("3c", None),
        ] {
            assert_eq!(with_signs(text).as_deref(), read, "{text}");
        }
    }
}
