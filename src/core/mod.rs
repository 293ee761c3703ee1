//! The types that every module uses: samples, outcomes, the [`Reward`] trait and errors, with a few shared helpers.

pub(crate) mod cancel;
pub(crate) mod columns;
#[cfg(feature = "cli")]
pub(crate) mod compact;
pub(crate) mod describe;
mod error;
pub(crate) mod hash;
mod json_string;
pub(crate) mod json_text;
pub(crate) mod json_value;
pub(crate) mod names;
mod outcome;
pub(crate) mod path;
pub(crate) mod per_process;
pub(crate) mod reference;
pub(crate) mod reward;
mod row_fields;
mod rule;
mod sample;
mod shared;
#[cfg(feature = "cli")]
pub(crate) mod terminal;
pub(crate) mod weight;

pub use error::{Error, Result};
pub use hash::{config_hash, engine_version};
pub use outcome::{Cost, Outcome, Reason, Verdict};
pub use reward::Reward;
pub use row_fields::{RowFields, TooHeavy};
pub use rule::{Rule, RuleExample};
pub use sample::{ATTEMPTS, GroupKey, Sample};
pub use shared::Shared;
