//! Changes the value of a reward: clip it to bounds, or replace it by a value for each verdict.

use serde_json::{Value, json};

use super::with_components;
use crate::core::reward::given;
use crate::{Error, Outcome, Result, Reward, Sample, Verdict};

/// A reward's value, clipped to bounds.
///
/// ```
/// use r1rewards::{Reward, Sample, compose::Clip, text::{Repetition, RepetitionUnit}};
/// let clipped = Clip::new(Repetition::new(1, -1.0, RepetitionUnit::Words)?, -0.25, 1.0)?;
/// assert_eq!(clipped.score(&Sample::new("no no")).value, Some(-0.25));
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct Clip {
    inner: Box<dyn Reward>,
    min: f64,
    max: f64,
}

impl Clip {
    /// Values below `min` become `min`, values above `max` become `max`.
    ///
    /// # Errors
    /// A bound that is NaN, or `min` above `max`. Infinite bounds are allowed.
    pub fn new(inner: impl Reward + 'static, min: f64, max: f64) -> Result<Self> {
        if min.is_nan() || max.is_nan() || min > max {
            return Err(Error::option("min", min, format_args!("give a number at most `max`, which is {max}")));
        }
        Ok(Self { inner: Box::new(inner), min, max })
    }

    fn map(&self, inner: Outcome) -> Outcome {
        let value = inner.value.map(|value| value.clamp(self.min, self.max));
        let outcome = Outcome { value, components: Vec::new(), ..inner.clone() };
        with_components(outcome, vec![(self.inner.name().to_owned(), inner)])
    }
}

impl Reward for Clip {
    fn name(&self) -> &'static str {
        "clip"
    }

    fn config(&self) -> Value {
        let mut config = json!({ "kind": "clip", "reward": self.inner.config() });
        // An infinite bound that has no effect is left out. JSON cannot hold a minimum of +inf or a maximum of -inf:
        // they become null.
        if self.min != f64::NEG_INFINITY {
            config["min"] = self.min.into();
        }
        if self.max != f64::INFINITY {
            config["max"] = self.max.into();
        }
        config
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.map(self.inner.score(sample))
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        self.inner.score_group(samples).into_iter().map(|outcome| self.map(outcome)).collect()
    }

    fn needs_whole_group(&self) -> bool {
        self.inner.needs_whole_group()
    }
}

/// A value for each verdict, for example +1 and −1 instead of 1 and 0.
///
/// ```
/// use r1rewards::{Reward, Sample, compose::VerdictMap, structure::Format};
/// let signed = VerdictMap::new(Format::think_answer(), 1.0, -1.0, None)?;
/// assert_eq!(signed.score(&Sample::new("no tags")).value, Some(-1.0));
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct VerdictMap {
    inner: Box<dyn Reward>,
    correct: f64,
    incorrect: f64,
    unscored: Option<f64>,
}

impl VerdictMap {
    /// Values for correct and incorrect samples. Unscored samples stay unscored, unless `unscored` is a value: they
    /// then get that value and are incorrect.
    ///
    /// # Errors
    /// A value that is not finite.
    pub fn new(inner: impl Reward + 'static, correct: f64, incorrect: f64, unscored: Option<f64>) -> Result<Self> {
        for (field, value) in [("correct", Some(correct)), ("incorrect", Some(incorrect)), ("unscored", unscored)] {
            if let Some(value) = value.filter(|value| !value.is_finite()) {
                return Err(Error::option(field, value, "give a finite number"));
            }
        }
        Ok(Self { inner: Box::new(inner), correct, incorrect, unscored })
    }

    fn map(&self, inner: Outcome) -> Outcome {
        let (verdict, value) = match (inner.verdict, self.unscored) {
            (Verdict::Correct, _) => (Verdict::Correct, Some(self.correct)),
            (Verdict::Incorrect, _) => (Verdict::Incorrect, Some(self.incorrect)),
            (Verdict::Unscored, None) => (Verdict::Unscored, None),
            (Verdict::Unscored, value) => (Verdict::Incorrect, value),
        };
        let outcome = Outcome { verdict, value, components: Vec::new(), ..inner.clone() };
        with_components(outcome, vec![(self.inner.name().to_owned(), inner)])
    }
}

impl Reward for VerdictMap {
    fn name(&self) -> &'static str {
        "map"
    }

    fn config(&self) -> Value {
        given(json!({
            "kind": "map",
            "reward": self.inner.config(),
            "correct": self.correct,
            "incorrect": self.incorrect,
            "unscored": self.unscored,
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.map(self.inner.score(sample))
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        self.inner.score_group(samples).into_iter().map(|outcome| self.map(outcome)).collect()
    }

    fn needs_whole_group(&self) -> bool {
        self.inner.needs_whole_group()
    }
}
