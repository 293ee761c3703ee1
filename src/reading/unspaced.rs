//! Scripts that are written without spaces between words.

#[cfg(feature = "rules")]
use std::borrow::Cow;

/// Whether a character is of a script that is written without spaces between words: Han, kana, Thai, Lao, Burmese, Khmer.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The text with a blank on both sides of every character of such a script, so that each is a word.
#[cfg(feature = "rules")]
pub(crate) fn spaced(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_unspaced) {
        return Cow::Borrowed(text);
    }
    let mut spaced = String::with_capacity(text.len() * 2);
    for character in text.chars() {
        if is_unspaced(character) {
            spaced.extend([' ', character, ' ']);
        } else {
            spaced.push(character);
        }
    }
    Cow::Owned(spaced)
}

#[cfg(all(test, feature = "rules"))]
mod tests {
    use super::*;

    #[test]
    fn each_character_of_an_unspaced_script_is_a_word() {
        assert_eq!(spaced("求3和").split_whitespace().collect::<Vec<_>>(), ["求", "3", "和"]);
        assert_eq!(spaced("うさぎ").split_whitespace().count(), 3);
        assert!(matches!(spaced("naïve Ω"), Cow::Borrowed(_)));
    }
}
