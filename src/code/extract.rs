//! Extracts the program of a completion.
//!
//! Accepts: the last fenced block of the language that is not blank; else the last such block without a language; else,
//! without blocks of these kinds, the whole text. Text inside thinking is ignored; a mark of thinking in a string of a program's
//! line is no mark. Refuses: blank text, and a thinking block that never ends.

use std::borrow::Cow;

use super::fences::{Block, INVISIBLE, blocks};
use crate::Reason;
use crate::reading::Thinking;
use crate::reading::has_visible;

/// Language words after the fence that mean Python.
const PYTHON: [&str; 4] = ["python", "python3", "py", "py3"];
/// How marks of thinking begin.
const MARKS: [char; 3] = ['<', '[', '◁'];

/// The program's text.
///
/// # Errors
/// `think_unclosed` or `no_program`.
///
/// ```
/// use r1rewards::code::extract_program;
/// assert_eq!(extract_program("First\n```python\nx = 1\n```\nthen\n```py\nx = 2\n```").as_deref(), Ok("x = 2\n"));
/// assert_eq!(extract_program("print(3)").as_deref(), Ok("print(3)"));
/// ```
pub fn extract_program(completion: &str) -> Result<Cow<'_, str>, Reason> {
    // Of the same length: positions are the same in both.
    let masked = without_quoted_marks(completion);
    let parts = Thinking::Auto.read(&masked);
    if parts.is_open() {
        return Err(Reason::ThinkUnclosed);
    }
    let (mut named, mut unnamed, mut whole, mut has_block) = (None, None, "", false);
    for stretch in parts.stretches() {
        let answer = &completion[stretch.clone()];
        for block in blocks(answer) {
            let place = if is_python(&block) {
                &mut named
            } else if block.language.is_empty() {
                &mut unnamed
            } else {
                continue;
            };
            has_block = true;
            if has_visible(&block.content) {
                *place = Some(block.content);
            }
        }
        whole = answer;
    }
    match named.or(unnamed) {
        Some(program) => Ok(program),
        None if has_block => Err(Reason::NoProgram),
        None if has_visible(whole) => Ok(Cow::Borrowed(whole.trim_start_matches(INVISIBLE))),
        None => Err(Reason::NoProgram),
    }
}

fn is_python(block: &Block<'_>) -> bool {
    PYTHON.contains(&block.language.as_str())
}

/// The text with other characters where marks of thinking may begin in strings of closed blocks.
fn without_quoted_marks(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for block in blocks(text).into_iter().filter(|block| block.closed && (is_python(block) || block.language.is_empty())) {
        for place in quoted_marks(&text[block.range.clone()]) {
            let at = block.range.start + place;
            let length = text[at..].chars().next().map_or(1, char::len_utf8);
            masked.to_mut().replace_range(at..at + length, &"\u{1}".repeat(length));
        }
    }
    masked
}

/// Where marks may begin in strings that end on the line where they begin.
fn quoted_marks(program: &str) -> Vec<usize> {
    let mut found = Vec::new();
    if !program.contains(MARKS) {
        return found;
    }
    // Those of a string whose end was not seen yet.
    let mut open = Vec::new();
    let (mut quote, mut comment, mut escaped) = (None, false, false);
    for (place, character) in program.char_indices() {
        match character {
            '\n' => {
                (quote, comment) = (None, false);
                open.clear();
            }
            _ if comment || escaped => {}
            _ if quote.is_some() && MARKS.contains(&character) => open.push(place),
            '#' if quote.is_none() => comment = true,
            '"' | '\'' if quote.is_none() => quote = Some(character),
            _ if quote == Some(character) => {
                quote = None;
                found.append(&mut open);
            }
            _ => {}
        }
        escaped = character == '\\' && !escaped && quote.is_some();
    }
    found
}
