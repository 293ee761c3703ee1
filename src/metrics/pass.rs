//! pass@k: the probability that at least one of k samples is correct.

use crate::{Error, Result};

/// The unbiased estimate of pass@k, 1 − C(n−c, k)/C(n, k), from n = `samples` of which c = `correct` are correct.
///
/// Source: Chen et al. 2021 (2107.03374) eq. 1, computed as the product ∏ (1 − k/i) over i in n−c+1..=n, which does not
/// overflow.
///
/// ```
/// use r1rewards::metrics::pass_at_k;
/// assert!((pass_at_k(4, 1, 2)? - 0.5).abs() < 1e-15);
/// assert_eq!(pass_at_k(4, 3, 2)?, 1.0);
/// assert!(pass_at_k(4, 5, 2).is_err());
/// # Ok::<(), r1rewards::Error>(())
/// ```
///
/// # Errors
/// `k` 0 or above `samples`; `correct` above `samples`.
#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
pub fn pass_at_k(samples: u64, correct: u64, k: u64) -> Result<f64> {
    if k == 0 || k > samples {
        return Err(Error::option("k", k, format_args!("give 1 to the number of samples, which is {samples}")));
    }
    if correct > samples {
        return Err(Error::option("correct", correct, format_args!("give at most the number of samples, which is {samples}")));
    }
    if samples - correct < k {
        return Ok(1.0);
    }
    // There are two equal products, with `correct` and with `k` factors; compute the shorter one.
    let miss: f64 = if correct <= k {
        (samples - correct + 1..=samples).map(|i| 1.0 - k as f64 / i as f64).product()
    } else {
        (samples - k + 1..=samples).map(|i| 1.0 - correct as f64 / i as f64).product()
    };
    Ok(1.0 - miss)
}

/// The share of correct samples: pass@1.
///
/// # Errors
/// As [`pass_at_k`].
pub fn pass_at_1(samples: u64, correct: u64) -> Result<f64> {
    pass_at_k(samples, correct, 1)
}

/// The 95 % interval [low, high] of a share of which `correct` of `samples` were observed; `None` without samples.
///
/// Source: Wilson (1927), the score interval with z = 1.96 of independent samples. Unlike the interval of the normal
/// distribution, it is not empty if all or none are correct.
///
/// ```
/// let [low, high] = r1rewards::metrics::wilson_interval(8, 10).unwrap();
/// assert_eq!((format!("{low:.3}"), format!("{high:.3}")), ("0.490".to_owned(), "0.943".to_owned()));
/// assert_eq!(r1rewards::metrics::wilson_interval(0, 0), None);
/// ```
#[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
pub fn wilson_interval(correct: u64, samples: u64) -> Option<[f64; 2]> {
    /// The quantile of the normal distribution that 2.5 % exceed.
    const Z: f64 = 1.959_963_984_540_054;
    if samples == 0 {
        return None;
    }
    let (rate, weight) = (correct as f64 / samples as f64, Z * Z / samples as f64);
    let middle = (rate + weight / 2.0) / (1.0 + weight);
    let half = (weight * (rate * (1.0 - rate) + weight / 4.0)).max(0.0).sqrt() / (1.0 + weight);
    // Rounding must not put the rate outside.
    Some([(middle - half).clamp(0.0, rate), (middle + half).clamp(rate, 1.0)])
}

/// The mean of pass@k over problems given as (samples, correct).
///
/// # Errors
/// No problem; a problem with fewer than `k` samples.
#[expect(clippy::cast_precision_loss, reason = "counts of problems are far below 2^52")]
pub fn mean_pass_at_k(problems: &[(u64, u64)], k: u64) -> Result<f64> {
    if problems.is_empty() {
        return Err(Error::option("problems", "an empty list", "give at least one problem"));
    }
    if let Some((at, (samples, _))) = problems.iter().enumerate().find(|(_, (samples, _))| *samples < k) {
        return Err(Error::option(
            "problems",
            format_args!("{samples} samples in problem {at}"),
            format_args!("give every problem at least k = {k} samples, or lower k"),
        ));
    }
    let sum: f64 = problems.iter().map(|(samples, correct)| pass_at_k(*samples, *correct, k)).sum::<Result<f64>>()?;
    Ok(sum / problems.len() as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_share_of_subsets_with_a_correct_sample(samples in 1u64..11, correct in 0u64..11, k in 1u64..11) {
            prop_assume!(correct <= samples && k <= samples);
            let (mut subsets, mut hits) = (0u32, 0u32);
            for subset in 0u32..1 << samples {
                if u64::from(subset.count_ones()) == k {
                    subsets += 1;
                    // The correct samples are the first ones.
                    hits += u32::from(subset & ((1 << correct) - 1) != 0);
                }
            }
            let brute = f64::from(hits) / f64::from(subsets);
            prop_assert!((pass_at_k(samples, correct, k).unwrap() - brute).abs() < 1e-12);
        }

        #[test]
        fn it_never_falls_as_k_grows(samples in 2u64..5000, correct in 0u64..5000, k in 1u64..4999) {
            prop_assume!(correct <= samples && k < samples);
            prop_assert!(pass_at_k(samples, correct, k).unwrap() <= pass_at_k(samples, correct, k + 1).unwrap() + 1e-12);
        }
    }

    #[test]
    fn numbers_that_cannot_be_name_the_field_and_the_fix() {
        assert_eq!(pass_at_k(4, 1, 0).unwrap_err().to_string(), "option `k` got 0: give 1 to the number of samples, which is 4");
        assert!(mean_pass_at_k(&[(8, 2), (3, 1)], 4).unwrap_err().to_string().contains("3 samples in problem 1"));
        assert!(mean_pass_at_k(&[], 1).is_err());
    }
}
