//! Fenced code blocks.
//!
//! Accepts: Markdown fences of three or more backticks or tildes at the start of a line (after up to three spaces),
//! closed by a fence that is at least as long. A fence that never closes gives a block that extends to the end of the
//! text, with `closed` false. Source: `CommonMark` 0.31, section 4.5.

use std::borrow::Cow;
use std::ops::Range;

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FencedBlock<'t> {
    /// The first word after the opening fence, in lower case; empty where there is none.
    pub language: Cow<'t, str>,
    /// Where the opening fence starts.
    pub start: usize,
    /// The bytes between the fences.
    pub content: Range<usize>,
    /// Whether a closing fence was found.
    pub closed: bool,
}

/// The fenced blocks of a text, in order.
///
/// ```
/// use r1rewards::reading::fenced_blocks;
/// let text = "Here:\n```Python\nprint(1)\n```\n";
/// let blocks = fenced_blocks(text);
/// assert_eq!((blocks[0].language.as_ref(), &text[blocks[0].content.clone()]), ("python", "print(1)\n"));
/// ```
pub fn fenced_blocks(text: &str) -> Vec<FencedBlock<'_>> {
    let mut blocks: Vec<FencedBlock<'_>> = Vec::new();
    let mut open: Option<(u8, usize)> = None;
    for (start, line) in lines(text) {
        let Some((mark, length, info)) = fence(line) else { continue };
        match open {
            None => {
                // A backtick in the info string means inline code.
                if mark == b'`' && info.contains('`') {
                    continue;
                }
                let word = info.split_whitespace().next().unwrap_or_default();
                let language = if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    Cow::Owned(word.to_ascii_lowercase())
                } else {
                    Cow::Borrowed(word)
                };
                let content = (start + line.len() + 1).min(text.len());
                blocks.push(FencedBlock { language, start, content: content..text.len(), closed: false });
                open = Some((mark, length));
            }
            Some((opened, least)) if opened == mark && length >= least && info.trim().is_empty() => {
                if let Some(block) = blocks.last_mut() {
                    block.content.end = start.max(block.content.start);
                    block.closed = true;
                }
                open = None;
            }
            Some(_) => {}
        }
    }
    blocks
}

/// The lines that contain a backtick or a tilde, with their byte positions.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        let place = memchr::memchr2(b'`', b'~', bytes.get(from..)?)?;
        let mark = from + place;
        let start = memchr::memrchr(b'\n', &bytes[from..mark]).map_or(from, |newline| from + newline + 1);
        let end = memchr::memchr(b'\n', &bytes[mark..]).map_or(bytes.len(), |newline| mark + newline);
        from = (end + 1).min(bytes.len() + 1);
        Some((start, &text[start..end]))
    })
}

/// The mark, its length and the rest of a line that starts with a fence.
fn fence(line: &str) -> Option<(u8, usize, &str)> {
    let rest = line.trim_start_matches(' ');
    if line.len() - rest.len() > 3 {
        return None;
    }
    let mark = *rest.as_bytes().first()?;
    let length = rest.bytes().take_while(|byte| *byte == mark).count();
    (matches!(mark, b'`' | b'~') && length >= 3).then(|| (mark, length, &rest[length..]))
}
