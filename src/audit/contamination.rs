//! Word n-grams that a prompt shares with given files: contamination by a benchmark.
//!
//! As in the literature (GPT-3, 2005.14165, appendix C): texts are compared as sequences of words in lower case without
//! punctuation, by n-grams of 13 words by default. A text with fewer words, but at least [`LEAST`], is compared as a whole.
//! An n-gram that occurs in more than [`FREQUENT`] rows of the files is part of a template and does not count.

use std::collections::HashMap;

use crate::reading::mix;

/// Texts with fewer words are not compared: they agree by chance.
const LEAST: usize = 5;
/// An n-gram in more rows than this is a common phrase of the files.
const FREQUENT: u32 = 10;

/// The n-grams of files.
#[derive(Debug, Clone)]
pub struct Contamination {
    size: usize,
    grams: HashMap<u64, Gram>,
    labels: Vec<String>,
}

/// A row that has an n-gram, and the number of rows that have it.
#[derive(Debug, Clone, Copy)]
struct Gram {
    row: u32,
    rows: u32,
}

/// What a text shares with a row of the files.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// The label of that row.
    pub label: String,
    /// The share of the text's n-grams that are in that row or another one.
    pub share: f64,
    /// The longest shared run of words.
    pub words: String,
}

impl Contamination {
    /// Nothing yet, with n-grams of `size` words (at least 1).
    pub fn new(size: usize) -> Self {
        Self { size: size.max(1), grams: HashMap::new(), labels: Vec::new() }
    }

    /// Adds a row of the files under a label, which overlaps name.
    pub fn add(&mut self, text: &str, label: impl Into<String>) {
        let row = u32::try_from(self.labels.len()).unwrap_or(u32::MAX);
        self.labels.push(label.into());
        let mut grams: Vec<u64> = grams(&words(text), self.size).collect();
        grams.sort_unstable();
        grams.dedup();
        for gram in grams {
            self.grams.entry(gram).or_insert(Gram { row, rows: 0 }).rows += 1;
        }
    }

    /// The number of rows that were added.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// What a text shares with the files; `None` if it shares no n-gram that counts.
    ///
    /// ```
    /// use r1rewards::audit::Contamination;
    /// let mut files = Contamination::new(6);
    /// files.add("How many of the first 100 numbers are prime, if 1 is not?", "bench.jsonl:7");
    /// let overlap = files.check("Tell me: how many of the first 100 numbers are even?").unwrap();
    /// assert_eq!((overlap.label.as_str(), overlap.words.as_str()), ("bench.jsonl:7", "how many of the first 100 numbers are"));
    /// assert_eq!(files.check("How many of the last 50 numbers are prime?"), None);
    /// ```
    #[expect(clippy::cast_precision_loss, reason = "a number of n-grams")]
    pub fn check(&self, text: &str) -> Option<Overlap> {
        let words = words(text);
        let found: Vec<Option<Gram>> =
            grams(&words, self.size).map(|gram| self.grams.get(&gram).copied().filter(|gram| gram.rows <= FREQUENT)).collect();
        let shared = found.iter().flatten().count();
        if shared == 0 {
            return None;
        }
        let runs = found.chunk_by(|one, next| one.is_some() == next.is_some());
        let mut at = 0;
        let longest = runs
            .map(|run| {
                at += run.len();
                (at - run.len(), run)
            })
            .filter(|(_, run)| run[0].is_some())
            .max_by_key(|(_, run)| run.len());
        let (start, run) = longest?;
        let end = (start + run.len() + self.size - 1).min(words.len());
        let label = run.iter().flatten().next().and_then(|gram| self.labels.get(gram.row as usize)).cloned()?;
        let shown = words[start..end].iter().map(|(word, _)| word.to_lowercase()).collect::<Vec<_>>().join(" ");
        Some(Overlap { label, share: shared as f64 / found.len() as f64, words: shown })
    }
}

/// The words of a text with their fingerprints: runs of letters and digits, in lower case.
fn words(text: &str) -> Vec<(&str, u64)> {
    use std::hash::{DefaultHasher, Hasher as _};
    let hash = |word: &str| {
        let mut hasher = DefaultHasher::new();
        match word.is_ascii() {
            true => word.bytes().for_each(|byte| hasher.write_u8(byte.to_ascii_lowercase())),
            false => hasher.write(word.to_lowercase().as_bytes()),
        }
        hasher.finish()
    };
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| (word, hash(word))).collect()
}

/// The n-grams of words; those of a shorter text with at least [`LEAST`] words are the text as a whole.
fn grams<'w>(words: &'w [(&'w str, u64)], size: usize) -> impl Iterator<Item = u64> + 'w {
    let size = if words.len() < size && words.len() >= LEAST { words.len() } else { size };
    words.windows(size).map(move |gram| gram.iter().fold(size as u64, |hash, (_, word)| mix(hash ^ word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_of_a_template_do_not_count() {
        let mut files = Contamination::new(5);
        for number in 0..20 {
            files.add(&format!("Please reason step by step and give number {number} of the row"), format!("row {number}"));
        }
        assert_eq!(files.check("Please reason step by step and add two and two"), None);
        let found = files.check("please reason step by step, and give number 7 of the row").expect("the whole row is shared");
        assert_eq!(found.label, "row 7");
        assert_eq!(found.words, "step and give number 7 of the row");
    }

    #[test]
    fn short_texts_are_compared_as_a_whole() {
        let mut files = Contamination::new(13);
        files.add("What is 7 times 8?", "a");
        assert_eq!(files.check("what is 7 TIMES 8").map(|overlap| overlap.label), Some("a".to_owned()));
        assert_eq!(files.check("what is 7 times 9"), None);
        files.add("Prove it.", "b");
        assert_eq!(files.check("Prove it."), None);
    }
}
