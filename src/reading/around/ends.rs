//! The end of the text in front of a box: blanks, a command, a group.

use super::commands::{TEXT, is_in};

/// The text without blanks and spacing commands at its end.
pub(super) fn trim_spacing_end(text: &str) -> &str {
    let mut rest = text;
    loop {
        let length = rest.len();
        for space in ["\\,", "\\;", "\\:", "\\!", "\\ ", "~"] {
            rest = rest.strip_suffix(space).unwrap_or(rest);
        }
        rest = if rest.ends_with("\\ ") { rest } else { rest.trim_end() };
        if rest.len() == length {
            return rest;
        }
    }
}

/// The command at the end of a text, and the text in front of it.
pub(super) fn last_command(text: &str) -> Option<(&str, &str)> {
    let start = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    let front = text[..start].strip_suffix('\\')?;
    (start < text.len()).then_some((&text[start..], front))
}

/// The text in front of the group `{…}` at the end of a text.
pub(super) fn last_group(text: &str) -> Option<&str> {
    let inner = text.strip_suffix('}')?;
    let mut depth = 0usize;
    for (place, byte) in inner.bytes().enumerate().rev() {
        match byte {
            b'}' => depth += 1,
            b'{' if depth == 0 => return Some(&text[..place]),
            b'{' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The words of a `\text{…}` at the end of a text.
pub(super) fn prose_group(text: &str) -> Option<&str> {
    let head = last_group(text)?;
    let (command, _) = last_command(head)?;
    is_in(TEXT, command).then(|| &text[head.len() + 1..text.len() - 1])
}

/// Whether a character between a word and a box has no meaning.
pub(super) fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '$' | '*' | '_' | '"' | '“' | '(' | ':' | '\\')
}
