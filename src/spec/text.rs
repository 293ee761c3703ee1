//! Kinds on what a completion says: `language`, `choice`, `text`, `data`, `schema`, `ifeval`.

use serde_json::Value;

use super::kind::THINKING;
use super::shape::scope;
use super::{Kind, KindOption, Options, Takes};
use crate::reading::Scope;
use crate::text::ifeval::{Constraint, IfEval};
use crate::text::{
    BlockChoice, Choice, ChoiceOptions, DataFormat, DataOptions, Exact, Language, LanguageOptions, Normalize, Pattern,
    StructuredData, Target, TokenF1,
};
use crate::{Error, Result, Reward};

/// The kinds of this file.
pub(super) const KINDS: &[&Kind] = &[
    &TEXT,
    &CHOICE,
    &LANGUAGE,
    &DATA,
    #[cfg(feature = "schema")]
    &SCHEMA,
    &IFEVAL,
];

const SCOPE: KindOption = KindOption::new(
    "scope",
    Takes::Word(&Scope::NAMES),
    "The part that is read: all of the completion, the text inside thinking, the text outside of it (`answer`), or the text in its `<answer>` tags (`final`; without tags as `answer`).",
)
.default("final");

pub(super) const LANGUAGE: Kind = Kind {
    name: "language",
    about: "The share of the prose that is in a language or script; code, LaTeX, numbers and tags are left out.",
    options: &[
        KindOption::new(
            "language",
            Takes::Text,
            "An ISO 639 code, for example `en` or `fra`, instead of `script`. The share is of words.",
        )
        .positional(),
        KindOption::new(
            "script",
            Takes::Texts,
            "One or several Unicode scripts, for example `Latin` or `Han`, instead of `language`. The share is of letters.",
        ),
        KindOption::new("min_letters", Takes::WHOLE, "The number of letters that prose must have; with fewer it is incorrect.")
            .default("20"),
        KindOption::new(
            "min_share",
            Takes::SHARE,
            "The share from which on the reward is 1, and 0 below; without it the reward is the share.",
        ),
    ],
    build: |options| {
        let target = match (options.strings("script")?, options.str("language")?) {
            (Some(scripts), None) => Target::scripts(&scripts)?,
            (None, Some(language)) => Target::language(language)?,
            (None, None) => return options.required("script` or `language", None),
            (Some(_), Some(_)) => return Err(options.refuse("language", "left out where `script` is given")),
        };
        let min_letters = options.u64("min_letters")?.unwrap_or(LanguageOptions::MIN_LETTERS);
        Ok(Box::new(Language::new(LanguageOptions { target, min_letters, min_share: options.f64("min_share")? })?))
    },
};

pub(super) const CHOICE: Kind = Kind {
    name: "choice",
    about: "The right letter, or letters, of a multiple choice.",
    options: &[
        KindOption::new("options_field", Takes::Text, "The row's field with the texts of the options.")
            .default("choices")
            .names_column(),
        KindOption::new(
            "letters",
            Takes::Whole { least: 2, most: 26 },
            "The number of letters to choose from, where the row does not list the options.",
        )
        .default("26"),
        KindOption::new("several", Takes::Bool, "Whether the answer may be a set of letters.").default("false"),
        THINKING,
    ],
    build: |options| {
        let defaults = ChoiceOptions::default();
        let letters = options.u64("letters")?.unwrap_or(u64::from(defaults.letters));
        Ok(Box::new(Choice::new(ChoiceOptions {
            options_field: options.str("options_field")?.map_or(defaults.options_field, str::to_owned),
            letters: u8::try_from(letters).map_err(|_| options.refuse("letters", "a number from 2 to 26"))?,
            several: options.bool("several")?.unwrap_or(defaults.several),
            thinking: options.thinking()?.unwrap_or(defaults.thinking),
        })?))
    },
};

pub(super) const TEXT: Kind = Kind {
    name: "text",
    about: "The answer as text: equal to a reference, matching a pattern, or sharing words with a reference.",
    options: &[
        KindOption::new(
            "match",
            Takes::Word(&["exact", "pattern", "f1"]),
            "Whether the text must equal a reference or match a pattern, or is rewarded for the words that it shares with a reference.",
        )
        .default("exact"),
        KindOption::new("ignore_case", Takes::Bool, "With `match` exact: whether upper and lower case are the same.").default("false"),
        KindOption::new("ignore_punctuation", Takes::Bool, "With `match` exact: whether only letters, numbers and blanks are compared.")
            .default("false"),
        KindOption::new("ignore_articles", Takes::Bool, "With `match` exact: whether the words a, an and the are left out.").default("false"),
        KindOption::new(
            "pattern",
            Takes::Text,
            "With `match` pattern, which needs it: a regular expression without look-around and back-references.",
        ),
        KindOption::new("whole", Takes::Bool, "With `match` pattern: whether it must match the whole part.").default("true"),
        KindOption::new(
            "min_f1",
            Takes::SHARE,
            "With `match` f1: the F1 from which on the reward is 1, and 0 below; without it the reward is the F1.",
        ),
        SCOPE,
    ],
    build: build_text,
};

