//! Letters of a multiple choice that a text names.

/// The letters that stand alone in a text, as the names of options do, from A to `last`, each with its place. Not the article
/// (`A rectangle`), not the pronoun (`I think`), not a letter inside a word or a command. A small letter counts where a bracket closes behind it.
pub(crate) fn named(text: &str, last: char) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter_map(move |(place, c)| {
        let letter = plain(c).filter(|letter| letter.to_ascii_uppercase() <= last)?;
        let before = text[..place].chars().next_back();
        let after = &text[place + c.len_utf8()..];
        let behind = after.trim_start_matches(['\'', '’']);
        let inside = before.is_some_and(|c| c.is_alphanumeric() || c == '\\') || behind.starts_with(char::is_alphanumeric);
        if inside || (letter.is_ascii_lowercase() && !after.starts_with([')', ']'])) || is_word(letter, after) {
            return None;
        }
        Some((place, letter.to_ascii_uppercase()))
    })
}

/// `A` and `I` in front of a word that no option's name stands in front of.
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

/// A Latin letter, also in its fullwidth and circled forms.
fn plain(c: char) -> Option<char> {
    match c {
        'A'..='Z' | 'a'..='z' => Some(c),
        '\u{ff21}'..='\u{ff3a}' => char::from_u32(c as u32 - 0xff21 + u32::from('A')),
        '\u{ff41}'..='\u{ff5a}' => char::from_u32(c as u32 - 0xff41 + u32::from('a')),
        '\u{24b6}'..='\u{24cf}' => char::from_u32(c as u32 - 0x24b6 + u32::from('A')),
        _ => None,
    }
}

/// Whether a text says that its options are alternatives.
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
