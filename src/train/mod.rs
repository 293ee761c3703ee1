//! Trains a policy with verified rewards: sampling, judging, credit, updates, evaluation, checkpoints.
//!
//! From the bottom up: `policy` (what a model must offer), `decode` (sampling token by token), `rollout` (episodes of one
//! or several turns), `pipeline` (judging while sampling), `credit` (rewards to advantages, attempt by attempt),
//! `sequences` and `update` (gradients), `trainer` and `sft` (the loops), `evaluation`, `report` (a page of a run).
//!
//! Accepts: any model that implements [`Policy`]. Refuses: options out of range, and a KL penalty without a reference.
//! `examples/reasoner` in the repository trains a small transformer with it.

/// Compiles and runs the examples of the tutorial.
#[cfg(doctest)]
#[doc = include_str!("../../docs/training.md")]
struct Tutorial;

mod checkpoint;
mod credit;
mod decode;
mod evaluation;
mod options;
mod pipeline;
mod policy;
mod random;
mod record;
mod rollout;
mod sequences;
mod sft;
mod trainer;
mod update;

pub mod report;

pub use credit::{AttemptCredit, Credit, Credits};
pub use decode::{Decoder, decode};
pub use evaluation::{Evaluation, Judging, evaluate};
pub use options::{GrpoOptions, SftOptions};
pub use pipeline::{Batch, Timing, sample_and_score};
pub use policy::{Continuation, Policy, Sampling, Tokenizer};
pub use random::Random;
pub use record::StepRecord;
pub use rollout::{Rollout, Start, roll_out};
pub use sequences::{Padded, Sequence};
pub use sft::FineTuning;
pub use trainer::{Starts, State, Trainer, copy_parameters};
pub use update::{Passes, Update, update};
