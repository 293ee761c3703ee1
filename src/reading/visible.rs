//! White space, visible characters and words.
//!
//! Accepts: any text. Zero-width characters, blanks and fillers do not count as visible. The whole crate uses one
//! definition of white space: Unicode `White_Space` and the four ASCII information separators (U+001C to U+001F), which
//! is the definition of Python's `str.split`, so that word counts agree with those of Python programs.

use std::ops::Range;
use std::sync::LazyLock;

use regex_syntax::hir::{Class, HirKind};

/// Whether a character is white space by the definition of this module.
///
/// ```
/// use r1rewards::reading::is_space;
/// assert!(is_space('\u{a0}') && is_space('\u{1f}'));
/// assert!(!is_space('\u{200b}'), "a zero-width space separates no words");
/// ```
pub fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

/// The words of a text: maximal runs without white space.
///
/// ```
/// assert_eq!(r1rewards::reading::words(" a  b-c\u{a0}d ").collect::<Vec<_>>(), ["a", "b-c", "d"]);
/// ```
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    word_ranges(text).map(|word| &text[word])
}

/// The byte ranges of the words of a text.
pub(crate) fn word_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut edges = Edges::new(text);
    std::iter::from_fn(move || {
        let start = edges.next()?;
        Some(start..edges.next().unwrap_or(text.len()))
    })
}

/// The number of words of a text.
pub(crate) fn count_words(text: &str) -> u64 {
    let mut edges = Edges::new(text);
    let mut count = 0;
    while edges.load() {
        count += u64::from((edges.left & !edges.spaces).count_ones());
        edges.base += BLOCK;
    }
    count
}

/// Number of bytes that are examined together, with one bit per byte.
const BLOCK: usize = 64;

/// The places where white space and words meet, computed one block at a time. The first one begins a word.
struct Edges<'t> {
    text: &'t str,
    /// Start of the next block.
    base: usize,
    /// Bits of the edges in the current block that have not been returned yet.
    left: u64,
    /// Bits of the bytes in the current block that are white space.
    spaces: u64,
    /// Bits of white space that continues from the current block into the next.
    spill: u64,
    ends_in_space: bool,
}

impl<'t> Edges<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, base: 0, left: 0, spaces: 0, spill: 0, ends_in_space: true }
    }

    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            if !self.load() {
                return None;
            }
            self.base += BLOCK;
        }
        let place = self.base - BLOCK + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(place)
    }

    /// Finds the edges of the block at `base`; `false` after the end of the text.
    fn load(&mut self) -> bool {
        let Some(rest) = self.text.as_bytes().get(self.base..).filter(|rest| !rest.is_empty()) else { return false };
        let mut padded = [b' '; BLOCK];
        let block = rest.first_chunk().unwrap_or_else(|| {
            padded[..rest.len()].copy_from_slice(rest);
            &padded
        });
        let (mut spaces, mut beyond) = (self.spill, 0);
        self.spill = 0;
        for (place, bytes) in block.chunks_exact(8).enumerate() {
            let mut eight = [0; 8];
            eight.copy_from_slice(bytes);
            let eight = u64::from_le_bytes(eight);
            spaces |= gather(ascii_spaces(eight)) << (8 * place);
            beyond |= gather(eight & HIGH) << (8 * place);
        }
        while beyond != 0 {
            let place = beyond.trailing_zeros() as usize;
            beyond &= beyond - 1;
            if LEADS.contains(&block[place])
                && let Some(space) = self.text[self.base + place..].chars().next().filter(|next| is_space(*next))
            {
                let bits = ((1u128 << space.len_utf8()) - 1) << place;
                spaces |= low(bits);
                self.spill |= low(bits >> BLOCK);
            }
        }
        self.left = spaces ^ (spaces << 1 | u64::from(self.ends_in_space));
        self.ends_in_space = spaces >> (BLOCK - 1) == 1;
        self.spaces = spaces;
        true
    }
}

/// First bytes of the white space beyond ASCII: U+0085 and U+00A0; U+1680; U+2000 to U+205F; U+3000. Other characters
/// start with these bytes, too.
const LEADS: [u8; 4] = [0xc2, 0xe1, 0xe2, 0xe3];

#[expect(clippy::cast_possible_truncation, reason = "the low half is asked for")]
fn low(bits: u128) -> u64 {
    bits as u64
}

