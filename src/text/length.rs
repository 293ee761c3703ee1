//! Length within bounds.
//!
//! Accepts: a count in characters (Unicode scalar values after trimming white space), words (split by Unicode white
//! space) or tokens (a number that the row gives). Padding does not help: trailing blanks are trimmed, zero-width
//! spaces split no words, and `min_distinct_ratio` refuses one word repeated a hundred times.

use serde_json::{Value, json};

use crate::core::names::unknown;
use crate::core::reward::given;
use crate::reading::{Scope, count_words, distinct_words};
use crate::{Error, Outcome, Reason, Result, Reward, Sample};

/// What is counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LengthUnit {
    /// Unicode scalar values, after trimming.
    #[default]
    Chars,
    /// Unicode scalar values of the whole completion, padding included, as open-r1 counts.
    RawChars,
    /// Runs without white space.
    Words,
    /// A field of the row: a whole number, or a list whose length counts.
    Tokens {
        /// The field's name.
        field: String,
    },
}

impl LengthUnit {
    /// The default field of token counts.
    pub const TOKEN_FIELD: &'static str = "completion_tokens";

    /// The names in specs.
    pub const NAMES: [&'static str; 4] = ["chars", "words", "tokens", "raw_chars"];

    /// The length of a part of a sample; `None` if the row lacks the token count.
    pub fn measure(&self, sample: &Sample, scope: Scope) -> Option<u64> {
        match self {
            Self::Chars => Some(count_chars(&scope.of(&sample.completion))),
            Self::RawChars => Some(count_chars(&sample.completion)),
            Self::Words => Some(count_words(&scope.of(&sample.completion))),
            Self::Tokens { field } => match &*sample.fields.read_json(field).ok()?? {
                serde_json::Value::Array(ids) => Some(ids.len() as u64),
                number => number.as_u64(),
            },
        }
    }

    /// The outcome if there is no length: the row has no count, or one too large to be read.
    pub(crate) fn missing(&self, sample: &Sample) -> Outcome {
        match self {
            Self::Tokens { field } => sample.fields.read(field).err().map(Outcome::from),
            Self::Chars | Self::RawChars | Self::Words => None,
        }
        .unwrap_or_else(|| Outcome::unscored(Reason::FieldMissing).with_detail("the row gives no token count"))
    }

    /// The field of the row that counts tokens, if tokens are counted.
    pub fn token_field(&self) -> Option<&str> {
        match self {
            Self::Tokens { field } => Some(field),
            Self::Chars | Self::RawChars | Self::Words => None,
        }
    }

    /// The unit's word in messages.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Chars | Self::RawChars => "chars",
            Self::Words => "words",
            Self::Tokens { .. } => "tokens",
        }
    }
}

impl std::str::FromStr for LengthUnit {
    type Err = Error;

    /// The unit of this name; tokens are read from [`TOKEN_FIELD`](Self::TOKEN_FIELD).
    fn from_str(name: &str) -> Result<Self> {
        match name {
            "chars" => Ok(Self::Chars),
            "words" => Ok(Self::Words),
            "tokens" => Ok(Self::Tokens { field: Self::TOKEN_FIELD.to_owned() }),
            "raw_chars" => Ok(Self::RawChars),
            other => Err(unknown("unit", &Self::NAMES, other)),
        }
    }
}

impl std::fmt::Display for LengthUnit {
    /// The name, without the field.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(match self {
            Self::Chars => "chars",
            Self::RawChars => "raw_chars",
            Self::Words => "words",
            Self::Tokens { .. } => "tokens",
        })
    }
}

/// The number of Unicode scalar values.
pub(crate) fn count_chars(text: &str) -> u64 {
    text.chars().count() as u64
}

/// The options of a [`Length`] reward.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LengthOptions {
    /// What is counted.
    pub unit: LengthUnit,
    /// At least this many.
    pub min: Option<u64>,
    /// At most this many.
    pub max: Option<u64>,
    /// At least this share of the words is distinct; upper and lower case count as equal.
    pub min_distinct_ratio: Option<f64>,
    /// Which part is counted.
    pub scope: Scope,
}

/// Rewards a length within bounds: 1 inside, 0 outside.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{Length, LengthOptions, LengthUnit}};
/// let reward = Length::new(LengthOptions { unit: LengthUnit::Words, min: Some(2), max: Some(3), ..Default::default() })?;
/// assert!(reward.score(&Sample::new("two words")).is_correct());
/// let outcome = reward.score(&Sample::new("one "));
/// assert_eq!((outcome.reason.code(), outcome.detail.as_deref()), ("too_short", Some("1 words, at least 2")));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Length {
    options: LengthOptions,
}

impl Length {
    /// Builds the reward.
    ///
    /// # Errors
    /// No bound at all, `min` above `max`, a ratio outside 0 to 1, or tokens of a part (the row counts the whole).
    pub fn new(options: LengthOptions) -> Result<Self> {
        if options.min.is_none() && options.max.is_none() && options.min_distinct_ratio.is_none() {
            return Err(Error::option("min", "nothing", "give at least one of min, max and min_distinct_ratio"));
        }
        if let (Some(min), Some(max)) = (options.min, options.max)
            && min > max
        {
            return Err(Error::option("min", min, format_args!("give at most `max`, which is {max}")));
        }
        if let Some(ratio) = options.min_distinct_ratio
            && !(0.0..=1.0).contains(&ratio)
        {
            return Err(Error::option("min_distinct_ratio", ratio, "give a share from 0 to 1"));
        }
        if matches!(options.unit, LengthUnit::Tokens { .. } | LengthUnit::RawChars) && options.scope != Scope::Completion {
            return Err(Error::option(
                "scope",
                "a part, with unit tokens or raw_chars",
                "count chars or words, as the others are of the whole completion",
            ));
        }
        Ok(Self { options })
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
    fn judge(&self, sample: &Sample) -> Outcome {
        let LengthOptions { unit, min, max, min_distinct_ratio, scope } = &self.options;
        let name = unit.word();
        let Some(length) = unit.measure(sample, *scope) else {
            return unit.missing(sample);
        };
        if let Some(min) = min.filter(|min| length < *min) {
            return Outcome::incorrect(Reason::TooShort).with_detail(format!("{length} {name}, at least {min}"));
        }
        if let Some(max) = max.filter(|max| length > *max) {
            return Outcome::incorrect(Reason::TooLong).with_detail(format!("{length} {name}, at most {max}"));
        }
        if let Some(ratio) = *min_distinct_ratio {
            let (distinct, total) = distinct_words(&scope.of(&sample.completion));
            if total == 0 || (distinct as f64) < ratio * total as f64 {
                return Outcome::incorrect(Reason::Repetitive)
                    .with_detail(format!("{distinct} of {total} words are distinct, at least {ratio}"));
            }
        }
        Outcome::correct(Reason::Passed).with_detail(format!("{length} {name}"))
    }
}

impl Reward for Length {
    fn name(&self) -> &'static str {
        "length"
    }

    fn config(&self) -> Value {
        let LengthOptions { unit, min, max, min_distinct_ratio, scope } = &self.options;
        given(json!({
            "kind": "length",
            "unit": unit.to_string(),
            "token_field": unit.token_field(),
            "min": min,
            "max": max,
            "min_distinct_ratio": min_distinct_ratio,
            "scope": scope.name(),
        }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.judge(sample).with_work(sample.completion.len() as u64)
    }
}
