//! The penalty on the distance to the reference policy.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::core::names::by_name;
use crate::grpo::check::{at_least, positive};

/// β·KL per token.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KlPenalty {
    /// How the divergence is estimated.
    pub estimator: KlEstimator,
    /// β; R1 used 1e-3.
    pub coefficient: f64,
    /// The largest value of `k3`, above 0; `None` for no bound. Above the bound the penalty has **no gradient**: a
    /// token that the policy has made very unlikely (with a bound of 10, a log-ratio beyond 2.6) is no longer pulled
    /// back. verl and `NeMo` RL bound it at 10, TRL does not.
    pub clamp: Option<f64>,
}

impl Default for KlPenalty {
    fn default() -> Self {
        Self { estimator: KlEstimator::K3, coefficient: 1e-3, clamp: None }
    }
}

impl KlPenalty {
    pub(crate) fn check(&self) -> Result<()> {
        at_least("kl.coefficient", self.coefficient, 0.0)?;
        self.clamp.map_or(Ok(()), |bound| positive("kl.clamp", bound))
    }
}

/// An estimator of KL(πθ ‖ πref) from one sample, with d = log πθ − log πref. Source: Schulman, "Approximating KL
/// divergence" (2020).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KlEstimator {
    /// d. Its value is unbiased; its gradient is not that of the divergence.
    K1,
    /// d²/2. On policy, its gradient is that of the divergence.
    K2,
    /// exp(−d) − 1 + d, never negative. −d is clamped to ±20, because float32 overflows not far beyond, and the value
    /// to `clamp` where it is given.
    #[default]
    K3,
    /// The value of `k3` with the gradient of `k2`. Source: verl's `k3+`.
    K3StraightThrough,
    /// ρ·`k3`, unbiased off policy, with the gradient of both factors. Source: DeepSeek-V3.2 (2512.02556).
    K3Unbiased,
}

impl KlEstimator {
    /// The name of every estimator.
    pub const NAMES: [&'static str; 5] = ["k1", "k2", "k3", "k3_straight_through", "k3_unbiased"];
}

by_name!(KlEstimator, "kl.estimator");

#[cfg(test)]
mod tests {
    use super::KlEstimator;
    use crate::core::names::assert_names_agree;

    #[test]
    fn names_are_read_as_they_are_written() {
        assert_names_agree::<KlEstimator>(&KlEstimator::NAMES, &[]);
    }
}
