//! An entropy bonus that holds the entropy near a target.

use crate::Result;
use crate::grpo::check::{at_least, positive};

/// Moves the weight of the entropy bonus: up by `step` while the entropy is below the target, down otherwise. The bonus
/// applies only while the entropy is at or below the target. Source: Skywork-OR1 (2505.22312), whose step is 0.005.
///
/// ```
/// use r1rewards::grpo::AdaptiveEntropy;
/// let mut bonus = AdaptiveEntropy::new(0.2, AdaptiveEntropy::STEP)?;
/// assert_eq!(bonus.observe(0.1)?, 0.005);
/// assert_eq!(bonus.observe(0.1)?, 0.01);
/// assert_eq!(bonus.observe(0.3)?, 0.0);
/// assert_eq!(bonus.weight(), 0.005);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaptiveEntropy {
    target: f64,
    step: f64,
    limit: Option<f64>,
    weight: f64,
}

impl AdaptiveEntropy {
    /// The step of the paper.
    pub const STEP: f64 = 0.005;

    /// A bonus whose weight begins at 0, for a target in nats.
    ///
    /// # Errors
    /// A target or step that is not a finite number above 0.
    pub fn new(target: f64, step: f64) -> Result<Self> {
        positive("target", target)?;
        positive("step", step)?;
        Ok(Self { target, step, limit: None, weight: 0.0 })
    }

    /// The weight, whether or not the bonus applies.
    pub fn weight(&self) -> f64 {
        self.weight
    }

    /// Continues from a weight, for example after a restart.
    ///
    /// # Errors
    /// A weight below 0.
    pub fn with_weight(self, weight: f64) -> Result<Self> {
        at_least("weight", weight, 0.0)?;
        Ok(Self { weight, ..self })
    }

    /// Bounds the weight from above, as TRL's `entropy_coef_max` does. Without a bound it would grow for as long as the
    /// entropy stays below the target.
    ///
    /// # Errors
    /// A limit that is not a finite number above 0.
    pub fn with_limit(self, limit: f64) -> Result<Self> {
        positive("limit", limit)?;
        Ok(Self { limit: Some(limit), weight: self.weight.min(limit), ..self })
    }

    /// Takes the mean entropy of a step; returns the coefficient for the next step.
    ///
    /// # Errors
    /// An entropy that is below 0 or not finite. The weight is unchanged then.
    pub fn observe(&mut self, entropy: f64) -> Result<f64> {
        at_least("entropy", entropy, 0.0)?;
        let change = if entropy < self.target { self.step } else { -self.step };
        self.weight = (self.weight + change).clamp(0.0, self.limit.unwrap_or(f64::INFINITY));
        Ok(if entropy <= self.target { self.weight } else { 0.0 })
    }
}
