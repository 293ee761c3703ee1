//! Where things stand in a completion. Every verifier reads them here, so that no two of them disagree.
//!
//! [`Thinking`] says what is thinking and what is the answer; [`find_boxes`] finds the boxes of an answer and `around` says what the
//! text beside one of them does to its value; [`without_end_tokens`] removes the special tokens that end a turn. All of them take
//! time linear in the text.

pub(crate) mod around;
pub(crate) mod boxes;
#[cfg(feature = "math")]
pub(crate) mod closing;
pub(crate) mod comments;
mod ending;
#[cfg(feature = "format")]
mod fences;
pub(crate) mod lead;
mod marks;
pub(crate) mod option_text;
pub(crate) mod options;
pub(crate) mod prose;
pub(crate) mod revision;
mod thinking;

pub use boxes::{BoxSpan, Boxes, find_boxes};
pub use ending::without_end_tokens;
#[cfg(feature = "format")]
pub use fences::{FencedBlock, fenced_blocks};
pub use thinking::{Names, Parts, Thinking};
