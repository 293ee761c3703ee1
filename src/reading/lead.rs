//! The words that may stand in front of an answer.
//!
//! An answer that stands in a sentence is led up to by a verb, a noun or a conjunction (`so there are 4`, `Ann knits 4`), of which there is no end; the words that change what stands
//! behind them (`negative 4`, `twice 4`, `at least 4`) are few, and listed. Behind `of`, `to` and `by` it is the other way round (`half of 4`, `added to 4`, `divided by 4`): there
//! the words that leave the answer as it is are listed.

use super::prose::{counts, denies, words};

/// Words that change what stands behind them, or leave it open.
const CHANGING: &str = "negative minus plus times twice thrice double doubles doubled triple triples tripled quadruple halve halves halved half third quarter \
    least most than under over above below beyond within less more fewer greater larger smaller bigger higher lower \
    opposite inverse reciprocal square squared cube cubed root sqrt log ln sin cos tan sine cosine tangent factorial absolute conjugate complement negation \
    modulo mod except excluding without but versus vs until till past unlike almost maybe perhaps possibly probably presumably either neither both \
    neq ne lt gt leq geq le ge leqslant geqslant ll gg pm mp cdot div frac dfrac notin around circa per hundred thousand million billion trillion dozen";

/// Words that say nothing by themselves: what stands in front of them is looked at.
const FILLERS: &str = "a an the exactly simply just only really necessarily precisely approximately about roughly nearly";

/// What an `of` or a bare noun in front of an answer may belong to.
const MEASURES: &str = "total sum value answer number maximum minimum max min area volume perimeter length width height depth radius diameter \
    circumference distance speed rate time cost price profit loss amount average mean median mode range probability chance \
    expectation ratio product quotient difference remainder result score count size rank dimension slope age weight mass \
    measure angle solution period term limit integral coefficient constant energy force power pressure temperature \
    density current voltage balance salary wage income tax tip discount interest consists consist composed \
    set interval pair list option choice form";

/// Verbs and nouns with `to` that say what an answer is.
const WITH_TO: &str = "equal equals equivalent corresponds correspond reduces reduce reduced simplifies simplify simplified adds up sums sum comes come \
    amounts amount out down leads lead evaluates evaluate rounds round rounded converges converge tends tend proportional due back \
    according similar congruent leading related identical goes go";

/// Verbs with `by` that say what an answer is.
const WITH_BY: &str = "given denoted represented described found obtained determined followed expressed characterized";

/// How words in front of an answer lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// They leave it as it is.
    Plain,
    /// They may change or deny it.
    Changes,
    /// They offer it beside another value: `5 or`.
    Offers,
}

/// What the words at the end of a sentence do to the answer behind them.
pub(crate) fn lead(sentence: &str) -> Lead {
    if is_denied(sentence) {
        return Lead::Changes;
    }
    let mut last = words(sentence).rev();
    let is_in = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
    let mut word = String::new();
    for found in last.by_ref().take(6) {
        word = found;
        if !is_in(FILLERS, &word) {
            break;
        }
    }
    let before = last.next();
    let before = before.as_deref().unwrap_or("");
    match word.as_str() {
        "" => Lead::Plain,
        "or" | "xor" | "nor" => Lead::Offers,
        // `not 5 but 4`
        "but" if words(sentence).any(|word| word == "not") => Lead::Plain,
        "of" if is_in("total sum", before) => Lead::Plain,
        "of" => {
            if is_in(MEASURES, before) {
                Lead::Plain
            } else {
                Lead::Changes
            }
        }
        "to" => {
            if before.is_empty() || is_in(WITH_TO, before) {
                Lead::Plain
            } else {
                Lead::Changes
            }
        }
        "by" => {
            if is_in(WITH_BY, before) {
                Lead::Plain
            } else {
                Lead::Changes
            }
        }
        word if is_in(CHANGING, word) || counts(word) || denies(word) => Lead::Changes,
        _ => Lead::Plain,
    }
}

/// Whether the words deny the answer: `not`, `cannot be equal to`.
fn is_denied(sentence: &str) -> bool {
    const COPULAS: &str = "be equal equals to exactly simply just the a an really necessarily";
    let beside = words(sentence).rev().take(6).find(|word| !COPULAS.split(' ').any(|known| known == word));
    beside.is_some_and(|word| denies(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_nouns_and_conjunctions_lead_to_an_answer() {
        for sentence in [
            "so there are",
            "is equal to",
            "the total of",
            "given by",
            "a",
            "he earns",
            "",
            "together",
            "the sum is exactly",
            "not 5 but",
            "please",
            "so Ann knits",
        ] {
            assert_eq!(lead(sentence), Lead::Plain, "{sentence}");
        }
    }

    #[test]
    fn words_that_change_it_are_known() {
        for sentence in [
            "negative",
            "half of",
            "at least",
            "more than",
            "divided by",
            "the opposite of",
            "all but",
            "cannot be equal to",
            "not",
            "added to",
            "twice",
            "minus",
            "the square root",
        ] {
            assert_eq!(lead(sentence), Lead::Changes, "{sentence}");
        }
        assert_eq!(lead("5 or"), Lead::Offers);
    }
}
