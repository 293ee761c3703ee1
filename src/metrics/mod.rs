//! Metrics over judged samples: pass@k, cons@k, self-correction, groups, reflection.
//!
//! Accepts: verdicts and answers that a reward gave. Refuses: numbers that cannot be (more correct than samples, k above n, ragged
//! lists); each error names the field. Nothing here judges an answer: equality comes in as a function.

mod consensus;
mod groups;
mod pass;
mod reflection;
mod self_correction;

pub use consensus::{Class, Consensus, cons_at_k, consensus, consensus_by_place};
pub use groups::{GroupStatistics, group_statistics};
pub use pass::{mean_pass_at_k, pass_at_1, pass_at_k};
pub use reflection::{MARKERS, Reflection, ReflectionSummary, reflection, summarize_reflection};
pub use self_correction::SelfCorrection;
