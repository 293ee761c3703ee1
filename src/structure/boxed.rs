//! The `boxed` template.
//!
//! Accepts: one box with visible content, in any spelling that [`find_boxes`] knows; boxes before it that only show
//! where the answer goes are ignored. Refuses: a box that never closes, and a second box. Cost: linear in the text.

use std::ops::Range;

use super::{Fault, Prefilled};
use crate::Reason;
use crate::reading::boxes::is_placeholder;
use crate::reading::has_visible;
use crate::reading::{Thinking, find_boxes};

/// The contents of the outermost boxes of a text, in order; a box that never closes ends the list.
///
/// ```
/// let text = r"so \boxed{\frac{1}{2}} or \fbox{2}";
/// let boxes: Vec<_> = r1rewards::structure::find_boxed(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(boxes, [r"\frac{1}{2}", "2"]);
/// ```
pub fn find_boxed(text: &str) -> Vec<Range<usize>> {
    find_boxes(text).closed.into_iter().map(|found| found.inner).collect()
}

/// The rule of the `boxed` template: one box with visible content, after the thinking if there is any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Boxed;

impl Boxed {
    /// The content of the only box. Boxes in thinking are drafts and are ignored.
    ///
    /// # Errors
    /// No box, two, one that is blank or never closed, thinking that never ends.
    pub fn check(self, text: &str, prefilled: Prefilled) -> Result<Range<usize>, Fault> {
        let fault = |reason, offset| Fault { reason, section: "boxed".to_owned(), offset };
        let parts = Thinking::Auto.read(text);
        if parts.is_open() || (prefilled == Prefilled::Yes && !parts.has_closed()) {
            return Err(fault(Reason::ThinkUnclosed, text.len()));
        }
        let mut only: Option<Range<usize>> = None;
        for stretch in parts.stretches() {
            let boxes = find_boxes(&text[stretch.clone()]);
            for found in boxes.answers(&text[stretch.clone()]) {
                if only.is_some() {
                    return Err(fault(Reason::SectionRepeated, stretch.start + found.inner.start));
                }
                only = Some(stretch.start + found.inner.start..stretch.start + found.inner.end);
            }
            if let Some((start, _)) = boxes.unclosed {
                return Err(fault(Reason::SectionUnclosed, stretch.start + start));
            }
        }
        match only {
            None => Err(fault(Reason::SectionMissing, text.len())),
            Some(content) if has_visible(&text[content.clone()]) && !is_placeholder(&text[content.clone()]) => Ok(content),
            Some(content) => Err(fault(Reason::SectionBlank, content.start)),
        }
    }
}
