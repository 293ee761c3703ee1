//! What an option of a kind is: its name, the values that it takes, its default, its meaning.
//!
//! The kinds declare their options with it. The tables in `docs/rewards`, the Python classes and the messages of refused specs are written from it, so that
//! each sentence is written once.

use std::fmt;

/// An option of a kind.
///
/// ```
/// use r1rewards::spec::{KindOption, Takes};
/// const LETTERS: KindOption =
///     KindOption::new("letters", Takes::Whole { least: 2, most: 26 }, "The number of letters to choose from.").default("26");
/// assert_eq!(LETTERS.takes.to_string(), "a whole number from 2 to 26");
/// assert_eq!(LETTERS.default, Some("26"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KindOption {
    /// Its key in a spec, and its name as a Python argument.
    pub name: &'static str,
    /// The values that it takes.
    pub takes: Takes,
    /// The value that has the same effect as leaving the option out: text as it is, everything else as JSON. `None` if there is no such value.
    pub default: Option<&'static str>,
    /// Whether a spec must give it.
    pub required: bool,
    /// Whether a Python call may give it without its name. Required options are always positional.
    pub positional: bool,
    /// Of what its value names a column of the row; a run over a file demands that a row has it. `None` if it names none.
    pub names_column: Option<ColumnOf>,
    /// Its meaning, in whole sentences; values and default are not repeated.
    pub about: &'static str,
}

/// What a column that an option names belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnOf {
    /// The problem: the options of a multiple choice, a schema. Rows that differ in it are different problems.
    Problem,
    /// The completion: its tokens, its attempts, a score of it.
    Completion,
}

impl KindOption {
    /// An option that may be left out and has no default value.
    pub const fn new(name: &'static str, takes: Takes, about: &'static str) -> Self {
        Self { name, takes, default: None, required: false, positional: false, names_column: None, about }
    }

    /// The same with a default.
    #[must_use]
    pub const fn default(self, value: &'static str) -> Self {
        Self { default: Some(value), ..self }
    }

    /// Makes the option required.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, positional: true, ..self }
    }

    /// Says that the value is the name of a column of the row, which belongs to its problem.
    #[must_use]
    pub const fn names_column(self) -> Self {
        Self { names_column: Some(ColumnOf::Problem), ..self }
    }

    /// Says that the value is the name of a column of the row, which belongs to its completion.
    #[must_use]
    pub const fn names_column_of_completion(self) -> Self {
        Self { names_column: Some(ColumnOf::Completion), ..self }
    }

    /// Makes the option positional in Python.
    #[must_use]
    pub const fn positional(self) -> Self {
        Self { positional: true, ..self }
    }
}

/// The values that an option takes. Its `Display` completes "a value must be ...".
///
/// ```
/// use r1rewards::spec::Takes;
/// assert_eq!(Takes::SHARE.to_string(), "a number from 0 to 1");
/// assert_eq!(Takes::Word(&["auto", "fenced"]).to_string(), "one of auto, fenced");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    /// True or false.
    Bool,
    /// True, false or this word.
    BoolOr(&'static str),
    /// A whole number; with `u64::MAX` there is no upper bound.
    Whole {
        /// The least that is accepted.
        least: u64,
        /// The most that is accepted.
        most: u64,
    },
    /// A finite number; an infinity means that there is no bound on that side.
    Number {
        /// The least that is accepted.
        least: f64,
        /// The most that is accepted.
        most: f64,
    },
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any string.
    Text,
    /// A string or a list of strings.
    Texts,
    /// A list of strings and tables.
    TextsOrTables,
    /// A list of tables.
    Tables,
    /// A table or a boolean.
    TableOrBool,
    /// A reward, as an entry of a spec.
    Reward,
    /// A list of rewards.
    Rewards,
    /// A table from text to rewards.
    RewardTable,
}

impl Takes {
    /// Any whole number that is not negative.
    pub const WHOLE: Self = Self::Whole { least: 0, most: u64::MAX };
    /// A whole number above 0.
    pub const COUNT: Self = Self::Whole { least: 1, most: u64::MAX };
    /// Any finite number.
    pub const NUMBER: Self = Self::Number { least: f64::NEG_INFINITY, most: f64::INFINITY };
    /// A number that is not negative.
    pub const FACTOR: Self = Self::Number { least: 0.0, most: f64::INFINITY };
    /// A part of a whole.
    pub const SHARE: Self = Self::Number { least: 0.0, most: 1.0 };

    /// The bounds of a number; `None` where there are none.
    fn bounds(self) -> Option<String> {
        let between = |least: Option<String>, most: Option<String>| match (least, most) {
            (Some(least), Some(most)) => Some(format!("from {least} to {most}")),
            (Some(least), None) => Some(format!("at least {least}")),
            (None, Some(most)) => Some(format!("at most {most}")),
            (None, None) => None,
        };
        match self {
            Self::Whole { least: 0, most: u64::MAX } => None,
            Self::Whole { least, most } => between(Some(least.to_string()), (most < u64::MAX).then(|| most.to_string())),
            Self::Number { least, most } => {
                let finite = |bound: f64| bound.is_finite().then(|| bound.to_string());
                between(finite(least), finite(most))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Takes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |what: &str| match self.bounds() {
            Some(bounds) if bounds.starts_with("from") => format!("{what} {bounds}"),
            Some(bounds) => format!("{what} of {bounds}"),
            None => what.to_owned(),
        };
        formatter.write_str(&match self {
            Self::Bool => "true or false".to_owned(),
            Self::BoolOr(word) => format!("true, false or \"{word}\""),
            Self::Whole { .. } => of("a whole number"),
            Self::Number { .. } => of("a number"),
            Self::Word([word]) => format!("the word {word}"),
            Self::Word(words) => format!("one of {}", words.join(", ")),
            Self::Text => "a string".to_owned(),
            Self::Texts => "a string or a list of strings".to_owned(),
            Self::TextsOrTables => "a list of strings and objects".to_owned(),
            Self::Tables => "a list of objects".to_owned(),
            Self::TableOrBool => "an object or a boolean".to_owned(),
            Self::Reward => "a reward, as an object with a `kind`".to_owned(),
            Self::Rewards => "a list of rewards, as objects with a `kind` and optionally a `weight` and a `name`".to_owned(),
            Self::RewardTable => "an object of rewards, each as an object with a `kind`".to_owned(),
        })
    }
}
