//! Letters of a multiple choice that a text names.

/// The single letters of a text that may be names of options, from A to `last`, each with its byte position. Not
/// included: the article (`A rectangle`), the pronoun (`I think`), and a letter inside a word or a command. A
/// lower-case letter counts where a closing bracket follows.
pub(crate) fn named(text: &str, last: char) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter_map(move |(place, c)| {
        let letter = plain(c).filter(|letter| letter.to_ascii_uppercase() <= last)?;
        let before = text[..place].chars().next_back();
        let after = &text[place + c.len_utf8()..];
        let behind = after.trim_start_matches(['\'', '’']);
        // A letter after one backslash is a command; two begin a row.
        let command = text[..place].ends_with('\\') && !text[..place].ends_with("\\\\");
        let inside = command || before.is_some_and(char::is_alphanumeric) || behind.starts_with(char::is_alphanumeric);
        if inside || (letter.is_ascii_lowercase() && !after.starts_with([')', ']'])) || is_word(letter, after) {
            return None;
        }
        Some((place, letter.to_ascii_uppercase()))
    })
}

/// Whether `A` or `I` is an English word here: a word follows that does not usually follow an option's name.
fn is_word(letter: char, after: &str) -> bool {
    let Some(rest) = after.strip_prefix(' ').filter(|_| matches!(letter, 'A' | 'I')) else { return false };
    let word = &rest[..rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())];
    let follows_option = matches!(
        word.to_lowercase().as_str(),
        "is" | "and"
            | "or"
            | "xor"
            | "nor"
            | "are"
            | "but"
            | "also"
            | "too"
            | "as"
            | "may"
            | "might"
            | "could"
            | "would"
            | "can"
            | "if"
            | "not"
    );
    !word.is_empty() && (letter == 'I' || !follows_option)
}

/// The ASCII letter for a Latin letter, its fullwidth form or a circled capital.
fn plain(c: char) -> Option<char> {
    match c {
        'A'..='Z' | 'a'..='z' => Some(c),
        '\u{ff21}'..='\u{ff3a}' => char::from_u32(c as u32 - 0xff21 + u32::from('A')),
        '\u{ff41}'..='\u{ff5a}' => char::from_u32(c as u32 - 0xff41 + u32::from('a')),
        '\u{24b6}'..='\u{24cf}' => char::from_u32(c as u32 - 0x24b6 + u32::from('A')),
        _ => None,
    }
}

/// Whether a text presents its options as alternatives.
#[cfg(feature = "rules")]
pub(crate) fn hedges(text: &str) -> bool {
    super::prose::words(text).any(|word| matches!(word.as_str(), "or" | "xor" | "nor"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_stand_alone_are_named() {
        let names = |text: &str| named(text, 'D').map(|(_, letter)| letter).collect::<String>();
        for (text, expected) in [
            ("B)/C)", "BC"),
            ("B xor C", "BC"),
            ("D,E", "D"),
            ("(b) or c)", "BC"),
            ("A rectangle", ""),
            ("A is right", "A"),
            ("I think B", "B"),
            ("Vitamin AB", ""),
            ("don't B'", "B"),
            ("B→Ｃ|Ⓓ", "BCD"),
            ("b, c", ""),
            ("\\B", ""),
        ] {
            assert_eq!(names(text), expected, "{text}");
        }
    }
}
