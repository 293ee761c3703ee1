//! The difference of two variants on the problems that both have, and Holm's correction for many differences.

use std::cmp::Ordering;

use super::rate::{ALPHA, Moments, float};
use super::student;
use super::variant::Share;

/// The difference of a variant and a baseline, problem by problem.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PairedDifference {
    /// The name of the variant.
    pub variant: String,
    /// The name of the variant that it is compared with.
    pub baseline: String,
    /// The number of problems with scored samples under both.
    pub problems: usize,
    /// The number of problems that are left out because only one of the two has scored samples.
    pub left_out: usize,
    /// The mean over these problems of the variant's share of correct samples minus the baseline's, from −1 to 1.
    pub difference: f64,
    /// The standard error of the difference; `None` for a single problem.
    pub standard_error: Option<f64>,
    /// The 95 % interval [low, high] of the difference; `None` for a single problem.
    pub interval: Option<[f64; 2]>,
    /// The number of problems whose share of correct samples is higher under the variant. With one sample for each
    /// problem: those that only the variant solves.
    pub better: usize,
    /// The number of problems whose share is lower under the variant.
    pub worse: usize,
    /// The number of problems whose shares are equal.
    pub equal: usize,
    /// The two-sided p-value of the hypothesis that the difference is 0; `None` for a single problem.
    pub p_value: Option<f64>,
    /// The p-value after Holm's correction for all comparisons of the report.
    pub adjusted_p_value: Option<f64>,
}

impl PairedDifference {
    /// Compares two variants by their shares in the same order of problems; `None` if no problem has both.
    pub(super) fn of(variant: (&str, &[Option<Share>]), baseline: (&str, &[Option<Share>])) -> Option<Self> {
        let pairs: Vec<(Share, Share)> = variant.1.iter().zip(baseline.1).filter_map(|(own, other)| (*own).zip(*other)).collect();
        if pairs.is_empty() {
            return None;
        }
        let left_out = variant.1.iter().zip(baseline.1).filter(|(own, other)| own.is_some() != other.is_some()).count();
        let differences: Vec<f64> = pairs.iter().map(|(own, other)| own.value() - other.value()).collect();
        let count = |wanted: Ordering| pairs.iter().filter(|(own, other)| own.order(*other) == wanted).count();
        let spread = Moments::of(&differences);
        let (interval, p_value) = test(&spread).unzip();
        Some(Self {
            variant: variant.0.to_owned(),
            baseline: baseline.0.to_owned(),
            problems: pairs.len(),
            left_out,
            difference: spread.mean,
            standard_error: spread.standard_error(),
            interval,
            better: count(Ordering::Greater),
            worse: count(Ordering::Less),
            equal: count(Ordering::Equal),
            p_value,
            adjusted_p_value: None,
        })
    }
}

/// The interval and the p-value of a mean difference.
fn test(spread: &Moments) -> Option<([f64; 2], f64)> {
    let (t, error, mean) = (spread.quantile()?, spread.standard_error()?, spread.mean);
    if spread.is_constant() {
        return Some((of_equal_differences(mean, spread.count), p_of_equal_differences(mean, spread.count)));
    }
    let half = t * error;
    let interval = [(mean - half).max(-1.0), (mean + half).min(1.0)];
    Some((interval, student::beyond((mean / error).abs(), spread.count - 1)))
}

/// The 95 % interval of a mean difference if all n observed differences are the same number d, so that their standard
/// error is 0.
///
/// Let q be the share of all problems with this difference. All n problems have it with probability q^n, so q is at
/// least (0.05/2)^(1/n); the differences of the others are between −1 and 1. For d = 0 and d = ±1 these are the bounds
/// of Clopper and Pearson (1934) for 0 or n of n.
pub(super) fn of_equal_differences(difference: f64, problems: usize) -> [f64; 2] {
    let share = ((ALPHA / 2.0).ln() / float(problems)).exp();
    [difference * share - (1.0 - share), difference * share + (1.0 - share)]
}

/// The p-value that belongs to this interval: 2/(1+|d|)^n, at most 1. For d = ±1 it is the sign test's (and McNemar's exact)
/// 2^(1−n).
fn p_of_equal_differences(difference: f64, problems: usize) -> f64 {
    (2.0 * (-float(problems) * difference.abs().ln_1p()).exp()).min(1.0)
}

/// Fills in the p-values after Holm's correction.
///
/// With m p-values in ascending order, the i-th (from 1) is multiplied by m − i + 1; it is at least the one before it
/// and at most 1. Source: Holm 1979, A simple sequentially rejective multiple test procedure.
pub(super) fn adjust(comparisons: &mut [PairedDifference]) {
    let mut order: Vec<(f64, usize)> =
        comparisons.iter().enumerate().filter_map(|(place, comparison)| Some((comparison.p_value?, place))).collect();
    order.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut before: f64 = 0.0;
    for (rank, (p_value, place)) in order.iter().enumerate() {
        before = before.max((p_value * float(order.len() - rank)).min(1.0));
        comparisons[*place].adjusted_p_value = Some(before);
    }
}
