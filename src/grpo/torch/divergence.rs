//! Estimates of the divergence from the reference policy.

use tch::Tensor;

use super::options::{KlEstimator, KlPenalty};
use super::ratio::bounded;
use crate::Result;

/// The estimate of KL(πθ ‖ πref) of each token, by the penalty's estimator and clamp.
pub(super) fn divergence(penalty: &KlPenalty, log_probs: &Tensor, old: &Tensor, reference: &Tensor) -> Result<Tensor> {
    let distance = log_probs.f_sub(reference)?;
    let k2 = || -> Result<Tensor> { Ok(distance.f_square()?.f_mul_scalar(0.5)?) };
    let k3 = || -> Result<Tensor> {
        let inverse = bounded(&distance.f_neg()?)?;
        let value = inverse.f_expm1()?.f_sub(&inverse)?;
        Ok(match penalty.clamp {
            Some(bound) => value.f_clamp_max(bound)?,
            None => value,
        })
    };
    match penalty.estimator {
        KlEstimator::K1 => Ok(distance),
        KlEstimator::K2 => k2(),
        KlEstimator::K3 => k3(),
        KlEstimator::K3StraightThrough => {
            let smooth = k2()?;
            Ok(smooth.f_sub(&smooth.f_detach()?)?.f_add(&k3()?.f_detach()?)?)
        }
        KlEstimator::K3Unbiased => Ok(bounded(&log_probs.f_sub(old)?)?.f_exp()?.f_mul(&k3()?)?),
    }
}