fn build_text(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    let kind = options.word("match")?.unwrap_or("exact");
    let belongs = [
        ("exact", ["ignore_case", "ignore_punctuation", "ignore_articles"].as_slice()),
        ("pattern", ["pattern", "whole"].as_slice()),
        ("f1", ["min_f1"].as_slice()),
    ];
    for (of, names) in belongs.into_iter().filter(|(of, _)| *of != kind) {
        if let Some(name) = names.iter().find(|name| options.value(name).is_some()) {
            return Err(options.refuse(name, &format!("left out unless match is {of}")));
        }
    }
    let flag = |name: &str| options.bool(name).map(|flag| flag.unwrap_or(false));
    let scope = scope(options, Scope::Final)?;
    match kind {
        "pattern" => {
            let pattern = options.required("pattern", options.str("pattern")?)?;
            let whole = options.bool("whole")?.unwrap_or(true);
            Ok(Box::new(if whole { Pattern::whole(pattern, scope)? } else { Pattern::anywhere(pattern, scope)? }))
        }
        "f1" if scope != Scope::Final => Err(options.refuse("scope", "left out, as f1 reads the final part")),
        "f1" => Ok(Box::new(TokenF1::new(options.f64("min_f1")?)?)),
        _ => {
            let normalize = Normalize {
                ignore_case: flag("ignore_case")?,
                ignore_punctuation: flag("ignore_punctuation")?,
                ignore_articles: flag("ignore_articles")?,
            };
            Ok(Box::new(Exact::new(normalize).scope(scope)))
        }
    }
}

const BLOCK: KindOption = KindOption::new(
    "block",
    Takes::Word(&BlockChoice::NAMES),
    "Where the data is: in a fenced block or, without one, the whole part (`auto`), or only one of the two.",
)
.default("auto");

fn block(options: &Options<'_>) -> Result<BlockChoice> {
    options.str("block")?.map_or(Ok(BlockChoice::Auto), str::parse)
}

pub(super) const DATA: Kind = Kind {
    name: "data",
    about: "The completion holds a block of valid data: JSON, YAML, TOML, XML or CSV.",
    options: &[KindOption::new("format", Takes::Word(&DataFormat::NAMES), "The format of the data.").required(), BLOCK, SCOPE],
    build: |options| {
        let format = options.required("format", options.str("format")?)?.parse()?;
        Ok(Box::new(StructuredData::new(DataOptions { format, block: block(options)?, scope: scope(options, Scope::Final)? })))
    },
};

#[cfg(feature = "schema")]
pub(super) const SCHEMA: Kind = Kind {
    name: "schema",
    about: "The completion holds a block of JSON that satisfies a JSON Schema.",
    options: &[
        KindOption::new("schema", Takes::TableOrBool, "The schema for every row, instead of `schema_field`.").positional(),
        KindOption::new("schema_field", Takes::Text, "The row's field that holds its schema.").default("schema").names_column(),
        BLOCK,
        SCOPE,
    ],
    build: |options| {
        use crate::text::JsonSchema;
        let reward = match (options.value("schema"), options.str("schema_field")?) {
            (Some(_), Some(_)) => return Err(options.refuse("schema_field", "left out where `schema` is given")),
            (Some(schema @ (Value::Object(_) | Value::Bool(_))), None) => JsonSchema::new(schema)?,
            (Some(_), None) => return Err(options.refuse("schema", "an object or a boolean")),
            (None, field) => JsonSchema::from_field(field.unwrap_or("schema")),
        };
        Ok(Box::new(reward.block(block(options)?).scope(scope(options, Scope::Final)?)))
    },
};

pub(super) const IFEVAL: Kind = Kind {
    name: "ifeval",
    about: "The completion keeps the constraints of its instructions (the 25 types of IFEval).",
    options: &[
        KindOption::new(
            "constraints",
            Takes::Tables,
            "The constraints for every row: objects with `id` and the arguments of that id. Without it each row's `instruction_id_list` and `kwargs` are read.",
        ),
        KindOption::new(
            "fraction",
            Takes::Bool,
            "Whether the reward is the share of constraints that are kept, instead of all or nothing.",
        )
        .default("false"),
        SCOPE.default("answer"),
    ],
    build: |options| {
        let reward = match options.value("constraints") {
            None => IfEval::from_rows(),
            Some(Value::Array(entries)) => {
                IfEval::new(entries.iter().map(|entry| constraint(options, entry)).collect::<Result<_>>()?)?
            }
            Some(_) => return Err(options.refuse("constraints", EXPECTED)),
        };
        Ok(Box::new(reward.fraction(options.bool("fraction")?.unwrap_or(false)).scope(scope(options, Scope::Answer)?)))
    },
};

const EXPECTED: &str = "a list of objects with `id` and the arguments of the id";

fn constraint(options: &Options<'_>, entry: &Value) -> Result<Constraint> {
    let id = entry.get("id").and_then(Value::as_str).ok_or_else(|| -> Error { options.refuse("constraints", EXPECTED) })?;
    Constraint::from_id(id, entry)
}
