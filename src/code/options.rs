//! The options of a reward for code.
//!
//! Accepts: any options that specs can set, and limits.

use serde::{Deserialize, Serialize};

use super::compare::Compare;
use super::limits::Limits;
use crate::core::names::by_name;

/// Where programs run. It changes no outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// In this process, on the thread that scores.
    #[default]
    Thread,
    /// In one worker process for each thread that scores: speed grows with the cores, and a fault of the engine does
    /// not end this process. See [`set_worker`](super::set_worker).
    Process,
}

by_name!(Isolation, "isolation", Thread = "thread", Process = "process");

/// What a [`Code`](super::Code) reward is built from.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CodeOptions {
    /// How output is compared when the row doesn't set it.
    pub compare: Compare,
    /// The reward is the fraction of tests that pass, instead of 1 for all and 0 otherwise.
    pub partial: bool,
    /// Every test runs, also after a failure, and is a component of the outcome. The verdict and the reward are those of
    /// a run without it.
    pub each_test: bool,
    /// A program that needs what the sandbox lacks is unscored instead of incorrect: for audits of reference solutions,
    /// not for training.
    pub unsupported_is_unscored: bool,
    /// The limits of one request.
    pub limits: Limits,
    /// Where programs run.
    pub isolation: Isolation,
}
