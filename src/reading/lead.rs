//! Classification of the words in front of an answer.
//!
//! Many verbs, nouns and conjunctions may lead up to an answer in a sentence (`so there are 4`, `Ann knits 4`), and
//! they cannot be listed. The words that change the value after them (`negative 4`, `twice 4`, `at least 4`) are few,
//! and are listed. For `of`, `to` and `by` it is the reverse (`half of 4`, `added to 4`, `divided by 4`): the words
//! that leave the answer unchanged are listed.

use super::prose::{counts, denies, words};

/// Words that change the value after them, or leave it open.
const CHANGING: &str = "negative minus plus times twice thrice double doubles doubled triple triples tripled quadruple halve halves halved half third quarter \
    least most than under over above below beyond within less more fewer greater larger smaller bigger higher lower \
    opposite inverse reciprocal square squared cube cubed root sqrt log ln sin cos tan sine cosine tangent factorial absolute conjugate complement negation \
    modulo mod except excluding without but versus vs until till past unlike almost maybe perhaps possibly probably presumably either neither both \
    hardly barely scarcely exclude excludes excluded reject rejects rejected eliminate eliminates discard discards dismiss dismisses exceed exceeds \
    neq ne lt gt leq geq le ge leqslant geqslant ll gg pm mp cdot div frac dfrac notin around circa per hundred thousand million billion trillion dozen";

/// Words without an effect: the word in front of them decides.
const FILLERS: &str = "a an the exactly simply just only really necessarily precisely approximately about roughly nearly";

/// Words in front of `of` after which the answer is unchanged.
const MEASURES: &str = "total sum value answer number maximum minimum max min area volume perimeter length width height depth radius diameter \
    circumference distance speed rate time cost price profit loss amount average mean median mode range probability chance \
    expectation ratio product quotient difference remainder result score count size rank dimension slope age weight mass \
    measure angle solution period term limit integral coefficient constant energy force power pressure temperature \
    density current voltage balance salary wage income tax tip discount interest consists consist composed \
    set interval pair list option choice form";

/// Words in front of `to` that introduce an answer.
const WITH_TO: &str = "equal equals equivalent corresponds correspond reduces reduce reduced simplifies simplify simplified adds up sums sum comes come \
    amounts amount out down leads lead evaluates evaluate rounds round rounded converges converge tends tend proportional due back \
    according similar congruent leading related identical goes go";

/// Words in front of `by` that introduce an answer.
const WITH_BY: &str = "given denoted represented described found obtained determined followed expressed characterized";

/// The effect of the words in front of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// They leave it unchanged.
    Plain,
    /// They may change or deny it.
    Changes,
    /// They offer it as an alternative to another value: `5 or`.
    Offers,
}

/// The effect of the words at the end of a sentence on the answer after them.
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
        // `we rule out 4`, `it differs from 4`
        "out" if is_in("rule rules ruled ruling", before) => Lead::Changes,
        "from" if is_in("differs differ different distinct far", before) => Lead::Changes,
        "means" if before == "no" => Lead::Changes,
        word if is_in(CHANGING, word) || counts(word) || denies(word) => Lead::Changes,
        _ => Lead::Plain,
    }
}

/// Whether the words deny the answer: `not`, `cannot be equal to`, `definitely not`.
pub(crate) fn is_denied(sentence: &str) -> bool {
    const COPULAS: &str = "be equal equals to exactly simply just quite possibly the a an really necessarily definitely certainly surely clearly actually";
    let beside = words(sentence).rev().take(6).find(|word| !COPULAS.split(' ').any(|known| known == word));
    // `fails to be`
    let fails = |word: &str| word.starts_with("fail") && words(sentence).any(|word| word == "to");
    beside.is_some_and(|word| denies(&word) || fails(&word))
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
            "definitely not",
            "This rules out",
            "differs from",
            "I reject",
        ] {
            assert_eq!(lead(sentence), Lead::Changes, "{sentence}");
        }
        assert_eq!(lead("5 or"), Lead::Offers);
    }
}
