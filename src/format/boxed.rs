//! `\boxed{…}` with balanced braces.
//!
//! Accepts: `\boxed{…}` and `\fbox{…}`, braces balanced, `\{` and `\}` not counted. Refuses: a box that never closes. Cost: the
//! text once, whatever it holds.

use std::ops::Range;

use super::{Fault, Prefilled};
use crate::Reason;
use crate::text::has_visible;

const OPENERS: [&str; 2] = ["\\boxed{", "\\fbox{"];

/// The contents of the outermost boxes of a text, in order; a box that never closes ends the list.
///
/// ```
/// let text = r"so \boxed{\frac{1}{2}} or \fbox{2}";
/// let boxes: Vec<_> = r1rewards::format::find_boxed(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(boxes, [r"\frac{1}{2}", "2"]);
/// ```
pub fn find_boxed(text: &str) -> Vec<Range<usize>> {
    scan(text).0
}

/// The closed boxes, and the start of a box that never closes.
fn scan(text: &str) -> (Vec<Range<usize>>, Option<usize>) {
    let bytes = text.as_bytes();
    let mut boxes = Vec::new();
    let mut from = 0;
    while let Some(place) = memchr::memchr(b'\\', &bytes[from..]) {
        let start = from + place;
        let Some(opener) = OPENERS.iter().find(|opener| bytes[start..].starts_with(opener.as_bytes())) else {
            // The escaped character cannot begin another command: `\\boxed{` is a line break and a word.
            from = (start + 2).min(bytes.len());
            continue;
        };
        let content = start + opener.len();
        match closing_brace(bytes, content) {
            Some(end) => {
                boxes.push(content..end);
                from = end + 1;
            }
            None => return (boxes, Some(start)),
        }
    }
    (boxes, None)
}

fn closing_brace(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// The rule of the `boxed` template: one box with visible content, after the thinking where there is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Boxed;

impl Boxed {
    /// The content of the only box.
    ///
    /// Thinking runs to the last `</think>`; boxes in it are drafts and do not count.
    ///
    /// # Errors
    /// No box, two, one that is blank or never closed, thinking that never ends.
    pub fn check(self, text: &str, prefilled: Prefilled) -> Result<Range<usize>, Fault> {
        let fault = |reason, offset| Fault { reason, section: "boxed".to_owned(), offset };
        let from = match text.rfind("</think>") {
            Some(place) => place + "</think>".len(),
            None if prefilled == Prefilled::Yes || text.contains("<think>") => {
                return Err(fault(Reason::ThinkUnclosed, text.len()));
            }
            None => 0,
        };
        let (boxes, unclosed) = scan(&text[from..]);
        if let Some(start) = unclosed {
            return Err(fault(Reason::SectionUnclosed, from + start));
        }
        match boxes.as_slice() {
            [] => Err(fault(Reason::SectionMissing, text.len())),
            [only] => {
                let content = from + only.start..from + only.end;
                if has_visible(&text[content.clone()]) { Ok(content) } else { Err(fault(Reason::SectionBlank, content.start)) }
            }
            [_, second, ..] => Err(fault(Reason::SectionRepeated, from + second.start)),
        }
    }
}
