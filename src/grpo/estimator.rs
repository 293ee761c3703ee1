//! Which advantage is estimated, and with which constants.
//!
//! Accepts: every estimator by name, constants that are finite and not negative. Refuses: others, naming the field.

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// An estimator of the advantage A of a sample with reward r in a group of G samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Estimator {
    /// GRPO: A = (r − mean) / (std + ε), with the group's mean and standard deviation. Source: DeepSeek-R1 (2501.12948) eq. 3.
    #[default]
    GroupNorm,
    /// Dr. GRPO: A = r − mean. Source: Understanding R1-Zero-like training (2503.20783).
    GroupMean,
    /// A = r − mean of the others = G/(G−1)·(r − mean). Source: RLOO (2402.14740).
    Rloo,
    /// A = (r − mean)/mean, 0 where the mean is not positive. Source: prime-rl's `maxrl`.
    Maxrl,
    /// A = (r − group mean) / (std of the batch + ε). Source: "Lite PPO" (2508.08221); TRL's `scale_rewards = "batch"`.
    BatchNorm,
    /// A = α·(r − mean) with α = N/(N − M): N scored samples of the batch, M of them in groups that are dead or have one sample alone. The gradient is
    /// then as large as if only groups that teach had been sampled. Source: GPG (2504.02546); verl divides by the samples with a reward
    /// that is not 0 instead.
    Gpg,
}

impl Estimator {
    /// Every estimator.
    pub const ALL: [Self; 6] = [Self::GroupNorm, Self::GroupMean, Self::Rloo, Self::Maxrl, Self::BatchNorm, Self::Gpg];
}

/// An estimator with its constants.
///
/// ```
/// use r1rewards::grpo::{AdvantageConfig, Estimator};
/// let config: AdvantageConfig = serde_json::from_str(r#"{"estimator": "rloo"}"#)?;
/// assert_eq!(config, AdvantageConfig { estimator: Estimator::Rloo, ..Default::default() });
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdvantageConfig {
    /// The estimator.
    pub estimator: Estimator,
    /// ε beside a standard deviation: 1e-4 as in TRL; verl has 1e-6.
    pub epsilon: f64,
    /// Whether standard deviations divide by n − 1 (Bessel), as TRL and verl do, or by n.
    pub bessel: bool,
    /// A group whose rewards lie no further apart than this is dead: its advantages are exactly 0.
    pub tolerance: f64,
}

impl Default for AdvantageConfig {
    fn default() -> Self {
        Self { estimator: Estimator::GroupNorm, epsilon: 1e-4, bessel: true, tolerance: 1e-12 }
    }
}

impl AdvantageConfig {
    /// That estimator with the usual constants.
    pub fn new(estimator: Estimator) -> Self {
        Self { estimator, ..Self::default() }
    }

    pub(super) fn check(&self) -> Result<()> {
        for (name, value) in [("epsilon", self.epsilon), ("tolerance", self.tolerance)] {
            if !value.is_finite() || value < 0.0 {
                return Err(Error::option(name, value, "give a finite number of at least 0"));
            }
        }
        Ok(())
    }
}
