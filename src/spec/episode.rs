//! Kinds on episodes: `self_correction`, `satori`.

use super::compose::inner;
use super::shape::RIGHT;
use super::{Kind, KindOption, Takes};
use crate::episode::{Satori, SatoriFields, SelfCorrecting};

/// The kinds of this file.
pub(super) const KINDS: &[&Kind] = &[&SELF_CORRECTION, &SATORI];

pub(super) const SELF_CORRECTION: Kind = Kind {
    name: "self_correction",
    about: "SCoRe's shaped reward of the last attempt, r2 + alpha (r2 - r1), and the reward of each attempt as a component.",
    options: &[
        KindOption::new("reward", Takes::Reward, "The reward that judges every attempt.").required(),
        KindOption::new(
            "attempts_field",
            Takes::Text,
            "The row's field with the attempts, as texts or messages. A completion of several assistant messages fills the default field by itself.",
        )
        .default(SelfCorrecting::FIELD)
        .names_column_of_completion(),
        KindOption::new("alpha", Takes::FACTOR, "The weight of the progress from the attempt before.").default("10"),
    ],
    build: |options| {
        let field = options.str("attempts_field")?.unwrap_or(SelfCorrecting::FIELD);
        let alpha = options.f64("alpha")?.unwrap_or(SelfCorrecting::ALPHA);
        Ok(Box::new(SelfCorrecting::new(inner(options, "reward")?, field, alpha)?))
    },
};

pub(super) const SATORI: Kind = Kind {
    name: "satori",
    about: "Satori's reward: correctness as 0 or -1, the outcome model's score, and a bonus by where the episode restarted.",
    options: &[
        RIGHT,
        KindOption::new(
            "origin_field",
            Takes::Text,
            "The row's field that says where the episode started: fresh, correct or incorrect. A row without the field started fresh.",
        )
        .default("origin")
        .names_column_of_completion(),
        KindOption::new(
            "score_field",
            Takes::Text,
            "The row's field with the outcome model's score, which is added; without it there is no such term.",
        )
        .names_column_of_completion(),
        KindOption::new("beta", Takes::FACTOR, "The bonus for mending a wrong start, and the penalty for spoiling a right one.")
            .default("0.5"),
    ],
    build: |options| {
        let defaults = SatoriFields::default();
        let fields = SatoriFields {
            origin: options.str("origin_field")?.map_or(defaults.origin, str::to_owned),
            score: options.str("score_field")?.map(str::to_owned),
        };
        Ok(Box::new(Satori::new(inner(options, "reward")?, fields, options.f64("beta")?.unwrap_or(Satori::BETA))?))
    },
};
