//! The fenced blocks of a completion that may hold programs, as models write them.
//!
//! Accepts: what CommonMark accepts, and besides: fences that are indented with all of the text, with a list item or in a
//! quotation, characters without width before a fence, an opening fence behind a sentence, a closing fence with a sentence
//! or a special token behind it, and blocks inside a block of Markdown. The indentation that all statements of a program
//! have is removed. A fence inside a string of a program is text of it, if the program ends at another one. The language is
//! the word behind the fence up to a file name or an attribute (`python:main.py`, `{.python}`).

use std::borrow::Cow;

use super::lexed::{Lexer, dedented};

/// A fenced block.
#[derive(Debug, PartialEq)]
pub(super) struct Block<'t> {
    /// In lower case; empty if there is none.
    pub(super) language: String,
    pub(super) content: Cow<'t, str>,
    /// Where the content is in the text.
    pub(super) range: std::ops::Range<usize>,
    pub(super) closed: bool,
    /// Whether the text before it says that it is what a program reads or writes.
    pub(super) is_sample: bool,
}

/// Language words after the fence that mean Python.
const PYTHON: [&str; 9] = ["python", "python3", "py", "py3", "ipython", "ipython3", "cpython", "pypy", "pypy3"];

/// Whether a language is Python.
pub(super) fn is_python(language: &str) -> bool {
    PYTHON.contains(&language)
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
struct Open<'t> {
    mark: char,
    length: usize,
    indent: usize,
    info: &'t str,
    content: usize,
    /// How many marks of a quotation stand before it.
    quotes: usize,
    is_sample: bool,
}

fn outer(text: &str) -> Vec<Block<'_>> {
    if !text.contains("```") && !text.contains("~~~") {
        return Vec::new();
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let all = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indentation(line)).min().unwrap_or(0);
    let mut reader = Reader { text, found: Vec::new(), open: None, all, item: 0, before: "", lexer: None, doubtful: None };
    let (mut index, mut start, mut lexes) = (0, 0, true);
    loop {
        while let Some(line) = lines.get(index) {
            reader.line(index, start, line, lexes);
            start += line.len();
            index += 1;
        }
        // A block that ends only inside a string of it: it ends at its first fence after all, and the rest is read again,
        // once.
        match reader.doubtful.take() {
            Some((at, place)) if reader.open.is_some() => {
                reader.close(place, true);
                (index, start, lexes) = (at + 1, place + lines[at].len(), false);
            }
            _ => break,
        }
    }
    reader.close(text.len(), false);
    reader.found
}

/// Reads a text line by line.
struct Reader<'t> {
    text: &'t str,
    found: Vec<Block<'t>>,
    open: Option<Open<'t>>,
    /// The indentation of all of the text.
    all: usize,
    /// The column at which the text of the list item begins.
    item: usize,
    /// The last line of text that is not blank.
    before: &'t str,
    /// In a block that may be a program.
    lexer: Option<Lexer>,
    /// The first fence inside a string of the open block that would close it: the index of its line, and where that begins.
    doubtful: Option<(usize, usize)>,
}

impl<'t> Reader<'t> {
    fn line(&mut self, index: usize, start: usize, line: &'t str, lexes: bool) {
        if let Some(opened) = &self.open {
            let (quotes, inner) = unquoted(line, opened.quotes);
            if quotes == opened.quotes {
                return self.inside(index, start, inner);
            }
            // The quotation ended, and the block with it.
            self.close(start, true);
        }
        let (quotes, inner) = unquoted(line, usize::MAX);
        let bare = inner.trim_end().trim_start_matches(INVISIBLE);
        let (indent, rest) = item_of(bare, &mut self.item);
        let opens = fence(rest).filter(|(mark, _, info)| {
            (indent <= self.all.max(self.item) + 3 || quotes > 0) && !(*mark == '`' && info.contains('`'))
        });
        if let Some((mark, length, info)) = opens.or_else(|| behind_text(rest)) {
            let language = language(info);
            self.lexer = (lexes && (language.is_empty() || is_python(&language))).then(Lexer::default);
            self.open =
                Some(Open { mark, length, indent, info, content: start + line.len(), quotes, is_sample: is_sample(self.before) });
            self.before = "";
        } else if !rest.is_empty() {
            self.before = rest;
        }
    }

