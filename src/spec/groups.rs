//! Kinds that see all samples of a prompt: `majority`, `diversity`.

use super::{Kind, KindOption, Takes};
use crate::groups::{Diversity, Extractor, Majority, SameAnswer};

/// The kinds of this file.
pub(super) const KINDS: &[&Kind] = &[&MAJORITY, &DIVERSITY];

pub(super) const MAJORITY: Kind = Kind {
    name: "majority",
    about: "Agreement with the most frequent answer of the prompt's samples (TTRL); needs all of them in one batch.",
    options: &[
        KindOption::new(
            "extract",
            Takes::Word(&Extractor::NAMES),
            "Where the answer is looked for: in the last box and, without one, in the final part (`auto`), or in one of the two alone.",
        )
        .default("auto"),
        KindOption::new(
            "same",
            Takes::Reward,
            "The reward that decides whether two answers are the same: they are if it judges one correct with the other as reference. By default their texts must be equal.",
        ),
        KindOption::new(
            "min_share",
            Takes::SHARE,
            "The least share of the samples that the majority must have; where it has less, the group is unscored.",
        )
        .default("0.5"),
    ],
    build: |options| {
        let extract = options.word("extract")?.unwrap_or("auto").parse()?;
        let min_share = options.f64("min_share")?.unwrap_or(0.5);
        Ok(Box::new(if let Some(spec) = options.component("same")? {
            Majority::with_judge(min_share, extract, spec.build()?)?
        } else {
            Majority::with_answers(min_share, extract, SameAnswer::text())?
        }))
    },
};

pub(super) const DIVERSITY: Kind = Kind {
    name: "diversity",
    about: "How little a completion shares with the others of its prompt; needs all of them in one batch.",
    options: &[KindOption::new("ngram_size", Takes::COUNT, "The number of words in the n-grams that are compared.").default("3")],
    build: |options| Ok(Box::new(Diversity::new(options.usize("ngram_size")?.unwrap_or(3))?)),
};
