//! Attacks on graders, each with an honest control of the same form.
//!
//! [`Kit`] reads the files of `attacks/`, which are built in, or a folder of such files. An attack is a completion that a grader
//! must refuse; its control is one of the same form that it must accept, so that a grader which refuses everything does not pass.
//! [`Tally`] counts what a grader let in and what it refused. `verify redteam` judges the rows.

mod file;
mod kit;
mod tally;

pub use file::CONVENTIONS;
pub use kit::{Expected, Kind, Kit, Row};
pub use tally::{Count, Ruling, Tally};
