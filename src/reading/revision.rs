//! Statements that are denied, and answers that are retracted.
//!
//! `It is false that the answer is 4` denies; `\boxed{4}. No wait, 5.` retracts and names another value. Text after the
//! answer counts only where it names another value: `Wait, let me check: yes, 4.` leaves the answer unchanged.

use super::belief::denies_claim;
use super::denied_value::{Said, calls_untrue, said};
use super::options::named;
use super::prose::{counts, denies, sentence_end, words};
use super::tongues::{is_no, is_untrue, is_untrue_unspaced, retracts_unspaced};
use super::unspaced::is_unspaced;

/// Nouns that such a word may refer to. They name the text's own statements; quantities of a problem
/// (`the number of wrong answers`) are not included.
const STATEMENTS: &str = "answer value result guess solution choice option one number claim that to would";
/// How many bytes after an answer are read.
const REACH: usize = 16_000;
/// How many bytes of the answer are compared with each sentence behind it, so that the time is linear in the length of both.
const COMPARED: usize = 1_000;
/// How many bytes in front of a phrase are searched for a denial.
const FRONT: usize = 400;

fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// Whether a sentence calls its own statement untrue: `the wrong answer is`, `it is false that`, `(wrong)`. Only its
/// first [`REACH`] bytes are read.
pub(crate) fn disowns(sentence: &str) -> bool {
    let sentence = beginning(sentence, REACH);
    if sentence.contains(['✗', '✘', '❌', '☒']) || is_untrue_unspaced(sentence) {
        return true;
    }
    let mut all = words(sentence);
    if all.next().is_some_and(|word| denies(&word)) && all.next().is_none() && !sentence.contains(char::is_numeric) {
        return true;
    }
    let mut rest = sentence;
    while let Some(start) = rest.find(char::is_alphabetic) {
        rest = &rest[start..];
        let end = rest.find(|c: char| !(c.is_alphabetic() || matches!(c, '\'' | '’'))).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let word = word.to_lowercase();
        if is_untrue(&word, behind) {
            return true;
        }
        if calls_untrue(&word) {
            let next = behind.trim_start_matches([' ', '*', '_']);
            let noun = next.starts_with(char::is_alphabetic).then(|| words(next).next()).flatten();
            if noun.is_none_or(|noun| is_in(STATEMENTS, &noun)) {
                return true;
            }
        }
        rest = behind;
    }
    false
}

/// The first `reach` bytes of a text, or fewer where that would split a character.
pub(crate) fn beginning(text: &str, reach: usize) -> &str {
    let mut end = text.len().min(reach);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether the end of a sentence calls the value after it untrue. A conclusion drawn after the denial
/// (`43 is wrong, so it is`) does not count as denied.
pub(crate) fn disowns_behind(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    const CONCLUDING: [&str; 20] = [
        ", so ",
        ", hence ",
        ", thus ",
        ", therefore ",
        ", then ",
        " but ",
        " because ",
        ", and ",
        ", also ",
        ", somit ",
        ", daher ",
        ", ist die antwort ",
        ", donc ",
        ", así que ",
        ", por lo tanto ",
        ", portanto ",
        ", quindi ",
        ", dus ",
        ", поэтому ",
        ", значит ",
    ];
    let since = CONCLUDING
        .iter()
        .filter_map(|word| lower.rfind(word).map(|place| place + word.len()))
        .max()
        .filter(|place| sentence.is_char_boundary(*place) && lower.len() == sentence.len());
    disowns(&sentence[since.unwrap_or(0)..])
}

/// Whether the sentences after an answer retract it in favour of another value. The rest of the answer's own sentence
/// is examined elsewhere.
pub(crate) fn revises(behind: &str, answer: &str) -> bool {
    let (behind, answer) = (beginning(behind, REACH), beginning(answer, COMPARED));
    // `No. 5.`: the word and the value may be separate sentences.
    let mut taken_back = false;
    sentences(&behind[sentence_end(behind)..]).any(|whole| {
        match said(whole, answer) {
            Some(Said::Denied | Said::OtherAffirmed) => return true,
            // `B is wrong` leaves C.
            Some(Said::OtherDenied) => return false,
            None => {}
        }
        let sentence = whole.trim_start_matches(|c: char| !c.is_alphanumeric());
        // `A is wrong` speaks of an option.
        let option = ["A is ", "A was ", "A isn't "].iter().any(|start| sentence.starts_with(start))
            && named(answer, 'Z').next().is_some_and(|(_, letter)| letter != 'A');
        if !option && retracts(sentence) {
            return true;
        }
        let revision = is_revision(sentence);
        let revised = (revision || taken_back) && names_another(sentence, answer);
        taken_back = revision && (words(sentence).count() <= 2 || sentence.contains("changed my mind"));
        revised
    })
}

/// The sentences of a text.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.lines().flat_map(|line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            if rest.trim().is_empty() {
                return None;
            }
            let end = sentence_end(rest);
            let (sentence, behind) = rest.split_at(end);
            rest = behind.trim_start_matches(['.', '!', '?', ' ', '\t', '…']);
            if rest.len() == behind.len() {
                rest = "";
            }
            let sentence = sentence.trim_start_matches([' ', '\t', '>', '#', '•']);
            Some(sentence.strip_prefix("- ").unwrap_or(sentence))
        })
    })
}

