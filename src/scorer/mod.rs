//! Rewards on batches: the sum of some rewards, computed on the threads of a machine.

mod batch;
pub(crate) mod threads;

pub use batch::{Scorer, ScorerBuilder};
