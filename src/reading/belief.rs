//! Denials of a claim about the answer: `It is not true that the answer is 4`, `I don't think it is 4`.

use super::prose::{denies, words};

/// Words of the claim between the denial and the value.
const CLAIM: &str = "the our my this it is was be were equals equal to would will must should final correct right answer value result solution a an here";
/// Who holds a claim, and how.
const BELIEFS: &str = "way chance think thinks believe believes believed claim claims say says conclude concluded convinced sure certain suggests \
    shows show proves prove implies imply means mean";
/// What a claim is said to be, with `that` in front of it.
const TRUTHS: &str = "true case right correct possible";
/// Words that deny a claim by themselves, the second list with `that` in front of it.
const REFUTING: [&str; 2] =
    ["doubt doubts deny denies refute refutes dispute disputes", "disagree disagrees impossible unlikely improbable"];
/// Words between what a claim is said to be and the denial of it.
const BETWEEN: &str = "be been would could will can one the a an any to that really necessarily quite at all actually even";
/// Words that call a belief false.
const MISTAKEN: &str = "mistake error wrong false incorrect untrue reject rejects";
/// Words that deny a belief, and turn a refutation into its opposite: `no doubt`.
const NONE: &str = "nobody nothing without hardly little beyond";

/// How many words in front of a value are read.
const REACH: usize = 24;

fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// Whether a clause in front of a value denies what it claims about the value: a denial that only words of belief and of
/// the claim separate from the value. In `It is not prime, so the answer is` and `3 does not divide the answer` other words are between.
pub(crate) fn denies_claim(sentence: &str) -> bool {
    let clause = sentence.rsplit([',', ':', ';', '—', '–', '，', '：']).next().unwrap_or(sentence);
    let mut last = words(clause).rev().take(REACH).peekable();
    while last.next_if(|word| is_in(CLAIM, word) || word.chars().count() == 1).is_some() {}
    let that = last.next_if(|word| word == "that").is_some();
    let Some(belief) = last.next() else { return false };
    let refuted = is_in(REFUTING[0], &belief) || (that && is_in(REFUTING[1], &belief));
    if !(refuted || is_in(BELIEFS, &belief) || (that && is_in(TRUTHS, &belief))) {
        return false;
    }
    while last.next_if(|word| is_in(BETWEEN, word)).is_some() {}
    let before = last.next().unwrap_or_default();
    let denied = denies(&before) || is_in(NONE, &before);
    // `The mistake shows that it is 4` calls nothing false.
    let concluded =
        matches!(belief.as_str(), "shows" | "show" | "proves" | "prove" | "implies" | "imply" | "means" | "mean" | "suggests");
    if refuted { !denied } else { denied || (!concluded && is_in(MISTAKEN, &before)) || is_in(REFUTING[0], &before) }
}

#[cfg(test)]
mod tests {
    use super::denies_claim;

    #[test]
    fn a_denied_claim_is_no_answer() {
        for sentence in [
            "It is not true that the answer is",
            "It's not the case that the answer is",
            "It is not correct that the final answer is",
            "I do not think it is",
            "There is no way the answer is",
            "It is a mistake to think that the answer is",
            "Nobody believes that the answer is",
            "I doubt that the answer is",
            "It is unlikely that x is",
            "We cannot conclude that",
            "Nothing suggests that the answer is",
            "We refute the claim that the answer is",
            "No one believes that the answer is",
        ] {
            assert!(denies_claim(sentence), "{sentence}");
        }
    }

    #[test]
    fn a_denial_of_something_else_leaves_an_answer() {
        for sentence in [
            "It is not true that x = 6, so the answer is",
            "No, the answer is",
            "No: the answer is",
            "Since 2 does not divide 7 the answer is",
            "That the answer is not obvious does not matter:",
            "It is false that 6 works and we think the answer is",
            "The number of students who do not play is",
            "It is not the case that 6 works so the right answer is",
            "I believe that the answer is",
            "The number of claims that are not true is",
            "There is no doubt that the answer is",
            "Without any doubt the answer is",
            "Nobody doubts that the answer is",
            "One cannot deny that the answer is",
            "As x = 6 is impossible the answer is",
            "The mistake shows that the answer is",
            "No one would doubt that the answer is",
        ] {
            assert!(!denies_claim(sentence), "{sentence}");
        }
    }
}
