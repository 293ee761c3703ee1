//! Parameters that differ in their options, as torch's param groups do.
//!
//! Accepts: named parameters with the options that differ from the optimizer's. Refuses: options out of range, naming the field.

use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::AdamWConfig;
use crate::Result;

/// Parameters with options of their own, for example biases without weight decay or an output layer with a smaller rate.
#[derive(Debug)]
pub struct ParameterGroup {
    /// Named parameters; names are those in checkpoints, and differ between groups.
    pub parameters: Vec<(String, Tensor)>,
    /// What differs from the optimizer's options.
    pub options: GroupOptions,
}

/// The options of a group; what is none is the optimizer's. Clip, masters and schedule are the optimizer's for all.
///
/// ```
/// use r1rewards::grpo::optimizer::{AdamWConfig, GroupOptions};
/// let options: GroupOptions = serde_json::from_str(r#"{"weight_decay": 0.0}"#)?;
/// let config = options.over(AdamWConfig { weight_decay: 0.1, learning_rate: 1e-5, ..AdamWConfig::default() });
/// assert_eq!((config.weight_decay, config.learning_rate), (0.0, 1e-5));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupOptions {
    /// At the top of the schedule.
    pub learning_rate: Option<f64>,
    /// Of the running mean of gradients.
    pub beta1: Option<f64>,
    /// Of the running mean of their squares.
    pub beta2: Option<f64>,
    /// Beside the root of the squares.
    pub epsilon: Option<f64>,
    /// Decoupled weight decay.
    pub weight_decay: Option<f64>,
}

impl GroupOptions {
    /// Reads the options from JSON.
    ///
    /// # Errors
    /// Unknown fields, with the known ones.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json).map_err(|error| crate::Error::spec(format_args!("options of a group: {error}")))
    }

    /// The optimizer's options with these in their place.
    pub fn over(&self, config: AdamWConfig) -> AdamWConfig {
        AdamWConfig {
            learning_rate: self.learning_rate.unwrap_or(config.learning_rate),
            beta1: self.beta1.unwrap_or(config.beta1),
            beta2: self.beta2.unwrap_or(config.beta2),
            epsilon: self.epsilon.unwrap_or(config.epsilon),
            weight_decay: self.weight_decay.unwrap_or(config.weight_decay),
            ..config
        }
    }
}
