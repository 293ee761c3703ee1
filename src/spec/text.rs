//! Kinds on what a completion says: `language`, `choice`, `text`, `data`, `schema`, `ifeval`.

use serde_json::Value;

use super::options::THINKING;
use super::shape::scope;
use super::{Kind, Options};
use crate::reading::Scope;
use crate::text::ifeval::{Constraint, IfEval};
use crate::text::{
    BlockChoice, Choice, ChoiceOptions, DataFormat, DataOptions, Exact, Language, LanguageOptions, Normalize, Pattern,
    StructuredData, Target, TokenF1,
};
use crate::{Error, Result, Reward};

const SCOPE: (&str, &str) = ("scope", "The part that is read: final (the default), answer, thinking or completion.");

pub(super) const LANGUAGE: Kind = Kind {
    name: "language",
    about: "The share of the prose that is in a language or script; code, LaTeX, numbers and tags are left out.",
    options: &[
        (
            "script",
            "One or several Unicode scripts: Latin, Han, [\"Han\", \"Hiragana\", \"Katakana\"], ... The share is of letters.",
        ),
        ("language", "An ISO 639 code: en, zh, fra, ... The share is of words."),
        ("min_letters", "Prose with fewer letters is incorrect; 20 unless said."),
        ("min_share", "Reward 1 from this share on and 0 below; without it the reward is the share."),
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
        ("options_field", "The row's field with the options' texts; choices unless said."),
        ("letters", "How many letters there are where the row does not list the options; 26 unless said."),
        ("several", "The answer is a set of letters; false unless said."),
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
        ("match", "exact (the default), pattern or f1."),
        ("ignore_case", "exact: upper and lower case are alike; false unless said."),
        ("ignore_punctuation", "exact: only letters, numbers and blanks count; false unless said."),
        ("ignore_articles", "exact: a, an, the are dropped; false unless said."),
        ("pattern", "pattern: a regular expression (no look-around, no back-references)."),
        ("whole", "pattern: it must match the whole part; true unless said."),
        ("min_f1", "f1: reward 1 from this F1 on and 0 below; without it the reward is the F1."),
        SCOPE,
    ],
    build: build_text,
};

fn build_text(options: &Options<'_>) -> Result<Box<dyn Reward>> {
    let kind = options.choice("match", &["exact", "pattern", "f1"])?.unwrap_or("exact");
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
            Ok(Box::new(Pattern::new(pattern, options.bool("whole")?.unwrap_or(true), scope)?))
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

const BLOCK: (&str, &str) =
    ("block", "Where the data stands: auto (the default: a fenced block, else the whole part), fenced or whole.");

fn block(options: &Options<'_>) -> Result<BlockChoice> {
    options.str("block")?.map_or(Ok(BlockChoice::Auto), BlockChoice::from_name)
}

pub(super) const DATA: Kind = Kind {
    name: "data",
    about: "A block of data is valid: JSON, YAML, TOML, XML or CSV.",
    options: &[("format", "json, yaml, toml, xml or csv."), BLOCK, SCOPE],
    build: |options| {
        let format = DataFormat::from_name(options.required("format", options.str("format")?)?)?;
        Ok(Box::new(StructuredData::new(DataOptions { format, block: block(options)?, scope: scope(options, Scope::Final)? })))
    },
};

#[cfg(feature = "schema")]
pub(super) const SCHEMA: Kind = Kind {
    name: "schema",
    about: "A block of JSON satisfies a JSON Schema.",
    options: &[
        ("schema", "The schema, as a table, for every row."),
        ("schema_field", "The row's field that holds its schema; schema unless said."),
        BLOCK,
        SCOPE,
    ],
    build: |options| {
        use crate::text::JsonSchema;
        let reward = match (options.value("schema"), options.str("schema_field")?) {
            (Some(_), Some(_)) => return Err(options.refuse("schema_field", "left out where `schema` is given")),
            (Some(schema @ (Value::Object(_) | Value::Bool(_))), None) => JsonSchema::new(schema)?,
            (Some(_), None) => return Err(options.refuse("schema", "a table or a boolean")),
            (None, field) => JsonSchema::from_field(field.unwrap_or("schema")),
        };
        Ok(Box::new(reward.block(block(options)?).scope(scope(options, Scope::Final)?)))
    },
};

pub(super) const IFEVAL: Kind = Kind {
    name: "ifeval",
    about: "The instructions' constraints are kept (the 25 types of IFEval).",
    options: &[
        (
            "constraints",
            "A list of tables with id and the arguments of the id; unless given each row's instruction_id_list and kwargs are read.",
        ),
        ("fraction", "Pay the share of constraints kept; false (all or nothing) unless said."),
        ("scope", "The part that is read: answer (the default), completion, thinking or final."),
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

const EXPECTED: &str = "a list of tables with `id` and the arguments of the id";

fn constraint(options: &Options<'_>, entry: &Value) -> Result<Constraint> {
    let id = entry.get("id").and_then(Value::as_str).ok_or_else(|| -> Error { options.refuse("constraints", EXPECTED) })?;
    Constraint::from_id(id, entry)
}
