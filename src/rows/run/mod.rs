//! A run of `verify score`: reads rows, writes result rows and returns a summary. [`Watch`] shows other commands each row
//! with its outcomes.
//!
//! Accepts: streams of any length. Lines are read, judged and written in chunks of bounded size by three concurrent
//! stages, so that memory does not grow with the file; results are in the order of the input. Refuses: a stream whose
//! read fails, which ends the run with an error. A line that is not a row gives a result with reason `bad_row` and a
//! detail that names the source and the line.
//!
//! If a reward needs whole groups, the last group of a chunk is moved to the next chunk; the rows of a group must be
//! adjacent in the input.

mod apart;
mod chunk;
mod groups;
mod histogram;
mod pipeline;
mod summary;
mod watch;

pub use apart::keep_apart;
pub use groups::{AnswerKey, Groups};
pub use histogram::Histogram;
pub use pipeline::{Progress, Run};
pub use summary::{RunSummary, Threshold};
pub use watch::{Judged, Place, Watch};