/// Whether a sentence is only a verdict on the previous text: `Contradiction.`, `That is wrong.`, `Ignore the above.`,
/// `Das ist falsch.`
fn retracts(sentence: &str) -> bool {
    const SUBJECTS: &str = "this that it that's it's that’s it’s which is was a an which das dies ist c'est c’est est ceci cela esto eso es isto isso é questo è это";
    const OWN: &str = "the above my answer result value number box boxed previous last";
    if takes_away(sentence) {
        return true;
    }
    if sentence.trim_end_matches(['。', '！', ' ']).ends_with(is_unspaced) {
        return retracts_unspaced(sentence);
    }
    let mut all = words(sentence).filter(|word| !(is_in(SUBJECTS, word) || is_in(OWN, word)));
    let (Some(verdict), None) = (all.next(), all.next()) else { return false };
    let own = words(sentence).any(|word| is_in(OWN, &word));
    if own && !words(sentence).any(|word| matches!(word.as_str(), "above" | "my" | "boxed")) {
        return false;
    }
    let untrue = calls_untrue(&verdict) || matches!(verdict.as_str(), "contradiction" | "absurd") || is_untrue(&verdict, "");
    !sentence.contains(char::is_numeric) && untrue
}

/// Whether a sentence only asks to leave out what was said: `Please ignore the above.`, `Scratch that.`
fn takes_away(sentence: &str) -> bool {
    const VERBS: &str = "ignore disregard forget discard scratch strike retract withdraw";
    const OBJECTS: &str = "that this it the above my answer result value box boxed previous last please i so";
    let mut verbs = 0;
    let only = words(sentence).all(|word| {
        verbs += usize::from(is_in(VERBS, &word));
        is_in(VERBS, &word) || is_in(OBJECTS, &word)
    });
    only && verbs == 1 && words(sentence).next_back().is_some_and(|word| !is_in(VERBS, &word))
}

/// Whether the clause in front of an answer is only a supposition: `Suppose the answer is`, `if it is`.
pub(crate) fn supposes(sentence: &str) -> bool {
    const DOUBTS: &str = "if whether unless suppose supposing assume assuming pretend imagine";
    const SUBJECTS: &str =
        "that the our my final correct answer value result solution it this is was were equals equal to be would";
    let clause = sentence.rsplit(',').next().unwrap_or(sentence);
    words(clause).rev().find(|word| !(is_in(SUBJECTS, word) || word.chars().count() == 1)).is_some_and(|word| is_in(DOUBTS, &word))
}

/// Whether a sentence retracts the previous text, or offers an alternative.
fn is_revision(sentence: &str) -> bool {
    const BEGINS: &str = "or xor nor alternatively actually wait nope correction sorry oops hmm rather instead edit update otherwise maybe perhaps \
        possibly well scratch hold apologies";
    const WITHIN: &str = "actually correction instead guess alternatively mistake mistaken wrong incorrect thought";
    const CONTRASTS: &str = "but however although though yet";
    const CLAIMS: &str = "answer true real correct right should must actual";
    let mut all = words(sentence);
    let Some(first) = all.next() else { return false };
    let denial = first == "no" && {
        let rest = sentence.get(2..).unwrap_or("");
        !rest.starts_with(' ') || words(rest).next().is_some_and(|next| is_in("wait sorry it its it's actually i the", &next))
    };
    let contrast = || is_in(CONTRASTS, &first) && words(sentence).any(|word| is_in(CLAIMS, &word));
    // `It is 5.`: only another value.
    let states =
        first == "it" && sentence.split_whitespace().count() <= 3 && words(sentence).nth(1).is_none_or(|word| word == "is");
    // `Strike that, 5.`, `I mean 5.`
    let second = words(sentence).nth(1).unwrap_or_default();
    let replaces = (second == "that" && is_in("strike scratch scrap make forget cancel", &first))
        || (first == "i" && matches!(second.as_str(), "mean" | "meant"))
        || sentence.contains("changed my mind");
    let abroad = is_no(&first) || sentence.starts_with("不，") || sentence.starts_with("不对");
    let never_mind = sentence.starts_with("Never mind");
    denial
        || abroad
        || never_mind
        || states
        || replaces
        || is_in(BEGINS, &first)
        || all.any(|word| is_in(WITHIN, &word))
        || contrast()
}

