//! The set of a parameter in brackets behind a value: `x = k\pi\ (k \in \mathbb{Z})`.
//!
//! Accepts: one small letter and its set, in brackets at the end of an answer that contains the letter. The text is then that
//! of `x = k\pi, k \in \mathbb{Z}`. Refuses: brackets behind a letter, which may be a function, unless it is the parameter;
//! a set with a sign, `\mathbb{Z}_+`; everything else in brackets.

/// The last is `\ ` without its blank.
const BLANKS: [&str; 13] =
    ["\\quad", "\\qquad", "\\enspace", "\\,", "\\;", "\\left", "\\bigl", "\\big", "\\Bigl", "\\Big", "~", "，", "\\"];
/// What may stand behind the bracket.
const TAILS: [&str; 7] = ["$", " ", ".", "\\)", "\\]", "\\quad", "\\,"];

/// The text with a comma in place of the brackets; `None` where there is no such set.
pub(super) fn as_item(source: &str) -> Option<String> {
    let mut text = source;
    while let Some(end) = TAILS.iter().find(|end| text.ends_with(*end)) {
        text = &text[..text.len() - end.len()];
    }
    let tail = &source[text.len()..];
    let text = text.strip_suffix([')', '）'])?;
    let text = ["\\right", "\\bigr", "\\big", "\\Bigr", "\\Big"].iter().find_map(|size| text.strip_suffix(size)).unwrap_or(text);
    let open = text.rfind(['(', '（'])?;
    let width = if text[open..].starts_with('(') { 1 } else { '（'.len_utf8() };
    let (head, set) = (&text[..open], text[open + width..].trim());
    let letter = set.bytes().next().filter(u8::is_ascii_lowercase).map(char::from)?;
    let range = set[1..].trim_start();
    if !(range.starts_with("\\in ") || range.starts_with("\\in\\") || range.starts_with("\\in{") || range.starts_with('∈'))
        || range.contains([')', '）'])
        || range.trim_end_matches('}').ends_with(['+', '-', '*'])
    {
        return None;
    }
    let mut head = head.trim_end();
    while let Some(blank) = BLANKS.iter().find(|blank| head.ends_with(*blank)) {
        head = head[..head.len() - blank.len()].trim_end();
    }
    let adjacent = head.len() == open;
    let word = head.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let command = word.ends_with('\\') && head.ends_with("\\pi");
    let last = head.chars().next_back()?;
    let calls = adjacent && last.is_ascii_alphabetic() && last != letter && !command;
    let operator = matches!(last, '=' | '+' | '-' | '*' | '/' | '^' | '_' | '(' | ',' | '<' | '>');
    (!calls && !operator && mentions(head, letter)).then(|| format!("{head}, {set}{tail}"))
}

/// Whether a letter occurs outside the names of commands.
fn mentions(text: &str, letter: char) -> bool {
    let mut command = false;
    text.chars().any(|c| {
        command = c == '\\' || (command && c.is_ascii_alphabetic());
        c == letter && !command
    })
}

#[cfg(test)]
mod tests {
    use super::as_item;

    #[test]
    fn a_set_in_brackets_is_a_further_item() {
        for (source, item) in [
            (r"x=k\pi\ (k\in\mathbb{Z})", r"x=k\pi, k\in\mathbb{Z}"),
            (r"x=k\pi(k\in\mathbb{Z})", r"x=k\pi, k\in\mathbb{Z}"),
            (r"\left[k\pi, k\pi+1\right] \quad \left(k \in \mathbf{Z}\right)", r"\left[k\pi, k\pi+1\right], k \in \mathbf{Z}"),
            (r"2n(n∈N)", r"2n, n∈N"),
        ] {
            assert_eq!(as_item(source).as_deref(), Some(item), "{source}");
        }
        for source in [
            r"f(k\in\mathbb{Z})",
            r"P(x \in A)",
            r"2\pi (k\in\mathbb{Z})",
            r"k + (k\in\mathbb{Z})",
            "k(k+1)",
            r"kf(k\in\mathbb{Z})",
        ] {
            assert_eq!(as_item(source), None, "{source}");
        }
    }
}
