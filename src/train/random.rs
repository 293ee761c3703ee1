//! Random numbers that are a function of a seed and places, so that training that resumes draws what training that did
//! not stop draws.

/// A stream of random numbers named by a seed.
///
/// ```
/// use r1rewards::train::Random;
/// let random = Random::new(7);
/// assert_eq!(random.at(3).uniform(0), Random::new(7).at(3).uniform(0));
/// assert!((0.0..1.0).contains(&random.uniform(1)));
/// assert!(random.below(2, 10) < 10);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x6a09_e667_f3bc_c908))
    }

    /// Another stream, for a place: a step, a turn, a sequence.
    #[must_use]
    pub fn at(self, place: u64) -> Self {
        Self(mix(self.0 ^ mix(place.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// The stream as a seed.
    pub fn seed(self) -> u64 {
        self.0
    }

    /// The random number at an index, any of 2⁶⁴.
    pub fn number(self, index: u64) -> u64 {
        self.at(index).0
    }

    /// A number in [0, 1), a multiple of 2⁻⁵³.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub fn uniform(self, index: u64) -> f64 {
        (self.number(index) >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A number below `bound`; 0 for a bound of 0.
    #[expect(clippy::cast_possible_truncation, reason = "the result is below a usize")]
    pub fn below(self, index: u64, bound: usize) -> usize {
        ((u128::from(self.number(index)) * bound as u128) >> 64) as usize
    }

    /// Shuffles a list.
    pub fn shuffle<T>(self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last as u64, last + 1));
        }
    }
}

/// The finaliser of `SplitMix64`. Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
/// (2014).
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
