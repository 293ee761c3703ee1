//! The source of the generators' choices: a seed, or the bytes of a fuzzer.
//!
//! Accepts: any bytes. When they are used up, every choice is the first option, so that generation terminates.

/// A supply of choices.
#[derive(Debug, Clone)]
pub enum Choices<'a> {
    /// The state of a SplitMix64 generator.
    Seed(u64),
    /// Bytes; each choice consumes one.
    Bytes(&'a [u8]),
}

impl Choices<'_> {
    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let drawn = match self {
            Self::Seed(state) => {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                mixed ^ (mixed >> 31)
            }
            Self::Bytes(bytes) => match bytes.split_first() {
                Some((first, rest)) => {
                    *bytes = rest;
                    u64::from(*first)
                }
                None => 0,
            },
        };
        usize::try_from(drawn % count.max(1) as u64).unwrap_or(0)
    }

    /// One of `options`.
    pub fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        options[self.below(options.len())]
    }

    /// True with probability 1/`times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) + 1 == times
    }
}
