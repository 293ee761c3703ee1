//! From gradients to new parameters: AdamW with clipping and a schedule, updates of the reference policy, checkpoints.

mod checkpoint;
mod fused_adamw;
mod parameter_group;
mod reference;
mod schedule;
mod step;

use serde::{Deserialize, Serialize};

pub use parameter_group::{GroupOptions, ParameterGroup};
pub use reference::{Reference, Replacement};
pub use schedule::{Decay, Schedule};
pub use step::{GrpoOptimizer, StepReport};

use super::options::ranges::between;
use crate::grpo::check::{at_least, positive};
use crate::{Error, Result};

/// Options of [`GrpoOptimizer`].
///
/// ```
/// use r1rewards::grpo::optimizer::AdamWConfig;
/// let config = AdamWConfig::from_json(
///     r#"{"learning_rate": 3e-6, "schedule": {"warmup_steps": 10, "decay": {"cosine": {"steps": 1000}}}}"#,
/// )?;
/// assert_eq!(config.schedule.factor(5), 0.5);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdamWConfig {
    /// The learning rate where the schedule's factor is 1; R1 used 3e-6.
    pub learning_rate: f64,
    /// β₁, of the running mean of gradients.
    pub beta1: f64,
    /// β₂, of the running mean of squared gradients.
    pub beta2: f64,
    /// ε, added to the root of the mean of squared gradients.
    pub epsilon: f64,
    /// Decoupled weight decay: a step reduces parameters by `learning_rate` times this share. Source: AdamW
    /// (1711.05101).
    pub weight_decay: f64,
    /// Gradients whose norm over all parameters is larger are scaled down to this norm; `None` for no clipping.
    pub max_gradient_norm: Option<f64>,
    /// Whether float32 copies of parameters in half precision are kept and updated: steps of 1e-6 are below the
    /// resolution of bfloat16.
    pub master_weights: bool,
    /// The learning rate over time.
    pub schedule: Schedule,
}

impl Default for AdamWConfig {
    fn default() -> Self {
        Self {
            learning_rate: 1e-6,
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
            max_gradient_norm: Some(1.0),
            master_weights: true,
            schedule: Schedule::default(),
        }
    }
}

impl AdamWConfig {
    /// Reads the options from JSON and checks them.
    ///
    /// # Errors
    /// Unknown fields, with the known ones; constants out of range.
    pub fn from_json(json: &str) -> Result<Self> {
        let config: Self = serde_json::from_str(json).map_err(|error| Error::spec(format_args!("optimizer options: {error}")))?;
        config.check()?;
        Ok(config)
    }

    /// Checks the ranges of all options.
    ///
    /// # Errors
    /// The field at fault, its value, and the fix.
    pub fn check(&self) -> Result<()> {
        at_least("learning_rate", self.learning_rate, 0.0)?;
        between("beta1", self.beta1, 0.0, 1.0 - f64::EPSILON)?;
        between("beta2", self.beta2, 0.0, 1.0 - f64::EPSILON)?;
        positive("epsilon", self.epsilon)?;
        at_least("weight_decay", self.weight_decay, 0.0)?;
        if let Some(norm) = self.max_gradient_norm {
            positive("max_gradient_norm", norm)?;
        }
        self.schedule.check()
    }
}
