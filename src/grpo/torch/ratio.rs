//! Ratios of probabilities.

use tch::Tensor;

use crate::Result;

/// Log-ratios are clamped to ± this before they are exponentiated, as in verl: float32 overflows not far beyond.
pub(super) const LOG_RATIO_BOUND: f64 = 20.0;

/// A log-ratio, clamped.
pub(super) fn bounded(log_ratio: &Tensor) -> Result<Tensor> {
    Ok(log_ratio.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND)?)
}
