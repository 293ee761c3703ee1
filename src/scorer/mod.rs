//! Scores batches: a weighted sum of rewards, computed on several threads.

mod batch;
pub(crate) mod threads;

pub use batch::{Scorer, ScorerBuilder};
