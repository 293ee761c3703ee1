//! Rewards shaped by length: DAPO's soft overlong punishment and the cosine of open-r1.
//!
//! Accepts: a length in characters, words or given tokens. Refuses: bounds in the wrong order. Each formula is the
//! published one; differences from other libraries are stated at the item.

use serde_json::{Value, json};

use super::LengthUnit;
use crate::core::reward::given;
use crate::reading::Scope;
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// DAPO's soft overlong punishment: 0 up to `max − cache`, then linear down to −1 at `max`, and −1 beyond.
///
/// Source: DAPO (2503.14476) eq. 13; TRL `get_soft_overlong_punishment`. The verdict is correct if nothing is
/// subtracted.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{LengthUnit, SoftOverlong}};
/// let reward = SoftOverlong::new(LengthUnit::Words, 10, 4)?;
/// let value = |words: usize| reward.score(&Sample::new("w ".repeat(words))).value;
/// assert_eq!([value(6), value(8), value(10), value(11)], [Some(0.0), Some(-0.5), Some(-1.0), Some(-1.0)]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct SoftOverlong {
    unit: LengthUnit,
    max: u64,
    cache: u64,
}

impl SoftOverlong {
    /// DAPO's `Lmax`.
    pub const MAX: u64 = 20_480;
    /// DAPO's `Lcache`.
    pub const CACHE: u64 = 4_096;

    /// Penalises lengths above `max − cache`.
    ///
    /// # Errors
    /// If `cache` is above `max`. With `cache` 0 there is no slope: 0 up to `max`, −1 beyond.
    pub fn new(unit: LengthUnit, max: u64, cache: u64) -> Result<Self> {
        if cache > max {
            return Err(Error::option("cache", cache, format_args!("give at most `max`, which is {max}")));
        }
        Ok(Self { unit, max, cache })
    }

    /// The penalty for a length.
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^52")]
    pub fn value(&self, length: u64) -> f64 {
        let free = self.max - self.cache;
        if length <= free {
            0.0
        } else if length <= self.max {
            (free as f64 - length as f64) / self.cache as f64
        } else {
            -1.0
        }
    }
}

