//! Group-relative policy optimisation: advantages from rewards, and what a training step does with them.
//!
//! Two rooms. `advantage` turns rewards into advantages in plain arithmetic and is always built. `torch` holds the
//! policy losses, the fused update and the optimizer on libtorch's tensors, and is built with feature `grpo`. Neither
//! depends on how a reward was computed.

mod advantage;
pub(crate) mod check;
#[cfg(feature = "grpo")]
mod torch;

pub use advantage::{
    AdaptiveEntropy, AdvantageConfig, Advantages, DynamicSampling, Estimator, Round, advantages, component_advantages,
    greedy_advantages, length_advantages, pass_at_k_advantages, token_advantages,
};
#[cfg(feature = "grpo")]
pub use torch::{
    Aggregation, BatchParts, CispoCap, ClipCov, ClipRange, Correction, Decoupled, Denominator, Dppo, DppoKl, Dro, DualClip, Fipo,
    FusedLoss, Gmpo, Gradients, GrpoConfig, GrpoLoss, KlCov, KlEstimator, KlPenalty, Level, LogProbs, LossOutput, Metrics, Mis,
    Pass, PolicyLoss, Reinforce, Rejection, Sapo, Scores, SequenceClip, Tis, TokenBatch, TwoSided, Vespo, log_probs,
    log_probs_backward, optimizer, token_baseline_advantages, token_returns, whiten,
};
