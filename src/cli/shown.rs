//! Prints the text of programs and models safely.
//!
//! Characters that a terminal would execute (C0 and C1 controls, which start escape sequences) or that reorder the
//! shown text (Unicode's bidirectional controls) are written as escapes such as `\x1b` or `\u{202e}`. Line feeds and
//! tabs are kept.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::core::terminal::{self, acts};

/// The text, with characters that [`acts`] finds written as escapes.
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

/// A name of at most 40 characters on one line, for a table or a message.
pub(super) fn short(name: &str) -> String {
    const MOST: usize = 40;
    let shown: String = name.chars().take(MOST).map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    if name.chars().nth(MOST).is_some() { format!("{} ...", shown.trim_end()) } else { shown }
}

/// Names for a table, each as [`short`] unless two that differ would look the same: then as much of both ends as tells them apart.
pub(super) fn distinct(names: &[&str]) -> Vec<String> {
    /// The most characters of each end, one after another.
    const ENDS: [usize; 4] = [20, 60, 200, 1000];
    let mut shown: Vec<String> = names.iter().map(|name| short(name)).collect();
    for most in ENDS {
        let mut first: HashMap<&str, &str> = HashMap::new();
        let same: HashSet<String> = shown
            .iter()
            .zip(names)
            .filter(|(shown, name)| first.insert(shown, name).is_some_and(|other| other != **name))
            .map(|(shown, _)| shown.clone())
            .collect();
        if same.is_empty() {
            break;
        }
        let longer = |(shown, name): (String, &&str)| if same.contains(&shown) { ends(name, most) } else { shown };
        shown = shown.into_iter().zip(names).map(longer).collect();
    }
    shown
}

/// A name on one line, with at most this number of characters of each end.
fn ends(name: &str, most: usize) -> String {
    let letters: Vec<char> = name.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter }).collect();
    if letters.len() <= 2 * most {
        return letters.into_iter().collect();
    }
    let text = |letters: &[char]| letters.iter().collect::<String>();
    format!("{} ... {}", text(&letters[..most]).trim_end(), text(&letters[letters.len() - most..]).trim_start())
}

/// Writes a value as indented JSON with a line end.
pub(super) fn write_json(out: &mut (impl Write + IsTerminal), value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", if out.is_terminal() { terminal::json(&text) } else { Cow::Borrowed(&*text) })
}

/// Ignores the error of a pipe that the reader closed, so that the exit code still reports the verdict.
pub(super) fn unread(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes to standard error; failures are ignored. Messages quote rows, options and file names, so control characters
/// are escaped.
pub(super) fn say(text: impl Display) {
    let _ = write!(io::stderr().lock(), "{}", escaped(&text.to_string()));
}

#[cfg(test)]
mod tests {
    use super::{distinct, escaped};

    #[test]
    fn nothing_that_a_terminal_obeys_is_shown() {
        assert_eq!(escaped("plain\n\ttext é 漢"), "plain\n\ttext é 漢");
        assert_eq!(escaped("\u{1b}[2Jgone\u{7}\r\u{7f}"), r"\x1b[2Jgone\x07\r\x7f");
        assert_eq!(escaped("\u{9b}31m\u{202e}txet"), r"\u{9b}31m\u{202e}txet");
    }

    #[test]
    fn names_that_differ_do_not_look_the_same() {
        let long = |start: &str, end: &str| format!("{start}{}{end}", "x".repeat(50));
        let same = distinct(&["math", &long("a/", ""), "math"]);
        assert_eq!(same[0], same[2]);
        assert_eq!(same[1], format!("a/{} ...", "x".repeat(38)), "one long name is cut");
        for names in [
            [long("data/run/", "one"), long("data/run/", "two")],
            [long("", &format!("1{}", "y".repeat(50))), long("", &format!("2{}", "y".repeat(50)))],
            ["z".repeat(41), "z".repeat(42)],
            [long(&"w".repeat(500), &"v".repeat(400)), long(&"w".repeat(500), &"v".repeat(401))],
        ] {
            let shown = distinct(&names.each_ref().map(String::as_str));
            assert_ne!(shown[0], shown[1]);
        }
        assert!(distinct(&[&long("data/run/", "one"), &long("data/run/", "two")])[0].ends_with("one"));
    }
}
