//! What a reader sees: white space, visible characters, words.
//!
//! Accepts: any text. Refuses: text that only looks non-empty, as zero-width characters, blanks and fillers are no content. One
//! definition of white space serves the whole crate: Unicode `White_Space` and the four ASCII information separators
//! (U+001C to U+001F), which is what Python's `str.split` uses, so that word counts agree with the peers'.

use std::ops::Range;

/// Whether a character is white space by the crate's rule.
///
/// ```
/// use r1rewards::text::is_space;
/// assert!(is_space('\u{a0}') && is_space('\u{1f}'));
/// assert!(!is_space('\u{200b}'), "a zero-width space separates no words");
/// ```
pub fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

/// The words of a text: maximal runs without white space.
///
/// ```
/// assert_eq!(r1rewards::text::words(" a  b-c\u{a0}d ").collect::<Vec<_>>(), ["a", "b-c", "d"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    word_ranges(text).map(|word| &text[word])
}

/// Where the words of a text are.
pub(super) fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = skip(text, at, true);
        at = skip(text, start, false);
        (start < at).then_some(start..at)
    })
}

/// The first place from `at` on whose character is no white space (`spaces`), or is (otherwise).
fn skip(text: &str, mut at: usize, spaces: bool) -> usize {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        if !spaces
            && bytes[at].is_ascii()
            && let Some(word) = bytes[at..].first_chunk()
        {
            // Eight bytes of a word at once, up to the first that may be white space.
            let stop = may_be_space(u64::from_le_bytes(*word));
            if stop == 0 {
                at += 8;
                continue;
            }
            at += (stop.trailing_zeros() / 8) as usize;
        }
        let (space, length) = match CLASSES[usize::from(bytes[at])] {
            Class::Space => (true, 1),
            Class::Other => (false, 1),
            Class::Leads => text[at..].chars().next().map_or((false, 1), |next| (is_space(next), next.len_utf8())),
        };
        if space != spaces {
            return at;
        }
        at += length;
    }
    at
}

pub(super) const ONES: u64 = 0x0101_0101_0101_0101;
pub(super) const HIGH: u64 = 0x8080_8080_8080_8080;

/// Eight bytes of a part of a text that ends at `end`, those behind the end replaced by the filler's.
pub(super) fn eight_bytes(text: &[u8], at: usize, end: usize, filler: u64) -> u64 {
    let left = end - at;
    let bytes = text[at..].first_chunk().map_or_else(
        || text[at..end].iter().rev().fold(0, |bytes, byte| bytes << 8 | u64::from(*byte)),
        |bytes| u64::from_le_bytes(*bytes),
    );
    if left >= 8 {
        return bytes;
    }
    let behind = u64::MAX << (8 * left);
    bytes & !behind | filler & behind
}

/// Sets the high bit of every byte that is an ASCII letter or digit, clears it for every other.
pub(super) fn letters_and_digits(bytes: u64) -> u64 {
    let marks = |bytes: u64, least: u8, most: u8| {
        let from = |least: u8| bytes + (128 - u64::from(least)) * ONES;
        from(least) & !from(most + 1)
    };
    let seven = bytes & !HIGH;
    (marks(seven | 0x20 * ONES, b'a', b'z') | marks(seven, b'0', b'9')) & !bytes & HIGH
}

/// Sets the high bit of every byte that is white space or starts or continues a character beyond ASCII.
fn may_be_space(bytes: u64) -> u64 {
    let seven = bytes & !HIGH;
    let from = |least: u64| seven + (128 - least) * ONES;
    let separators = from(9) & !from(14) | from(28) & !from(33);
    (separators | bytes) & HIGH
}

/// What the first byte of a character says of it. Bytes that continue a character count as other, so that a text can be walked byte by
/// byte: words are cut at white space only, which is always whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Other,
    /// White space beyond ASCII starts like this, and so do many other characters.
    Leads,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        if (byte >= 9 && byte <= 13) || (byte >= 28 && byte <= 32) {
            classes[byte] = Class::Space;
        }
        // U+0085 and U+00A0; U+1680; U+2000 to U+205F; U+3000.
        if byte == 0xc2 || byte == 0xe1 || byte == 0xe2 || byte == 0xe3 {
            classes[byte] = Class::Leads;
        }
        byte += 1;
    }
    classes
};

/// The text without white space at its ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether any character of the text shows.
///
/// ```
/// use r1rewards::text::has_visible;
/// assert!(has_visible(" x "));
/// assert!(!has_visible(" \u{200b}\u{feff}\u{3164}\n"));
/// ```
pub fn has_visible(text: &str) -> bool {
    text.chars().any(is_visible)
}

/// Whether a character shows: not white space, not a control, not ignorable by default, not a blank filler.
///
/// Source: `Default_Ignorable_Code_Point` of Unicode 16, `DerivedCoreProperties.txt`.
pub fn is_visible(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_graphic();
    }
    !(is_space(character) || character.is_control() || is_ignorable(character))
}

fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        // Braille pattern blank: a symbol by its category, nothing to the eye.
        | '\u{2800}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn white_space_beyond_ascii_starts_with_the_bytes_that_lead() {
        let spaces = ('\u{80}'..=char::MAX).filter(|character| is_space(*character));
        for space in spaces {
            let first = space.to_string().as_bytes()[0];
            assert!(CLASSES[usize::from(first)] == Class::Leads, "{space:?}");
        }
    }

    proptest! {
        #[test]
        fn eight_bytes_are_classed_as_one_by_one(bytes in prop::array::uniform8(any::<u8>())) {
            let marks = may_be_space(u64::from_le_bytes(bytes)).to_le_bytes().map(|mark| mark == 0x80);
            prop_assert_eq!(marks, bytes.map(|byte| !byte.is_ascii() || is_space(char::from(byte))));
            let marks = letters_and_digits(u64::from_le_bytes(bytes)).to_le_bytes().map(|mark| mark == 0x80);
            prop_assert_eq!(marks, bytes.map(|byte| byte.is_ascii_alphanumeric()));
        }

        #[test]
        fn words_are_what_splitting_gives(text in "[a \\u{85}\\u{a0}\\u{1680}\\u{2003}\\u{205f}\\u{3000}\\u{200b}\\u{1c}é字\n]{0,40}") {
            let split: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), split);
        }
    }
}
