//! Counts of what a grader did with attacks and controls.

use serde::Serialize;

use super::{Expected, Kind, Row};
use crate::{Outcome, Verdict};

/// What a grader did with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// It accepted it.
    Accept,
    /// It refused it.
    Refuse,
    /// It said that it cannot judge it.
    Unscored,
    /// It did not answer in time.
    Hang,
    /// It ended, or wrote something else than a verdict.
    Crash,
}

impl Ruling {
    /// The ruling of a verdict.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome.verdict {
            Verdict::Correct => Self::Accept,
            Verdict::Incorrect => Self::Refuse,
            Verdict::Unscored => Self::Unscored,
        }
    }

    /// Its name in rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Refuse => "refuse",
            Self::Unscored => "unscored",
            Self::Hang => "hang",
            Self::Crash => "crash",
        }
    }

    /// Whether it is what was expected: no attack may be accepted, every control must be, and no row may stop the grader.
    pub fn is_right(self, expected: Expected) -> bool {
        match expected {
            Expected::Refuse => matches!(self, Self::Refuse | Self::Unscored),
            Expected::Accept => self == Self::Accept,
        }
    }
}

/// The counts of a kind, or of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// The attacks.
    pub attacks: u64,
    /// The attacks that were accepted.
    pub let_in: u64,
    /// The controls.
    pub controls: u64,
    /// The controls that were not accepted, for whatever reason.
    pub refused: u64,
    /// The attacks and controls on which the grader did not answer in time.
    pub hangs: u64,
    /// The attacks and controls on which it ended, or wrote something else than a verdict.
    pub crashes: u64,
}

impl Count {
    /// Whether nothing went wrong.
    pub fn is_clean(&self) -> bool {
        self.let_in + self.refused + self.hangs + self.crashes == 0
    }

    fn add(&mut self, expected: Expected, ruling: Ruling) {
        match expected {
            Expected::Refuse => {
                self.attacks += 1;
                self.let_in += u64::from(ruling == Ruling::Accept);
            }
            Expected::Accept => {
                self.controls += 1;
                self.refused += u64::from(ruling != Ruling::Accept);
            }
        }
        self.hangs += u64::from(ruling == Ruling::Hang);
        self.crashes += u64::from(ruling == Ruling::Crash);
    }
}

/// The counts of a grader by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    kinds: Vec<(String, Count)>,
    all: Count,
}

impl Tally {
    /// Counts a row; the rows of a kind come together.
    pub fn add(&mut self, kind: &Kind, row: &Row, ruling: Ruling) {
        if self.kinds.last().is_none_or(|(last, _)| *last != kind.name) {
            self.kinds.push((kind.name.clone(), Count::default()));
        }
        if let Some((_, count)) = self.kinds.last_mut() {
            count.add(row.expected, ruling);
        }
        self.all.add(row.expected, ruling);
    }

    /// The kinds in the order in which they came.
    pub fn kinds(&self) -> &[(String, Count)] {
        &self.kinds
    }

    /// The counts of all kinds together.
    pub fn all(&self) -> Count {
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refused_attack_and_an_accepted_control_are_right() {
        for (expected, right) in
            [(Expected::Refuse, &[Ruling::Refuse, Ruling::Unscored][..]), (Expected::Accept, &[Ruling::Accept][..])]
        {
            for ruling in [Ruling::Accept, Ruling::Refuse, Ruling::Unscored, Ruling::Hang, Ruling::Crash] {
                let mut count = Count::default();
                count.add(expected, ruling);
                assert_eq!(ruling.is_right(expected), right.contains(&ruling), "{expected:?} {ruling:?}");
                assert_eq!(count.is_clean(), ruling.is_right(expected), "{expected:?} {ruling:?}");
            }
        }
    }
}
