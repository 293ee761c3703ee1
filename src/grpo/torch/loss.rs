//! The loss of a batch from log-probabilities.

use tch::{Kind, Tensor};

use super::batch::{Rows, TokenBatch, select};
use super::measure::measure;
use super::metrics::Metrics;
use super::objective::objective;
use super::options::GrpoConfig;
use super::tensor::{expect, expect_float, loss_kind, refuse_not_finite};
use crate::{Error, Result};

/// A loss whose options are checked.
///
/// ```
/// use r1rewards::grpo::{GrpoConfig, GrpoLoss, TokenBatch};
/// use tch::{Kind, Tensor};
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

/// The loss of a batch, and its metrics.
#[derive(Debug)]
pub struct LossOutput {
    /// One number, with a graph back to the log-probabilities and entropies: float64 where they are float64, else
    /// float32.
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
        Ok(Self { config: GrpoConfig { aggregation: Some(config.aggregation()), ..config } })
    }

    /// The options; the aggregation is the one that is used, also where the options gave none.
    pub fn config(&self) -> &GrpoConfig {
        &self.config
    }

    /// The loss of the tokens with these log-probabilities [B, T]. `entropy` [B, T], in nats, is needed for the entropy
    /// bonus and for option `top_entropy`.
    ///
    /// # Errors
    /// Shapes, dtypes and devices that do not fit together; numbers that are not finite at trainable tokens; a part of
    /// the batch that the options need and that is missing.
    pub fn loss(&self, log_probs: &Tensor, entropy: Option<&Tensor>, batch: &TokenBatch) -> Result<LossOutput> {
        expect_float("log_probs", log_probs)?;
        let size = log_probs.size();
        let &[sequences, tokens] = size.as_slice() else {
            return Err(Error::tensor(format_args!("`log_probs` has shape {size:?}: give [sequences, tokens]")));
        };
        let beside = ("log_probs", log_probs);
        let rows = select(&self.config, batch, [sequences, tokens], beside, loss_kind(log_probs.kind()))?;
        if let Some(entropy) = entropy {
            expect_float("entropy", entropy)?;
            expect("entropy", entropy, &size, beside)?;
        } else if rows.entropy_coefficient != 0.0 || self.config.top_entropy.is_some() {
            let need = if rows.entropy_coefficient != 0.0 { "the entropy bonus" } else { "option `top_entropy`" };
            return Err(Error::tensor(format_args!("`entropy` is missing: {need} needs it")));
        }
        let log_probs = rows.select(log_probs)?;
        refuse_not_finite(&[("log_probs", &log_probs)])?;
        let entropy = entropy.map(|given| entropies(&rows, given)).transpose()?;
        let objective = objective(&self.config, &rows, &log_probs, entropy.as_ref())?;
        Ok(LossOutput {
            loss: objective.rows.f_sum(rows.kind)?,
            metrics: measure(&rows, &objective, &log_probs, entropy.as_ref())?,
        })
    }
}

/// The entropies of rows. Negative ones are refused.
fn entropies(rows: &Rows, entropy: &Tensor) -> Result<Tensor> {
    let selected = rows.select(entropy)?;
    refuse_not_finite(&[("entropy", &selected)])?;
    // An entropy computed as a difference of large numbers may round to a little below 0, in half precision by more.
    let rounding = if loss_kind(entropy.kind()) == entropy.kind() { 1e-3 } else { 0.25 };
    let negative = selected.f_lt(-rounding)?.f_sum(Kind::Int64)?.f_int64_value(&[])?;
    if negative > 0 {
        return Err(Error::tensor(format_args!(
            "`entropy` is below 0 at {negative} of {} trainable tokens: give −Σ p·log p, in nats",
            rows.len()
        )));
    }
    Ok(selected)
}
