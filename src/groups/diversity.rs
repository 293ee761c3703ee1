//! The diversity reward: how different a sample is from the other samples of its prompt.

use serde_json::{Value, json};

use super::alone;
use crate::reading::{FingerprintCounts, distinct_word_ngrams};
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// Rewards n-grams that the other samples of the group do not have.
///
/// The value of a sample is the mean over its distinct n-grams of 1 − (other samples that contain the n-gram)/(other
/// samples): 1 if it shares no n-gram, 0 if every other sample contains all of its n-grams. This is one minus the mean
/// pairwise containment. The time is linear in the text of the group. Combine it with a correctness gate, because
/// random text is also diverse.
///
/// ```
/// use r1rewards::{Reward, Sample, groups::Diversity};
/// let samples = ["a b", "a b", "c d"].map(Sample::new);
/// let values: Vec<_> = Diversity::new(2)?.score_group(&samples.each_ref()).iter().map(|outcome| outcome.value).collect();
/// assert_eq!(values, [Some(0.5), Some(0.5), Some(1.0)]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Diversity {
    size: usize,
}

impl Diversity {
    /// Compares n-grams of `size` words, ignoring case.
    ///
    /// # Errors
    /// A size of 0.
    pub fn new(size: usize) -> Result<Self> {
        if size == 0 {
            return Err(Error::option("ngram_size", 0, "give a size above 0"));
        }
        Ok(Self { size })
    }
}

impl Reward for Diversity {
    fn name(&self) -> &'static str {
        "diversity"
    }

    fn config(&self) -> Value {
        json!({ "kind": "diversity", "ngram_size": self.size })
    }

    fn score(&self, _: &Sample) -> Outcome {
        alone()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        if samples.len() < 2 {
            return samples.iter().map(|_| alone()).collect();
        }
        let grams: Vec<Vec<u64>> = samples.iter().map(|sample| distinct_word_ngrams(&sample.completion, self.size)).collect();
        let mut holders = FingerprintCounts::with_capacity(grams.iter().map(Vec::len).sum());
        for gram in grams.iter().flatten() {
            holders.add(*gram);
        }
        let others = (samples.len() - 1) as f64;
        let judge = |(grams, sample): (&Vec<u64>, &&Sample)| {
            let outcome = if grams.is_empty() {
                Outcome::incorrect(Reason::TooLittleText)
            } else {
                let shared: f64 = grams.iter().map(|gram| f64::from(holders.count(*gram) - 1) / others).sum();
                Outcome::valued(Verdict::Correct, 1.0 - shared / grams.len() as f64, Reason::Passed)
            };
            outcome.with_work(sample.completion.len() as u64)
        };
        grams.iter().zip(samples).map(judge).collect()
    }

    fn needs_whole_group(&self) -> bool {
        true
    }
}
