//! The loss of a batch from log-probabilities.
//!
//! Accepts: log-probabilities [B, T] of a policy, and the rest of the batch. Refuses: what [`TokenBatch`] refuses.

use tch::Tensor;

use super::config::GrpoConfig;
use super::metrics::{Metrics, metrics};
use super::objective::objective;
use super::rows::{Rows, TokenBatch, refuse_not_finite};
use super::torch::{expect, expect_float, loss_kind};
use crate::{Error, Result};

/// A loss with its options checked.
///
/// ```
/// use r1rewards::grpo::{GrpoConfig, GrpoLoss, TokenBatch};
/// use tch::Tensor;
///
/// let log_probs = Tensor::from_slice(&[-1.0_f32, -2.0, -0.5, 0.0]).view([2, 2]).set_requires_grad(true);
/// let mask = Tensor::from_slice(&[1_i64, 1, 1, 0]).view([2, 2]);
/// let advantages = Tensor::from_slice(&[1.0_f32, -1.0]);
/// let output = GrpoLoss::new(GrpoConfig::default())?.loss(&log_probs, None, &TokenBatch::new(&mask, &advantages))?;
/// output.loss.backward();
/// // On policy the ratio is 1: −(1 + 1 − 1)/3.
/// assert!((output.metrics.loss + 1.0 / 3.0).abs() < 1e-6);
/// assert_eq!(output.metrics.tokens, 3.0);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GrpoLoss {
    config: GrpoConfig,
}

/// The loss of a batch and what to log of it.
#[derive(Debug)]
pub struct LossOutput {
    /// A number with the gradient that the log-probabilities and entropies carry, float64 where they are and float32 otherwise.
    pub loss: Tensor,
    /// What to log.
    pub metrics: Metrics,
}

impl GrpoLoss {
    /// The loss with these options.
    ///
    /// # Errors
    /// As [`GrpoConfig::check`].
    pub fn new(config: GrpoConfig) -> Result<Self> {
        config.check()?;
        Ok(Self { config })
    }

    /// Its options.
    pub fn config(&self) -> &GrpoConfig {
        &self.config
    }

    /// The loss of the tokens with these log-probabilities [B, T] and, where the entropy bonus is on, entropies [B, T] in nats.
    ///
    /// # Errors
    /// Shapes, dtypes and devices that do not fit together, with the shapes; numbers that are not finite at trainable tokens; a part of the batch that
    /// the options need and that is missing.
    pub fn loss(&self, log_probs: &Tensor, entropy: Option<&Tensor>, batch: &TokenBatch) -> Result<LossOutput> {
        expect_float("log_probs", log_probs)?;
        let size = log_probs.size();
        let &[sequences, tokens] = size.as_slice() else {
            return Err(Error::tensor(format_args!("`log_probs` has shape {size:?}: give [sequences, tokens]")));
        };
        let beside = ("log_probs", log_probs);
        let rows = Rows::new(&self.config, batch, [sequences, tokens], beside, loss_kind(log_probs.kind()))?;
        if let Some(entropy) = entropy {
            expect_float("entropy", entropy)?;
            expect("entropy", entropy, &size, beside)?;
        } else if rows.entropy_coefficient != 0.0 {
            return Err(Error::tensor("`entropy` is missing: the entropy bonus needs it"));
        }
        let log_probs = rows.select(log_probs)?;
        refuse_not_finite(&[("log_probs", &log_probs)])?;
        let entropy = entropy.map(|entropy| rows.select(entropy)).transpose()?;
        let objective = objective(&self.config, &rows, &log_probs, entropy.as_ref())?;
        Ok(LossOutput {
            loss: objective.rows.f_sum(rows.kind)?,
            metrics: metrics(&rows, &objective, &log_probs, entropy.as_ref())?,
        })
    }
}
