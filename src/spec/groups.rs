//! Kinds that see all samples of a prompt: `majority`, `diversity`.

use super::Kind;
use crate::groups::{Diversity, Extractor, Majority, SameAnswer};

pub(super) const MAJORITY: Kind = Kind {
    name: "majority",
    about: "Agreement with the most frequent answer of the prompt's samples (TTRL); needs all of them in one batch.",
    options: &[
        ("extract", "Where the answer is: auto (the default: the last box, else the final part), boxed or final."),
        ("same", "The reward that says whether two answers are the same, as a table with a kind; equal text unless said."),
        ("min_share", "A smaller majority labels nothing: the group is unscored; 0.5 unless said."),
    ],
    build: |options| {
        let extract = Extractor::from_name(options.choice("extract", &Extractor::NAMES)?.unwrap_or("auto"))?;
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
    options: &[("ngram_size", "The size of the n-grams of words that are compared; 3 unless said.")],
    build: |options| Ok(Box::new(Diversity::new(options.usize("ngram_size")?.unwrap_or(3))?)),
};
