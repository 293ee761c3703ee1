//! Locating the parts of a completion. All verifiers use these functions, so that they agree with each other.
//!
//! [`Thinking`] separates thinking from the answer; [`find_boxes`] finds the boxes of an answer, and `around` decides
//! what the text next to a box does to its value; [`without_end_tokens`] removes the special tokens that end a turn.
//! All of them take time linear in the length of the text.

pub(crate) mod around;
mod belief;
pub(crate) mod boxes;
#[cfg(feature = "math")]
pub(crate) mod closing;
pub(crate) mod comments;
mod denied_value;
mod ending;
#[cfg(feature = "rules")]
mod fences;
pub(crate) mod ignorable;
pub(crate) mod lead;
mod marks;
#[cfg(feature = "rules")]
pub(crate) mod ngrams;
pub(crate) mod option_text;
pub(crate) mod options;
#[cfg(feature = "rules")]
mod passages;
mod prompted;
pub(crate) mod prose;
pub(crate) mod revision;
#[cfg(feature = "rules")]
mod scope;
#[cfg(feature = "rules")]
pub(crate) mod tags;
mod thinking;
pub(crate) mod tongues;
mod unspaced;
#[cfg(feature = "rules")]
pub(crate) mod visible;

pub use boxes::{BoxSpan, Boxes, find_boxes};
pub use ending::without_end_tokens;
#[cfg(feature = "rules")]
pub use fences::{FencedBlock, fenced_blocks};
#[cfg(feature = "rules")]
pub(crate) use ngrams::{FingerprintCounts, distinct_word_ngrams, mix, word_fingerprints, word_ngram_fingerprints};
#[cfg(feature = "rules")]
pub use ngrams::{distinct_ngrams, distinct_words};
#[cfg(feature = "rules")]
pub use passages::prose;
pub use prompted::after_prompt;
#[cfg(feature = "rules")]
pub use scope::Scope;
pub use thinking::{Names, Parts, Thinking};
#[cfg(feature = "cli")]
pub(crate) use unspaced::is_unspaced;
#[cfg(feature = "rules")]
pub(crate) use unspaced::spaced;
#[cfg(feature = "rules")]
pub(crate) use visible::count_words;
#[cfg(feature = "rules")]
pub use visible::{has_visible, is_space, is_visible, trim, words};
