//! What is wrong with a data set: references that cannot be read or contradict each other, leaks, copies, tests that test
//! nothing, suspicious pass rates.
//!
//! Accepts: the rows of any input, with or without completions; [`Audit`] sees them one after the other and keeps counts,
//! hashes and a few examples. Refuses: nothing. What cannot be read is a finding.
//!
//! Every finding has a stable [`FindingCode`]; docs/findings.md has a section for each.

#[cfg(feature = "code")]
mod code_tests;
mod comparison;
mod completion;
mod contamination;
mod finding;
mod gold;
mod leak;
mod log;
mod measures;
mod prompt;
mod prompts;
mod rates;
#[cfg(feature = "code")]
mod solutions;
#[cfg(feature = "code")]
mod stubs;
mod tables;
mod watch;
mod words;

pub use comparison::{Comparison, Disagreement, Pair, PairExample};
pub use contamination::{Contamination, Overlap};
pub use finding::{Example, Finding, FindingCode};
pub use log::Found;
pub(crate) use prompt::text as prompt_text;
pub use tables::Table;
pub(crate) use watch::SOURCES;
pub use watch::{Audit, AuditOptions, AuditReport};
