//! Removal of comments, which are not visible in the rendered text.

use std::borrow::Cow;

use memchr::memmem;

const OPEN: &str = "<!--";
const CLOSE: &str = "-->";

/// TeX environments and conditionals whose content is not shown, or is shown as source.
const HIDDEN: [(&str, &str); 3] =
    [("\\begin{comment}", "\\end{comment}"), ("\\begin{verbatim}", "\\end{verbatim}"), ("\\iffalse", "\\fi")];
const VERBATIM: &str = "\\verb";
/// The longest `\verb|…|` that is examined, in bytes; it ends on its line.
const MAX_VERBATIM: usize = 400;

/// The text without its comments: `<!-- … -->`, `\begin{comment}…\end{comment}`, and `% …` where TeX would begin one. A
/// percent sign after a number does not begin a comment.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    let mut text = without(Cow::Borrowed(text), OPEN, CLOSE);
    for (open, close) in HIDDEN {
        text = without(text, open, close);
    }
    let text = without_verbatim(text);
    if !text.contains('%') || !text.lines().any(|line| comment(line).is_some()) {
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

/// The text without the parts between two marks; a mark that never closes hides the rest.
fn without<'t>(text: Cow<'t, str>, open: &str, close: &str) -> Cow<'t, str> {
    if memmem::find(text.as_bytes(), open.as_bytes()).is_none() {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, behind)) = rest.split_once(open) {
        shown.push_str(before);
        rest = behind.split_once(close).map_or("", |(_, behind)| behind);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Replaces `\verb|…|` by `\verb||` where it quotes the source of a mark, because quoted source is not a mark.
fn without_verbatim(text: Cow<'_, str>) -> Cow<'_, str> {
    if memmem::find(text.as_bytes(), VERBATIM.as_bytes()).is_none() {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((before, behind)) = rest.split_once(VERBATIM) {
        shown.push_str(before);
        shown.push_str(VERBATIM);
        let starred = behind.strip_prefix('*').unwrap_or(behind);
        let mut near = starred.len().min(MAX_VERBATIM);
        while !starred.is_char_boundary(near) {
            near -= 1;
        }
        let near = &starred[..near];
        let bar = near.chars().next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace());
        let inner = bar.and_then(|bar| near[bar.len_utf8()..].split_once(bar)).map_or("", |(inner, _)| inner);
        let inner = if inner.contains('\n') { "" } else { inner };
        rest = behind;
        if let Some(bar) = bar.filter(|_| ["\\", "nswer", "####"].iter().any(|mark| inner.contains(mark))) {
            shown.push(bar);
            rest = &starred[bar.len_utf8() + inner.len()..];
        }
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Where a TeX comment begins in a line.
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
            ("a\\begin{comment}b\\end{comment}c\\iffalse d\\fi", "ac"),
            ("\\verb|\\boxed{4}| or \\verb+5+", "\\verb|| or \\verb+5+"),
            ("% a\nb", "\nb"),
            ("a % b\nc % d", "a \nc "),
            ("5 % of 40, 5% and 5\\%", "5 % of 40, 5% and 5\\%"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_comments(text), shown, "{text}");
        }
    }
}
