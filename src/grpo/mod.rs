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
mod sampling;

#[cfg(feature = "grpo")]
mod adaptive;
#[cfg(feature = "grpo")]
mod check;
#[cfg(feature = "grpo")]
mod config;
#[cfg(feature = "grpo")]
mod fused;
#[cfg(feature = "grpo")]
mod head;
#[cfg(feature = "grpo")]
mod loss;
#[cfg(feature = "grpo")]
mod metrics;
#[cfg(feature = "grpo")]
mod named;
#[cfg(feature = "grpo")]
mod objective;
#[cfg(feature = "grpo")]
pub mod optimizer;
#[cfg(feature = "grpo")]
mod policy_loss;
#[cfg(feature = "grpo")]
mod rows;
#[cfg(feature = "grpo")]
mod torch;

pub use advantage::{Advantages, advantages, component_advantages, token_advantages};
pub use estimator::{AdvantageConfig, Estimator};
pub use sampling::{DynamicSampling, Round};

#[cfg(feature = "grpo")]
pub use adaptive::AdaptiveEntropy;
#[cfg(feature = "grpo")]
pub use config::{Aggregation, Correction, Decoupled, GrpoConfig, KlEstimator, KlPenalty, Level, Mis, Tis};
#[cfg(feature = "grpo")]
pub use fused::{FusedLoss, LogProbs, Pass, Scores, log_probs, log_probs_backward};
#[cfg(feature = "grpo")]
pub use loss::{GrpoLoss, LossOutput};
#[cfg(feature = "grpo")]
pub use metrics::Metrics;
#[cfg(feature = "grpo")]
pub use policy_loss::{CispoCap, ClipRange, Dppo, DualClip, Gmpo, PolicyLoss, Reinforce, Sapo, SequenceClip, TwoSided};
#[cfg(feature = "grpo")]
pub use rows::TokenBatch;
