//! Rewards that see all samples of a prompt.
//!
//! Accepts: groups of at least two samples. Refuses: a sample alone (`group_needed`, unscored), as its value would depend on what
//! happened to be in the batch.

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
