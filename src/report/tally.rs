//! What is counted of all rows, whether the page has them or not.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::bars::Bins;
use super::charts::{Bar, Chart};
use super::record::{UNJUDGED, verdict_number};
use super::row::Row;
use crate::core::compact::Keyed;
use crate::rows::Digest;
use crate::rows::run::Groups;
use crate::{Outcome, Reason, Verdict};

/// The number of a row that belongs to no group.
pub(super) const NO_GROUP: u32 = u32::MAX;
/// The most groups that are told apart.
const GROUPS: usize = 1 << 21;

/// The counts of the verdicts by number; the last is that of rows without a judgement.
pub(super) type Verdicts = [u64; 4];
/// A verdict and a reason by number; the reason of a row without a judgement is [`NO_REASON`].
pub(super) type Kind = (u8, u8);
pub(super) const NO_REASON: u8 = u8::MAX;

/// The judgements of one side.
#[derive(Debug, Clone, Default)]
pub(super) struct Side {
    pub reasons: HashMap<Kind, u64>,
    /// The sum of the rewards and their number.
    pub reward: (f64, u64),
}

/// The counts of all rows.
#[derive(Default)]
pub(super) struct Tally {
    pub rows: u64,
    pub sides: [Side; 2],
    /// Pairs of judgements.
    pub pairs: HashMap<(Kind, Kind), u64>,
    /// Verdicts and rewards by the number of the source.
    pub sources: Vec<(Verdicts, f64)>,
    pub groups: Groups,
    lengths: Bins<4>,
    work: Bins<4>,
    /// The judged and the correct samples of each group, by the hash of its key.
    prompts: Keyed<(u32, u32)>,
}

impl Tally {
    /// Counts a row of the source with this number, and returns the number of its group.
    pub(super) fn add(&mut self, row: &Row<'_>, source: u32) -> u32 {
        self.rows += 1;
        let kinds = [row.outcome, row.other].map(kind);
        for (side, (outcome, kind)) in self.sides.iter_mut().zip([row.outcome, row.other].into_iter().zip(kinds)) {
            *side.reasons.entry(kind).or_default() += 1;
            if let Some(value) = outcome.and_then(|outcome| outcome.value) {
                side.reward = (side.reward.0 + value, side.reward.1 + 1);
            }
        }
        if row.other.is_some() {
            *self.pairs.entry((kinds[0], kinds[1])).or_default() += 1;
        }
        let source = source as usize;
        if self.sources.len() <= source {
            self.sources.resize(source + 1, ([0; 4], 0.0));
        }
        let verdict = usize::from(kinds[0].0);
        self.sources[source].0[verdict] += 1;
        self.sources[source].1 += row.outcome.and_then(|outcome| outcome.value).unwrap_or(0.0);
        self.lengths.add(characters(&row.sample.completion), verdict);
        if let Some(outcome) = row.outcome {
            self.work.add(outcome.cost.work, verdict);
            if let Some(group) = Digest::of_group(row.sample, Digest::of_shared(row.sample, None)) {
                self.groups.add(group, outcome);
            }
        }
        self.group(row)
    }

    /// The number of the group of a row.
    fn group(&mut self, row: &Row<'_>) -> u32 {
        let Some(key) = row.sample.group_key() else { return NO_GROUP };
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let key = hasher.finish();
        if self.prompts.len() >= GROUPS && self.prompts.number(key).is_none() {
            return NO_GROUP;
        }
        let Some((number, (judged, correct))) = self.prompts.get_or_insert(key, Default::default) else { return NO_GROUP };
        if let Some(outcome) = row.outcome.filter(|outcome| outcome.verdict != Verdict::Unscored) {
            *judged += 1;
            *correct += u32::from(outcome.is_correct());
        }
        u32::try_from(number).unwrap_or(NO_GROUP)
    }

    /// The number of rows with a verdict on one side.
    pub(super) fn count(&self, side: usize, verdict: u8) -> u64 {
        self.sides[side].reasons.iter().filter(|((known, _), _)| *known == verdict).map(|(_, count)| count).sum()
    }

    /// Whether a prompt has several samples.
    pub(super) fn is_grouped(&self) -> bool {
        self.prompts.values().any(|(judged, _)| *judged > 1)
    }

