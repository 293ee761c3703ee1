//! What is trained for: problems, traces to begin with, and rewards.

mod countdown;
mod expression;
#[cfg(feature = "code")]
mod lists;
mod template;
mod uses_numbers;
mod voice;

use anyhow::Result;
use r1rewards::Component;
use r1rewards::train::{Random, Start};
use serde::{Deserialize, Serialize};

use crate::tokenizer::Pieces;
pub use countdown::Countdown;
#[cfg(feature = "code")]
pub use lists::Lists;
pub use template::Template;

/// Which problems: those that are trained on, or those that are only evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Four of five, by the hash of the problem.
    Train,
    /// The others.
    HeldOut,
}

/// A task.
pub trait Task: Sync {
    /// The tokenizer of its texts.
    fn tokenizer(&self) -> Pieces;

    /// The rewards of completions; the first one gives the verdict.
    fn rewards(&self) -> Vec<Component>;

    /// Whether traces are in several languages.
    fn has_languages(&self) -> bool {
        false
    }

    /// A problem of a split, drawn with `random`.
    fn problem(&self, split: Split, random: Random) -> Start;

    /// A trace of the warm start for a problem, drawn with `random`: in the right form, and right or wrong.
    fn trace(&self, problem: &Start, random: Random) -> String;

    /// A trace that is right.
    fn solved(&self, problem: &Start, random: Random) -> String;

    /// The prompt in another wording.
    fn reworded(&self, prompt: &str) -> String;

    /// What the user says before a second attempt.
    fn follow_up(&self) -> String;

    /// Whether two answers are the same, for a vote.
    fn same(&self, left: &str, right: &str) -> bool;

    /// The completion with what stood before its first marker of reflection as its answer.
    fn before_marker(&self, completion: &str) -> Option<String>;
}

/// A task by its kind and options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskConfig {
    /// Numbers, and a target that an expression of them must equal.
    Countdown(Countdown),
    /// Operations on a list, to be written as a program.
    #[cfg(feature = "code")]
    Lists(Lists),
}

impl TaskConfig {
    /// Checks the options of the task.
    ///
    /// # Errors
    /// The field at fault and the fix.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Countdown(task) => task.check(),
            #[cfg(feature = "code")]
            Self::Lists(task) => task.check(),
        }
    }

    /// The task.
    pub fn task(&self) -> &dyn Task {
        match self {
            Self::Countdown(task) => task,
            #[cfg(feature = "code")]
            Self::Lists(task) => task,
        }
    }
}

/// Distinct problems of a split, in the order in which the seed draws them.
pub fn distinct(task: &dyn Task, split: Split, count: usize, random: Random) -> Vec<Start> {
    let mut seen = std::collections::HashSet::new();
    let draws = (0..(count as u64).saturating_mul(200)).map(|index| task.problem(split, random.at(index)));
    draws.filter(|start| seen.insert(start.prompt.clone())).take(count).collect()
}
