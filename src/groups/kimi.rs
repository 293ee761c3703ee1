//! The length reward of Kimi k1.5: shorter completions of a group get more.

use serde_json::{Value, json};

use super::alone;
use crate::core::reward::given;
use crate::reading::Scope;
use crate::text::LengthUnit;
use crate::{Outcome, Reward, Sample, Verdict};

/// λ = ½ − (length − shortest)/(longest − shortest); correct samples get λ, incorrect ones min(0, λ).
///
/// If all lengths are equal, every sample gets 0. Source: Kimi k1.5 (2501.12599) section 2.3.3; open-r1 `len_reward`. A
/// sample whose correctness is unscored is unscored, and its length does not count for shortest and longest (open-r1
/// treats it as correct).
///
/// ```
/// use r1rewards::{Reward, Sample, groups::KimiLength, reading::Scope, text::{Exact, LengthUnit, Normalize}};
/// let exact = Exact::new(Normalize::default());
/// let reward = KimiLength::new(exact, LengthUnit::Chars);
/// let samples = ["42", "no", "4224", "420"].map(|text| Sample::new(text).with_answer("42"));
/// let values: Vec<_> = reward.score_group(&samples.each_ref()).iter().map(|outcome| outcome.value).collect();
/// assert_eq!(values, [Some(0.5), Some(0.0), Some(-0.5), Some(0.0)]);
/// ```
pub struct KimiLength {
    inner: Box<dyn Reward>,
    unit: LengthUnit,
}

impl KimiLength {
    /// Measures lengths in `unit`; `inner` decides which samples are correct.
    pub fn new(inner: impl Reward + 'static, unit: LengthUnit) -> Self {
        Self { inner: Box::new(inner), unit }
    }
}

impl Reward for KimiLength {
    fn name(&self) -> &'static str {
        "kimi_length"
    }

    fn config(&self) -> Value {
        given(json!({
            "kind": "kimi_length",
            "reward": self.inner.config(),
            "unit": self.unit.to_string(),
            "token_field": self.unit.token_field(),
        }))
    }

    fn score(&self, _: &Sample) -> Outcome {
        alone()
    }

    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^52")]
    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        if samples.len() < 2 {
            return samples.iter().map(|_| alone()).collect();
        }
        let inner = self.inner.score_group(samples);
        let lengths: Vec<Option<u64>> = samples.iter().map(|sample| self.unit.measure(sample, Scope::Completion)).collect();
        let counted = || {
            lengths.iter().zip(&inner).filter(|(_, outcome)| outcome.verdict != Verdict::Unscored).filter_map(|(length, _)| *length)
        };
        let shortest = counted().min().unwrap_or_default();
        let span = counted().max().unwrap_or_default() - shortest;
        let judge = |((outcome, length), sample): ((Outcome, Option<u64>), &&Sample)| {
            let judged = match (outcome.verdict, length) {
                (Verdict::Unscored, _) => Outcome::unscored(outcome.reason),
                (_, None) => self.unit.missing(sample),
                (verdict, Some(length)) => {
                    let lambda = if span == 0 { 0.0 } else { 0.5 - (length - shortest) as f64 / span as f64 };
                    let value = if verdict == Verdict::Correct { lambda } else { lambda.min(0.0) };
                    Outcome::valued(verdict, value, outcome.reason).with_detail(format!("{length} {}", self.unit.word()))
                }
            };
            let work = outcome.cost.work;
            let mut judged = judged.with_work(work);
            judged.components = vec![(self.inner.name().to_owned(), outcome)];
            judged
        };
        inner.into_iter().zip(lengths).zip(samples).map(judge).collect()
    }

    fn needs_whole_group(&self) -> bool {
        true
    }
}
