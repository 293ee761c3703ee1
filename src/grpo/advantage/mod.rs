//! Advantages of samples from their rewards, and what decides which samples are trained on, in plain arithmetic.
//!
//! Accepts: rewards with explicit group ids, in any order; groups may differ in size, and a reward may be missing.
//! Refuses: lists of different lengths, infinite rewards, constants out of range.
//!
//! The caller decides what a group is: a prompt, (prompt, turn) for rewards of several turns, or (prompt, first reward)
//! for the second turn of SCoRe.

mod adaptive;
mod baseline;
mod component;
mod estimator;
mod groups;
mod moments;
mod relative;
mod sampling;

pub use adaptive::AdaptiveEntropy;
pub use baseline::{greedy_advantages, length_advantages, pass_at_k_advantages};
pub use component::component_advantages;
pub use estimator::{AdvantageConfig, Estimator};
pub use relative::{Advantages, advantages, token_advantages};
pub use sampling::{DynamicSampling, Round};
