//! From rewards to advantages: the first half of group-relative policy optimisation, in plain arithmetic.
//!
//! Accepts: rewards with explicit group ids, of any and unequal size, in any order; a reward may be missing. Refuses: lists of different lengths,
//! infinite rewards, settings without a meaning. Nothing here knows how a reward came about.
//!
//! Groups are whatever the caller says they are: prompts, (prompt, turn) for rewards of several turns, (prompt, first reward) for the
//! second turn of SCoRe.

mod advantage;
mod baseline;
mod component;
mod estimator;
mod groups;
mod sampling;

#[cfg(feature = "grpo")]
mod adaptive;
#[cfg(feature = "grpo")]
mod aggregation;
#[cfg(feature = "grpo")]
mod check;
#[cfg(feature = "grpo")]
mod config;
#[cfg(feature = "grpo")]
mod constants;
#[cfg(feature = "grpo")]
mod correction;
#[cfg(feature = "grpo")]
mod fused;
#[cfg(feature = "grpo")]
mod head;
#[cfg(feature = "grpo")]
mod kl;
#[cfg(feature = "grpo")]
mod log_probs;
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
mod returns;
#[cfg(feature = "grpo")]
mod rows;
#[cfg(feature = "grpo")]
mod scan;
#[cfg(feature = "grpo")]
mod scores;
#[cfg(feature = "grpo")]
mod surrogate;
#[cfg(feature = "grpo")]
mod torch;
#[cfg(feature = "grpo")]
mod whole;

pub use advantage::{Advantages, advantages, token_advantages};
pub use baseline::{greedy_advantages, length_advantages, pass_at_k_advantages};
pub use component::component_advantages;
pub use estimator::{AdvantageConfig, Estimator};
pub use sampling::{DynamicSampling, Round};

#[cfg(feature = "grpo")]
pub use adaptive::AdaptiveEntropy;
#[cfg(feature = "grpo")]
pub use aggregation::Aggregation;
#[cfg(feature = "grpo")]
pub use config::GrpoConfig;
#[cfg(feature = "grpo")]
pub use constants::{
    CispoCap, ClipCov, ClipRange, Dppo, DppoKl, Dro, DualClip, Fipo, Gmpo, KlCov, Reinforce, Sapo, SequenceClip, TwoSided, Vespo,
};
#[cfg(feature = "grpo")]
pub use correction::{Correction, Decoupled, Denominator, Level, Mis, Rejection, Tis};
#[cfg(feature = "grpo")]
pub use fused::FusedLoss;
#[cfg(feature = "grpo")]
pub use kl::{KlEstimator, KlPenalty};
#[cfg(feature = "grpo")]
pub use log_probs::{LogProbs, log_probs, log_probs_backward};
#[cfg(feature = "grpo")]
pub use loss::{GrpoLoss, LossOutput};
#[cfg(feature = "grpo")]
pub use metrics::Metrics;
#[cfg(feature = "grpo")]
pub use policy_loss::PolicyLoss;
#[cfg(feature = "grpo")]
pub use returns::{token_baseline_advantages, token_returns, whiten};
#[cfg(feature = "grpo")]
pub use rows::TokenBatch;
#[cfg(feature = "grpo")]
pub use scores::{Gradients, Pass, Scores};
