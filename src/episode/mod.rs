//! Rewards for episodes of several turns: `SCoRe`'s two attempts, Satori's restarts.
//!
//! Accepts: turns with a role, a text, an optional token range and a trainable flag. Refuses: token ranges that are
//! reversed or overlap, and trainable turns of roles other than the assistant. Every assistant turn is judged. Shaping
//! and bonuses are reported as named terms of a sum, so that a trainer can log and ablate each.

mod restart;
mod rewards;
mod satori;
mod shaping;
mod turn;

pub use restart::{Counts, Restart, RestartBuffer, RestartOptions, Trajectory};
pub use rewards::{Satori, SatoriFields, SelfCorrecting};
pub use satori::{Origin, SatoriReward, satori_reward};
pub use shaping::{ShapedTurn, baseline_key, score_turns, shape};
pub use turn::{Episode, Role, Turn};
