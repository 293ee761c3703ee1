//! The options of a GRPO step, as they are written in files and checked. Nothing here holds a tensor.

mod aggregation;
mod config;
mod constants;
mod correction;
mod kl;
pub(crate) mod named_field;
mod policy_loss;
pub(crate) mod ranges;

pub use aggregation::Aggregation;
pub use config::GrpoConfig;
pub use constants::{
    CispoCap, ClipCov, ClipRange, Dppo, DppoKl, Dro, DualClip, Fipo, Gmpo, KlCov, Reinforce, Sapo, SequenceClip, TwoSided, Vespo,
};
pub use correction::{Correction, Decoupled, Denominator, Level, Mis, Rejection, Tis};
pub use kl::{KlEstimator, KlPenalty};
pub use policy_loss::PolicyLoss;
