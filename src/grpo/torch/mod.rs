//! Policy losses, their gradients and the optimizer on libtorch's tensors.
//!
//! From the bottom up: `options` (what a user writes), `batch` (a padded batch, and its trainable tokens as rows),
//! `policy` (the policy losses), `objective` (the sum that is minimised), `loss` (from log-probabilities), `head` and
//! `fused` (from hidden states). `returns` computes advantages of tokens, and `optimizer` updates parameters.

mod batch;
mod divergence;
mod fused;
mod head;
mod log_probs;
mod loss;
mod measure;
mod metrics;
mod objective;
mod options;
mod policy;
mod ratio;
mod returns;
mod scan;
mod scores;
mod tensor;

pub mod optimizer;

pub use batch::{BatchParts, TokenBatch};
pub use fused::FusedLoss;
pub use log_probs::{LogProbs, log_probs, log_probs_backward};
pub use loss::{GrpoLoss, LossOutput};
pub use metrics::Metrics;
pub use options::{
    Aggregation, CispoCap, ClipCov, ClipRange, Correction, Decoupled, Denominator, Dppo, DppoKl, Dro, DualClip, Fipo, Gmpo,
    GrpoConfig, KlCov, KlEstimator, KlPenalty, Level, Mis, PolicyLoss, Reinforce, Rejection, Sapo, SequenceClip, Tis, TwoSided,
    Vespo,
};
pub use returns::{token_baseline_advantages, token_returns, whiten};
pub use scores::{Gradients, Pass, Scores};
