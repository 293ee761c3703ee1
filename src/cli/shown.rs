//! Text of programs and models as people are shown it.
//!
//! Accepts: any text. Refuses: to hand a terminal what it would obey (escape sequences: C0 and C1 controls) or what would show the text in another order (Unicode's
//! bidirectional controls). They are written out, as `\x1b` or `\u{202e}`; line ends and tabs stay.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::core::terminal::{self, acts};

/// The text without what [`acts`].
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            plain if !acts(plain) => shown.push(plain),
            '\r' => shown.push_str("\\r"),
            ascii if ascii.is_ascii() => shown.push_str(&format!("\\x{:02x}", u32::from(ascii))),
            other => shown.extend(other.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

/// A value as indented JSON, and the line's end.
pub(super) fn write_json(out: &mut (impl Write + IsTerminal), value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", if out.is_terminal() { terminal::json(&text) } else { Cow::Borrowed(&*text) })
}

/// Lets whoever reads what was written leave: the exit code says the same.
pub(super) fn unread(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes to standard error, if anybody is there. Messages quote rows, options and names of files: what a terminal would obey is written out.
pub(super) fn say(text: impl Display) {
    let _ = write!(io::stderr().lock(), "{}", escaped(&text.to_string()));
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        assert_eq!(escaped("plain\n\ttext é 漢"), "plain\n\ttext é 漢");
        assert_eq!(escaped("\u{1b}[2Jgone\u{7}\r\u{7f}"), r"\x1b[2Jgone\x07\r\x7f");
        assert_eq!(escaped("\u{9b}31m\u{202e}txet"), r"\u{9b}31m\u{202e}txet");
    }
}