impl Reward for SoftOverlong {
    fn name(&self) -> &'static str {
        "soft_overlong"
    }

    fn config(&self) -> Value {
        given(json!({
            "kind": "soft_overlong",
            "unit": self.unit.to_string(),
            "token_field": self.unit.token_field(),
            "max": self.max,
            "cache": self.cache,
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let Some(length) = self.unit.measure(sample, Scope::Completion) else {
            return self.unit.missing(sample);
        };
        let value = self.value(length);
        let (verdict, reason) =
            if value < 0.0 { (Verdict::Incorrect, Reason::TooLong) } else { (Verdict::Correct, Reason::Passed) };
        Outcome::valued(verdict, value, reason)
            .with_detail(format!("{length} {}", self.unit.word()))
            .with_work(sample.completion.len() as u64)
    }
}

/// The parameters of a [`CosineLength`].
#[derive(Debug, Clone, PartialEq)]
pub struct CosineOptions {
    /// What is counted.
    pub unit: LengthUnit,
    /// The length at which the cosine has reached half a period.
    pub max_len: u64,
    /// The value of a wrong answer of length 0.
    pub min_value_wrong: f64,
    /// The value of a wrong answer of length `max_len`.
    pub max_value_wrong: f64,
    /// The value of a right answer of length `max_len`.
    pub min_value_correct: f64,
    /// The value of a right answer of length 0.
    pub max_value_correct: f64,
    /// Keep the value of `max_len` for longer answers. open-r1 does not: its cosine rises again beyond `max_len`.
    pub clamp: bool,
}

impl Default for CosineOptions {
    fn default() -> Self {
        Self {
            unit: LengthUnit::Chars,
            max_len: 1000,
            min_value_wrong: -1.0,
            max_value_wrong: -0.5,
            min_value_correct: 0.5,
            max_value_correct: 1.0,
            clamp: true,
        }
    }
}

/// Length-scaled correctness: short right answers get the most, short wrong ones lose the most.
///
/// v = end + ½ (start − end)(1 + cos(π·length/`max_len`)), with the values at length 0 (start) and at `max_len` (end)
/// of right or of wrong answers. Source: Demystifying Long `CoT` (2502.03373) and open-r1 `get_cosine_scaled_reward`.
/// If the inner reward is unscored, the sample is unscored, where open-r1 gives 1.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{CosineLength, CosineOptions, Exact, Normalize}};
/// let reward = CosineLength::new(Exact::new(Normalize::default()), CosineOptions { max_len: 4, ..Default::default() })?;
/// let value = |text| reward.score(&Sample::new(text).with_answer("42")).value.unwrap();
/// assert!((value("42") - 0.75).abs() < 1e-12);
/// assert!((value("41 ?") + 0.5).abs() < 1e-12);
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct CosineLength {
    inner: Box<dyn Reward>,
    options: CosineOptions,
}

impl CosineLength {
    /// Scales the verdicts of `inner`.
    ///
    /// # Errors
    /// `max_len` 0, a value that is not finite, or a minimum above its maximum.
    pub fn new(inner: impl Reward + 'static, options: CosineOptions) -> Result<Self> {
        if options.max_len == 0 {
            return Err(Error::option("max_len", 0, "give a length above 0"));
        }
        let pairs = [
            ("min_value_wrong", options.min_value_wrong, options.max_value_wrong),
            ("min_value_correct", options.min_value_correct, options.max_value_correct),
        ];
        for (field, low, high) in pairs {
            if !(low.is_finite() && high.is_finite() && low <= high) {
                return Err(Error::option(field, low, format_args!("give a number at most the matching maximum, which is {high}")));
            }
        }
        Ok(Self { inner: Box::new(inner), options })
    }

    /// The value for a verdict and a length.
    #[expect(clippy::cast_precision_loss, reason = "lengths are far below 2^52")]
    pub fn value(&self, correct: bool, length: u64) -> f64 {
        let options = &self.options;
        let length = if options.clamp { length.min(options.max_len) } else { length };
        let cosine = (length as f64 / options.max_len as f64 * std::f64::consts::PI).cos();
        let (at_end, at_start) = if correct {
            (options.min_value_correct, options.max_value_correct)
        } else {
            (options.max_value_wrong, options.min_value_wrong)
        };
        at_end + 0.5 * (at_start - at_end) * (1.0 + cosine)
    }
}

impl Reward for CosineLength {
    fn name(&self) -> &'static str {
        "cosine_length"
    }

    fn config(&self) -> Value {
        let CosineOptions { unit, max_len, min_value_wrong, max_value_wrong, min_value_correct, max_value_correct, clamp } =
            &self.options;
        given(json!({
            "kind": "cosine_length",
            "reward": self.inner.config(),
            "unit": unit.to_string(),
            "token_field": unit.token_field(),
            "max_len": max_len,
            "min_value_wrong": min_value_wrong,
            "max_value_wrong": max_value_wrong,
            "min_value_correct": min_value_correct,
            "max_value_correct": max_value_correct,
            "clamp": clamp,
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let inner = self.inner.score(sample);
        let mut outcome = match (inner.verdict, self.options.unit.measure(sample, Scope::Completion)) {
            (Verdict::Unscored, _) => Outcome::unscored(inner.reason),
            (_, None) => self.options.unit.missing(sample),
            (verdict, Some(length)) => {
                let value = self.value(verdict == Verdict::Correct, length);
                Outcome::valued(verdict, value, inner.reason).with_detail(format!("{length} {}", self.options.unit.word()))
            }
        };
        outcome.cost.work = inner.cost.work + sample.completion.len() as u64;
        outcome.components = vec![(self.inner.name().to_owned(), inner)];
        outcome
    }
}
