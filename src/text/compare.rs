//! Compares answers as text: equal, matching a pattern, overlapping in words.
//!
//! Accepts: the row's acceptable answers as strings. Equality is of the whole answer part, so that a completion that
//! lists every option equals none of them. F1 is a measure for extractive answers and can be gamed by fragments: prefer
//! the other two for training.

use std::collections::HashMap;
use std::ops::Range;

use regex::Regex;
use serde_json::{Value, json};

use crate::core::reward::given;
use crate::reading::Scope;
use crate::reading::visible::{HIGH, ONES, eight_bytes, letters_and_digits, word_ranges};
use crate::{Error, Outcome, Reason, Result, Reward, Rule, Sample, Verdict};

/// Which differences between texts are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Normalize {
    /// Upper and lower case are alike.
    pub ignore_case: bool,
    /// Characters that are neither letters, numbers, marks nor white space are dropped.
    pub ignore_punctuation: bool,
    /// The English articles a, an, the are dropped.
    pub ignore_articles: bool,
}

impl Normalize {
    /// `SQuAD`'s normalisation: all three.
    pub fn squad() -> Self {
        Self { ignore_case: true, ignore_punctuation: true, ignore_articles: true }
    }

    /// The text in its normal form; runs of white space are one blank.
    ///
    /// ```
    /// use r1rewards::text::Normalize;
    /// assert_eq!(Normalize::squad().apply("The  Eiffel-Tower!"), "eiffeltower");
    /// assert_eq!(Normalize::default().apply(" A  b\n"), "A b");
    /// ```
    pub fn apply(self, text: &str) -> String {
        let mut joined = String::with_capacity(text.len());
        // Words that change at most in case, with one blank between two of them, are copied together.
        let mut run: Option<Range<usize>> = None;
        for word in word_ranges(text) {
            let plain = self.keeps(text, &word);
            match &mut run {
                Some(run) if plain && run.end + 1 == word.start && text.as_bytes()[run.end] == b' ' => run.end = word.end,
                _ => {
                    self.push_run(text, run.take(), &mut joined);
                    if plain {
                        run = Some(word);
                    } else {
                        self.push_word(&text[word], &mut joined);
                    }
                }
            }
        }
        self.push_run(text, run, &mut joined);
        joined
    }

    /// Whether a word stays unchanged except for the case of ASCII letters.
    fn keeps(self, text: &str, word: &Range<usize>) -> bool {
        let mut eights = word.clone().step_by(8).map(|at| eight_bytes(text.as_bytes(), at, word.end, u64::from(b'a') * ONES));
        let whole = match (self.ignore_punctuation, self.ignore_case) {
            (true, _) => eights.all(|bytes| letters_and_digits(bytes) == HIGH),
            (false, true) => eights.all(|bytes| bytes & HIGH == 0),
            (false, false) => true,
        };
        whole && !(self.ignore_articles && word.len() <= LONGEST_ARTICLE && self.is_article(&text[word.clone()]))
    }

    fn is_article(self, word: &str) -> bool {
        let lower = |byte: &u8| if self.ignore_case { byte.to_ascii_lowercase() } else { *byte };
        match word.as_bytes() {
            [a] => lower(a) == b'a',
            [a, n] => [a, n].map(lower) == *b"an",
            [t, h, e] => [t, h, e].map(lower) == *b"the",
            _ => false,
        }
    }

    fn push_run(self, text: &str, run: Option<Range<usize>>, joined: &mut String) {
        let Some(run) = run else { return };
        if !joined.is_empty() {
            joined.push(' ');
        }
        let start = joined.len();
        joined.push_str(&text[run]);
        if self.ignore_case {
            joined[start..].make_ascii_lowercase();
        }
    }

    /// Appends a word that normalisation may change or remove.
    fn push_word(self, word: &str, joined: &mut String) {
        let before = joined.len();
        if before > 0 {
            joined.push(' ');
        }
        let start = joined.len();
        self.push_letters(word, joined);
        let word = &joined[start..];
        if word.is_empty() || (self.ignore_articles && ARTICLES.contains(&word)) {
            joined.truncate(before);
        }
    }

    fn push_letters(self, word: &str, joined: &mut String) {
        let keeps = |character: &char| !self.ignore_punctuation || character.is_alphanumeric();
        if word.is_ascii() {
            let start = joined.len();
            let mut rest = word;
            while !rest.is_empty() {
                let kept = rest.bytes().take_while(|byte| keeps(&char::from(*byte))).count();
                joined.push_str(&rest[..kept]);
                rest = rest[kept..].trim_start_matches(|character| !keeps(&character));
            }
            if self.ignore_case {
                joined[start..].make_ascii_lowercase();
            }
        } else if self.ignore_case {
            // The whole word at once: the lower case of a Σ depends on its neighbours.
            joined.extend(word.to_lowercase().chars().filter(keeps));
        } else {
            joined.extend(word.chars().filter(keeps));
        }
    }
}

const ARTICLES: [&str; 3] = ["a", "an", "the"];
const LONGEST_ARTICLE: usize = 3;

