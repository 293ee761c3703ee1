//! cons@k: a majority vote over classes of equal answers.

use std::collections::HashMap;

use crate::{Error, Result};

/// A class of equal answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The index of its first answer, which represents the class.
    pub representative: usize,
    /// The indices of all its answers, ascending.
    pub members: Vec<usize>,
}

/// The classes of a group of answers and the winner of the vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consensus {
    /// The classes in the order of their first answers.
    pub classes: Vec<Class>,
    /// The index of the largest class; on a tie, of the class whose first answer comes first. `None` if there is no
    /// answer.
    pub winner: Option<usize>,
}

/// Sorts answers into classes of equal ones and finds the largest class.
///
/// `same` must be an equivalence relation. It is called at most once for each pair of a new distinct text and a known
/// class, and never for equal texts. An answer joins the first class whose representative it equals. Absent answers
/// (`None`) do not vote.
///
/// ```
/// use r1rewards::metrics::consensus;
/// let answers = [Some("1/2"), Some("3"), Some("0.5"), None];
/// let vote = consensus(&answers, |left, right| matches!((left, right), ("1/2", "0.5") | ("0.5", "1/2")));
/// assert_eq!(vote.classes[vote.winner.unwrap()].members, [0, 2]);
/// ```
pub fn consensus(answers: &[Option<&str>], same: impl Fn(&str, &str) -> bool) -> Consensus {
    consensus_by_place(
        answers,
        |left, right| matches!((answers[left], answers[right]), (Some(left), Some(right)) if same(left, right)),
    )
}

/// As [`consensus`], but `same` gets the indices of two answers, so that each answer needs to be parsed only once.
///
/// ```
/// use r1rewards::metrics::consensus_by_place;
/// # #[cfg(feature = "math")] {
/// use r1rewards::{Reward, math::{Extract, Math, Policy}};
/// let math = Math::new(Policy { extract: Extract::Whole, ..Policy::strict() });
/// let answers = [Some("1/2"), Some("3"), Some("0.5"), None];
/// let vote = consensus_by_place(&answers, math.equality(&answers));
/// assert_eq!(vote.classes[vote.winner.unwrap()].members, [0, 2]);
/// # }
/// ```
pub fn consensus_by_place(answers: &[Option<&str>], same: impl Fn(usize, usize) -> bool) -> Consensus {
    let mut classes: Vec<Class> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (place, answer) in answers.iter().enumerate() {
        let Some(answer) = *answer else { continue };
        let class = known.get(answer).copied().or_else(|| classes.iter().position(|class| same(class.representative, place)));
        let class = class.unwrap_or_else(|| {
            classes.push(Class { representative: place, members: Vec::new() });
            classes.len() - 1
        });
        known.insert(answer, class);
        classes[class].members.push(place);
    }
    let largest = classes.iter().map(|class| class.members.len()).max();
    let winner = classes.iter().position(|class| Some(class.members.len()) == largest);
    Consensus { classes, winner }
}

/// Whether the majority vote of the first `k` answers is correct; `correct` tells which answers are correct.
///
/// The vote is correct if the winning class has a correct answer. If `same` agrees with the verifier, all answers of
/// the class are then correct. If there is no answer, the vote is not correct. Source: self-consistency (2203.11171),
/// cons@64 of DeepSeek-R1 (2501.12948).
///
/// # Errors
/// Lists of different lengths; `k` 0 or above the number of answers.
///
/// ```
/// use r1rewards::metrics::cons_at_k;
/// let answers = [Some("4"), Some("5"), Some("5")];
/// let correct = [true, false, false];
/// assert!(cons_at_k(&answers, &correct, 2, |left, right| left == right)?, "the tie goes to the first answer");
/// assert!(!cons_at_k(&answers, &correct, 3, |left, right| left == right)?);
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub fn cons_at_k(answers: &[Option<&str>], correct: &[bool], k: usize, same: impl Fn(&str, &str) -> bool) -> Result<bool> {
    if answers.len() != correct.len() {
        return Err(Error::option(
            "correct",
            format_args!("{} entries", correct.len()),
            format_args!("give one for each of the {} answers", answers.len()),
        ));
    }
    if k == 0 || k > answers.len() {
        return Err(Error::option("k", k, format_args!("give 1 to the number of answers, which is {}", answers.len())));
    }
    let vote = consensus(&answers[..k], same);
    Ok(vote.winner.is_some_and(|winner| vote.classes[winner].members.iter().any(|place| correct[*place])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_winner_is_the_first_of_the_most_frequent(answers in prop::collection::vec(prop::option::of(0u8..6), 0..24)) {
            // Texts "0".."5" in classes by remainder modulo 3.
            let texts: Vec<Option<String>> = answers.iter().map(|answer| answer.map(|number| number.to_string())).collect();
            let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
            let class = |text: &str| text.parse::<u8>().unwrap() % 3;
            let vote = consensus(&texts, |left, right| class(left) == class(right));
            let count = |wanted: u8| answers.iter().flatten().filter(|number| *number % 3 == wanted).count();
            let brute = answers.iter().flatten().map(|number| number % 3).fold(None, |best: Option<u8>, candidate| match best {
                Some(held) if count(held) >= count(candidate) => Some(held),
                _ => Some(candidate),
            });
            let winner = vote.winner.map(|winner| class(texts[vote.classes[winner].representative].unwrap()));
            prop_assert_eq!(winner, brute);
            prop_assert_eq!(vote.classes.iter().map(|class| class.members.len()).sum::<usize>(), answers.iter().flatten().count());
        }
    }
}
