//! Rewards that compare all samples of a prompt.
//!
//! Accepts: groups of at least two samples. Refuses: a single sample, which is unscored with reason `group_needed`,
//! because there is nothing to compare it with.

mod answers;
mod diversity;
mod kimi;
mod majority;

pub use answers::{Extractor, SameAnswer};
pub use diversity::Diversity;
pub use kimi::KimiLength;
pub use majority::Majority;

use crate::{Outcome, Reason};

fn alone() -> Outcome {
    Outcome::unscored(Reason::GroupNeeded).with_detail("give all samples of the prompt in one batch, with the same `prompt`")
}
