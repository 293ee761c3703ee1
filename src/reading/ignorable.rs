//! Characters that show nothing: zero-width spaces and joiners, marks of direction, soft hyphens.
//!
//! A sign or a word next to an answer says the same with one of them between (`-`, U+200B, `\boxed{4}`), so they are left out
//! before a text is read. Between two digits one stays: whether `4`, U+200B, `2` is 42 or two numbers is not known.

use std::borrow::Cow;

/// The text without characters that show nothing, except between digits.
pub(crate) fn without_ignorable(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_ignorable) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(is_ignorable) {
        let (before, from) = rest.split_at(place);
        shown.push_str(before);
        rest = from.trim_start_matches(is_ignorable);
        if shown.ends_with(|c: char| c.is_ascii_digit()) && rest.starts_with(|c: char| c.is_ascii_digit()) {
            shown.push_str(&from[..from.len() - rest.len()]);
        }
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Whether a character shows nothing. The characters that turn the direction of the text behind them do not count: `24` is 42 after one
/// of them.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{2800}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::without_ignorable;

    #[test]
    fn what_shows_nothing_is_left_out() {
        assert_eq!(without_ignorable("-\u{200b}\\boxed{4}"), "-\\boxed{4}");
        assert_eq!(without_ignorable("n\u{ad}ot\u{feff}"), "not");
        assert_eq!(without_ignorable("4\u{200b}\u{2060}2"), "4\u{200b}\u{2060}2");
        assert_eq!(without_ignorable("né"), "né");
    }
}
