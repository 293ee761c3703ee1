//! Two judgements of the same samples side by side.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::rows::Unit;
use crate::rows::run::Place;
use crate::{Outcome, Reason, Verdict};

/// Counts of pairs of outcomes, and examples of those that disagree.
///
/// ```
/// use r1rewards::audit::{Comparison, Pair};
/// use r1rewards::rows::run::Place;
/// use r1rewards::{Outcome, Reason};
/// let mut comparison = Comparison::new(3);
/// let (left, right) = (Outcome::correct(Reason::Equal), Outcome::incorrect(Reason::NoAnswer));
/// comparison.add(Pair { place: Place::line("rows.jsonl", 1), id: &"q1".into(), left: &left, right: &right });
/// assert_eq!((comparison.pairs(), comparison.agreeing()), (1, 0));
/// assert_eq!(comparison.disagreements()[0].count, 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// The most examples of a disagreement that are kept.
    examples: usize,
    /// How often each verdict of the left side met each of the right side.
    table: [[u64; 3]; 3],
    groups: BTreeMap<Reasons, Disagreement>,
}

/// The verdict and reason of both sides.
type Reasons = ((Verdict, Reason), (Verdict, Reason));

/// Two outcomes of one sample.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// Where the sample is.
    pub place: Place<'a>,
    /// Its id.
    pub id: &'a Value,
    /// What one side says.
    pub left: &'a Outcome,
    /// What the other side says.
    pub right: &'a Outcome,
}

/// The samples on which two sides disagree for the same two reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// Verdict and reason of one side, as `verdict/reason`.
    pub left: String,
    /// Verdict and reason of the other side.
    pub right: String,
    /// How many samples.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<PairExample>,
}

/// A sample on which two sides disagree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairExample {
    /// The name of its source.
    pub source: String,
    /// Its line, item or row there.
    pub line: u64,
    /// Which of these it is.
    pub unit: Unit,
    /// Its id.
    pub id: Value,
    /// The outcome of one side.
    pub left: Outcome,
    /// The outcome of the other side.
    pub right: Outcome,
}

impl Comparison {
    /// Nothing yet; at most `examples` of each kind of disagreement will be kept.
    pub fn new(examples: usize) -> Self {
        Self { examples, ..Self::default() }
    }

    /// Counts a pair; whether the two sides disagree about the verdict.
    pub fn add(&mut self, pair: Pair<'_>) -> bool {
        let Pair { left, right, .. } = pair;
        self.table[left.verdict as usize][right.verdict as usize] += 1;
        if left.verdict == right.verdict {
            return false;
        }
        let key = ((left.verdict, left.reason), (right.verdict, right.reason));
        let name = |outcome: &Outcome| format!("{}/{}", outcome.verdict.code(), outcome.reason.code());
        let group = self.groups.entry(key).or_insert_with(|| Disagreement {
            left: name(left),
            right: name(right),
            count: 0,
            examples: Vec::new(),
        });
        group.count += 1;
        if group.examples.len() < self.examples {
            let (Place { source, line, unit }, id) = (pair.place, pair.id.clone());
            group.examples.push(PairExample {
                source: source.to_owned(),
                line,
                unit,
                id,
                left: left.clone(),
                right: right.clone(),
            });
        }
        true
    }

    /// The number of pairs.
    pub fn pairs(&self) -> u64 {
        self.table.iter().flatten().sum()
    }

    /// The number of pairs with the same verdict on both sides.
    pub fn agreeing(&self) -> u64 {
        (0..3).map(|place| self.table[place][place]).sum()
    }

    /// How often the left side gave one verdict and the right side another (or the same).
    pub fn count(&self, left: Verdict, right: Verdict) -> u64 {
        self.table[left as usize][right as usize]
    }

    /// Cohen's kappa of the verdicts: agreement beyond chance, (p₀ − pₑ)/(1 − pₑ); `None` where chance alone gives full
    /// agreement. Source: Cohen 1960, A Coefficient of Agreement for Nominal Scales.
    #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^52")]
    pub fn kappa(&self) -> Option<f64> {
        let all = self.pairs() as f64;
        let rows = self.table.map(|row| row.iter().sum::<u64>() as f64);
        let column = |place: usize| self.table.iter().map(|row| row[place]).sum::<u64>() as f64;
        let chance = (0..3).map(|place| rows[place] * column(place)).sum::<f64>() / (all * all);
        let agreement = self.agreeing() as f64 / all;
        (all > 0.0 && chance < 1.0).then(|| (agreement - chance) / (1.0 - chance))
    }

    /// The disagreements by reason pair, the most frequent first.
    pub fn disagreements(&self) -> Vec<&Disagreement> {
        let mut groups: Vec<&Disagreement> = self.groups.values().collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        groups
    }

    /// The comparison as JSON.
    pub fn to_value(&self) -> Value {
        let row = |left: &Verdict| {
            let counts = Verdict::ALL.iter().map(|right| (right.code().to_owned(), Value::from(self.count(*left, *right))));
            (left.code().to_owned(), Value::Object(counts.collect()))
        };
        serde_json::json!({
            "pairs": self.pairs(),
            "agreeing": self.agreeing(),
            "kappa": self.kappa(),
            "verdicts": Verdict::ALL.iter().map(row).collect::<serde_json::Map<_, _>>(),
            "disagreements": self.disagreements(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_that_of_the_table() {
        let mut comparison = Comparison::new(1);
        let (right, wrong) = (Outcome::correct(Reason::Equal), Outcome::incorrect(Reason::Different));
        // The example of Cohen's statistic with 20, 5, 10 and 15: 0.7 agree, 0.5 by chance.
        for (count, left, other) in [(20, &right, &right), (5, &right, &wrong), (10, &wrong, &right), (15, &wrong, &wrong)] {
            (0..count).for_each(|line| {
                comparison.add(Pair { place: Place::line("", line), id: &Value::Null, left, right: other });
            });
        }
        assert_eq!((comparison.pairs(), comparison.agreeing()), (50, 35));
        assert!((comparison.kappa().unwrap_or_default() - 0.4).abs() < 1e-12);
        let groups: Vec<_> = comparison.disagreements().iter().map(|group| (group.count, group.examples.len())).collect();
        assert_eq!(groups, [(10, 1), (5, 1)]);
        assert_eq!(Comparison::new(1).kappa(), None);
    }
}
