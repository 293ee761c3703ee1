//! Extracts the program of a completion.
//!
//! Accepts: the last fenced block of the language; else the last block without a language; else the whole text. Text
//! inside thinking is ignored. Refuses: blank text, and a thinking block that never ends.

use crate::Reason;
use crate::reading::Thinking;
use crate::reading::fenced_blocks;
use crate::reading::has_visible;

/// Language words after the fence that mean Python.
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
    let parts = Thinking::Auto.read(completion);
    if parts.is_open() {
        return Err(Reason::ThinkUnclosed);
    }
    let (mut named, mut unnamed, mut whole) = (None, None, "");
    for stretch in parts.stretches() {
        let answer = &completion[stretch.clone()];
        for block in fenced_blocks(answer) {
            let content = Some(&answer[block.content]);
            if PYTHON.contains(&block.language.as_ref()) {
                named = content;
            } else if block.language.is_empty() {
                unnamed = content;
            }
        }
        whole = answer;
    }
    let program = named.or(unnamed).unwrap_or(whole);
    if has_visible(program) { Ok(program) } else { Err(Reason::NoProgram) }
}