/// The high bits of eight bytes as one byte.
fn gather(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The bit that differs between lower-case and upper-case ASCII letters, in every byte.
const CASE: u64 = 0x20 * ONES;
pub(crate) const ONES: u64 = 0x0101_0101_0101_0101;
pub(crate) const HIGH: u64 = 0x8080_8080_8080_8080;

/// Eight bytes of a part of a text that ends at `end`; bytes after the end are taken from `filler`.
pub(crate) fn eight_bytes(text: &[u8], at: usize, end: usize, filler: u64) -> u64 {
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

/// Sets the high bit of every byte that is an ASCII letter or digit, and clears all other bits.
pub(crate) fn letters_and_digits(bytes: u64) -> u64 {
    let marks = |bytes: u64, least: u8, most: u8| {
        let from = |least: u8| bytes + (128 - u64::from(least)) * ONES;
        from(least) & !from(most + 1)
    };
    let seven = bytes & !HIGH;
    (marks(seven | CASE, b'a', b'z') | marks(seven, b'0', b'9')) & !bytes & HIGH
}

/// Sets the high bit of every byte that is ASCII white space.
fn ascii_spaces(bytes: u64) -> u64 {
    let seven = bytes & !HIGH;
    let from = |least: u64| seven + (128 - least) * ONES;
    (from(9) & !from(14) | from(28) & !from(33)) & !bytes & HIGH
}

/// The text without white space at its ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether any character of the text is visible.
///
/// ```
/// use r1rewards::reading::has_visible;
/// assert!(has_visible(" x "));
/// assert!(!has_visible(" \u{200b}\u{feff}\u{3164}\n"));
/// ```
pub fn has_visible(text: &str) -> bool {
    text.chars().any(is_visible)
}

/// Whether a character is visible: not white space, not a control or format character, not ignorable by default, not
/// private or unassigned, and not a blank filler.
///
/// Source: the general categories and `Default_Ignorable_Code_Point` of Unicode, in the tables of `regex-syntax`.
pub fn is_visible(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_graphic();
    }
    let hidden = hidden();
    let place = hidden.partition_point(|(start, _)| *start <= character);
    place == 0 || hidden[place - 1].1 < character
}

/// The characters that are not visible, as a regex class: Unicode classes, and characters that are symbols by category
/// but show nothing (the Braille blank, the object replacement character, the musical null notehead, the Khitan
/// filler).
const HIDDEN: &str = r"[\p{C}\p{Z}\p{White_Space}\p{Default_Ignorable_Code_Point}\x{2800}\x{FFFC}\x{1D159}\x{16FE4}]";

fn hidden() -> &'static [(char, char)] {
    static RANGES: LazyLock<Vec<(char, char)>> =
        LazyLock::new(|| match regex_syntax::parse(HIDDEN).map(regex_syntax::hir::Hir::into_kind) {
            Ok(HirKind::Class(Class::Unicode(class))) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
            // Not reached: a test parses the class. If it were reached, no character beyond ASCII would be visible.
            _ => vec![('\0', char::MAX)],
        });
    &RANGES
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_shows_nothing_is_not_visible() {
        let ranges = [
            ('\u{80}', '\u{9f}'),
            ('\u{ad}', '\u{ad}'),
            ('\u{34f}', '\u{34f}'),
            ('\u{61c}', '\u{61c}'),
            ('\u{115f}', '\u{1160}'),
            ('\u{17b4}', '\u{17b5}'),
            ('\u{180b}', '\u{180f}'),
            ('\u{2000}', '\u{200f}'),
            ('\u{2028}', '\u{202f}'),
            ('\u{205f}', '\u{206f}'),
            ('\u{2800}', '\u{2800}'),
            ('\u{3000}', '\u{3000}'),
            ('\u{3164}', '\u{3164}'),
            ('\u{e000}', '\u{f8ff}'),
            ('\u{fe00}', '\u{fe0f}'),
            ('\u{feff}', '\u{feff}'),
            ('\u{ffa0}', '\u{ffa0}'),
            ('\u{fff0}', '\u{fffc}'),
            ('\u{1bca0}', '\u{1bca3}'),
            ('\u{1d173}', '\u{1d17a}'),
            ('\u{e0000}', '\u{e0fff}'),
            ('\u{f0000}', '\u{10ffff}'),
        ];
        for (first, last) in ranges {
            for character in first..=last {
                assert!(!is_visible(character), "{character:?}");
            }
        }
    }

    #[test]
    fn letters_marks_and_signs_are_visible() {
        for character in "aéßжλא字かกक्।٣½→∑😀́。،『".chars() {
            assert!(is_visible(character), "{character:?}");
        }
    }

    #[test]
    fn white_space_beyond_ascii_starts_with_the_bytes_that_lead() {
        let spaces = ('\u{80}'..=char::MAX).filter(|character| is_space(*character));
        for space in spaces {
            assert!(LEADS.contains(&space.to_string().as_bytes()[0]), "{space:?}");
        }
    }

    proptest! {
        #[test]
        fn eight_bytes_are_classed_as_one_by_one(bytes in prop::array::uniform8(any::<u8>())) {
            let marks = ascii_spaces(u64::from_le_bytes(bytes));
            let bits = (0..8).filter(|place| gather(marks) >> place & 1 == 1).collect::<Vec<_>>();
            let marks = marks.to_le_bytes().map(|mark| mark == 0x80);
            prop_assert_eq!(marks, bytes.map(|byte| byte.is_ascii() && is_space(char::from(byte))));
            prop_assert_eq!(bits, (0..8).filter(|place| marks[*place]).collect::<Vec<_>>());
            let marks = letters_and_digits(u64::from_le_bytes(bytes)).to_le_bytes().map(|mark| mark == 0x80);
            prop_assert_eq!(marks, bytes.map(|byte| byte.is_ascii_alphanumeric()));
        }

        #[test]
        fn words_are_what_splitting_gives(text in "[a \\u{85}\\u{a0}\\u{1680}\\u{2003}\\u{205f}\\u{3000}\\u{200b}\\u{1c}é字\n]{0,40}") {
            let split: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
            prop_assert_eq!(count_words(&text), split.len() as u64);
            prop_assert_eq!(words(&text).collect::<Vec<_>>(), split);
        }
    }
}
