//! What a trainer logs of a step, as plain numbers.
//!
//! Accepts: the objective of all rows of a batch. Refuses: nothing. Everything crosses from the device in one transfer.

use serde::Serialize;
use tch::{Kind, Tensor};

use super::objective::{LOG_RATIO_BOUND, Objective};
use super::rows::Rows;
use super::torch::mean_or_zero;
use crate::Result;

/// Numbers on one batch. Fractions and means are over its trainable tokens, whatever the aggregation; 0 where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Metrics {
    /// The loss, by the aggregation.
    pub loss: f64,
    /// The policy's part of the loss.
    pub policy_loss: f64,
    /// Mean estimate of the divergence to the reference, by the configured estimator or k3.
    pub kl: f64,
    /// Mean entropy, in nats.
    pub entropy: f64,
    /// Mean of πθ/πold (of s for losses of whole sequences, w for `vespo`, πθ/μ for `dppo`).
    pub ratio_mean: f64,
    /// Its smallest.
    pub ratio_min: f64,
    /// Its 5 % quantile.
    pub ratio_p05: f64,
    /// Its median.
    pub ratio_median: f64,
    /// Its 95 % quantile.
    pub ratio_p95: f64,
    /// Its largest.
    pub ratio_max: f64,
    /// Fraction of tokens cut by the lower clip.
    pub clip_low: f64,
    /// Fraction of tokens cut by the upper clip.
    pub clip_high: f64,
    /// Mean of the correction's w before its bound.
    pub correction_mean: f64,
    /// Its smallest.
    pub correction_min: f64,
    /// Its largest.
    pub correction_max: f64,
    /// Fraction of tokens whose w the correction's bound has cut or dropped.
    pub correction_truncated: f64,
    /// Mean of log π_rollout − log πold: the mismatch of sampler and trainer, 0 where they agree.
    pub rollout_kl: f64,
    /// The same divergence, KL(π_rollout ‖ πold), by the `k3` estimator: mean of w − 1 − log w with w = πold/π_rollout of a token; never negative.
    pub rollout_k3: f64,
    /// χ²(πold ‖ π_rollout) of tokens: mean of w² − 1. Source: verl's `rollout_corr`.
    pub rollout_chi2: f64,
    /// The same of sequences, w being the product over a sequence.
    pub rollout_chi2_sequence: f64,
    /// Effective sample size of the tokens as a share of them, (Σw)²/(n·Σw²): 1 where sampler and trainer agree. Source: Kish (1965).
    pub rollout_ess: f64,
    /// Trainable tokens; without the dropped ones where option `denominator` is `kept`.
    pub tokens: f64,
    /// Trainable tokens whose policy loss a mask, a correction, a rejection or staleness has dropped.
    pub dropped_tokens: f64,
    /// Tokens outside the bounds of option `rejection`, or with `kept` outside those of the correction.
    pub rejected_tokens: f64,
    /// Sequences with a trainable token.
    pub sequences: f64,
    /// Of those, the ones whose advantages are all exactly 0: they teach nothing.
    pub dead_sequences: f64,
    /// Of those, the ones too stale.
    pub stale_sequences: f64,
}

