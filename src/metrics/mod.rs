//! Metrics over judged samples: pass@k, cons@k, self-correction, group statistics, reflection, prompt sensitivity.
//!
//! Accepts: verdicts and answers that a reward gave; the equality of answers is passed as a function. Refuses:
//! inconsistent numbers (more correct samples than samples, k above n, lists of different lengths); each error names
//! the argument.

mod consensus;
mod groups;
mod pass;
mod reflection;
mod self_correction;
mod sensitivity;

pub use consensus::{Class, Consensus, cons_at_k, consensus, consensus_by_place};
pub use groups::{GroupStatistics, group_statistics};
pub use pass::{mean_pass_at_k, pass_at_1, pass_at_k, wilson_interval};
pub use reflection::{MARKERS, Reflection, ReflectionSummary, reflection, summarize_reflection};
pub use self_correction::SelfCorrection;
pub use sensitivity::{
    PairedDifference, Problem, Sensitivity, SensitivityOptions, Spread, Variant, VariantRate, prompt_sensitivity,
};
