//! Compares answers as text: equal, or matching a pattern.
//!
//! Accepts: the row's acceptable answers as strings. Equality is of the whole answer part, so that a completion that
//! lists every option equals none of them.

use std::ops::Range;

use regex::Regex;
use serde_json::{Value, json};

use crate::reading::Scope;
use crate::reading::visible::{HIGH, ONES, eight_bytes, letters_and_digits, word_ranges};
use crate::{Error, Outcome, Reason, Result, Reward, Rule, Sample};

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
    pub(super) fn keeps(self, text: &str, word: &Range<usize>) -> bool {
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
    pub(super) fn push_word(self, word: &str, joined: &mut String) {
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

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::reading::words;

    /// Word by word, as the definition states it.
    pub(in super::super) fn plainly(rule: Normalize, text: &str) -> Vec<String> {
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
    }
}
