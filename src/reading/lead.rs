//! The words that may stand in front of an answer.
//!
//! An answer that stands in a sentence is led up to by a verb, a preposition or a conjunction (`so there are 4`, `is equal to 4`). Every other
//! word may change it (`negative 4`, `half of 4`, `at least 4`), and nobody can list those: so the words that leave it as it is are listed.

use super::prose::{denies, words};

/// Words that lead to an answer by themselves.
const LEADS: &str = "is are was were be being been equals equal gives give gave get gets got getting yields yield \
    has have had having find finds found obtain obtains obtained see conclude follows becomes become makes make made take takes took \
    needs need needed requires require required contains contain holds hold costs cost cost pays pay paid earns earn earned \
    spends spend spent sells sell sold buys buy bought receives receive received appears appear moves move turn turns walks walk runs run \
    travels travel drives drive weighs weigh measures measure worth leaves leave left remains remain remaining totals total shows show \
    say says claim claims believe think know states state write choose select pick chooses selects picks answer option choice answers \
    saves save uses use used produces produce works work reads read eats eat ate sleeps collects collect wins win won scores score \
    counts count covers cover lasts last reaches reach lies lie consists returns return outputs output prints print means mean denote \
    so thus hence therefore then and also that which when where if since because as namely only just exactly simply precisely \
    approximately about roughly nearly now finally still yet back clearly obviously indeed actually rather really \
    for in at on with along after point us you me him her them it this these those there here he she they we i value \
    between into onto from conclusion solution result final question problem \
    together altogether overall always again first lastly already next number integer integers sum area volume digit angle vector function \
    interval set pair matrix fraction prime probability total amount time year day page row point \
    bakes bake baked plants plant planted delivers deliver delivered carries carry carried drinks drink drank fills fill filled grows grow \
    grew loses lose lost jumps jump charges charge charged donates donate donated owes owe owed owns own owned keeps keep kept brings bring \
    brought adds add added draws draw drew builds build built catches catch caught picked packs pack packed visits visit visited solves \
    solve solved shares share shared sends send sent serves serve served feeds feed fed cuts cut finishes finish completes complete \
    completed generates generate forms form formed includes include included equaling equalling totaling totalling making leaving \
    giving yielding containing costing earning needing producing reading \
    does do did can could must will would shall should may might let set";

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
        word if is_in(FILLERS, word) || is_in(LEADS, word) => Lead::Plain,
        _ => Lead::Changes,
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
    fn verbs_prepositions_and_conjunctions_lead_to_an_answer() {
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
        ] {
            assert_eq!(lead(sentence), Lead::Plain, "{sentence}");
        }
    }

    #[test]
    fn other_words_may_change_it() {
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
        ] {
            assert_eq!(lead(sentence), Lead::Changes, "{sentence}");
        }
        assert_eq!(lead("5 or"), Lead::Offers);
    }
}
