//! Finds near duplicates with `MinHash`.
//!
//! Texts are added one after the other. Candidates that the sketch finds are compared by the exact Jaccard similarity
//! of their word 5-grams (of single words in texts with fewer than 5 words; a character of a script without spaces, such as
//! Chinese, is a word), so that no reported pair is below the
//! threshold. One-permutation hashing (Li, Owen & Zhang 2012, 1208.1259) computes a sketch in time linear in the text.
//! Pairs far above the threshold are found almost always, pairs near it most of the time.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::reading::{mix, spaced, word_ngram_fingerprints};

/// The number of words in a shingle.
const SHINGLE: usize = 5;
/// The number of bins of a sketch, and of bins in a band: two texts of similarity s share at least one band with
/// probability 1 − (1 − s⁴)³².
const BINS: usize = 128;
const BAND: usize = 4;
const BANDS: usize = BINS / BAND;
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
///
/// It takes about a thousand bytes for a text, and 4 to 8 for each of its words.
#[derive(Debug, Clone)]
pub struct NearDuplicates {
    threshold: f64,
    /// The shingles of all texts one after the other, and where those of each text end.
    shingles: Vec<u32>,
    ends: Vec<usize>,
    /// The last text of each bucket. The hash of a bucket may be that of another: candidates are compared anyway.
    buckets: HashMap<u32, u32, BuildHasherDefault<Hashed>>,
    /// For each band of each text, the text before it in the bucket; [`NONE`] for the first.
    earlier: Vec<[u32; BANDS]>,
}

/// No text.
const NONE: u32 = u32::MAX;

impl NearDuplicates {
    /// Texts are near duplicates if their Jaccard similarity is at least `threshold`.
    pub fn new(threshold: f64) -> Self {
        Self { threshold, shingles: Vec::new(), ends: Vec::new(), buckets: HashMap::default(), earlier: Vec::new() }
    }

    /// Stores a text. If it is a near duplicate of a stored text, returns the index of that text in the order of
    /// insertion instead. After 2³² − 1 texts no more are stored.
    pub fn insert(&mut self, text: &str) -> Option<usize> {
        let shingles = shingles(text);
        let bands = bands(&shingles);
        for (place, band) in bands.iter().enumerate() {
            let mut known = self.buckets.get(band).copied();
            for _ in 0..COMPARED {
                let Some(text) = known.filter(|known| *known != NONE) else { break };
                if overlap(self.shingles_of(text as usize), &shingles) >= self.threshold {
                    return Some(text as usize);
                }
                known = Some(self.earlier[text as usize][place]);
            }
        }
        let text = u32::try_from(self.ends.len()).ok().filter(|text| *text != NONE)?;
        let mut place = 0;
        self.earlier.push(bands.map(|band| {
            place += 1;
            // Two bands of one text in one bucket would make a loop of it; the first is enough.
            let is_first = !bands[..place - 1].contains(&band);
            if is_first { self.buckets.insert(band, text).unwrap_or(NONE) } else { NONE }
        }));
        self.shingles.extend(shingles);
        self.ends.push(self.shingles.len());
        None
    }

    fn shingles_of(&self, text: usize) -> &[u32] {
        let start = text.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.shingles[start..self.ends[text]]
    }
}

/// The Jaccard similarity of two texts, from 0 to 1: that of their word 5-grams, where a text with fewer than 5 words
/// has its words instead. Two texts without words have similarity 1.
pub fn jaccard(left: &str, right: &str) -> f64 {
    overlap(&shingles(left), &shingles(right))
}

/// The 32-bit hashes of the shingles of a text in order, each once. Two of a thousand shingles have the same hash with
/// probability 10⁻⁴.
fn shingles(text: &str) -> Vec<u32> {
    let text = &*spaced(text);
    let mut long = word_ngram_fingerprints(text, SHINGLE);
    if long.is_empty() {
        long = word_ngram_fingerprints(text, 1);
    }
    let mut shingles: Vec<u32> = long.into_iter().map(upper).collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

/// The upper half of a mixed hash.
fn upper(hash: u64) -> u32 {
    u32::try_from(mix(hash) >> 32).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn overlap(left: &[u32], right: &[u32]) -> f64 {
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
fn bands(shingles: &[u32]) -> [u32; BANDS] {
    let mut bins = [u64::MAX; BINS];
    for shingle in shingles {
        let hash = mix(u64::from(*shingle));
        let bin = &mut bins[(hash % BINS as u64) as usize];
        *bin = (*bin).min(hash);
    }
    let mut filled = bins;
    for (place, slot) in filled.iter_mut().enumerate() {
        let lender = (0..BINS).find(|step| bins[(place + step) % BINS] != u64::MAX).unwrap_or_default();
        *slot = bins[(place + lender) % BINS].wrapping_add(mix(lender as u64));
    }
    std::array::from_fn(|band| {
        let bins = &filled[band * BAND..(band + 1) * BAND];
        upper(bins.iter().fold(band as u64, |hash, bin| mix(hash ^ bin)))
    })
}

/// For keys that are hashes themselves.
#[derive(Debug, Clone, Copy, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }

    fn write_u32(&mut self, key: u32) {
        // The table takes its place from the lower bits and its tag from the upper ones.
        self.0 = u64::from(key) | u64::from(key.rotate_left(16)) << 32;
    }
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
