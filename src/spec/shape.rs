//! Kinds on length and repetition: `length`, `soft_overlong`, `cosine_length`, `kimi_length`, `repetition`, `distinct`.

use super::compose::inner;
use super::{Kind, Options};
use crate::Result;
use crate::groups::KimiLength;
use crate::reading::Scope;
use crate::text::{
    CosineLength, CosineOptions, Distinct, Length, LengthOptions, LengthUnit, Repetition, RepetitionUnit, SoftOverlong,
};

const UNIT: (&str, &str) =
    ("unit", "What is counted: chars (the default; white space at the ends is trimmed), words, tokens, or raw_chars (untrimmed).");
const TOKEN_FIELD: (&str, &str) =
    ("token_field", "The row's field with the token count, or the list of token ids, where tokens are counted.");
const REWARD: (&str, &str) = ("reward", "The reward that says which answers are right, as a table with a kind.");

fn unit(options: &Options<'_>, default: &'static str) -> Result<LengthUnit> {
    let name = options.choice("unit", &LengthUnit::NAMES)?.unwrap_or(default);
    let field = options.str("token_field")?;
    match (LengthUnit::from_name(name)?, field) {
        (LengthUnit::Tokens { .. }, Some(field)) => Ok(LengthUnit::Tokens { field: field.to_owned() }),
        (_, Some(_)) => Err(options.refuse("token_field", "left out unless tokens are counted")),
        (unit, None) => Ok(unit),
    }
}

pub(super) fn scope(options: &Options<'_>, default: Scope) -> Result<Scope> {
    options.choice("scope", &Scope::NAMES)?.map_or(Ok(default), Scope::from_name)
}

pub(super) const LENGTH: Kind = Kind {
    name: "length",
    about: "A length within bounds, counted after white space at the ends is trimmed.",
    options: &[
        UNIT,
        ("min", "At least this many."),
        ("max", "At most this many."),
        ("min_distinct_ratio", "At least this share of the words is distinct."),
        ("scope", "The part that is counted: completion (the default), thinking, answer or final."),
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
    about: "DAPO's punishment: 0 up to max − cache, then falling in a line to −1 at max, −1 beyond.",
    options: &[
        ("unit", "What is counted: tokens (the default), chars, words, or raw_chars (untrimmed)."),
        ("max", "Lmax; 20480 unless said."),
        ("cache", "Lcache, the length of the slope; 4096 unless said."),
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
        REWARD,
        UNIT,
        ("max_len", "The length at which the cosine has run half a turn; 1000 unless said."),
        ("min_value_wrong", "A wrong answer of no length; −1 unless said."),
        ("max_value_wrong", "A wrong answer of max_len; −0.5 unless said."),
        ("min_value_correct", "A right answer of max_len; 0.5 unless said."),
        ("max_value_correct", "A right answer of no length; 1 unless said."),
        ("clamp", "Hold the value of max_len beyond it; true unless said (open-r1: false)."),
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
    about: "Kimi's length reward: λ = ½ − the place in the group's span of lengths; wrong answers earn min(0, λ).",
    options: &[REWARD, UNIT, TOKEN_FIELD],
    build: |options| Ok(Box::new(KimiLength::new(inner(options, "reward")?, unit(options, "chars")?))),
};

pub(super) const REPETITION: Kind = Kind {
    name: "repetition",
    about: "The n-gram penalty: (1 − distinct/all) · max_penalty.",
    options: &[
        ("ngram_size", "The size of the n-grams; 3 unless said."),
        ("max_penalty", "The penalty of a text that only repeats itself, 0 or negative; −1 unless said."),
        ("unit", "What the n-grams are made of: words (the default) or tokens, from a list of ids or texts in a field of the row."),
        TOKEN_FIELD,
    ],
    build: |options| {
        let field = options.str("token_field")?;
        let unit = match (options.choice("unit", &["words", "tokens"])?, field) {
            (Some("tokens"), field) => RepetitionUnit::Tokens { field: field.unwrap_or(RepetitionUnit::TOKEN_FIELD).to_owned() },
            (_, None) => RepetitionUnit::Words,
            (_, Some(_)) => return Err(options.refuse("token_field", "left out unless tokens are counted")),
        };
        let size = options.usize("ngram_size")?.unwrap_or(3);
        Ok(Box::new(Repetition::new(size, options.f64("max_penalty")?.unwrap_or(-1.0), unit)?))
    },
};

pub(super) const DISTINCT: Kind = Kind {
    name: "distinct",
    about: "The share of distinct n-grams of words, or 1 from a share on.",
    options: &[("ngram_size", "The size of the n-grams; 1 unless said."), ("min_share", "Reward 1 from this share on, 0 below.")],
    build: |options| Ok(Box::new(Distinct::new(options.usize("ngram_size")?.unwrap_or(1), options.f64("min_share")?)?)),
};
