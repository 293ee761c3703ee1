//! The penalty on the distance to the reference policy.
//!
//! Accepts: an estimator, a coefficient, and a bound on `k3` where one is wanted. Refuses: coefficients below 0, bounds that are not above 0.

use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::check::{at_least, positive};
use super::objective::LOG_RATIO_BOUND;
use crate::Result;

/// β·KL per token.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KlPenalty {
    /// How the divergence is estimated.
    pub estimator: KlEstimator,
    /// β; R1 used 1e-3.
    pub coefficient: f64,
    /// The largest value of `k3`: above 0. Beyond it the penalty has **no gradient**, so that a token which the policy has made very unlikely (a log-ratio above 2.6
    /// with a bound of 10) is no longer held. verl and `NeMo` RL bound it at 10; TRL does not, and neither does this without a value.
    pub clamp: Option<f64>,
}

impl Default for KlPenalty {
    fn default() -> Self {
        Self { estimator: KlEstimator::K3, coefficient: 1e-3, clamp: None }
    }
}

/// An estimator of KL(πθ ‖ πref) from one sample, with d = log πθ − log πref. Source: Schulman, "Approximating KL divergence" (2020).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KlEstimator {
    /// d: unbiased as a value, its gradient is not the divergence's.
    K1,
    /// d²/2: its gradient is the divergence's on policy.
    K2,
    /// exp(−d) − 1 + d, never negative. −d is clamped to ±20, beyond which float32 would soon be infinite, and the value to `clamp` where it is given.
    #[default]
    K3,
    /// The value of `k3` with the gradient of `k2`. Source: verl's `k3+`.
    K3StraightThrough,
    /// ρ·`k3`, unbiased off policy, gradient through both. Source: DeepSeek-V3.2 (2512.02556).
    K3Unbiased,
}

impl KlEstimator {
    /// Every estimator.
    pub const ALL: [Self; 5] = [Self::K1, Self::K2, Self::K3, Self::K3StraightThrough, Self::K3Unbiased];
}

impl KlPenalty {
    pub(super) fn check(&self) -> Result<()> {
        at_least("kl.coefficient", self.coefficient, 0.0)?;
        self.clamp.map_or(Ok(()), |bound| positive("kl.clamp", bound))
    }

    /// The estimate of KL(πθ ‖ πref), token by token.
    pub(super) fn divergence(&self, log_probs: &Tensor, old: &Tensor, reference: &Tensor) -> Result<Tensor> {
        let distance = log_probs.f_sub(reference)?;
        let k2 = || -> Result<Tensor> { Ok(distance.f_square()?.f_mul_scalar(0.5)?) };
        let k3 = || -> Result<Tensor> {
            let inverse = distance.f_neg()?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?;
            let value = inverse.f_expm1()?.f_sub(&inverse)?;
            Ok(match self.clamp {
                Some(bound) => value.f_clamp_max(bound)?,
                None => value,
            })
        };
        match self.estimator {
            KlEstimator::K1 => Ok(distance),
            KlEstimator::K2 => k2(),
            KlEstimator::K3 => k3(),
            KlEstimator::K3StraightThrough => {
                let smooth = k2()?;
                Ok(smooth.f_sub(&smooth.f_detach()?)?.f_add(&k3()?.f_detach()?)?)
            }
            KlEstimator::K3Unbiased => {
                Ok(log_probs.f_sub(old)?.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?.f_exp()?.f_mul(&k3()?)?)
            }
        }
    }
}
