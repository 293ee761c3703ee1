//! A run of `verify score`: reads rows, writes result rows and returns a summary. [`Watch`] shows other commands each row
//! with its outcomes.
//!
//! Accepts: streams of any length. Lines are read, judged and written in chunks of bounded size by three concurrent
//! stages, so that memory does not grow with the file; results are in the order of the input. Refuses: a stream whose
//! read fails, which ends the run with an error. A line that is not a row gives a result with reason `bad_row` and a
//! detail that names the source and the line.
//!
//! If a reward needs whole groups, the last group of a chunk is moved to the next chunk. The rows of a group must be
//! adjacent in the input, or are brought together ([`Run::follow_gathered`]); a group whose rows lie apart is refused.
//!
//! The results of an interrupted run are taken from it instead of judging their rows again ([`Run::replay`]); the
//! summary is computed from all results, wherever they come from.

mod apart;
#[cfg(feature = "cli")]
mod batches;
mod blocks;
mod checks;
mod chunk;
mod columns;
mod gathered;
mod groups;
mod histogram;
mod ledger;
mod pipeline;
#[cfg(feature = "serve")]
mod rows_judged;
mod shard;
mod sorter;
mod sources;
mod summary;
mod threshold;
mod watch;
mod whole;

pub use apart::keep_apart;
#[cfg(feature = "cli")]
pub(crate) use batches::{Batches, ReadSample, Spot};
pub use blocks::Blocks;
pub(crate) use columns::Reading;
pub use groups::{AnswerKey, Groups};
pub use histogram::Histogram;
pub use ledger::{Checkpoint, InputRead, Ledger};
pub use pipeline::{Gather, Progress, Run};
#[cfg(feature = "serve")]
pub(crate) use rows_judged::judge_rows;
pub use shard::Shard;
pub use summary::RunSummary;
pub use threshold::Threshold;
pub use watch::{Judged, Place, Watch};
#[cfg(feature = "cli")]
pub(crate) use whole::Wholeness;