    /// Reads a line of the open block, without the marks of its quotation.
    fn inside(&mut self, index: usize, start: usize, line: &str) {
        let Some(opened) = &self.open else { return };
        let bare = line.trim_end().trim_start_matches(INVISIBLE);
        let closes = fence(bare.trim_start()).is_some_and(|(mark, length, info)| {
            mark == opened.mark && length >= opened.length && (info.trim().is_empty() || length == opened.length && is_prose(info))
        });
        // No statement of a program begins with a fence, so that one at any indentation closes it.
        let near = indentation(bare) <= opened.indent + 3;
        if closes && (near || self.lexer.is_some() && is_python(&language(opened.info))) {
            if self.lexer.is_none_or(|lexer| !lexer.in_string()) {
                return self.close(start, true);
            }
            if near {
                self.doubtful.get_or_insert((index, start));
            }
        }
        if let Some(lexer) = &mut self.lexer {
            lexer.line(line, |_, _| {});
        }
    }

    /// Ends the open block.
    fn close(&mut self, end: usize, closed: bool) {
        self.doubtful = None;
        let Some(open) = self.open.take() else { return };
        let range = open.content.min(end)..end;
        let content = &self.text[range.clone()];
        let mut content = match open.quotes {
            0 => Cow::Borrowed(content),
            quotes => content.split_inclusive('\n').map(|line| unquoted(line, quotes).1).collect::<String>().into(),
        };
        let language = language(open.info);
        let behind = open.info.trim_start().split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
        if content.trim().is_empty() && is_python(&language) && behind.contains('(') {
            content = Cow::Borrowed(behind);
        } else if language.is_empty() || is_python(&language) {
            content = dedented(&content).map_or(content, Cow::Owned);
        } else if open.indent > 0 {
            let lines = content.split_inclusive('\n');
            content = Cow::Owned(lines.map(|line| &line[indentation(line).min(open.indent)..]).collect());
        }
        self.found.push(Block { language, content, range, closed, is_sample: open.is_sample });
    }
}

/// How many of at most `most` marks of a quotation a line begins with, and what is behind them.
fn unquoted(line: &str, most: usize) -> (usize, &str) {
    let (mut count, mut rest) = (0, line);
    while count < most {
        let Some(inner) = rest.trim_start_matches(' ').strip_prefix('>') else { break };
        rest = inner.strip_prefix(' ').unwrap_or(inner);
        count += 1;
    }
    (count, rest)
}

/// Whether a line announces what a program reads or writes, and no program.
fn is_sample(line: &str) -> bool {
    let words = line.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let last = words.rsplit(' ').next().unwrap_or_default();
    words.split(' ').count() <= 4 && matches!(last, "output" | "outputs" | "input" | "inputs" | "result" | "results" | "prints")
}

/// A fence behind text on its line, with nothing but the name of the language behind it: `Here: ` and the fence.
fn behind_text(line: &str) -> Option<(char, usize, &str)> {
    let at = line.rfind("```").filter(|at| *at > 0 && !line[..*at].ends_with('`'))?;
    fence(&line[at..]).filter(|(_, _, info)| is_python(&info.trim().to_ascii_lowercase()))
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
            "> ```python\n> if x:\n>     y\n> ```\nMore.",
            "1. In a list:\n\n   > ```python\n   > if x:\n   >     y\n   > ```\n",
            ">> ```python\n>> if x:\n>>     y\n\nMore.",
            "```python\n    if x:\n        y\n```",
            "   ```python\nif x:\n    y\n   ```",
            "Here it is: ```python\nif x:\n    y\n```",
            "```python\nif x:\n    y\n      ```\nMore.",
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
        let program = "'''\n```text\nx\n```\n'''\nx = 1\n";
        assert_eq!(one(&format!("```python\n{program}```\nIt works.")), ("python".to_owned(), program.to_owned()));
        assert_eq!(
            read("```python\nx = '''\n```\nText.\n```python\ny = 1\n```\n"),
            [("python".to_owned(), "x = '''\n".to_owned(), true), ("python".to_owned(), "y = 1\n".to_owned(), true)],
            "a string that never ends hides no block"
        );
    }

    #[test]
    fn a_closing_fence_may_have_a_sentence_behind_it() {
        assert_eq!(one("```py\nx\n``` This is it.\nMore."), ("py".to_owned(), "x\n".to_owned()));
        assert_eq!(one("```py\nx\n```<|im_end|>\nMore."), ("py".to_owned(), "x\n".to_owned()));
        assert_eq!(one("```py\nx\n```</s>"), ("py".to_owned(), "x\n".to_owned()));
        assert_eq!(read("```py\nx\n``` python\ny\n```").len(), 1, "a language is no sentence");
    }

    #[test]
    fn a_program_on_the_line_of_its_fence_is_read() {
        assert_eq!(one("```python print(1)\n```"), ("python".to_owned(), "print(1)".to_owned()));
        assert_eq!(one("```python main.py\nprint(1)\n```"), ("python".to_owned(), "print(1)\n".to_owned()));
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