/// Rewards an answer that equals one of the references as text.
///
/// ```
/// use r1rewards::{Reward, Sample, text::{Exact, Normalize}};
/// let reward = Exact::new(Normalize { ignore_case: true, ..Default::default() });
/// assert!(reward.score(&Sample::new("<think>?</think><answer>PARIS</answer>").with_answer("Paris")).is_correct());
/// assert!(!reward.score(&Sample::new("Paris or Rome").with_answer("Paris")).is_correct());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Exact {
    normalize: Normalize,
    scope: Scope,
}

impl Exact {
    /// Compares the final part of the completion under a normalisation.
    pub fn new(normalize: Normalize) -> Self {
        Self { normalize, scope: Scope::Final }
    }

    /// Compares another part.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }
}

impl Reward for Exact {
    fn name(&self) -> &'static str {
        "text"
    }

    fn config(&self) -> Value {
        let Normalize { ignore_case, ignore_punctuation, ignore_articles } = self.normalize;
        json!({
            "kind": "text",
            "match": "exact",
            "ignore_case": ignore_case,
            "ignore_punctuation": ignore_punctuation,
            "ignore_articles": ignore_articles,
            "scope": self.scope.name(),
        })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let answer = self.normalize.apply(&self.scope.of(&sample.completion));
        let golds: Vec<String> =
            sample.answers.iter().map(|gold| self.normalize.apply(gold)).filter(|gold| !gold.is_empty()).collect();
        let outcome = if golds.is_empty() {
            Outcome::unscored(Reason::GoldMissing)
        } else if answer.is_empty() {
            Outcome::incorrect(Reason::NoAnswer)
        } else if golds.contains(&answer) {
            Outcome::correct(Reason::Equal).with_rule(Rule::Text)
        } else {
            Outcome::incorrect(Reason::Different).with_rule(Rule::Text)
        };
        outcome.with_extracted(answer).with_work(sample.completion.len() as u64)
    }
}

/// Rewards an answer that matches a regular expression (linear time: no look-around, no back-references).
///
/// ```
/// use r1rewards::{Reward, Sample, reading::Scope, text::Pattern};
/// let reward = Pattern::whole(r"\d{4}-\d{2}-\d{2}", Scope::Final)?;
/// assert!(reward.score(&Sample::new("2024-02-29")).is_correct());
/// assert!(!reward.score(&Sample::new("on 2024-02-29")).is_correct());
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The pattern as it was given, without the anchors.
    source: String,
    whole: bool,
    pattern: Regex,
    scope: Scope,
}

impl Pattern {
    /// Matches the whole of a part.
    ///
    /// # Errors
    /// A pattern that does not compile, or compiles to more than 10 MiB.
    pub fn whole(pattern: &str, scope: Scope) -> Result<Self> {
        Self::new(pattern, true, scope)
    }

    /// Matches anywhere in a part.
    ///
    /// # Errors
    /// As [`whole`](Self::whole).
    pub fn anywhere(pattern: &str, scope: Scope) -> Result<Self> {
        Self::new(pattern, false, scope)
    }

    fn new(pattern: &str, whole: bool, scope: Scope) -> Result<Self> {
        let anchored = if whole { format!("^(?:{pattern})$") } else { pattern.to_owned() };
        // The pattern must compile alone; otherwise its parentheses could close the group around it.
        Regex::new(pattern)
            .and_then(|_| Regex::new(&anchored))
            .map(|compiled| Self { source: pattern.to_owned(), whole, pattern: compiled, scope })
            .map_err(|error| Error::option("pattern", format_args!("`{pattern}`"), format_args!("mend it: {error}")))
    }
}

impl Reward for Pattern {
    fn name(&self) -> &'static str {
        "text"
    }

    fn config(&self) -> Value {
        json!({
            "kind": "text",
            "match": "pattern",
            "pattern": self.source,
            "whole": self.whole,
            "scope": self.scope.name(),
        })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let part = self.scope.of(&sample.completion);
        let outcome = match self.pattern.find(&part) {
            Some(found) => Outcome::correct(Reason::Passed).with_extracted(found.as_str()),
            None => Outcome::incorrect(Reason::Failed),
        };
        outcome.with_rule(Rule::Pattern).with_work(part.len() as u64)
    }
}

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
        if !crate::reading::has_visible(&answer) {
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

    use super::*;
    use crate::reading::words;

    /// Word by word, as the definition states it.
    fn plainly(rule: Normalize, text: &str) -> Vec<String> {
        let keeps = |character: &char| !rule.ignore_punctuation || character.is_alphanumeric();
        let word = |word: &str| {
            let word = if rule.ignore_case { word.to_lowercase() } else { word.to_owned() };
            word.chars().filter(keeps).collect::<String>()
        };
        let kept = |word: &String| !(word.is_empty() || (rule.ignore_articles && ARTICLES.contains(&word.as_str())));
        words(text).map(word).filter(kept).collect()
    }

    proptest! {
        #[test]
        fn runs_of_words_are_what_words_one_by_one_give(text in "([aAnTtheBΣéß,.!-]{0,12}[ \\n\u{a0}]{0,2}){0,12}", rules in 0u8..8) {
            let on = |bit: u8| rules & bit != 0;
            let rule = Normalize { ignore_case: on(1), ignore_punctuation: on(2), ignore_articles: on(4) };
            prop_assert_eq!(rule.apply(&text), plainly(rule, &text).join(" "));
        }

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
