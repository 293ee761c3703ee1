//! A whole run: rows in, result rows out, a summary at the end.
//!
//! Accepts: streams of any length. Lines are read, judged and written in chunks of bounded size, three stages side by side, so that memory
//! does not grow with the file; results stand in the order of the input. Refuses: streams that fail in the middle (an error, since
//! the rest is unknown). A line that is no row is a result with reason `bad_row`, which names the source and the line.
//!
//! Where a reward needs whole groups, the last group of a chunk is carried into the next; its samples must stand together.

mod apart;
mod chunk;
mod groups;
mod histogram;
mod pipeline;
mod summary;

pub use apart::keep_apart;
pub use groups::{AnswerKey, Groups};
pub use histogram::Histogram;
pub use pipeline::{Progress, Run};
pub use summary::{RunSummary, Threshold};
