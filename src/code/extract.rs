//! The program of a completion.
//!
//! Accepts: the last fenced block of the language; else the last block without a language; else the whole text. What comes before the end of the
//! thinking (`</think>`) doesn't count. Refuses: blank text, and a thinking block that never ends.

use crate::Reason;
use crate::format::fenced_blocks;
use crate::text::has_visible;

const THINK_OPEN: &str = "<think>";
const THINK_CLOSE: &str = "</think>";

/// Words after the fence that mean Python.
const PYTHON: [&str; 4] = ["python", "python3", "py", "py3"];

/// The program's text.
///
/// # Errors
/// `think_unclosed` or `no_program`.
///
/// ```
/// use r1rewards::code::extract_program;
/// assert_eq!(extract_program("First\n```python\nx = 1\n```\nthen\n```py\nx = 2\n```"), Ok("x = 2\n"));
/// assert_eq!(extract_program("print(3)"), Ok("print(3)"));
/// ```
pub fn extract_program(completion: &str) -> Result<&str, Reason> {
    let answer = match completion.rfind(THINK_CLOSE) {
        Some(place) => &completion[place + THINK_CLOSE.len()..],
        None if completion.trim_start().starts_with(THINK_OPEN) => return Err(Reason::ThinkUnclosed),
        None => completion,
    };
    let blocks = fenced_blocks(answer);
    let named = blocks.iter().rfind(|block| PYTHON.contains(&block.language.as_ref()));
    let chosen = named.or_else(|| blocks.iter().rfind(|block| block.language.is_empty()));
    let program = chosen.map_or(answer, |block| &answer[block.content.clone()]);
    if has_visible(program) { Ok(program) } else { Err(Reason::NoProgram) }
}
