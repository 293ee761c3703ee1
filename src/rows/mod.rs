//! Rows: from lines of text to samples, from outcomes to result rows.
//!
//! Accepts: JSON Lines (one object a line, UTF-8, with or without a byte order mark and `\r`), under any column names ([`Fields`]
//! maps them). Refuses: lines longer than [`MAX_LINE`], rows that are no object, and columns that are no JSON, no UTF-8, of the wrong type or too large
//! to be read; columns that nobody reads are passed over, whatever they hold.
//! A refused row is never an end, nor is a refused completion of a row with several: it becomes a result of its own, `unscored` with reason `bad_row` and a
//! sentence that says where and why.

mod fields;
mod lines;
#[cfg(feature = "cli")]
mod output;
mod result;
mod row;
#[cfg(feature = "cli")]
pub mod run;
#[cfg(feature = "cli")]
mod source;
mod text;
#[cfg(feature = "cli")]
mod unfinished;

pub use crate::core::ATTEMPTS;
pub use fields::{Field, Fields};
pub use lines::{Line, Lines, MAX_LINE};
#[cfg(feature = "cli")]
pub use output::{Output, write_whole};
pub use result::ResultRow;
pub use row::{Row, Unreadable};
#[cfg(feature = "cli")]
pub use source::Source;
#[cfg(feature = "cli")]
pub use unfinished::abandon_unfinished;
