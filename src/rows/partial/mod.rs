//! Result files that a run can go on with after a crash: [`Partial`].
//!
//! While a run writes `OUT`, its results are in `OUT.partial`, in the same folder. It has complete lines up to a crash;
//! what is behind the last complete line is dropped by the run that goes on. `OUT.partial.json` is the [`Journal`]: what
//! the results were made of. At the end, `OUT.partial` is renamed to `OUT`, which replaces an existing file, and the
//! journal is removed. A lock on `OUT.partial` keeps two runs from writing the same file.
//!
//! A packed file (`.gz`, `.zst`) is one stream, because some readers ignore all but the first. It cannot be continued in
//! the middle, so the run that goes on packs the known results again, into `OUT.partial.next`, which then becomes
//! `OUT.partial`. The bytes depend only on the results (see `packed.rs`).
//!
//! A table (`.parquet`) is written when all results are there, from `OUT.partial`, which is text, to `OUT.partial.sorted`.
//! That is renamed to `OUT`, and `OUT.partial` is removed last.
//!
//! At every moment one of these holds: there is no journal (a new run starts anew), or there are a journal and
//! `OUT.partial` with the results so far, or there are a journal and `OUT` with all of them.

mod journal;
mod names;
mod packed;
mod partial_file;
mod replay;

pub use journal::{Interrupted, Journal};
pub use names::{Names, replace};
pub(crate) use packed::Packed;
pub use packed::{Content, Packing};
pub use partial_file::{Partial, Sorted, interrupted};
pub use replay::{Known, Replay};