impl Metrics {
    /// Every number with its name, in the order above. For formats that have no NaN or infinity, which a loss that overflows has.
    pub fn entries(&self) -> [(&'static str, f64); 27] {
        [
            ("loss", self.loss),
            ("policy_loss", self.policy_loss),
            ("kl", self.kl),
            ("entropy", self.entropy),
            ("ratio_mean", self.ratio_mean),
            ("ratio_min", self.ratio_min),
            ("ratio_p05", self.ratio_p05),
            ("ratio_median", self.ratio_median),
            ("ratio_p95", self.ratio_p95),
            ("ratio_max", self.ratio_max),
            ("clip_low", self.clip_low),
            ("clip_high", self.clip_high),
            ("correction_mean", self.correction_mean),
            ("correction_min", self.correction_min),
            ("correction_max", self.correction_max),
            ("correction_truncated", self.correction_truncated),
            ("rollout_kl", self.rollout_kl),
            ("rollout_k3", self.rollout_k3),
            ("rollout_chi2", self.rollout_chi2),
            ("rollout_chi2_sequence", self.rollout_chi2_sequence),
            ("rollout_ess", self.rollout_ess),
            ("tokens", self.tokens),
            ("dropped_tokens", self.dropped_tokens),
            ("rejected_tokens", self.rejected_tokens),
            ("sequences", self.sequences),
            ("dead_sequences", self.dead_sequences),
            ("stale_sequences", self.stale_sequences),
        ]
    }
}

/// The metrics of an objective over all rows.
pub(super) fn metrics(rows: &Rows, objective: &Objective, log_probs: &Tensor, entropy: Option<&Tensor>) -> Result<Metrics> {
    let _guard = tch::no_grad_guard();
    let zero = Tensor::f_zeros([], (Kind::Double, rows.weights.device()))?;
    let sum = |tensor: &Tensor| -> Result<Tensor> { Ok(tensor.f_sum(Kind::Double)?) };
    let mean_some = |tensor: Option<&Tensor>| tensor.map_or_else(|| Ok(zero.shallow_clone()), mean_or_zero);
    let [min, p05, median, p95, max] = quantiles(&objective.ratio)?;
    let now = log_probs.f_detach()?;
    let weights = objective.correction.as_ref().filter(|weights| weights.raw.numel() > 0);
    let mismatch = mismatch(rows, &now, &zero)?;
    let filled = rows.counts.f_gt(0.0)?;
    let magnitude = rows.counts.f_zeros_like()?.f_index_add(0, &rows.sequence, &rows.advantages.f_abs()?)?;
    let dead = filled.f_logical_and(&magnitude.f_eq(0.0)?)?;
    let values = [
        sum(&objective.rows)?,
        sum(&objective.policy)?,
        mean_some(objective.kl.as_ref())?,
        mean_some(entropy)?,
        mean_or_zero(&objective.ratio)?,
        min,
        p05,
        median,
        p95,
        max,
        mean_or_zero(&objective.clipped[0])?,
        mean_or_zero(&objective.clipped[1])?,
        mean_some(weights.map(|weights| &weights.raw))?,
        weights.map_or_else(|| Ok(zero.shallow_clone()), |weights| weights.raw.f_min())?,
        weights.map_or_else(|| Ok(zero.shallow_clone()), |weights| weights.raw.f_max())?,
        mean_some(weights.map(|weights| &weights.cut))?,
        mismatch[0].shallow_clone(),
        mismatch[1].shallow_clone(),
        mismatch[2].shallow_clone(),
        mismatch[3].shallow_clone(),
        mismatch[4].shallow_clone(),
        sum(&objective.keep.f_eq(0.0)?)?,
        rows.rejected_tokens.shallow_clone(),
        sum(&filled)?,
        sum(&dead)?,
        rows.stale_sequences.shallow_clone(),
    ];
    let values =
        values.iter().map(|value| value.f_detach()?.f_to_kind(Kind::Double)).collect::<std::result::Result<Vec<_>, _>>()?;
    let values: Vec<f64> = Vec::try_from(Tensor::f_stack(&values, 0)?)?;
    #[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
    let tokens = rows.len() as f64;
    Ok(Metrics {
        loss: values[0],
        policy_loss: values[1],
        kl: values[2],
        entropy: values[3],
        ratio_mean: values[4],
        ratio_min: values[5],
        ratio_p05: values[6],
        ratio_median: values[7],
        ratio_p95: values[8],
        ratio_max: values[9],
        clip_low: values[10],
        clip_high: values[11],
        correction_mean: values[12],
        correction_min: values[13],
        correction_max: values[14],
        correction_truncated: values[15],
        rollout_kl: values[16],
        rollout_k3: values[17],
        rollout_chi2: values[18],
        rollout_chi2_sequence: values[19],
        rollout_ess: values[20],
        tokens,
        dropped_tokens: values[21],
        rejected_tokens: values[22],
        sequences: values[23],
        dead_sequences: values[24],
        stale_sequences: values[25],
    })
}

/// `rollout_kl` and what follows it, of the tokens that the sampler's log-probabilities are known for.
fn mismatch(rows: &Rows, now: &Tensor, zero: &Tensor) -> Result<[Tensor; 5]> {
    let Some(rollout) = rows.rollout.as_ref().filter(|rollout| rollout.numel() > 0) else {
        return Ok(std::array::from_fn(|_| zero.shallow_clone()));
    };
    let bounded = |log: &Tensor| log.f_clamp(-LOG_RATIO_BOUND, LOG_RATIO_BOUND);
    let log_weight = rows.old.as_ref().unwrap_or(now).f_sub(rollout)?.f_to_kind(Kind::Double)?;
    let log_bounded = bounded(&log_weight)?;
    let weight = log_bounded.f_exp()?;
    let squares = weight.f_square()?;
    let of_sequences = Tensor::f_zeros([rows.shape[0]], (Kind::Double, weight.device()))?;
    let of_sequences = of_sequences.f_index_add(0, &rows.sequence, &log_weight)?;
    let product = bounded(&of_sequences.f_masked_select(&rows.counts.f_gt(0.0)?)?)?.f_mul_scalar(2.0)?.f_exp()?;
    let effective = weight.f_sum(Kind::Double)?.f_square()?.f_div(&squares.f_sum(Kind::Double)?)?;
    #[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
    let tokens = rows.len() as f64;
    Ok([
        mean_or_zero(&log_weight)?.f_neg()?,
        mean_or_zero(&log_bounded.f_expm1()?.f_sub(&log_bounded)?)?,
        mean_or_zero(&squares)?.f_sub_scalar(1.0)?,
        mean_or_zero(&product)?.f_sub_scalar(1.0)?,
        effective.f_div_scalar(tokens)?,
    ])
}

/// The smallest, 5 %, median, 95 % and largest value: of the sorted list the entry at that share of the way, rounded down.
fn quantiles(values: &Tensor) -> Result<[Tensor; 5]> {
    let count = i64::try_from(values.numel()).unwrap_or(i64::MAX);
    if count == 0 {
        let zero = Tensor::f_zeros([], (Kind::Double, values.device()))?;
        return Ok(std::array::from_fn(|_| zero.shallow_clone()));
    }
    let sorted = values.f_detach()?.f_sort(0, false)?.0;
    let at = |percent: i64| sorted.f_select(0, (count - 1) * percent / 100);
    Ok([at(0)?, at(5)?, at(50)?, at(95)?, at(100)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_all_fields() {
        let metrics = Metrics { loss: 1.0, stale_sequences: 2.0, ..Metrics::default() };
        let fields = serde_json::to_value(metrics).unwrap();
        let entries: serde_json::Map<_, _> =
            metrics.entries().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        assert_eq!(fields, serde_json::Value::Object(entries));
    }
}
