//! The metrics of an objective. All numbers leave the device in one transfer.

use tch::{Kind, Tensor};

use super::batch::Rows;
use super::metrics::Metrics;
use super::objective::Objective;
use super::ratio::bounded;
use super::tensor::mean_or_zero;
use crate::Result;

/// The metrics of an objective over all rows of a batch.
pub(super) fn measure(rows: &Rows, objective: &Objective, log_probs: &Tensor, entropy: Option<&Tensor>) -> Result<Metrics> {
    let _guard = tch::no_grad_guard();
    let sum = |tensor: &Tensor| -> Result<Tensor> { Ok(tensor.f_sum(Kind::Double)?) };
    let ratio = quantiles(&objective.ratio)?;
    let correction = objective.correction.as_ref().filter(|weights| weights.raw.numel() > 0);
    let mismatch = Mismatch::new(rows, &log_probs.f_detach()?)?;
    let filled = rows.counts.f_gt(0.0)?;
    let magnitude = rows.counts.f_zeros_like()?.f_index_add(0, &rows.sequence, &rows.advantages.f_abs()?)?;
    let dead = filled.f_logical_and(&magnitude.f_eq(0.0)?)?;
    #[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
    let mut metrics = Metrics { tokens: rows.len() as f64, ..Metrics::default() };
    let mut transfer = Transfer::default();
    transfer.add(&mut metrics.loss, sum(&objective.rows)?);
    transfer.add(&mut metrics.policy_loss, sum(&objective.policy)?);
    if let Some(kl) = &objective.kl {
        transfer.add(&mut metrics.kl, mean_or_zero(kl)?);
    }
    if let Some(entropy) = entropy {
        transfer.add(&mut metrics.entropy, mean_or_zero(entropy)?);
    }
    transfer.add(&mut metrics.ratio_mean, mean_or_zero(&objective.ratio)?);
    if let Some(Quantiles { min, p05, median, p95, max }) = ratio {
        transfer.add(&mut metrics.ratio_min, min);
        transfer.add(&mut metrics.ratio_p05, p05);
        transfer.add(&mut metrics.ratio_median, median);
        transfer.add(&mut metrics.ratio_p95, p95);
        transfer.add(&mut metrics.ratio_max, max);
    }
    transfer.add(&mut metrics.clip_low, mean_or_zero(&objective.clipped_low)?);
    transfer.add(&mut metrics.clip_high, mean_or_zero(&objective.clipped_high)?);
    if let Some(weights) = correction {
        transfer.add(&mut metrics.correction_mean, mean_or_zero(&weights.raw)?);
        transfer.add(&mut metrics.correction_min, weights.raw.f_min()?);
        transfer.add(&mut metrics.correction_max, weights.raw.f_max()?);
        transfer.add(&mut metrics.correction_truncated, mean_or_zero(&weights.cut)?);
    }
    if let Some(Mismatch { kl, k3, chi2, chi2_sequence, ess }) = mismatch {
        transfer.add(&mut metrics.rollout_kl, kl);
        transfer.add(&mut metrics.rollout_k3, k3);
        transfer.add(&mut metrics.rollout_chi2, chi2);
        transfer.add(&mut metrics.rollout_chi2_sequence, chi2_sequence);
        transfer.add(&mut metrics.rollout_ess, ess);
    }
    transfer.add(&mut metrics.dropped_tokens, sum(&objective.keep.f_eq(0.0)?)?);
    transfer.add(&mut metrics.rejected_tokens, rows.rejected_tokens.shallow_clone());
    transfer.add(&mut metrics.sequences, sum(&filled)?);
    transfer.add(&mut metrics.dead_sequences, sum(&dead)?);
    transfer.add(&mut metrics.stale_sequences, rows.stale_sequences.shallow_clone());
    transfer.run()?;
    Ok(metrics)
}

/// Numbers on a device, each with the place that it is copied to.
#[derive(Default)]
struct Transfer<'a> {
    places: Vec<&'a mut f64>,
    numbers: Vec<Tensor>,
}

impl<'a> Transfer<'a> {
    fn add(&mut self, place: &'a mut f64, number: Tensor) {
        self.places.push(place);
        self.numbers.push(number);
    }

    fn run(self) -> Result<()> {
        let wide = |number: &Tensor| number.f_detach()?.f_to_kind(Kind::Double);
        let numbers = self.numbers.iter().map(wide).collect::<std::result::Result<Vec<_>, _>>()?;
        let numbers: Vec<f64> = Vec::try_from(Tensor::f_stack(&numbers, 0)?)?;
        self.places.into_iter().zip(numbers).for_each(|(place, number)| *place = number);
        Ok(())
    }
}

/// The mismatch of sampler and trainer, by several measures.
struct Mismatch {
    kl: Tensor,
    k3: Tensor,
    chi2: Tensor,
    chi2_sequence: Tensor,
    ess: Tensor,
}

impl Mismatch {
    /// Of the rows of a batch with rollout log-probabilities, `now` being log πθ.
    fn new(rows: &Rows, now: &Tensor) -> Result<Option<Self>> {
        let Some(rollout) = rows.rollout.as_ref().filter(|rollout| rollout.numel() > 0) else {
            return Ok(None);
        };
        let log_weight = rows.old.as_ref().unwrap_or(now).f_sub(rollout)?.f_to_kind(Kind::Double)?;
        let log_bounded = bounded(&log_weight)?;
        let weight = log_bounded.f_exp()?;
        let squares = weight.f_square()?;
        let of_sequences = Tensor::f_zeros([rows.shape[0]], (Kind::Double, weight.device()))?;
        let of_sequences = of_sequences.f_index_add(0, &rows.sequence, &log_weight)?;
        let of_filled = of_sequences.f_masked_select(&rows.counts.f_gt(0.0)?)?;
        let squared_products = bounded(&of_filled)?.f_mul_scalar(2.0)?.f_exp()?;
        let effective = weight.f_sum(Kind::Double)?.f_square()?.f_div(&squares.f_sum(Kind::Double)?)?;
        #[expect(clippy::cast_precision_loss, reason = "numbers of tokens are far below 2^52")]
        let tokens = rows.len() as f64;
        Ok(Some(Self {
            kl: mean_or_zero(&log_weight)?.f_neg()?,
            k3: mean_or_zero(&log_bounded.f_expm1()?.f_sub(&log_bounded)?)?,
            chi2: mean_or_zero(&squares)?.f_sub_scalar(1.0)?,
            chi2_sequence: mean_or_zero(&squared_products)?.f_sub_scalar(1.0)?,
            ess: effective.f_div_scalar(tokens)?,
        }))
    }
}

struct Quantiles {
    min: Tensor,
    p05: Tensor,
    median: Tensor,
    p95: Tensor,
    max: Tensor,
}

/// Quantiles of values: the entry of the sorted list at that share of its length, rounded down. None of an empty list.
fn quantiles(values: &Tensor) -> Result<Option<Quantiles>> {
    let count = i64::try_from(values.numel()).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(None);
    }
    let sorted = values.f_detach()?.f_sort(0, false)?.0;
    let at = |percent: i64| sorted.f_select(0, (count - 1) * percent / 100);
    Ok(Some(Quantiles { min: at(0)?, p05: at(5)?, median: at(50)?, p95: at(95)?, max: at(100)? }))
}
