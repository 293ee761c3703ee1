//! Two answers as options of a multiple choice.
//!
//! Accepts: any two answers. Refuses: to judge where neither letters nor texts decide.

use super::answer::Answer;
use super::choice::{in_brackets, read};
use super::decision::Decision;
use crate::Rule;

/// What two sides are as options of a multiple choice.
pub(super) enum Options {
    /// Judged by their letters.
    Judged(Decision),
    /// The same letter: their texts must agree.
    Texts(Box<[Answer; 2]>),
    /// No options.
    Other,
}

/// Multiple choice: where either side is an option's letter and the other names an option.
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
        // A lone letter on both sides may be a symbol: equal letters are equal either way.
        _ => Options::Judged(Decision::equal(Rule::Choice)),
    }
}
