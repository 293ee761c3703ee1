//! From gradients to new parameters: AdamW with clipping and a schedule, the reference's replacement, checkpoints.
//!
//! Accepts: named parameters whose gradients some `backward` has filled. Refuses: options out of range, two parameters of one name, checkpoints of another
//! model.

mod checkpoint;
mod fused_adamw;
mod group;
mod reference;
mod schedule;
mod step;

use serde::{Deserialize, Serialize};

pub use group::{GroupOptions, ParameterGroup};
pub use reference::{Reference, Replacement};
pub use schedule::{Decay, Schedule};
pub use step::{GrpoOptimizer, StepReport};

use super::check::{at_least, between, positive};
use crate::{Error, Result};

/// Options of [`GrpoOptimizer`].
///
/// ```
/// use r1rewards::grpo::optimizer::AdamWConfig;
/// let config = AdamWConfig::from_json(r#"{"learning_rate": 3e-6, "schedule": {"warmup_steps": 10, "decay": {"cosine": {"steps": 1000}}}}"#)?;
/// assert_eq!(config.schedule.factor(5), 0.5);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdamWConfig {
    /// At the top of the schedule; R1 used 3e-6.
    pub learning_rate: f64,
    /// Of the running mean of gradients.
    pub beta1: f64,
    /// Of the running mean of their squares.
    pub beta2: f64,
    /// Beside the root of the squares.
    pub epsilon: f64,
    /// Decoupled: parameters shrink by `learning_rate` times this. Source: AdamW (1711.05101).
    pub weight_decay: f64,
    /// Gradients are scaled down to this norm, taken over all parameters.
    pub max_gradient_norm: Option<f64>,
    /// Keep float32 copies of parameters in half precision and update those: steps of 1e-6 are below the resolution of bfloat16.
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

    /// Whether every constant is in its range.
    ///
    /// # Errors
    /// The field at fault, what it has, and the fix.
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
