//! Escapes characters in JSON that a terminal would execute (control characters) or that reorder the shown text.
//!
//! In JSON such characters occur only inside strings, so each can be written as an escape and the JSON has the same
//! value.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// Whether a character is a control (C0, which includes the start of escape sequences, DEL or C1) or reorders the text
/// around it (Unicode's bidirectional controls). Line feeds and tabs do not count.
pub(crate) fn acts(character: char) -> bool {
    let reorders = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    reorders || character.is_control() && !matches!(character, '\n' | '\t')
}

/// The same JSON, with characters that [`acts`] finds escaped.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if acts(character) {
            // Writing to memory cannot fail. All of these characters have at most four hexadecimal digits.
            let _ = write!(shown, "\\u{:04x}", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// A writer of JSON to a terminal. Each write must consist of whole characters.
pub(crate) struct Json<W>(pub W);

impl<W: io::Write> io::Write for Json<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(json(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::Json;

    #[test]
    fn json_for_a_terminal_says_the_same_without_what_acts() {
        let controls: String = (0x7f..=0x9f).chain(0x202a..=0x202e).chain(0x2066..=0x2069).filter_map(char::from_u32).collect();
        let value = serde_json::json!({"id": format!("{controls}\u{61c}\u{200e}\u{200f}\u{1b}[2J\n"), "é": "漢 \u{2029} plain"});
        let mut written = Vec::new();
        Json(&mut written).write_all(value.to_string().as_bytes()).unwrap();
        let text = String::from_utf8(written).unwrap();
        assert!(!text.contains(super::acts), "{text:?}");
        assert!(text.contains(r"\u007f\u0080") && text.contains("漢 \u{2029} plain"), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
