//! Groups of parameters with options of their own, like torch's param groups.

use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::AdamWConfig;
use crate::Result;

/// Parameters with options of their own, for example biases without weight decay or an output layer with a smaller
/// rate.
#[derive(Debug)]
pub struct ParameterGroup {
    /// Named parameters. The names are those in checkpoints, and differ over all groups.
    pub parameters: Vec<(String, Tensor)>,
    /// The options that differ from the optimizer's.
    pub options: GroupOptions,
}

/// The options of a group; `None` stands for the optimizer's. Clipping, master weights and schedule are the optimizer's
/// for all groups.
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
    /// The learning rate where the schedule's factor is 1.
    pub learning_rate: Option<f64>,
    /// β₁, of the running mean of gradients.
    pub beta1: Option<f64>,
    /// β₂, of the running mean of squared gradients.
    pub beta2: Option<f64>,
    /// ε, added to the root of the mean of squared gradients.
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

    /// The optimizer's options with those of the group in their place.
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
