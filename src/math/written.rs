//! References that no rule of the grammar reads, compared as they are written.
//!
//! Accepts: prose, symbols and commands without a known meaning, in text whose brackets fit. Refuses: text that is
//! damaged (a bracket or a formula that does not end, control characters), which no answer can be expected to repeat.

use super::extract::Extracted;
use super::normalize::trim;

/// Commands that make room or leave something out.
const SPACES: &[&str] = &["\\ldots", "\\cdots", "\\dots", "\\qquad", "\\quad", "\\,", "\\;", "\\:", "\\!", "\\ "];

/// The text by which a reference is compared, or `None` where it is damaged. Blanks count only between two letters or
/// digits.
pub fn canonical(source: &str) -> Option<String> {
    let control = source.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t') || c == '\u{fffd}');
    let source = trim(source);
    // `\pi^-`: the charge of a particle.
    let charged = source.ends_with("^+") || source.ends_with("^-");
    let damaged = control
        || source.ends_with(['^', '_', '\\', '*', '/', '&'])
        || (source.ends_with(['+', '-']) && !charged)
        || !brackets_fit(source);
    if damaged || source.contains("\\u0") {
        return None;
    }
    let mut text = String::with_capacity(source.len());
    let mut blank = false;
    for c in source.chars() {
        if c.is_whitespace() {
            blank = true;
            continue;
        }
        if blank && c.is_alphanumeric() && text.ends_with(char::is_alphanumeric) {
            text.push(' ');
        }
        blank = false;
        text.push(c);
    }
    let bare = SPACES.iter().fold(text.clone(), |bare, space| bare.replace(space, ""));
    let says_something = bare.chars().any(|c| !matches!(c, '$' | '.' | ',' | '?' | '!' | '{' | '}' | '"' | '\''));
    says_something.then_some(text)
}

/// Whether the answer of a completion, and every other answer that it marks, is one of these canonical texts.
pub fn repeats(references: &[&str], found: &Extracted) -> bool {
    if references.is_empty() {
        return false;
    }
    let Some(text) = canonical(&found.answer) else { return false };
    references.contains(&text.as_str()) && found.rivals.iter().all(|rival| canonical(rival).is_some_and(|rival| rival == text))
}

/// Whether braces fit, and as many brackets open as close: `]2, 3[` is an interval.
fn brackets_fit(source: &str) -> bool {
    let (mut braces, mut brackets, mut sets, mut escaped) = (0_i32, 0_i32, 0_i32, false);
    for byte in source.bytes() {
        match byte {
            b'{' | b'}' if escaped => sets += if byte == b'{' { 1 } else { -1 },
            b'{' => braces += 1,
            b'}' => braces -= 1,
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets -= 1,
            _ => {}
        }
        if braces < 0 {
            return false;
        }
        escaped = byte == b'\\' && !escaped;
    }
    // `\left\{ … \right.` has one brace, `\left[ … \right.` one bracket.
    let one_sided = source.contains("\\right.") || source.contains("\\left.");
    braces == 0 && (one_sided || (brackets == 0 && sets == 0))
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn blanks_count_between_letters_and_digits_only() {
        assert_eq!(canonical("Who  wins ?  \\oslash"), canonical("Who wins?\\oslash"));
        assert_ne!(canonical("1 2 @ 3"), canonical("12 @ 3"));
        assert_ne!(canonical("\\sin x @"), canonical("\\sinx @"));
    }

    #[test]
    fn damaged_text_has_no_canonical_form() {
        for text in ["(0, 2])", "97^\\textcirc}", "f(x) \\text{ is", "75^\n", "\u{c}orall x", "90\\u00B0", "\\quad", "$$", ""] {
            assert_eq!(canonical(text), None, "{text:?}");
        }
    }
}
