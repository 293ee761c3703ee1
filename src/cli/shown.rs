//! Text of programs and models as people are shown it.
//!
//! Accepts: any text. Refuses: to hand a terminal what it would obey (escape sequences: C0 and C1 controls) or what would show the text in another order (Unicode's
//! bidirectional controls). They are written out, as `\x1b` or `\u{202e}`; line ends and tabs stay.

use std::borrow::Cow;

/// The text without control characters.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            plain if !acts(plain) => shown.push(plain),
            '\r' => shown.push_str("\\r"),
            ascii if ascii.is_ascii() => shown.push_str(&format!("\\x{:02x}", u32::from(ascii))),
            other => shown.extend(other.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

fn acts(character: char) -> bool {
    let reorders = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    reorders || character.is_control() && !matches!(character, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        assert_eq!(escaped("plain\n\ttext é 漢"), "plain\n\ttext é 漢");
        assert_eq!(escaped("\u{1b}[2Jgone\u{7}\r\u{7f}"), r"\x1b[2Jgone\x07\r\x7f");
        assert_eq!(escaped("\u{9b}31m\u{202e}txet"), r"\u{9b}31m\u{202e}txet");
    }
}
