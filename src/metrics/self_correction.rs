//! Metrics of self-correction over two attempts.

use crate::{Error, Result};

/// The metrics of `SCoRe`, as shares of all problems.
///
/// Source: `SCoRe` (2409.12917) section 3; Δ(t1,t2) = Δi→c − Δc→i.
///
/// ```
/// use r1rewards::metrics::SelfCorrection;
/// let metrics = SelfCorrection::from_attempts(&[true, false, true, false], &[true, true, false, false])?;
/// assert_eq!((metrics.accuracy_t1, metrics.accuracy_t2), (0.5, 0.5));
/// assert_eq!((metrics.incorrect_to_correct, metrics.correct_to_incorrect), (0.25, 0.25));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SelfCorrection {
    /// Accuracy@t1: correct at the first attempt.
    pub accuracy_t1: f64,
    /// Accuracy@t2: correct at the second attempt.
    pub accuracy_t2: f64,
    /// Δ(t1,t2): the accuracy of the second attempt minus that of the first.
    pub delta: f64,
    /// Δi→c: incorrect at the first attempt and correct at the second.
    pub incorrect_to_correct: f64,
    /// Δc→i: correct at the first attempt and incorrect at the second.
    pub correct_to_incorrect: f64,
    /// The number of problems.
    pub problems: usize,
}

impl SelfCorrection {
    /// Computes the metrics from the correctness of both attempts at each problem.
    ///
    /// # Errors
    /// Empty lists, or lists of different lengths.
    #[expect(clippy::cast_precision_loss, reason = "counts of problems are far below 2^52")]
    pub fn from_attempts(first: &[bool], second: &[bool]) -> Result<Self> {
        if first.len() != second.len() {
            return Err(Error::option(
                "second",
                format_args!("{} attempts", second.len()),
                format_args!("give one for each of the {} first attempts", first.len()),
            ));
        }
        if first.is_empty() {
            return Err(Error::option("first", "an empty list", "give at least one problem"));
        }
        let share = |wanted: fn(bool, bool) -> bool| {
            first.iter().zip(second).filter(|(first, second)| wanted(**first, **second)).count() as f64 / first.len() as f64
        };
        let incorrect_to_correct = share(|first, second| !first && second);
        let correct_to_incorrect = share(|first, second| first && !second);
        Ok(Self {
            accuracy_t1: share(|first, _| first),
            accuracy_t2: share(|_, second| second),
            delta: incorrect_to_correct - correct_to_incorrect,
            incorrect_to_correct,
            correct_to_incorrect,
            problems: first.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_gain_is_the_difference_of_the_accuracies(pairs in prop::collection::vec(any::<(bool, bool)>(), 1..50)) {
            let (first, second): (Vec<bool>, Vec<bool>) = pairs.into_iter().unzip();
            let metrics = SelfCorrection::from_attempts(&first, &second).unwrap();
            prop_assert!((metrics.delta - (metrics.accuracy_t2 - metrics.accuracy_t1)).abs() < 1e-12);
            let right = second.iter().filter(|right| **right).count();
            prop_assert!((metrics.accuracy_t2 * second.len() as f64 - right as f64).abs() < 1e-9);
        }
    }

    #[test]
    fn ragged_attempts_are_refused() {
        assert!(
            SelfCorrection::from_attempts(&[true], &[])
                .unwrap_err()
                .to_string()
                .contains("give one for each of the 1 first attempts")
        );
        assert!(SelfCorrection::from_attempts(&[], &[]).is_err());
    }
}
