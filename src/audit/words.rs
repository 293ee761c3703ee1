//! The words of a text, as copies are looked for and sentences are told from formulas.

use std::hash::{DefaultHasher, Hasher as _};
use std::ops::Range;

use crate::reading::is_unspaced;

/// A run of letters and digits, or one character of a script without spaces between words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it is, in bytes.
    pub range: Range<usize>,
    /// The hash of its lower-case form.
    pub hash: u64,
    /// Whether it is a word of a language: at least two letters, or of a script without spaces; no command of LaTeX.
    pub is_plain: bool,
}

/// The words of a text in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 6);
    let mut start = None;
    for (at, character) in text.char_indices() {
        let is_apart = !character.is_ascii() && is_unspaced(character);
        let is_inside = !is_apart && character.is_alphanumeric();
        if !is_inside {
            words.extend(start.take().map(|start| word(text, start..at)));
        } else if start.is_none() {
            start = Some(at);
        }
        if is_apart && character.is_alphanumeric() {
            words.push(word(text, at..at + character.len_utf8()));
        }
    }
    words.extend(start.map(|start| word(text, start..text.len())));
    words
}

/// The number of words of a language.
pub(super) fn plain_words(text: &str) -> usize {
    words(text).iter().filter(|word| word.is_plain).count()
}

fn word(text: &str, range: Range<usize>) -> Word {
    let shown = &text[range.clone()];
    let mut hasher = DefaultHasher::new();
    if shown.is_ascii() {
        shown.bytes().for_each(|byte| hasher.write_u8(byte.to_ascii_lowercase()));
    } else {
        hasher.write(shown.to_lowercase().as_bytes());
    }
    let is_command = text[..range.start].ends_with('\\');
    let mut letters = shown.chars();
    let first = letters.next();
    let is_plain =
        first.is_some_and(is_unspaced) || (!is_command && letters.next().is_some() && shown.chars().all(char::is_alphabetic));
    Word { range, hash: hasher.finish(), is_plain }
}

/// A text on one line, cut to the length that is shown.
pub(super) fn shorten(text: &str) -> String {
    /// The most characters of a reference or prompt in a finding.
    const MOST: usize = 120;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_numbers_and_single_letters_are_no_words_of_a_language() {
        let text = r"Find \frac{x}{27} of the 3rd 数";
        let found: Vec<(&str, bool)> = words(text).iter().map(|word| (&text[word.range.clone()], word.is_plain)).collect();
        let expected = [
            ("Find", true),
            ("frac", false),
            ("x", false),
            ("27", false),
            ("of", true),
            ("the", true),
            ("3rd", false),
            ("数", true),
        ];
        assert_eq!(found, expected);
        assert_eq!(words("ABC")[0].hash, words("abc")[0].hash);
    }
}
