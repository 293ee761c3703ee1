//! Compares two answers as options of a multiple choice.
//!
//! Returns no judgement where neither the letters nor the option texts decide.

use super::answer::Answer;
use super::choice::{in_brackets, read};
use super::decision::Decision;
use crate::Rule;

/// The result of reading both sides as options of a multiple choice.
pub(super) enum Options {
    /// The letters decide.
    Judged(Decision),
    /// The letters are the same and both options have a text: the texts must be equal.
    Texts(Box<[Answer; 2]>),
    /// The pair is not compared as options.
    Other,
}

/// Compares two answers as options, where the reference is an option and the answer names one.
pub(super) fn options(gold: &Answer, answer: &Answer) -> Options {
    let Some(g) = read(&gold.source) else { return Options::Other };
    let Some(a) = read(&answer.source) else {
        let same = in_brackets(&answer.source) == Some(g.letter);
        return if same { Options::Judged(Decision::equal(Rule::Choice)) } else { Options::Other };
    };
    if g.letter != a.letter {
        return Options::Judged(Decision::different(Rule::Choice));
    }
    match (g.text, a.text) {
        (Some(g), Some(a)) => {
            let plain = |text: &str| Answer::read(text).ok().filter(|answer| read(&answer.source).is_none());
            match (plain(&g), plain(&a)) {
                (Some(g), Some(a)) => Options::Texts(Box::new([g, a])),
                _ => Options::Other,
            }
        }
        // A lone letter on both sides may be a symbol: equal letters are equal in either reading.
        _ => Options::Judged(Decision::equal(Rule::Choice)),
    }
}
