//! Comments, which no reader of a text sees.

use std::borrow::Cow;

const OPEN: &str = "<!--";
const CLOSE: &str = "-->";

/// A text without its comments: `<!-- … -->`, and `% …` where TeX would begin one. A percent sign behind a number is none.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    let text = without_html(text);
    if !text.lines().any(|line| comment(line).is_some()) {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match comment(line) {
            Some(start) => {
                shown.push_str(&line[..start]);
                shown.push_str(if line.ends_with('\n') { "\n" } else { "" });
            }
            None => shown.push_str(line),
        }
    }
    Cow::Owned(shown)
}

/// Without `<!-- … -->`; one that never closes hides all behind it.
fn without_html(text: &str) -> Cow<'_, str> {
    if !text.contains(OPEN) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        shown.push_str(before);
        rest = behind.split_once(CLOSE).map_or("", |(_, behind)| behind);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Where a comment of TeX begins in a line.
fn comment(line: &str) -> Option<usize> {
    memchr::memchr_iter(b'%', line.as_bytes()).find(|place| {
        let before = line[..*place].trim_end();
        let apart = before.len() < *place || before.is_empty();
        apart && !before.ends_with(|c: char| c.is_numeric() || matches!(c, '}' | ')' | '$' | '|')) && !before.ends_with(" percent")
    })
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_are_left_out() {
        for (text, shown) in [
            ("a<!-- b -->c", "ac"),
            ("a<!-- b", "a"),
            ("% a\nb", "\nb"),
            ("a % b\nc % d", "a \nc "),
            ("5 % of 40, 5% and 5\\%", "5 % of 40, 5% and 5\\%"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_comments(text), shown, "{text}");
        }
    }
}
