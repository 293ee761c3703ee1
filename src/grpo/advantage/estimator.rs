//! The estimators of the advantage within a group, and their constants.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::core::names::by_name;
use crate::grpo::check::at_least;

/// An estimator of the advantage A of a sample with reward r in a group of G samples.
///
/// ```
/// use r1rewards::grpo::Estimator;
/// assert_eq!("rloo".parse::<Estimator>()?, Estimator::Rloo);
/// assert_eq!(Estimator::GroupMean.to_string(), "group_mean");
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Estimator {
    /// GRPO: A = (r − mean) / (std + ε), with the group's mean and standard deviation. Source: DeepSeek-R1 (2501.12948)
    /// eq. 3.
    #[default]
    GroupNorm,
    /// Dr. GRPO: A = r − mean. Source: Understanding R1-Zero-like training (2503.20783).
    GroupMean,
    /// A = r − mean of the others = G/(G−1)·(r − mean). Source: RLOO (2402.14740).
    Rloo,
    /// A = (r − mean)/mean, 0 where the mean is not positive. Source: prime-rl's `maxrl`.
    Maxrl,
    /// A = (r − group mean) / (std of the batch + ε). Source: "Lite PPO" (2508.08221); TRL's
    /// `scale_rewards = "batch"`.
    BatchNorm,
    /// A = α·(r − mean) with α = N/(N − M): N scored samples in the batch, M of them in groups that are dead or have a
    /// single scored sample. The gradient is then as large as if those groups had not been sampled. Source: GPG
    /// (2504.02546). verl divides by the number of samples whose reward is not 0 instead.
    Gpg,
}

impl Estimator {
    /// The name of every estimator.
    pub const NAMES: [&'static str; 6] = ["group_norm", "group_mean", "rloo", "maxrl", "batch_norm", "gpg"];
}

by_name!(Estimator, "estimator");

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
    /// ε, added to a standard deviation: 1e-4 as in TRL; verl has 1e-6.
    pub epsilon: f64,
    /// Whether standard deviations divide by n − 1 (Bessel), as TRL and verl do, or by n.
    pub bessel: bool,
    /// A group is dead, and its advantages exactly 0, where its largest and smallest rewards differ by no more than
    /// this.
    pub tolerance: f64,
}

impl Default for AdvantageConfig {
    fn default() -> Self {
        Self { estimator: Estimator::GroupNorm, epsilon: 1e-4, bessel: true, tolerance: 1e-12 }
    }
}

impl AdvantageConfig {
    /// An estimator with the default constants.
    pub fn new(estimator: Estimator) -> Self {
        Self { estimator, ..Self::default() }
    }

    pub(crate) fn check(&self) -> Result<()> {
        at_least("epsilon", self.epsilon, 0.0)?;
        at_least("tolerance", self.tolerance, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Estimator;
    use crate::core::names::assert_names_agree;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_names_agree::<Estimator>(&Estimator::NAMES, &[]);
    }
}
