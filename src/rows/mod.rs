//! Reads rows as samples, and writes outcomes as result rows.
//!
//! Accepts: JSON Lines (one object per line, UTF-8, with or without a byte order mark and `\r`) and, for the command, the
//! formats of `format/mod.rs`, with any column names ([`Fields`] maps them, [`presets`] know common data sets). Refuses: lines
//! longer than [`MAX_LINE`], rows that are not objects, and columns that are not JSON, not UTF-8, of the wrong type or too
//! large. Columns that are never read may hold anything. A refused row does not end the run, nor does a refused completion
//! of a row with several: each becomes a result that is `unscored` with reason `bad_row` and a detail that says where and
//! why.

mod context;
mod digest;
mod field;
mod fields;
#[cfg(feature = "cli")]
mod format;
mod lines;
#[cfg(feature = "cli")]
mod output;
#[cfg(feature = "cli")]
mod output_name;
#[cfg(feature = "cli")]
mod partial;
pub mod presets;
mod prompt;
mod result;
mod row;
#[cfg(feature = "cli")]
pub mod run;
mod settle;
#[cfg(feature = "cli")]
mod source;
#[cfg(all(feature = "cli", feature = "tables"))]
mod table;
mod text;
#[cfg(feature = "cli")]
mod unfinished;

pub use crate::core::ATTEMPTS;
pub use digest::Digest;
pub use field::Field;
pub use fields::Fields;
#[cfg(feature = "cli")]
pub use format::Format;
pub use lines::{Line, Lines, MAX_LINE, Unit};
#[cfg(feature = "cli")]
pub use output::{Output, write_whole};
#[cfg(feature = "cli")]
pub use output_name::{Writes, check_output_name};
#[cfg(feature = "cli")]
pub use partial::{Content, Interrupted, Journal, Known, Names, Packing, Partial, Replay, Sorted, interrupted, replace};
pub use result::{ReadColumns, ResultRow};
pub use row::{Row, RowDigests, Unreadable};
#[cfg(feature = "cli")]
pub use source::{Records, Source};
#[cfg(feature = "cli")]
pub use unfinished::abandon_unfinished;
