//! Letters of a multiple choice next to a box that contains one.

use super::beside::Around;
use crate::reading::options::named;
use crate::reading::prose::{offers, words};

/// The last letter that counts as an option next to a box: multiple choices go no further, and later letters are names
/// of quantities.
const LAST: char = 'J';

/// Adds another letter next to the box as another answer: `\boxed{B} and C`, `(A) \boxed{B}`.
pub(super) fn look_at_letters(left: &str, right: &str, inner: &str, beside: &mut Around) {
    let shown = inner.trim_start_matches(['\\', 't', 'e', 'x', 'b', 'f', 'm', 'a', 'h', 'r', '{', '(', ' ']);
    let mut characters = shown.trim_end_matches(['}', ')', '.', ' ']).chars();
    let (Some(letter), None) = (characters.next(), characters.next()) else { return };
    if !letter.is_ascii_uppercase() {
        return;
    }
    if let Some((place, other)) = named(right, LAST).find(|(_, other)| *other != letter) {
        let (between, behind) = right.split_at(place);
        let behind = &behind[behind.chars().next().map_or(0, char::len_utf8)..];
        let also = [" is also", " too", " as well", " also"].iter().any(|word| behind.starts_with(word));
        // `C` in `B. C is too small` begins a new sentence.
        let begins = between.contains(['.', '\n', '!']) && behind.trim_start_matches([')', ' ']).starts_with(char::is_alphabetic);
        if joins(between) && (also || !begins) {
            beside.rivals.push(other.to_string());
        }
    }
    if let Some((place, other)) = named(left, LAST).filter(|(_, other)| *other != letter).last() {
        let between = &left[place + left[place..].chars().next().map_or(0, char::len_utf8)..];
        if joins(between) && !between.contains([':', '=', '\n']) {
            beside.rivals.push(other.to_string());
        }
    }
}

/// Whether the text between two letters joins them into one list.
fn joins(between: &str) -> bool {
    !between.contains(char::is_numeric)
        && words(between).all(|word| {
            offers(&word)
                || matches!(word.as_str(), "and" | "option" | "also" | "text" | "textbf" | "mbox" | "quad" | "boxed" | "mathrm")
        })
}
