//! The prose of a text: the text without code, LaTeX and tags.
//!
//! Accepts: Markdown as models write it. Left out: fenced code (to the end where a fence never closes), inline code,
//! `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, environments, LaTeX commands with their braces, and tags `<…>`. Inline code and
//! formulas must end within their paragraph, otherwise their marks are text, so that one stray mark cannot hide a page.
//! Cost: linear, because the result of each search for a closing mark is reused until it is passed.

use memchr::memmem;

/// The stretches of prose, in order.
///
/// ```
/// let text = "<think>We get `x = 1` or $y^2$, so \\boxed{3}</think> done";
/// assert_eq!(r1rewards::reading::prose(text).collect::<String>(), "We get  or , so  done");
/// ```
pub fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut scanner = Scanner::new(text);
    std::iter::from_fn(move || scanner.next_stretch())
}

/// The next place of a needle at or after a position that only increases.
struct Cursor {
    needle: &'static str,
    known: Option<usize>,
    fresh: bool,
}

impl Cursor {
    fn new(needle: &'static str) -> Self {
        Self { needle, known: None, fresh: true }
    }

    fn find(&mut self, text: &[u8], from: usize) -> Option<usize> {
        let stale = match self.known {
            Some(place) => place < from,
            None => self.fresh,
        };
        if stale {
            self.fresh = false;
            self.known = text.get(from..).and_then(|rest| memmem::find(rest, self.needle.as_bytes())).map(|place| from + place);
        }
        self.known
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    paragraph: Cursor,
    fence: Cursor,
    tick: Cursor,
    dollar: Cursor,
    dollars: Cursor,
    round: Cursor,
    square: Cursor,
    environment: Cursor,
}

/// The longest tag and the longest braces after a command that are left out, in bytes; longer ones are text.
const MAX_TAG: usize = 64;
const MAX_BRACES: usize = 128;

impl<'t> Scanner<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            paragraph: Cursor::new("\n\n"),
            fence: Cursor::new("```"),
            tick: Cursor::new("`"),
            dollar: Cursor::new("$"),
            dollars: Cursor::new("$$"),
            round: Cursor::new("\\)"),
            square: Cursor::new("\\]"),
            environment: Cursor::new("\\end{"),
        }
    }

    /// The next non-empty stretch.
    fn next_stretch(&mut self) -> Option<&'t str> {
        loop {
            if self.at >= self.text.len() {
                return None;
            }
            let start = self.at;
            let (end, next) = self.mark_from(start);
            self.at = next;
            if end > start {
                return Some(&self.text[start..end]);
            }
        }
    }

    /// The end of the prose from `start`, and the position after the part that is left out.
    fn mark_from(&mut self, start: usize) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while let Some(place) = bytes[at..].iter().position(|byte| MARKS[usize::from(*byte)]) {
            let mark = at + place;
            if let Some(next) = self.skip(mark) {
                return (mark, next);
            }
            at = mark + 1;
        }
        (bytes.len(), bytes.len())
    }

    /// The byte after the span that a mark opens; `None` where the mark is text.
    fn skip(&mut self, mark: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        match bytes[mark] {
            b'`' => self.skip_code(mark),
            b'$' if bytes[mark + 1..].starts_with(b"$") => {
                let end = self.dollars.find(bytes, mark + 2)?;
                self.same_paragraph(mark, end).then_some(end + 2)
            }
            b'$' => self.skip_dollar(mark),
            b'<' => skip_tag(bytes, mark),
            _ => self.skip_latex(mark),
        }
    }

    fn skip_code(&mut self, mark: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let run = bytes[mark..].iter().take_while(|byte| **byte == b'`').count();
        if run >= 3 {
            return Some(self.fence.find(bytes, mark + run).map_or(bytes.len(), |end| end + 3));
        }
        let end = self.tick.find(bytes, mark + run)?;
        let closing = bytes[end..].iter().take_while(|byte| **byte == b'`').take(run).count();
        self.same_paragraph(mark, end).then_some(end + closing)
    }

    /// Inline math by Pandoc's rule, which excludes prices: no blank inside at either end, and no digit after the
    /// closing dollar.
    fn skip_dollar(&mut self, mark: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let end = self.dollar.find(bytes, mark + 1)?;
        let tight = !bytes[mark + 1].is_ascii_whitespace() && !bytes[end - 1].is_ascii_whitespace();
        let price = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        (tight && !price && self.same_paragraph(mark, end)).then_some(end + 1)
    }

    fn skip_latex(&mut self, mark: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let next = *bytes.get(mark + 1)?;
        let closer = match next {
            b'(' => &mut self.round,
            b'[' => &mut self.square,
            letter if letter.is_ascii_alphabetic() => {
                let name = bytes[mark + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                let after = mark + 1 + name;
                if &bytes[mark + 1..after] == b"begin"
                    && let Some(end) = self.environment.find(bytes, after)
                    && let Some(brace) = memchr::memchr(b'}', &bytes[end..bytes.len().min(end + MAX_TAG)])
                {
                    return Some(end + brace + 1);
                }
                return Some(skip_braces(bytes, after));
            }
            _ => return None,
        };
        let end = closer.find(bytes, mark + 2)?;
        self.same_paragraph(mark, end).then_some(end + 2)
    }

    fn same_paragraph(&mut self, from: usize, to: usize) -> bool {
        self.paragraph.find(self.text.as_bytes(), from).is_none_or(|end| end > to)
    }
}

/// The position after `{…}{…}` directly after a command; each group must be balanced and short.
fn skip_braces(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at) == Some(&b'{') {
        let mut depth = 0usize;
        let window = &bytes[at..bytes.len().min(at + MAX_BRACES)];
        let end = window.iter().position(|byte| {
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        match end {
            Some(end) => at += end + 1,
            None => return at,
        }
    }
    at
}

fn skip_tag(bytes: &[u8], mark: usize) -> Option<usize> {
    let first = *bytes.get(mark + 1)?;
    if !(first.is_ascii_alphabetic() || matches!(first, b'/' | b'|' | b'!')) {
        return None;
    }
    let window = &bytes[mark + 1..bytes.len().min(mark + MAX_TAG)];
    let end = memchr::memchr3(b'>', b'<', b'\n', window)?;
    (window[end] == b'>').then_some(mark + 1 + end + 1)
}

static MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    marks[b'`' as usize] = true;
    marks[b'$' as usize] = true;
    marks[b'\\' as usize] = true;
    marks[b'<' as usize] = true;
    marks
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn join(text: &str) -> String {
        prose(text).collect()
    }

    #[test]
    fn spans_that_never_close_are_text() {
        assert_eq!(join("it costs $5 and\n\nthen $6"), "it costs $5 and\n\nthen $6");
        assert_eq!(join("a \\( b\n\nc \\)"), "a \\( b\n\nc \\)");
        assert_eq!(join("if a < b then"), "if a < b then");
        assert_eq!(join("a `b\n\nc"), "a `b\n\nc");
    }

    #[test]
    fn a_fence_that_never_closes_hides_the_rest() {
        assert_eq!(join("see\n```python\nx = 1"), "see\n");
    }

    #[test]
    fn prices_are_no_math() {
        assert_eq!(join("$5 to $6"), "$5 to $6");
    }

    proptest! {
        #[test]
        fn stretches_are_parts_of_the_text_in_order(text in "[a`$<>/\\\\(){}\\[\\]\né]{0,80}") {
            let mut from = 0;
            for stretch in prose(&text) {
                let place = text[from..].find(stretch);
                prop_assert!(place.is_some());
                from += place.unwrap_or_default() + stretch.len();
            }
        }
    }
}
