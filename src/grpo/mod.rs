//! From rewards to advantages: the first half of group-relative policy optimisation, in plain arithmetic.
//!
//! Accepts: rewards with explicit group ids, of any and unequal size, in any order; a reward may be missing. Refuses: lists of different lengths,
//! infinite rewards, settings without a meaning. Nothing here knows how a reward came about.
//!
//! Groups are whatever the caller says they are: prompts, (prompt, turn) for rewards of several turns, (prompt, first reward) for the
//! second turn of SCoRe.

mod advantage;
mod estimator;
mod groups;

pub use advantage::{Advantages, advantages, component_advantages, token_advantages};
pub use estimator::{AdvantageConfig, Estimator};
