//! Repetition: the n-gram penalty and the distinct ratio.
//!
//! Accepts: words (lower case, split by white space) or the token ids that the row gives. A text too short to have an
//! n-gram has no repetition.

use serde_json::{Value, json};

use crate::core::names::unknown;
use crate::core::reward::given;
use crate::reading::distinct_ngrams;
use crate::reading::ngrams::{fingerprint, word_fingerprints};
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// What the n-grams are made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RepetitionUnit {
    /// Words; upper and lower case count as equal (open-r1).
    #[default]
    Words,
    /// A list in a field of the row: token ids (TRL 1.x), or words that another tool split (open-r1's Chinese).
    Tokens {
        /// The field's name.
        field: String,
    },
}

impl RepetitionUnit {
    /// The default field of token ids.
    pub const TOKEN_FIELD: &'static str = "completion_ids";

    /// The names in specs.
    pub const NAMES: [&'static str; 2] = ["words", "tokens"];

    fn fingerprints(&self, sample: &Sample) -> Option<Vec<u64>> {
        match self {
            Self::Words => Some(word_fingerprints(&sample.completion)),
            Self::Tokens { field } => sample.fields.read_json(field).ok()??.as_array()?.iter().map(token).collect(),
        }
    }

    /// The outcome if there is no list: the row has none, or one too large to be read.
    fn missing(&self, sample: &Sample) -> Outcome {
        match self {
            Self::Tokens { field } => sample.fields.read(field).err().map(Outcome::from),
            Self::Words => None,
        }
        .unwrap_or_else(|| Outcome::unscored(Reason::FieldMissing).with_detail("the row gives no list of token ids"))
    }
}

impl std::str::FromStr for RepetitionUnit {
    type Err = Error;

    /// The unit of this name; tokens are read from [`TOKEN_FIELD`](Self::TOKEN_FIELD).
    fn from_str(name: &str) -> Result<Self> {
        match name {
            "words" => Ok(Self::Words),
            "tokens" => Ok(Self::Tokens { field: Self::TOKEN_FIELD.to_owned() }),
            other => Err(unknown("unit", &Self::NAMES, other)),
        }
    }
}

impl std::fmt::Display for RepetitionUnit {
    /// The name, without the field.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Self::Words => "words",
            Self::Tokens { .. } => "tokens",
        })
    }
}

fn token(value: &serde_json::Value) -> Option<u64> {
    match value {
        serde_json::Value::String(word) => Some(fingerprint(word.as_bytes())),
        id => id.as_u64(),
    }
}

/// The n-gram repetition penalty: (1 − distinct/all) · `max_penalty`.
///
/// Source: Demystifying Long `CoT` (2502.03373) appendix C.2; open-r1 and TRL `get_repetition_penalty_reward`. The
/// verdict is correct if no n-gram repeats.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{Repetition, RepetitionUnit}};
/// let reward = Repetition::new(2, -1.0, RepetitionUnit::Words)?;
/// assert_eq!(reward.score(&Sample::new("a a A a a")).value, Some(-0.75));
/// assert_eq!(reward.score(&Sample::new("a b c")).value, Some(0.0));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Repetition {
    size: usize,
    max_penalty: f64,
    unit: RepetitionUnit,
}

impl Repetition {
    /// Penalises repeated n-grams of `size` items by at most `max_penalty`, which is 0 or negative.
    ///
    /// # Errors
    /// A size of 0, a positive or infinite penalty.
    pub fn new(size: usize, max_penalty: f64, unit: RepetitionUnit) -> Result<Self> {
        if size == 0 {
            return Err(Error::option("ngram_size", 0, "give a size above 0"));
        }
        if !max_penalty.is_finite() || max_penalty > 0.0 {
            return Err(Error::option("max_penalty", max_penalty, "give a number that is 0 or negative"));
        }
        Ok(Self { size, max_penalty, unit })
    }
}

impl Reward for Repetition {
    fn name(&self) -> &'static str {
        "repetition"
    }

    fn config(&self) -> Value {
        let (unit, field) = match &self.unit {
            RepetitionUnit::Words => ("words", None),
            RepetitionUnit::Tokens { field } => ("tokens", Some(field)),
        };
        given(json!({
            "kind": "repetition",
            "ngram_size": self.size,
            "max_penalty": self.max_penalty,
            "unit": unit,
            "token_field": field,
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let Some(tokens) = self.unit.fingerprints(sample) else {
            return self.unit.missing(sample);
        };
        let (distinct, total) = distinct_ngrams(&tokens, self.size);
        let outcome = if distinct == total {
            Outcome::valued(Verdict::Correct, 0.0, Reason::Passed)
        } else {
            Outcome::valued(Verdict::Incorrect, (1.0 - share(distinct, total)) * self.max_penalty, Reason::Repetitive)
        };
        outcome
            .with_detail(format!("{distinct} of {total} {}-grams are distinct", self.size))
            .with_work(sample.completion.len() as u64)
    }
}

/// The share of distinct n-grams ("distinct-n"), as a value or against a minimum.
///
/// Source: Li et al. 2016 (1510.03055) for distinct-1 and distinct-2. A text without any n-gram has value 0.
///
/// ```
/// use r1rewards::{Reward, Sample, text::Distinct};
/// let reward = Distinct::new(1, Some(0.5))?;
/// assert!(reward.score(&Sample::new("one two three three")).is_correct());
/// assert_eq!(reward.score(&Sample::new("the the the the")).reason.code(), "repetitive");
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Distinct {
    size: usize,
    min_share: Option<f64>,
}

impl Distinct {
    /// Rewards the share of distinct n-grams of words; with `min_share`, 1 if the share reaches it and 0 otherwise.
    ///
    /// # Errors
    /// A size of 0, a share outside 0 to 1.
    pub fn new(size: usize, min_share: Option<f64>) -> Result<Self> {
        if size == 0 {
            return Err(Error::option("ngram_size", 0, "give a size above 0"));
        }
        if let Some(share) = min_share.filter(|share| !(0.0..=1.0).contains(share)) {
            return Err(Error::option("min_share", share, "give a share from 0 to 1"));
        }
        Ok(Self { size, min_share })
    }
}

impl Reward for Distinct {
    fn name(&self) -> &'static str {
        "distinct"
    }

    fn config(&self) -> Value {
        given(json!({ "kind": "distinct", "ngram_size": self.size, "min_share": self.min_share }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let (distinct, total) = distinct_ngrams(&word_fingerprints(&sample.completion), self.size);
        let share = share(distinct, total);
        let outcome = match self.min_share {
            _ if total == 0 => Outcome::incorrect(Reason::TooLittleText),
            Some(min) if share < min => Outcome::incorrect(Reason::Repetitive),
            Some(_) => Outcome::correct(Reason::Passed),
            None => Outcome::valued(Verdict::Correct, share, Reason::Passed),
        };
        outcome
            .with_detail(format!("{distinct} of {total} {}-grams are distinct", self.size))
            .with_work(sample.completion.len() as u64)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn share(distinct: usize, total: usize) -> f64 {
    if total == 0 { 0.0 } else { distinct as f64 / total as f64 }
}
