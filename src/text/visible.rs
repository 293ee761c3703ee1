//! What a reader sees: white space, visible characters, words.
//!
//! Accepts: any text. Refuses: text that only looks non-empty, as zero-width characters, blanks and fillers are no content. One
//! definition of white space serves the whole crate: Unicode `White_Space` and the four ASCII information separators
//! (U+001C to U+001F), which is what Python's `str.split` uses, so that word counts agree with the peers'.

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
    text.split(is_space).filter(|word| !word.is_empty())
}

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
