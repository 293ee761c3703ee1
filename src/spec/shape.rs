//! Kinds on length and repetition: `length`, `soft_overlong`, `cosine_length`, `kimi_length`, `repetition`, `distinct`.

use super::compose::inner;
use super::{Kind, KindOption, Options, Takes};
use crate::Result;
use crate::groups::KimiLength;
use crate::reading::Scope;
use crate::text::{
    CosineLength, CosineOptions, Distinct, Length, LengthOptions, LengthUnit, Repetition, RepetitionUnit, SoftOverlong,
};

/// The kinds of this file.
pub(super) const KINDS: &[&Kind] = &[&LENGTH, &SOFT_OVERLONG, &COSINE_LENGTH, &KIMI_LENGTH, &REPETITION, &DISTINCT];

const UNIT: KindOption = KindOption::new(
    "unit",
    Takes::Word(&LengthUnit::NAMES),
    "What is counted; for `chars` white space at the ends is trimmed, for `raw_chars` it is not.",
)
.default("chars");
const TOKEN_FIELD: KindOption = KindOption::new(
    "token_field",
    Takes::Text,
    "With the unit tokens: the row's field with the number of tokens or the list of token ids.",
)
.default(LengthUnit::TOKEN_FIELD)
.names_column_of_completion();
/// The inner reward of kinds that change the value of a right or wrong answer.
pub(super) const RIGHT: KindOption =
    KindOption::new("reward", Takes::Reward, "The reward that decides which answers are right.").required();

fn unit(options: &Options<'_>, default: &str) -> Result<LengthUnit> {
    let field = options.str("token_field")?;
    match (options.word("unit")?.unwrap_or(default).parse()?, field) {
        (LengthUnit::Tokens { .. }, Some(field)) => Ok(LengthUnit::Tokens { field: field.to_owned() }),
        (_, Some(_)) => Err(options.refuse("token_field", "left out unless tokens are counted")),
        (unit, None) => Ok(unit),
    }
}

pub(super) fn scope(options: &Options<'_>, default: Scope) -> Result<Scope> {
    Ok(options.named("scope")?.unwrap_or(default))
}

const NGRAM_SIZE: KindOption = KindOption::new("ngram_size", Takes::COUNT, "The size of the n-grams.");

pub(super) const LENGTH: Kind = Kind {
    name: "length",
    about: "A length within bounds, counted after white space at the ends is trimmed.",
    options: &[
        UNIT,
        KindOption::new("min", Takes::WHOLE, "The least length that is accepted."),
        KindOption::new("max", Takes::WHOLE, "The greatest length that is accepted."),
        KindOption::new("min_distinct_ratio", Takes::SHARE, "The least share of distinct words that is accepted."),
        KindOption::new("scope", Takes::Word(&Scope::NAMES), "The part of the completion that is counted.").default("completion"),
        TOKEN_FIELD,
    ],
    build: |options| {
        Ok(Box::new(Length::new(LengthOptions {
            unit: unit(options, "chars")?,
            min: options.u64("min")?,
            max: options.u64("max")?,
            min_distinct_ratio: options.f64("min_distinct_ratio")?,
            scope: scope(options, Scope::Completion)?,
        })?))
    },
};

pub(super) const SOFT_OVERLONG: Kind = Kind {
    name: "soft_overlong",
    about: "DAPO's penalty for length: 0 up to `max` − `cache`, then falling in a straight line to −1 at `max`, and −1 beyond.",
    options: &[
        UNIT.default("tokens"),
        KindOption::new("max", Takes::WHOLE, "The length from which on the value is −1 (Lmax in the paper).").default("20480"),
        KindOption::new("cache", Takes::WHOLE, "The length of the slope before `max` (Lcache in the paper), at most `max`.")
            .default("4096"),
        TOKEN_FIELD,
    ],
    build: |options| {
        let max = options.u64("max")?.unwrap_or(SoftOverlong::MAX);
        let cache = options.u64("cache")?.unwrap_or(SoftOverlong::CACHE);
        Ok(Box::new(SoftOverlong::new(unit(options, "tokens")?, max, cache)?))
    },
};

