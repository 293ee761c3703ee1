//! Trustworthy rewards for reinforcement learning on language models, computed fast.
//!
//! ```
//! use r1rewards::{Reward, Sample, math::Math};
//!
//! let sample = Sample::new(r"Halving gives \boxed{\frac{6}{4}}.").with_answer("1.5");
//! let outcome = Math::strict().score(&sample);
//! assert!(outcome.is_correct());
//! ```
#![warn(missing_docs)]

/// The examples of the README, compiled and run.
#[cfg(all(doctest, feature = "math"))]
#[doc = include_str!("../README.md")]
struct Readme;

mod batch;
mod cancel;
mod columns;
mod component;
mod describe;
mod error;
mod json_text;
mod outcome;
mod per_process;
mod pinned;
#[cfg(feature = "python")]
mod python;
#[cfg(any(feature = "math", feature = "format"))]
pub mod reading;
mod reference;
mod reward;
mod row_fields;
mod rule;
mod sample;
mod shared;
#[cfg(feature = "cli")]
mod terminal;
mod threads;
mod weight;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "code")]
pub mod code;
#[cfg(feature = "format")]
pub mod compose;
#[cfg(feature = "format")]
pub mod curate;
pub mod dataset;
#[cfg(feature = "format")]
pub mod episode;
#[cfg(feature = "format")]
pub mod format;
#[cfg(feature = "format")]
pub mod group;
pub mod grpo;
#[cfg(feature = "math")]
pub mod math;
#[cfg(feature = "format")]
pub mod metrics;
#[cfg(feature = "grpo-python")]
mod python_grpo;
#[cfg(feature = "cli")]
pub mod run;
pub mod spec;
#[cfg(feature = "format")]
pub mod text;

pub use batch::{Scorer, ScorerBuilder};
pub use component::{Component, RewardExt};
pub use error::{Error, Result};
pub use outcome::{Cost, Outcome, Reason, Verdict};
pub use pinned::{config_hash, engine_version};
pub use reward::Reward;
pub use row_fields::{RowFields, TooHeavy};
pub use rule::{Rule, RuleExample};
pub use sample::{GroupKey, Sample};
pub use shared::Shared;
pub use spec::{Auto, RewardSpec};