/// Whether a text names a value that is not in the answer: a number, a letter of a multiple choice, a formula.
pub(crate) fn names_another(text: &str, answer: &str) -> bool {
    let answer = beginning(answer, COMPARED);
    // `6·7 = 42` checks the answer: the last number is the result of the sentence.
    if let Some(said) = numbers(text).last() {
        // In an equation, the sign of a number may be that of a step: `so a = 3` beside -3.
        let bare = |number: &str| number.trim_start_matches('-').to_owned();
        let same = |number: &str| number == said || (text.contains('=') && bare(number) == bare(said));
        if !self::numbers(answer).any(same) {
            return true;
        }
    }
    // A term may have the numbers of the answer and be another one: `x-1` for `x+1`, `5/2` for `3/2`.
    let letters = answer.contains(|c: char| c.is_alphabetic() || matches!(c, '+' | '/' | '^'));
    if letters && answer.trim().len() > 1 && !answer.contains('$') {
        if let Some(formula) = only_formula(text) {
            return names_another_formula(formula, answer);
        }
        if !text.contains('$') && text.contains(['\\', '/', '+', '^', '-']) && numbers(text).next().is_some() {
            return !plain(text).contains(&plain(answer));
        }
    }
    if numbers(text).next().is_some() {
        return false;
    }
    let letter = named(answer, 'Z').next().map(|(_, letter)| letter);
    if letter.is_some() && answer.trim().len() <= 12 {
        return named(text, 'Z').any(|(_, other)| Some(other) != letter);
    }
    if words(text).any(|word| counts(&word) && !matches!(word.as_str(), "one" | "two" | "double" | "times" | "percent")) {
        return true;
    }
    let formula = text.contains(['$', '\\']);
    formula && !answer.is_empty() && !text.contains(answer)
}

/// The formula between dollar signs, where a text has one and it is no relation and no lone letter.
fn only_formula(text: &str) -> Option<&str> {
    let mut parts = text.split('$');
    let (Some(_), Some(formula), Some(behind), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    // `Thus $n+1$ is even` speaks of a formula and gives none.
    if behind.contains(char::is_alphanumeric) {
        return None;
    }
    let relation = formula.contains(['=', '<', '>']) || ["\\ne", "\\le", "\\ge", "\\in"].iter().any(|sign| formula.contains(sign));
    let formula = formula.trim();
    (!relation && formula.chars().count() > 1).then_some(formula)
}

/// A formula without blanks, braces and the size of its fractions.
fn plain(text: &str) -> String {
    text.replace([' ', '{', '}', '$'], "").replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
}

/// Whether no side of a formula is written like the answer.
fn names_another_formula(formula: &str, answer: &str) -> bool {
    let answer = plain(answer);
    let side = answer.split_once('=').map_or(answer.as_str(), |(_, side)| side);
    !plain(formula).split('=').any(|written| written == side)
}

/// The runs of digits of a text, including the points and commas inside them, and a minus sign in front. A sign between two
/// values is an operation.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find(|c: char| c.is_ascii_digit())?;
        let end = text[start..].find(|c: char| !is_part(c)).map_or(text.len(), |end| start + end);
        from = end;
        let number = text[start..end].trim_end_matches(['.', ',']);
        let before = text[..start].strip_suffix('-');
        let signed =
            before.is_some_and(|before| !before.trim_end().ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '}')));
        let spaced = before.is_some_and(|before| before.ends_with(' '));
        Some(if signed || spaced { &text[start - 1..start + number.len()] } else { number })
    })
}

/// Whether the words in front of `answer is` deny it or refer to another answer: `No`, `The wrong`,
/// `It is false that the`.
pub(crate) fn denies_phrase(before: &str) -> bool {
    const DOUBTS: &str = "doubt doubts if whether unless suppose supposing assume assuming pretend";
    // Bounded, because one sentence may be the whole text.
    let mut start = before.len().saturating_sub(FRONT);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let before = &before[start..];
    let clause = before.rsplit(',').next().unwrap_or(before);
    let doubted = words(clause).rev().take(3).any(|word| is_in(DOUBTS, &word));
    doubted || disowns_behind(before) || denies_claim(before) || words(before).any(|word| denies(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_value_behind_a_word_of_revision_takes_an_answer_back() {
        for behind in [
            ". No wait, 5.",
            ".\n\nActually it is 5.",
            "\nor 5",
            ". It is 5.",
            ". Correction: $5$",
            ". However, the true value is 5.",
        ] {
            assert!(revises(behind, "4"), "{behind}");
        }
        assert!(revises(". Actually, C.", "B"));
    }

    #[test]
    fn checks_and_remarks_do_not() {
        for behind in [
            "",
            ".",
            ". Wait, let me check: 2+2 = 4.",
            ". No other values work.",
            ". Note that 5 is prime.",
            ". However, 5 rows are left.",
        ] {
            assert!(!revises(behind, "4"), "{behind}");
        }
    }

    #[test]
    fn a_sentence_disowns_what_it_states() {
        for sentence in ["is wrong", "The wrong answer is", "It is false that", "(incorrect)", "✗", "not!"] {
            assert!(disowns(sentence), "{sentence}");
        }
        for sentence in ["the number of wrong answers is", "false statements", "not 5"] {
            assert!(!disowns(sentence), "{sentence}");
        }
    }
}
