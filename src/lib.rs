//! Rewards for reinforcement learning on language models: exact math verification, programs against tests, format and
//! text rewards, their composition, and parallel scoring of batches.
//!
//! ```
//! use r1rewards::{Reward, Sample, math::Math};
//!
//! let sample = Sample::new(r"Halving gives \boxed{\frac{6}{4}}.").with_answer("1.5");
//! let outcome = Math::strict().score(&sample);
//! assert!(outcome.is_correct());
//! ```
#![warn(missing_docs)]

/// Compiles and runs the examples of the README.
#[cfg(all(doctest, feature = "math", feature = "rules"))]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "cli")]
pub mod audit;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "code")]
pub mod code;
pub mod compose;
mod core;
#[cfg(feature = "rules")]
pub mod episode;
#[cfg(feature = "rules")]
pub mod groups;
pub mod grpo;
#[doc(hidden)]
pub mod internal;
#[cfg(feature = "math")]
pub mod math;
#[cfg(feature = "rules")]
pub mod metrics;
#[cfg(any(feature = "math", feature = "rules"))]
pub mod reading;
#[cfg(feature = "cli")]
pub mod redteam;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(all(feature = "train", not(feature = "cli")))]
mod report;
pub mod rows;
mod scorer;
#[cfg(feature = "rules")]
pub mod select;
#[cfg(feature = "serve")]
pub mod serve;
pub mod spec;
#[cfg(feature = "rules")]
pub mod structure;
#[cfg(feature = "rules")]
pub mod text;
#[cfg(feature = "train")]
pub mod train;

pub use compose::{Component, RewardExt};
pub use core::{
    Cost, Error, GroupKey, Outcome, Reason, Result, Reward, RowFields, Rule, RuleExample, Sample, Shared, TooHeavy, Verdict,
    config_hash, engine_version,
};
pub use scorer::{Scorer, ScorerBuilder};
pub use spec::{Auto, RewardSpec};
