//! Text made safe for HTML.
//!
//! Accepts: any text, also what a policy under training wrote. The result contains no markup, ends no attribute, and
//! shows what a browser would hide or obey: control characters, characters that reorder the text around them and
//! invisible characters are written as escapes such as `\x1b` or `\u{202e}`. Line feeds and tabs are kept.

use crate::reading::{is_space, is_visible};

/// The text as HTML, for the content of an element and for an attribute in quotes.
///
/// ```text
/// <b title="x">  ->  &lt;b title=&quot;x&quot;&gt;
/// ```
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' | '\t' => html.push(character),
            '\r' => html.push_str("\\r"),
            hidden if hides(hidden) && hidden.is_ascii() => html.push_str(&format!("\\x{:02x}", u32::from(hidden))),
            hidden if hides(hidden) => html.extend(hidden.escape_unicode()),
            shown => html.push(shown),
        }
    }
    html
}

/// Whether a browser would obey the character, or show nothing for it although it is not a space.
fn hides(character: char) -> bool {
    // The characters that reorder text are format characters, so they are not visible.
    let acts = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    acts || !is_visible(character) && !is_space(character)
}

/// The text on one line, at most `longest` characters of it.
pub(crate) fn short(text: &str, longest: usize) -> String {
    escape(&cut(text, longest)).replace(['\n', '\t'], " ")
}

/// At most `longest` characters of the text, with a mark if there were more. This is not HTML yet.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A block of text with its line ends, at most `longest` characters of it: of a longer text the start and, because
/// answers are there, the end. A line between them says how much is missing.
pub(crate) fn block(text: &str, longest: usize) -> String {
    let length = text.chars().count();
    // A browser drops a line feed directly after the tag, so one is always written there.
    if length <= longest {
        return format!("<pre>\n{}</pre>", escape(text));
    }
    let tail = longest / 4;
    let place = |nth| text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at);
    let (start, end) = (&text[..place(longest - tail)], &text[place(length - tail)..]);
    let missing = super::scale::whole(length - longest);
    format!("<pre>\n{}<span class=cut>[{missing} characters cut here]</span>{}</pre>", escape(start), escape(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(escape(r#"</pre><script>'a'&"b""#), "&lt;/pre&gt;&lt;script&gt;&#39;a&#39;&amp;&quot;b&quot;");
        assert_eq!(escape("3 − 8\n\tété 漢 😀"), "3 − 8\n\tété 漢 😀");
    }

    #[test]
    fn what_a_browser_would_obey_or_hide_is_written_as_an_escape() {
        assert_eq!(escape("a\u{0}b\u{1b}[2J\r\u{7f}"), r"a\x00b\x1b[2J\r\x7f");
        assert_eq!(escape("\u{202e}txet\u{2069}"), r"\u{202e}txet\u{2069}");
        assert_eq!(escape("a\u{200b}b\u{2028}c\u{feff}"), r"a\u{200b}b\u{2028}c\u{feff}");
        assert_eq!(escape("\u{e0041}\u{e000}\u{ffff}"), r"\u{e0041}\u{e000}\u{ffff}");
    }

    #[test]
    fn a_long_text_keeps_its_ends_and_says_what_is_missing() {
        let text = format!("start{}é{}end", "x".repeat(600_000), "y".repeat(400_000));
        let html = block(&text, 400);
        assert!(html.starts_with("<pre>\nstartxx") && html.ends_with("yyend</pre>"), "{html}");
        assert!(html.contains("[999,609 characters cut here]"), "{html}");
        assert!(html.len() < 600, "{}", html.len());
        assert_eq!(block("\nab", 3), "<pre>\n\nab</pre>");
    }

    #[test]
    fn a_short_form_is_one_line() {
        assert_eq!(short("a\nb<c", 10), "a b&lt;c");
        assert_eq!(short("漢字漢字", 2), "漢字…");
    }
}
