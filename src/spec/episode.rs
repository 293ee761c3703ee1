//! Kinds on episodes: `self_correction`, `satori`.

use super::Kind;
use super::compose::inner;
use crate::episode::{Satori, SatoriFields, SelfCorrecting};

pub(super) const SELF_CORRECTION: Kind = Kind {
    name: "self_correction",
    about: "SCoRe's shaped reward of the last attempt, r2 + alpha (r2 - r1), with every attempt's own reward beside it.",
    options: &[
        ("reward", "The reward that judges every attempt, as a table with a kind."),
        (
            "attempts_field",
            "The row's field with the attempts, as texts or messages; attempts unless said, which a completion of several assistant messages fills by itself.",
        ),
        ("alpha", "The weight of progress; 10 unless said."),
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
        ("reward", "The reward that says which answers are right, as a table with a kind."),
        (
            "origin_field",
            "The row's field that says where the episode started: fresh, correct or incorrect; origin unless said, and fresh in rows without it.",
        ),
        ("score_field", "The row's field with the outcome model's score; no such term unless said."),
        ("beta", "The bonus for mending a wrong start, and the penalty for spoiling a right one; 0.5 unless said."),
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
