//! The fenced blocks of a completion that may hold programs, as models write them.
//!
//! Accepts: what CommonMark accepts, and besides: fences that are indented with all of the text or with a list item
//! (the indentation of the opening fence is removed from the program), characters without width before a fence, a closing
//! fence with a sentence or a special token behind it, and blocks inside a block of Markdown. The language is the word
//! behind the fence up to a file name or an attribute (`python:main.py`, `{.python}`).

use std::borrow::Cow;

/// A fenced block.
#[derive(Debug, PartialEq)]
pub(super) struct Block<'t> {
    /// In lower case; empty if there is none.
    pub(super) language: String,
    pub(super) content: Cow<'t, str>,
    /// Where the content is in the text.
    pub(super) range: std::ops::Range<usize>,
    pub(super) closed: bool,
}

/// Languages of blocks whose text is read for blocks again.
const MARKDOWN: [&str; 3] = ["markdown", "md", "mdx"];

/// Characters that nobody sees.
pub(super) const INVISIBLE: [char; 5] = ['\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}'];

/// The blocks of a text, those inside Markdown in place of it. A block that is not closed ends with the text.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    // The text is read again for Markdown inside Markdown only so often.
    nested(text, 2)
}

fn nested(text: &str, levels: usize) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    for block in outer(text) {
        if levels == 0 || !MARKDOWN.contains(&block.language.as_str()) {
            found.push(block);
            continue;
        }
        // Only text that was not dedented has the same positions as the whole.
        let inner = &text[block.range.clone()];
        for mut part in nested(inner, levels - 1) {
            part.range = part.range.start + block.range.start..part.range.end + block.range.start;
            found.push(part);
        }
    }
    found
}

/// An opening fence.
struct Open {
    mark: char,
    length: usize,
    indent: usize,
    language: String,
    content: usize,
}

fn outer(text: &str) -> Vec<Block<'_>> {
    if !text.contains("```") && !text.contains("~~~") {
        return Vec::new();
    }
    let all = text.lines().filter(|line| !line.trim().is_empty()).map(indentation).min().unwrap_or(0);
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    // The column at which the text of the list item begins.
    let mut item = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let next = start + line.len();
        let bare = line.trim_end().trim_start_matches(INVISIBLE);
        match &open {
            None => {
                let (indent, rest) = item_of(bare, &mut item);
                if let Some((mark, length, info)) = fence(rest)
                    && indent <= all.max(item) + 3
                    && !(mark == '`' && info.contains('`'))
                {
                    open = Some(Open { mark, length, indent, language: language(info), content: next });
                }
            }
            Some(opened) => {
                let closes = fence(bare.trim_start()).is_some_and(|(mark, length, info)| {
                    mark == opened.mark
                        && length >= opened.length
                        && (info.trim().is_empty() || length == opened.length && is_prose(info))
                });
                if closes && indentation(bare) <= opened.indent + 3 {
                    found.push(block(text, opened, start, true));
                    open = None;
                }
            }
        }
        start = next;
    }
    if let Some(opened) = &open {
        found.push(block(text, opened, text.len(), false));
    }
    found
}

fn block<'t>(text: &'t str, open: &Open, end: usize, closed: bool) -> Block<'t> {
    let range = open.content.min(end)..end;
    let content = &text[range.clone()];
    let content = if open.indent == 0 {
        Cow::Borrowed(content)
    } else {
        content.split_inclusive('\n').map(|line| &line[indentation(line).min(open.indent)..]).collect::<String>().into()
    };
    Block { language: open.language.clone(), content, range, closed }
}

/// The column of a line's text, and that text behind the mark of a list item, which is noted.
fn item_of<'l>(line: &'l str, item: &mut usize) -> (usize, &'l str) {
    let indent = indentation(line);
    let rest = &line[indent..];
    if rest.is_empty() {
        return (indent, rest);
    }
    if indent < *item {
        *item = 0;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mark = match rest.as_bytes().get(digits) {
        Some(b'.' | b')') if (1..=9).contains(&digits) => digits + 1,
        Some(b'-' | b'*' | b'+') if digits == 0 => 1,
        _ => return (indent, rest),
    };
    let spaces = indentation(&rest[mark..]);
    if spaces == 0 {
        return (indent, rest);
    }
    *item = indent + mark + spaces.min(4);
    (indent + mark + spaces, &rest[mark + spaces..])
}

/// The bytes of white space at the beginning of a line.
fn indentation(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The mark of a fence, its length, and what is behind it.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = line.chars().take_while(|each| *each == mark).count();
    (length >= 3).then(|| (mark, length, &line[length..]))
}

/// Whether what is behind a fence is a sentence or a special token, and no language.
fn is_prose(info: &str) -> bool {
    let words = info.split_whitespace().count();
    info.starts_with("<|") || info.starts_with("</") || (info.starts_with([' ', '\t']) && words > 1)
}

fn language(info: &str) -> String {
    let word = info.split_whitespace().next().unwrap_or_default().trim_start_matches(['{', '.']);
    let end = word.find([':', ',', '{', '}', '.', '=', ';', '(', '[']).unwrap_or(word.len());
    word[..end].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, bool)> {
        blocks(text).into_iter().map(|block| (block.language, block.content.into_owned(), block.closed)).collect()
    }

    fn one(text: &str) -> (String, String) {
        let mut found = read(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let (language, content, _) = found.remove(0);
        (language, content)
    }

    #[test]
    fn the_indentation_of_the_fence_is_removed() {
        for text in [
            "```python\nif x:\n    y\n```",
            "  ```python\n  if x:\n      y\n  ```",
            "1. Solve it:\n\n   ```python\n   if x:\n       y\n   ```\n",
            "- Like this:\n    ```python\n    if x:\n        y\n    ```\n",
            "* ```python\n  if x:\n      y\n  ```\n",
            "    Here:\n    ```python\n    if x:\n        y\n    ```\n",
            "\u{200b}```python\nif x:\n    y\n```\n",
            "````markdown\n```python\nif x:\n    y\n```\n````\n",
        ] {
            assert_eq!(one(text), ("python".to_owned(), "if x:\n    y\n".to_owned()), "{text}");
        }
    }

    #[test]
    fn fences_inside_a_program_are_text_of_it() {
        let program = "def f():\n    \"\"\"\n    ```\n    f()\n    ```\n    \"\"\"\n";
        assert_eq!(one(&format!("```python\n{program}```")), ("python".to_owned(), program.to_owned()));
        assert_eq!(read(program), [], "a docstring of a program without fences");
    }

    #[test]
    fn a_closing_fence_may_have_a_sentence_behind_it() {
        assert_eq!(one("```py\nx\n``` This is it.\nMore."), ("py".to_owned(), "x\n".to_owned()));
        assert_eq!(one("```py\nx\n```<|im_end|>\nMore."), ("py".to_owned(), "x\n".to_owned()));
        assert_eq!(one("```py\nx\n```</s>"), ("py".to_owned(), "x\n".to_owned()));
        assert_eq!(read("```py\nx\n``` python\ny\n```").len(), 1, "a language is no sentence");
    }

    #[test]
    fn languages_end_before_files_and_attributes() {
        for info in [
            "python",
            "Python",
            " python",
            "python:main.py",
            "python{.numberLines}",
            "{.python}",
            "{python}",
            "python, ignore",
            "python title=\"a.py\"",
        ] {
            assert_eq!(one(&format!("```{info}\nx\n```")).0, "python", "{info}");
        }
        assert_eq!(one("```python-repl\nx\n```").0, "python-repl");
        assert_eq!(one("```python3.11\nx\n```").0, "python3");
    }
}
