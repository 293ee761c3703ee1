//! Distinct words and n-grams, by 64-bit fingerprints.
//!
//! Accepts: any text or token list. The grams themselves are not stored: a 64-bit fingerprint represents each gram.
//! Among ten thousand different grams, the probability that any two collide is below 3e-12, and a collision would
//! miscount one gram of ten thousand. The fingerprints use fixed constants, so counts are equal on every machine.

use std::ops::Range;

use super::visible::{HIGH, ONES, eight_bytes, word_ranges};

/// The number of distinct n-grams of a sequence of fingerprints, and the number of all n-grams.
///
/// ```
/// use r1rewards::reading::distinct_ngrams;
/// assert_eq!(distinct_ngrams(&[5, 5, 5, 5, 5], 2), (1, 4));
/// assert_eq!(distinct_ngrams(&[1], 2), (0, 0));
/// ```
pub fn distinct_ngrams(tokens: &[u64], size: usize) -> (usize, usize) {
    if size == 0 || tokens.len() < size {
        return (0, 0);
    }
    let total = tokens.len() + 1 - size;
    let mut seen = FingerprintSet::with_capacity(total);
    let mut distinct = 0;
    each_ngram(tokens, size, |gram| distinct += usize::from(seen.add(gram)));
    (distinct, total)
}

/// The number of distinct words of a text, ignoring case, and the number of all words.
///
/// ```
/// assert_eq!(r1rewards::reading::distinct_words("The the THE cat"), (2, 4));
/// ```
pub fn distinct_words(text: &str) -> (usize, usize) {
    distinct_ngrams(&word_fingerprints(text), 1)
}

/// One fingerprint per word, of its lower-case form.
pub(crate) fn word_fingerprints(text: &str) -> Vec<u64> {
    let mut fingerprints = Vec::with_capacity(text.len() / TYPICAL_WORD);
    fingerprints.extend(word_ranges(text).map(|word| {
        ascii_fingerprint(text.as_bytes(), word.clone()).unwrap_or_else(|| lower_fingerprint(text[word].to_lowercase().as_bytes()))
    }));
    fingerprints
}

/// [`lower_fingerprint`] of a part of a text that is ASCII; `None` for any other part.
fn ascii_fingerprint(text: &[u8], part: Range<usize>) -> Option<u64> {
    let mut hash = part.len() as u64;
    for at in part.clone().step_by(8) {
        let bytes = eight_bytes(text, at, part.end, 0);
        if bytes & HIGH != 0 {
            return None;
        }
        hash = mix(hash ^ lower(bytes));
    }
    Some(hash)
}

/// The distinct n-grams of a text's words as fingerprints, in the order of their first appearance.
pub(crate) fn distinct_word_ngrams(text: &str, size: usize) -> Vec<u64> {
    let tokens = word_fingerprints(text);
    let mut seen = FingerprintSet::with_capacity(tokens.len());
    let mut distinct = Vec::with_capacity(tokens.len());
    each_ngram(&tokens, size, |gram| {
        if seen.add(gram) {
            distinct.push(gram);
        }
    });
    distinct
}

/// The distinct n-grams of a text's words, sorted, as fingerprints.
pub(crate) fn word_ngram_fingerprints(text: &str, size: usize) -> Vec<u64> {
    let mut grams = ngram_fingerprints(&word_fingerprints(text), size);
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// One fingerprint per n-gram, in order; linear in the text for any size.
fn ngram_fingerprints(tokens: &[u64], size: usize) -> Vec<u64> {
    let mut grams = Vec::with_capacity((tokens.len() + 1).saturating_sub(size));
    each_ngram(tokens, size, |gram| grams.push(gram));
    grams
}

fn each_ngram(tokens: &[u64], size: usize, mut visit: impl FnMut(u64)) {
    if size <= DIRECT_SIZE {
        for gram in tokens.windows(size) {
            visit(gram.iter().fold(0, |hash, token| mix(hash ^ token)));
        }
        return;
    }
    // A rolling polynomial keeps the cost linear in the text for long grams.
    let top = (1..size).fold(1u64, |power, _| power.wrapping_mul(ROLL));
    let mut hash = 0u64;
    for (at, token) in tokens.iter().enumerate() {
        if at >= size {
            hash = hash.wrapping_sub(mix(tokens[at - size]).wrapping_mul(top));
        }
        hash = hash.wrapping_mul(ROLL).wrapping_add(mix(*token));
        if at + 1 >= size {
            visit(mix(hash));
        }
    }
}

/// Typical number of bytes of a word and the blank after it, used to size buffers.
const TYPICAL_WORD: usize = 6;
/// Grams up to this size are hashed one by one; the cost per token is proportional to the size.
const DIRECT_SIZE: usize = 8;
const ROLL: u64 = 0x9e37_79b9_7f4a_7c15 | 1;

/// A fingerprint of bytes with ASCII letters made lower case.
pub(crate) fn lower_fingerprint(bytes: &[u8]) -> u64 {
    by_eights(bytes, lower)
}

/// [`lower_fingerprint`] of a part of a text; faster, because it may read bytes after the part.
pub(crate) fn part_fingerprint(text: &[u8], part: Range<usize>) -> u64 {
    let eights = part.clone().step_by(8).map(|at| eight_bytes(text, at, part.end, 0));
    eights.fold(part.len() as u64, |hash, bytes| mix(hash ^ lower(bytes)))
}

/// A fingerprint of bytes.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    by_eights(bytes, |word| word)
}

