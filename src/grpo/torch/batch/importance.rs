//! Importance weights w = πold/π_rollout of rows, bounded by a correction.

use tch::Tensor;

use crate::Result;
use crate::grpo::torch::options::{Correction, Tis};
use crate::grpo::torch::ratio::bounded;

/// w of each row before and after its bound, and whether the bound has changed it.
#[derive(Debug)]
pub(crate) struct ImportanceWeights {
    pub raw: Tensor,
    pub bounded: Tensor,
    pub cut: Tensor,
}

impl ImportanceWeights {
    /// The weights of rows whose log w, at the level of the correction, is `log_weight`.
    pub fn new(correction: &Correction, log_weight: &Tensor) -> Result<Self> {
        let raw = bounded(log_weight)?.f_exp()?;
        let (low, high) = correction.bounds();
        let inside = inside(&raw, low, high)?;
        let bounded = match *correction {
            Correction::Tis(Tis { cap, .. }) => raw.f_clamp_max(cap)?,
            Correction::Mis(_) | Correction::Decoupled(_) => raw.f_where_self(&inside, &raw.f_zeros_like()?)?,
        };
        Ok(Self { raw, bounded, cut: inside.f_logical_not()? })
    }

    pub fn narrow(&self, start: i64, length: i64) -> Result<Self> {
        let part = |tensor: &Tensor| tensor.f_narrow(0, start, length);
        Ok(Self { raw: part(&self.raw)?, bounded: part(&self.bounded)?, cut: part(&self.cut)? })
    }
}

/// Whether weights lie within bounds.
pub(super) fn inside(weight: &Tensor, low: Option<f64>, high: Option<f64>) -> Result<Tensor> {
    let above = weight.f_ge(low.unwrap_or(0.0))?;
    Ok(match high {
        Some(high) => above.f_logical_and(&weight.f_le(high)?)?,
        None => above,
    })
}
