//! Episodes of several turns: `SCoRe`'s two attempts, Satori's restarts.
//!
//! Accepts: turns with role, text, optional token range and a trainable flag. Refuses: token ranges that run backwards or
//! overlap, trainable turns of anybody but the assistant. Every assistant turn is judged; shaping and bonuses are terms with names that add
//! up, so that a trainer can log and ablate each.

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
