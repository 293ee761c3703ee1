//! Reports: one page that shows results, findings and the rows behind them.
//!
//! [`Report`] (feature `cli`) takes a summary, findings, tables, charts and any number of rows, and writes one HTML
//! file. The page loads nothing, runs no script but its own, and shows texts as text, whatever is in them: completions
//! are written by models that may have learnt to attack what reads them. Rows are packed in compressed blocks, which the
//! page unpacks when it needs them. A report is never larger than [`ReportOptions::max_bytes`]; where rows are left out
//! for that, the page says which and how many.
//!
//! `html` (text made safe) and `scale` (axes, numbers) are also used by the report of a training run.

pub(crate) mod html;
pub(crate) mod scale;

#[cfg(feature = "cli")]
mod bars;
#[cfg(feature = "cli")]
mod base64;
#[cfg(feature = "cli")]
mod blocks;
#[cfg(feature = "cli")]
mod charts;
#[cfg(feature = "cli")]
mod collect;
#[cfg(feature = "cli")]
mod cut;
#[cfg(feature = "cli")]
mod finding;
#[cfg(feature = "cli")]
mod index;
#[cfg(feature = "cli")]
mod names;
#[cfg(feature = "cli")]
mod page;
#[cfg(feature = "cli")]
mod pairs;
#[cfg(feature = "cli")]
mod record;
#[cfg(feature = "cli")]
mod row;
#[cfg(feature = "cli")]
mod summary;
#[cfg(feature = "cli")]
mod table;
#[cfg(feature = "cli")]
mod tally;
#[cfg(all(test, feature = "cli"))]
mod tests;

#[cfg(feature = "cli")]
pub use charts::Chart;
#[cfg(feature = "cli")]
pub use collect::{Report, ReportOptions};
#[cfg(feature = "cli")]
pub use finding::{Example, Finding, Severity};
#[cfg(feature = "cli")]
pub use row::Row;
#[cfg(feature = "cli")]
pub use table::Table;
