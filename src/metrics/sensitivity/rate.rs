//! The pass rate of one variant with its interval.

use super::student;
use super::variant::{Problem, Share, Variant};

/// 1 minus the confidence of every interval.
pub(super) const ALPHA: f64 = 0.05;
/// Numbers that differ by at most this are equal; different shares of fewer than 10^5 samples differ by more.
pub(super) const TOLERANCE: f64 = 1e-12;

/// The pass rate of one variant of the prompt.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct VariantRate {
    /// The name of the variant.
    pub name: String,
    /// The number of problems with a scored sample.
    pub problems: usize,
    /// The number of scored samples.
    pub samples: u64,
    /// The number of unscored samples, which are left out.
    pub unscored: u64,
    /// The mean over problems of the share of correct samples, from 0 to 1: every problem has the same weight.
    pub pass_rate: f64,
    /// The standard error of the pass rate; `None` for a single problem, which says nothing about other problems.
    pub standard_error: Option<f64>,
    /// The 95 % interval [low, high] of the pass rate over problems of this kind; `None` for a single problem.
    pub interval: Option<[f64; 2]>,
}

impl VariantRate {
    pub(super) fn of(variant: &Variant, shares: &[Option<Share>]) -> Self {
        let values: Vec<f64> = shares.iter().flatten().map(|share| share.value()).collect();
        let spread = Moments::of(&values);
        let sum = |count: fn(&Problem) -> u64| variant.problems.iter().map(count).fold(0, u64::saturating_add);
        Self {
            name: variant.name.clone(),
            problems: values.len(),
            samples: sum(|problem| problem.samples),
            unscored: sum(|problem| problem.unscored),
            pass_rate: spread.mean,
            standard_error: spread.standard_error(),
            interval: wilson(&spread),
        }
    }
}

/// Mean and variance of some values.
pub(super) struct Moments {
    pub(super) count: usize,
    pub(super) mean: f64,
    /// The sum of squared deviations; exactly 0 if all values are equal.
    squares: f64,
}

impl Moments {
    /// The moments of at least one value.
    pub(super) fn of(values: &[f64]) -> Self {
        let mean = values.iter().sum::<f64>() / float(values.len());
        let (low, high) =
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (value.min(low), value.max(high)));
        // Rounding must not make the deviation of equal values positive.
        let squares = if high - low <= TOLERANCE { 0.0 } else { values.iter().map(|value| (value - mean).powi(2)).sum() };
        Self { count: values.len(), mean, squares }
    }

    /// Whether all values are equal.
    pub(super) fn is_constant(&self) -> bool {
        self.squares == 0.0
    }

    /// √(s²/n) with s² = Σ(x − mean)²/(n − 1); `None` for a single value.
    pub(super) fn standard_error(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / float(self.count - 1) / float(self.count)).sqrt())
    }

    /// Student's quantile of a 95 % interval; `None` for a single value.
    pub(super) fn quantile(&self) -> Option<f64> {
        (self.count > 1).then(|| student::quantile(ALPHA, self.count - 1))
    }
}

/// Wilson's interval of a mean of shares, with the effective number of problems and Student's quantile.
fn wilson(spread: &Moments) -> Option<[f64; 2]> {
    let t = spread.quantile()?;
    let (rate, count) = (spread.mean, float(spread.count));
    // n · r(1−r) / variance: n itself if every share is 0 or 1, more if several samples make the shares less variable.
    let effective = if spread.is_constant() { count } else { count * count * rate * (1.0 - rate) / spread.squares };
    let weight = t * t / effective;
    let middle = (rate + weight / 2.0) / (1.0 + weight);
    let half = (weight * (rate * (1.0 - rate) + weight / 4.0)).max(0.0).sqrt() / (1.0 + weight);
    Some([(middle - half).clamp(0.0, rate), (middle + half).clamp(rate, 1.0)])
}

#[expect(clippy::cast_precision_loss, reason = "counts of problems are far below 2^52")]
pub(super) fn float(count: usize) -> f64 {
    count as f64
}
