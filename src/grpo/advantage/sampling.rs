//! DAPO's dynamic sampling: which groups are trained on.

use crate::{Error, Result};

/// Collects groups until a step is full. Keeps groups in which at least one sample is correct and at least one is not;
/// in other groups all advantages are 0. Source: DAPO (2503.14476) eq. 11.
///
/// ```
/// use r1rewards::grpo::{DynamicSampling, Round};
/// let mut sampling = DynamicSampling::new(2, 10)?;
/// assert_eq!(sampling.round(&[&[true, true], &[true, false]]), Round::Sample { kept: vec![1], missing: 1 });
/// assert_eq!(sampling.round(&[&[false, true], &[true, false]]), Round::Full { kept: vec![0] });
/// # Ok::<(), r1rewards::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicSampling {
    groups: usize,
    rounds: usize,
    kept: usize,
    used: usize,
}

/// The result of a round of sampling; `kept` are the places, in this round, of the groups that belong to the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Round {
    /// The step is full: train on the groups kept. The next round belongs to the next step.
    Full {
        /// Places of the groups kept.
        kept: Vec<usize>,
    },
    /// Sample more prompts.
    Sample {
        /// Places of the groups kept.
        kept: Vec<usize>,
        /// Groups still missing.
        missing: usize,
    },
    /// The last round has passed: train on the groups kept (a smaller step), or stop and look at the data.
    Exhausted {
        /// Places of the groups kept.
        kept: Vec<usize>,
        /// Groups still missing.
        missing: usize,
    },
}

impl Round {
    /// The places of the groups kept.
    pub fn into_kept(self) -> Vec<usize> {
        match self {
            Self::Full { kept } | Self::Sample { kept, .. } | Self::Exhausted { kept, .. } => kept,
        }
    }
}

impl DynamicSampling {
    /// Rounds of sampling that DAPO allows for a step.
    pub const ROUNDS: usize = 10;

    /// A step of `groups` groups, filled in at most `rounds` rounds.
    ///
    /// # Errors
    /// Where either is 0.
    pub fn new(groups: usize, rounds: usize) -> Result<Self> {
        for (name, value) in [("groups", groups), ("rounds", rounds)] {
            if value == 0 {
                return Err(Error::option(name, 0, "give at least 1"));
            }
        }
        Ok(Self { groups, rounds, kept: 0, used: 0 })
    }

    /// Whether a group has a correct and an incorrect sample.
    pub fn is_mixed(correct: &[bool]) -> bool {
        correct.contains(&true) && correct.contains(&false)
    }

    /// Takes the correctness of every sample of the groups of a round: by the reward before any shaping.
    pub fn round(&mut self, groups: &[&[bool]]) -> Round {
        let free = self.groups - self.kept;
        let kept: Vec<usize> = (0..groups.len()).filter(|&place| Self::is_mixed(groups[place])).take(free).collect();
        self.kept += kept.len();
        self.used += 1;
        let missing = self.groups - self.kept;
        if missing > 0 && self.used < self.rounds {
            return Round::Sample { kept, missing };
        }
        *self = Self { kept: 0, used: 0, ..*self };
        if missing == 0 { Round::Full { kept } } else { Round::Exhausted { kept, missing } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_round_after_the_last_belongs_to_the_next_step() {
        let mut sampling = DynamicSampling::new(1, 2).unwrap();
        let dead: &[bool] = &[false, false];
        assert_eq!(sampling.round(&[dead]), Round::Sample { kept: vec![], missing: 1 });
        assert_eq!(sampling.round(&[dead]), Round::Exhausted { kept: vec![], missing: 1 });
        assert_eq!(sampling.round(&[&[true, false], &[true, false]]), Round::Full { kept: vec![0] });
    }

    #[test]
    fn limits_of_zero_are_refused() {
        assert!(DynamicSampling::new(0, 1).unwrap_err().to_string().contains("groups"));
        assert!(DynamicSampling::new(1, 0).unwrap_err().to_string().contains("rounds"));
    }
}