#[inline]
fn by_eights(bytes: &[u8], change: impl Fn(u64) -> u64) -> u64 {
    let mut hash = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        hash = mix(hash ^ change(u64::from_le_bytes(word)));
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        let word = rest.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        hash = mix(hash ^ change(word));
    }
    hash
}

/// ASCII lower case of eight bytes at once: sets bit 5 where a byte is in A..=Z.
fn lower(word: u64) -> u64 {
    let seven = word & !HIGH;
    let from_a = seven + (128 - u64::from(b'A')) * ONES;
    let past_z = seven + (127 - u64::from(b'Z')) * ONES;
    let upper = from_a & !past_z & !word & HIGH;
    word | upper >> 2
}

/// A bijective scramble (splitmix64's finaliser).
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

/// A set of fingerprints with open addressing; zero marks an empty slot.
struct FingerprintSet {
    slots: Vec<u64>,
    mask: usize,
}

impl FingerprintSet {
    /// A set for at most `items` fingerprints; at least about a quarter of the slots stay empty, so that searches end
    /// soon.
    fn with_capacity(items: usize) -> Self {
        let slots = (items + items / 3).next_power_of_two().max(16);
        Self { slots: vec![0; slots], mask: slots - 1 }
    }

    /// Adds a fingerprint; returns whether it is new.
    fn add(&mut self, fingerprint: u64) -> bool {
        let fingerprint = fingerprint.max(1);
        let slot = find(&self.slots, self.mask, fingerprint);
        let new = self.slots[slot] == 0;
        self.slots[slot] = fingerprint;
        new
    }
}

/// Counts of how often each fingerprint was added.
pub(crate) struct FingerprintCounts {
    set: FingerprintSet,
    counts: Vec<u32>,
}

impl FingerprintCounts {
    /// Counts for at most `items` different fingerprints.
    pub fn with_capacity(items: usize) -> Self {
        let set = FingerprintSet::with_capacity(items);
        Self { counts: vec![0; set.slots.len()], set }
    }

    /// Adds one occurrence of a fingerprint.
    pub fn add(&mut self, fingerprint: u64) {
        let fingerprint = fingerprint.max(1);
        let slot = find(&self.set.slots, self.set.mask, fingerprint);
        self.set.slots[slot] = fingerprint;
        self.counts[slot] = self.counts[slot].saturating_add(1);
    }

    /// How often a fingerprint was added.
    pub fn count(&self, fingerprint: u64) -> u32 {
        self.counts[find(&self.set.slots, self.set.mask, fingerprint.max(1))]
    }
}

/// The slot of a fingerprint, or the empty slot where it would go.
#[expect(clippy::cast_possible_truncation, reason = "only the low bits choose a slot")]
fn find(slots: &[u64], mask: usize, fingerprint: u64) -> usize {
    let mut slot = fingerprint as usize & mask;
    while slots[slot] != fingerprint && slots[slot] != 0 {
        slot = (slot + 1) & mask;
    }
    slot
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::super::words;
    use super::*;

    proptest! {
        #[test]
        fn a_part_of_a_text_has_the_fingerprint_of_its_bytes(text in "[aAZz09é -]{0,40}") {
            for word in word_ranges(&text) {
                let expected = text[word.clone()].is_ascii().then(|| lower_fingerprint(text[word.clone()].as_bytes()));
                prop_assert_eq!(ascii_fingerprint(text.as_bytes(), word.clone()), expected);
                prop_assert_eq!(part_fingerprint(text.as_bytes(), word.clone()), lower_fingerprint(text[word].as_bytes()));
            }
        }

        #[test]
        fn counts_agree_with_a_set_of_the_grams_themselves(tokens in prop::collection::vec(0u64..5, 0..60), size in 1usize..12) {
            let grams: Vec<&[u64]> = if tokens.len() < size { Vec::new() } else { tokens.windows(size).collect() };
            let distinct: HashSet<_> = grams.iter().collect();
            prop_assert_eq!(distinct_ngrams(&tokens, size), (distinct.len(), grams.len()));
        }

        #[test]
        fn word_counts_agree_with_lower_cased_words(text in "[aAbB éÉß\u{a0}Σ\\n]{0,60}") {
            let lowered: Vec<String> = words(&text).map(str::to_lowercase).collect();
            let distinct: HashSet<_> = lowered.iter().collect();
            prop_assert_eq!(distinct_words(&text), (distinct.len(), lowered.len()));
        }

        #[test]
        fn eight_bytes_are_lowered_as_one_by_one(bytes in prop::array::uniform8(any::<u8>())) {
            prop_assert_eq!(lower(u64::from_le_bytes(bytes)).to_le_bytes(), bytes.map(|byte| byte.to_ascii_lowercase()));
        }
    }
}