    /// The charts of what every report has: lengths, work, pass rates.
    pub(super) fn charts(&self) -> Vec<Chart> {
        let verdicts = ["correct", "incorrect", "unscored", "not judged"];
        let chart = |title: &str, unit: &str, bars: Vec<Bar>| Chart { bars, ..Chart::new(title, unit, verdicts) };
        let mut charts = Vec::new();
        if self.lengths.bars().len() > 1 {
            charts.push(chart("Length of the completions", "characters, logarithmic scale", self.lengths.bars()));
        }
        if self.work.bars().len() > 1 {
            charts.push(chart("Work of the judgements", "units of work, logarithmic scale", self.work.bars()));
        }
        if self.is_grouped() {
            let unit = "share of the prompt's samples that are correct";
            charts.push(Chart {
                bars: self.pass_rates(),
                ..Chart::new("Pass rates of the prompts", unit, ["prompts"]).counting("prompts")
            });
        }
        charts
    }

    /// A bar for prompts that no sample solves, one for those that all solve, and ten between them.
    fn pass_rates(&self) -> Vec<Bar> {
        let mut counts = [0_u64; 12];
        for (judged, correct) in self.prompts.values().filter(|(judged, _)| *judged > 0) {
            let place = match correct {
                0 => 0,
                all if all == judged => 11,
                some => 1 + (u64::from(*some) * 10 / u64::from(*judged)).min(9),
            };
            counts[usize::try_from(place).unwrap_or(0)] += 1;
        }
        let bar = |(place, count): (usize, u64)| {
            let label = match place {
                0 => "none".to_owned(),
                11 => "all".to_owned(),
                1 => "above 0 and below 10 %".to_owned(),
                place => format!("{} to below {} %", (place - 1) * 10, place * 10),
            };
            let tick = match place {
                0 => Some("none".to_owned()),
                11 => Some("all".to_owned()),
                place if place % 2 == 0 => None,
                place => Some(format!("{}%", place * 10 - 5)),
            };
            Bar { label, tick, counts: vec![count] }
        };
        counts.into_iter().enumerate().map(bar).collect()
    }
}

/// The verdict and the reason of a judgement as numbers.
pub(super) fn kind(outcome: Option<&Outcome>) -> Kind {
    outcome.map_or((UNJUDGED, NO_REASON), |outcome| {
        (verdict_number(outcome.verdict), u8::try_from(outcome.reason as usize).unwrap_or(NO_REASON))
    })
}

/// The reason with a number.
pub(super) fn reason(number: u8) -> Option<Reason> {
    Reason::ALL.get(usize::from(number)).copied()
}

fn characters(text: &str) -> u64 {
    let count = if text.is_ascii() { text.len() } else { text.chars().count() };
    count as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sample;
    use crate::rows::run::Place;

    #[test]
    fn prompts_are_sorted_by_the_share_of_correct_samples() {
        let mut tally = Tally::default();
        for (prompt, correct, of) in [("a", 0, 4), ("b", 4, 4), ("c", 1, 4), ("d", 1, 20), ("e", 19, 20)] {
            for nth in 0..of {
                let outcome = if nth < correct { Outcome::correct(Reason::Equal) } else { Outcome::incorrect(Reason::Different) };
                tally.add(&Row::new(Place::line("f", 1), &Sample::new("").with_prompt(prompt)).judged(&outcome), 0);
            }
        }
        let counts: Vec<_> = tally.pass_rates().into_iter().map(|bar| bar.counts[0]).collect();
        assert_eq!(counts, [1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!((tally.rows, tally.count(0, 0), tally.count(0, 1)), (52, 25, 27));
    }

    #[test]
    fn samples_of_one_prompt_have_one_group() {
        let mut tally = Tally::default();
        let number = |tally: &mut Tally, sample: &Sample| tally.add(&Row::new(Place::line("f", 1), sample), 0);
        let sample = |prompt: &str| Sample::new("x").with_prompt(prompt);
        assert_eq!(["a", "b", "a"].map(|prompt| number(&mut tally, &sample(prompt))), [0, 1, 0]);
        assert_eq!(number(&mut tally, &Sample::new("alone")), NO_GROUP);
        assert!(!tally.is_grouped());
    }

    #[test]
    fn every_reason_has_a_number_of_one_byte() {
        assert!(Reason::ALL.len() < usize::from(NO_REASON));
    }
}
