//! Finds near duplicates with `MinHash`.
//!
//! Texts are added one after the other. Candidates that the sketch finds are compared by the exact Jaccard similarity
//! of their word 5-grams (of single words in texts with fewer than 5 words), so that no reported pair is below the
//! threshold. One-permutation hashing (Li, Owen & Zhang 2012, 1208.1259) computes a sketch in time linear in the text.
//! Pairs far above the threshold are found almost always, pairs near it most of the time.

use std::collections::HashMap;

use crate::reading::{mix, word_ngram_fingerprints};

/// The number of words in a shingle.
const SHINGLE: usize = 5;
/// The number of bins of a sketch, and of bins in a band: two texts of similarity s share at least one band with
/// probability 1 − (1 − s⁴)³².
const BINS: usize = 128;
const BAND: usize = 4;
/// The most texts of a bucket that a new text is compared with. A bucket with more holds very similar texts, and
/// comparing with all of them would take quadratic time.
const COMPARED: usize = 32;

/// Stores texts and finds near duplicates among them.
///
/// ```
/// use r1rewards::select::NearDuplicates;
/// let mut seen = NearDuplicates::new(0.7);
/// let text = "we add the two numbers and divide the sum by the number of people in the room to get the mean";
/// assert_eq!(seen.insert(text), None);
/// assert_eq!(seen.insert(&format!("{text} value")), Some(0));
/// assert_eq!(seen.insert("something else entirely, with words that do not occur above"), None);
/// ```
#[derive(Debug, Clone)]
pub struct NearDuplicates {
    threshold: f64,
    texts: Vec<Vec<u64>>,
    buckets: HashMap<(usize, u64), Vec<usize>>,
}

impl NearDuplicates {
    /// Texts are near duplicates if their Jaccard similarity is at least `threshold`.
    pub fn new(threshold: f64) -> Self {
        Self { threshold, texts: Vec::new(), buckets: HashMap::new() }
    }

    /// Stores a text. If it is a near duplicate of a stored text, returns the index of that text in the order of
    /// insertion instead.
    pub fn insert(&mut self, text: &str) -> Option<usize> {
        let shingles = shingles(text);
        let bands = bands(&shingles);
        for (place, band) in bands.iter().enumerate() {
            for known in self.buckets.get(&(place, *band)).into_iter().flatten() {
                if overlap(&self.texts[*known], &shingles) >= self.threshold {
                    return Some(*known);
                }
            }
        }
        for (place, band) in bands.into_iter().enumerate() {
            let bucket = self.buckets.entry((place, band)).or_default();
            if bucket.len() < COMPARED {
                bucket.push(self.texts.len());
            }
        }
        self.texts.push(shingles);
        None
    }
}

/// The Jaccard similarity of two texts, from 0 to 1: that of their word 5-grams, where a text with fewer than 5 words
/// has its words instead. Two texts without words have similarity 1.
pub fn jaccard(left: &str, right: &str) -> f64 {
    overlap(&shingles(left), &shingles(right))
}

fn shingles(text: &str) -> Vec<u64> {
    let shingles = word_ngram_fingerprints(text, SHINGLE);
    if shingles.is_empty() { word_ngram_fingerprints(text, 1) } else { shingles }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn overlap(left: &[u64], right: &[u64]) -> f64 {
    let (mut at, mut common) = (0, 0usize);
    for shingle in left {
        while right.get(at).is_some_and(|other| other < shingle) {
            at += 1;
        }
        common += usize::from(right.get(at) == Some(shingle));
    }
    let union = left.len() + right.len() - common;
    if union == 0 { 1.0 } else { common as f64 / union as f64 }
}

/// One hash for each band of a one-permutation sketch; an empty bin takes the value of the next filled one.
#[expect(clippy::cast_possible_truncation, reason = "a bin is a number below BINS")]
fn bands(shingles: &[u64]) -> Vec<u64> {
    let mut bins = [u64::MAX; BINS];
    for shingle in shingles {
        let hash = mix(*shingle);
        let bin = &mut bins[(hash % BINS as u64) as usize];
        *bin = (*bin).min(hash);
    }
    let mut filled = bins;
    for (place, slot) in filled.iter_mut().enumerate() {
        let lender = (0..BINS).find(|step| bins[(place + step) % BINS] != u64::MAX).unwrap_or_default();
        *slot = bins[(place + lender) % BINS].wrapping_add(mix(lender as u64));
    }
    filled.chunks(BAND).map(|band| band.iter().fold(0, |hash, bin| mix(hash ^ bin))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_reported_is_above_the_threshold(texts in prop::collection::vec("[abc ]{0,40}", 0..12)) {
            let mut seen = NearDuplicates::new(0.6);
            let mut kept: Vec<&str> = Vec::new();
            for text in &texts {
                match seen.insert(text) {
                    Some(copy) => prop_assert!(jaccard(kept[copy], text) >= 0.6),
                    None => kept.push(text),
                }
            }
        }

        #[test]
        fn equal_texts_are_always_found(text in "[a-z]{1,5}( [a-z]{1,5}){0,40}") {
            let mut seen = NearDuplicates::new(1.0);
            prop_assert_eq!(seen.insert(&text), None);
            prop_assert_eq!(seen.insert(&text), Some(0));
        }
    }
}
