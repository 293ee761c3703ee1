//! The overlap of words with a reference.
//!
//! F1 is a measure for extractive answers and can be gamed by fragments: prefer [`Exact`](super::Exact) or
//! [`Pattern`](super::Pattern) for training.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::Normalize;
use crate::core::reward::given;
use crate::reading::visible::word_ranges;
use crate::reading::{Scope, has_visible};
use crate::{Error, Outcome, Reason, Result, Reward, Rule, Sample, Verdict};

/// Rewards the overlap of words with the nearest reference.
///
/// The value is F1 under [`Normalize::squad`]; with `min` it is 1 from that F1 on and 0 below. Source: `SQuAD`
/// (1606.05250), `evaluate-v1.1.py`.
///
/// ```
/// use r1rewards::{Reward, Sample, text::TokenF1};
/// let value = TokenF1::new(None)?.score(&Sample::new("the tall tower").with_answer("Eiffel tower")).value;
/// assert_eq!(value, Some(0.5));
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct TokenF1 {
    min: Option<f64>,
}

impl TokenF1 {
    /// With or without a threshold.
    ///
    /// # Errors
    /// A threshold outside 0 to 1.
    pub fn new(min: Option<f64>) -> Result<Self> {
        match min.filter(|min| !(0.0..=1.0).contains(min)) {
            Some(min) => Err(Error::option("min_f1", min, "give a number from 0 to 1")),
            None => Ok(Self { min }),
        }
    }
}

impl Reward for TokenF1 {
    fn name(&self) -> &'static str {
        "text"
    }

    fn config(&self) -> Value {
        given(json!({ "kind": "text", "match": "f1", "min_f1": self.min }))
    }

    fn score(&self, sample: &Sample) -> Outcome {
        if sample.answers.is_empty() {
            return Outcome::unscored(Reason::GoldMissing);
        }
        let answer = Scope::Final.of(&sample.completion);
        if !has_visible(&answer) {
            return Outcome::incorrect(Reason::NoAnswer).with_rule(Rule::F1);
        }
        let best = sample.answers.iter().map(|gold| f1(&answer, gold)).fold(0.0, f64::max);
        let passed = best >= self.min.unwrap_or(1.0);
        let (verdict, reason) = match (passed, best > 0.0) {
            (true, _) => (Verdict::Correct, Reason::Passed),
            (false, true) => (Verdict::Incorrect, Reason::Partial),
            (false, false) => (Verdict::Incorrect, Reason::Different),
        };
        let value = if self.min.is_some() { f64::from(u8::from(passed)) } else { best };
        Outcome::valued(verdict, value, reason)
            .with_extracted(answer.as_ref())
            .with_rule(Rule::F1)
            .with_work(sample.completion.len() as u64)
    }
}

/// The F1 of two texts' words under [`Normalize::squad`]; 1 if both are empty.
#[expect(clippy::cast_precision_loss, reason = "counts of words are far below 2^52")]
pub fn f1(answer: &str, gold: &str) -> f64 {
    let gold = Normalize::squad().apply(gold);
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut golds = 0usize;
    let mut longest = 0;
    for word in normal_words(&gold) {
        golds += 1;
        longest = word.len().max(longest);
        *counts.entry(word).or_default() += 1;
    }
    let mut answers = 0usize;
    let mut common = 0usize;
    let mut scratch = String::new();
    for word in word_ranges(answer) {
        answers += 1;
        // A word that normalisation changes only in case, and too long to equal a word of the reference.
        if (word.len() > longest || common == golds) && Normalize::squad().keeps(answer, &word) {
            continue;
        }
        scratch.clear();
        Normalize::squad().push_word(&answer[word], &mut scratch);
        if scratch.is_empty() {
            answers -= 1;
        } else if let Some(left) = counts.get_mut(scratch.as_str()).filter(|left| **left > 0) {
            *left -= 1;
            common += 1;
        }
    }
    match (answers, golds) {
        (0, 0) => 1.0,
        (0, _) | (_, 0) => 0.0,
        _ => 2.0 * common as f64 / (answers + golds) as f64,
    }
}

/// The words of a text in normal form, which have one blank between them.
fn normal_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::compare::tests::plainly;
    use super::*;

    proptest! {
        #[test]
        fn f1_counts_the_words_of_the_normal_form(answer in "([aAnTtheBé,.-]{0,10} ){0,12}", gold in "([aAnTtheBé,.-]{0,4} ){0,6}") {
            let (answers, mut golds) = (plainly(Normalize::squad(), &answer), plainly(Normalize::squad(), &gold));
            let all = answers.len() + golds.len();
            let mut common = 0u8;
            for word in &answers {
                if let Some(place) = golds.iter().position(|gold| gold == word) {
                    golds.swap_remove(place);
                    common += 1;
                }
            }
            let expected = if all == 0 { 1.0 } else { 2.0 * f64::from(common) / all as f64 };
            prop_assert_eq!(f1(&answer, &gold), expected);
        }
    }
}