pub(super) const COSINE_LENGTH: Kind = Kind {
    name: "cosine_length",
    about: "Correctness scaled by length along a cosine: short right answers earn most, short wrong ones lose most.",
    options: &[
        RIGHT,
        UNIT,
        KindOption::new("max_len", Takes::COUNT, "The length at which the cosine has run half a turn.").default("1000"),
        KindOption::new("min_value_wrong", Takes::NUMBER, "The value of a wrong answer of length 0.").default("-1"),
        KindOption::new("max_value_wrong", Takes::NUMBER, "The value of a wrong answer of length `max_len`.").default("-0.5"),
        KindOption::new("min_value_correct", Takes::NUMBER, "The value of a right answer of length `max_len`.").default("0.5"),
        KindOption::new("max_value_correct", Takes::NUMBER, "The value of a right answer of length 0.").default("1"),
        KindOption::new("clamp", Takes::Bool, "Whether longer answers keep the value of `max_len`; open-r1 has false.")
            .default("true"),
        TOKEN_FIELD,
    ],
    build: |options| {
        let reward = inner(options, "reward")?;
        let defaults = CosineOptions::default();
        let number = |name: &str, default: f64| options.f64(name).map(|value| value.unwrap_or(default));
        let options = CosineOptions {
            unit: unit(options, "chars")?,
            max_len: options.u64("max_len")?.unwrap_or(defaults.max_len),
            min_value_wrong: number("min_value_wrong", defaults.min_value_wrong)?,
            max_value_wrong: number("max_value_wrong", defaults.max_value_wrong)?,
            min_value_correct: number("min_value_correct", defaults.min_value_correct)?,
            max_value_correct: number("max_value_correct", defaults.max_value_correct)?,
            clamp: options.bool("clamp")?.unwrap_or(defaults.clamp),
        };
        Ok(Box::new(CosineLength::new(reward, options)?))
    },
};

pub(super) const KIMI_LENGTH: Kind = Kind {
    name: "kimi_length",
    about: "Kimi's length reward: λ = ½ − (length − shortest) / (longest − shortest) in the group; right answers earn λ, wrong ones min(0, λ).",
    options: &[RIGHT, UNIT, TOKEN_FIELD],
    build: |options| Ok(Box::new(KimiLength::new(inner(options, "reward")?, unit(options, "chars")?))),
};

pub(super) const REPETITION: Kind = Kind {
    name: "repetition",
    about: "The n-gram penalty: (1 − distinct/all) · max_penalty.",
    options: &[
        NGRAM_SIZE.default("3"),
        KindOption::new(
            "max_penalty",
            Takes::Number { least: f64::NEG_INFINITY, most: 0.0 },
            "The penalty of a text that only repeats itself.",
        )
        .default("-1"),
        KindOption::new("unit", Takes::Word(&RepetitionUnit::NAMES), "What the n-grams are made of.").default("words"),
        KindOption::new("token_field", Takes::Text, "With the unit tokens: the row's field with the list of token ids or texts.")
            .default(RepetitionUnit::TOKEN_FIELD)
            .names_column_of_completion(),
    ],
    build: |options| {
        let field = options.str("token_field")?;
        let unit = match (options.named("unit")?.unwrap_or_default(), field) {
            (RepetitionUnit::Tokens { .. }, Some(field)) => RepetitionUnit::Tokens { field: field.to_owned() },
            (_, Some(_)) => return Err(options.refuse("token_field", "left out unless tokens are counted")),
            (unit, None) => unit,
        };
        let size = options.usize("ngram_size")?.unwrap_or(3);
        Ok(Box::new(Repetition::new(size, options.f64("max_penalty")?.unwrap_or(-1.0), unit)?))
    },
};

pub(super) const DISTINCT: Kind = Kind {
    name: "distinct",
    about: "The share of distinct n-grams of words, or 1 from a given share on.",
    options: &[
        NGRAM_SIZE.default("1"),
        KindOption::new(
            "min_share",
            Takes::SHARE,
            "The share from which on the reward is 1, and 0 below; without it the reward is the share.",
        ),
    ],
    build: |options| Ok(Box::new(Distinct::new(options.usize("ngram_size")?.unwrap_or(1), options.f64("min_share")?)?)),
};
