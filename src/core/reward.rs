//! The [`Reward`] trait, which every reward implements.
//!
//! A reward is deterministic and returns no errors: if it cannot judge a sample, it returns an unscored outcome with a
//! reason.

use serde_json::Value;

use crate::{Outcome, Sample};

/// Judges samples.
///
/// Implementations are deterministic (the same sample and configuration give the same outcome on any machine and
/// thread), total (no input panics, hangs or exhausts memory) and cheap to share between threads.
///
/// ```
/// use r1rewards::{Outcome, Reason, Reward, Sample, config_hash};
/// use serde_json::{Value, json};
///
/// struct Polite { word: String }
/// impl Reward for Polite {
///     fn name(&self) -> &str { "polite" }
///     fn config(&self) -> Value { json!({"kind": "polite", "word": self.word}) }
///     fn score(&self, sample: &Sample) -> Outcome {
///         if sample.completion.contains(&self.word) { Outcome::correct(Reason::Passed) } else { Outcome::incorrect(Reason::Failed) }
///     }
/// }
/// let [please, kindly] = ["please", "kindly"].map(|word| Polite { word: word.to_owned() });
/// assert!(please.score(&Sample::new("yes, please")).is_correct());
/// assert_ne!(config_hash(&please.config()), config_hash(&kindly.config()));
/// ```
pub trait Reward: Send + Sync {
    /// The name in results.
    fn name(&self) -> &str;

    /// The configuration, as the entry of a spec that builds the same reward: `{"kind": ..., options}`, without `name`
    /// and `weight`, which belong to the sum.
    ///
    /// It must contain every option that can change an outcome, and the configurations of inner rewards, because the
    /// hash of a run's configuration is computed from it. Equal rewards must have equal configurations. What a spec
    /// cannot express (a function, for example) is written as a value that distinguishes two of them and that specs
    /// refuse.
    fn config(&self) -> Value;

    /// Judges one sample.
    fn score(&self, sample: &Sample) -> Outcome;

    /// Judges the samples of one prompt together, in order.
    ///
    /// Override it if a group shares work (one reference, parsed once) or if the value depends on the other samples
    /// (length relative to the group, majority vote). The result has one outcome per sample, in the same order.
    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        samples.iter().map(|sample| self.score(sample)).collect()
    }

    /// A function that tells whether two of the answers, given by index, are equal: whether the second, judged as a
    /// completion with the first as its reference, is correct. An absent answer equals no answer.
    ///
    /// Votes use it, because they compare many pairs of few answers. Override it if each answer can be parsed once; the
    /// result must be the same as that of [`score`](Self::score).
    fn equality<'a>(&'a self, answers: &[Option<&'a str>]) -> Box<dyn Fn(usize, usize) -> bool + 'a> {
        let answers = answers.to_vec();
        Box::new(move |reference, completion| match (answers[reference], answers[completion]) {
            (Some(reference), Some(completion)) => self.score(&Sample::new(completion).with_answer(reference)).is_correct(),
            _ => false,
        })
    }

    /// Whether [`score_group`](Self::score_group) needs all samples of the prompt in one call. A scorer then never
    /// splits a group.
    fn needs_whole_group(&self) -> bool {
        false
    }
}

impl<R: Reward + ?Sized> Reward for Box<R> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn config(&self) -> Value {
        (**self).config()
    }

    fn score(&self, sample: &Sample) -> Outcome {
        (**self).score(sample)
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        (**self).score_group(samples)
    }

    fn equality<'a>(&'a self, answers: &[Option<&'a str>]) -> Box<dyn Fn(usize, usize) -> bool + 'a> {
        (**self).equality(answers)
    }

    fn needs_whole_group(&self) -> bool {
        (**self).needs_whole_group()
    }
}

/// A configuration without the options that are `null`, which were not given.
pub(crate) fn given(mut config: Value) -> Value {
    if let Value::Object(options) = &mut config {
        options.retain(|_, value| !value.is_null());
    }
    config
}
