//! One term of a weighted sum, and the sum.
//!
//! Accepts: any [`Reward`] with a weight and a name. Refuses: weights that are negative, not finite or above [`MOST_WEIGHT`], names given twice, sums where
//! every weight is 0.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value;

use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// More than any reward counts for, and so little that sums of weighted values stay numbers.
pub(crate) const MOST_WEIGHT: f64 = 1e100;

/// A reward with its weight and its name, ready to be summed.
pub struct Component {
    reward: Box<dyn Reward>,
    weight: f64,
    name: Option<String>,
    config: Value,
}

/// What every reward can do on its way into a [`Scorer`](crate::Scorer).
///
/// ```
/// use r1rewards::{RewardExt, Scorer};
/// # #[cfg(feature = "math")] {
/// use r1rewards::math::Math;
/// let scorer = Scorer::builder().reward(Math::strict()).reward(Math::lenient().weight(0.1).named("lenient")).build()?;
/// assert_eq!(scorer.names().collect::<Vec<_>>(), ["math", "lenient"]);
/// # }
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub trait RewardExt: Reward + Sized + 'static {
    /// The reward with a factor for its value. With 0 it is computed and reported, and changes nothing.
    fn weight(self, weight: f64) -> Component {
        Component::from(self).weight(weight)
    }

    /// The reward under another name.
    fn named(self, name: impl Into<String>) -> Component {
        Component::from(self).named(name)
    }
}

impl<R: Reward + 'static> RewardExt for R {}

impl<R: Reward + 'static> From<R> for Component {
    fn from(reward: R) -> Self {
        let config = reward.config();
        Self::of(Box::new(reward), config)
    }
}

impl Component {
    /// A reward that has this configuration.
    pub(crate) fn of(reward: Box<dyn Reward>, config: Value) -> Self {
        Self { reward, weight: 1.0, name: None, config }
    }

    /// The same with another factor.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// The same under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// The terms of a sum, checked and named.
pub(crate) struct Sum {
    terms: Vec<Term>,
}

struct Term {
    reward: Box<dyn Reward>,
    weight: f64,
    name: String,
    config: Value,
}

impl Sum {
    pub(crate) fn new(components: Vec<Component>) -> Result<Self> {
        if components.is_empty() {
            return Err(Error::spec("there is no reward: add at least one"));
        }
        let mut names = Names::default();
        for name in components.iter().filter_map(|component| component.name.as_ref()) {
            if !names.taken.insert(name.clone()) {
                return Err(Error::spec(format_args!("two rewards are named `{name}`: give each a name of its own")));
            }
        }
        let mut terms = Vec::with_capacity(components.len());
        for Component { reward, weight, name, config } in components {
            let name = name.unwrap_or_else(|| names.free(reward.name()));
            // A negative weight would pay for what the reward calls wrong, and turn its verdict around.
            if !(weight.is_finite() && weight >= 0.0) {
                return Err(Error::spec(format_args!(
                    "`{name}`: `weight` must be a finite number of at least 0, got {weight}; a penalty has negative values of its own"
                )));
            }
            if weight > MOST_WEIGHT {
                return Err(Error::spec(format_args!("`{name}`: `weight` must be at most {MOST_WEIGHT:e}, got {weight:e}")));
            }
            terms.push(Term { reward, weight, name, config });
        }
        if terms.iter().all(|term| term.weight == 0.0) {
            return Err(Error::spec("every `weight` is 0, so that nothing would give the reward"));
        }
        Ok(Self { terms })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().map(|term| term.name.as_str())
    }

    /// The sum as a spec, with the names that results use.
    pub(crate) fn config(&self) -> Value {
        let entry = |term: &Term| entry(term.config.clone(), &term.name, Some(term.weight));
        serde_json::json!({ "reward": self.terms.iter().map(entry).collect::<Vec<_>>() })
    }

    pub(crate) fn needs_whole_group(&self) -> bool {
        self.terms.iter().any(|term| term.reward.needs_whole_group())
    }

    /// One outcome a sample, in order.
    pub(crate) fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let mut columns: Vec<_> = self.terms.iter().map(|term| guarded(&*term.reward, samples).into_iter()).collect();
        let rows = (0..samples.len()).map(|_| columns.iter_mut().filter_map(Iterator::next).collect());
        rows.collect::<Vec<Vec<Outcome>>>().into_iter().map(|row| self.add_up(row)).collect()
    }

    /// The weighted sum. The first term of non-zero weight gives verdict, reason and rule, the others add to the value; one term
    /// that could not be scored leaves the sample unscored.
    fn add_up(&self, mut outcomes: Vec<Outcome>) -> Outcome {
        if let [term] = self.terms.as_slice()
            && term.weight.to_bits() == 1.0_f64.to_bits()
            && let Some(outcome) = outcomes.pop()
        {
            return outcome;
        }
        let counted = || self.terms.iter().zip(&outcomes).filter(|(term, _)| term.weight != 0.0);
        let unscored = counted().find(|(_, outcome)| outcome.verdict == Verdict::Unscored);
        let mut sum = match (unscored, counted().next()) {
            (Some((term, outcome)), _) => Outcome::unscored(outcome.reason).with_detail(match &outcome.detail {
                Some(detail) => format!("`{}`: {detail}", term.name),
                None => format!("`{}` could not be scored", term.name),
            }),
            (None, Some((_, first))) => {
                let value = counted().filter_map(|(term, outcome)| Some(term.weight * outcome.value?)).sum::<f64>() + 0.0;
                let mut sum = checked(Outcome::valued(first.verdict, value, first.reason));
                sum.extracted.clone_from(&first.extracted);
                sum.rule.clone_from(&first.rule);
                sum.detail = sum.detail.or_else(|| first.detail.clone());
                sum
            }
            (None, None) => Outcome::unscored(Reason::Internal).with_detail("no reward gave an outcome"),
        };
        sum.cost.work = outcomes.iter().fold(0, |work, outcome| work.saturating_add(outcome.cost.work));
        sum.components = self.terms.iter().map(|term| term.name.clone()).zip(outcomes).collect();
        sum
    }
}

/// The configuration of a reward as the entry of a sum: with its name, and its weight where weights count.
pub(crate) fn entry(mut config: Value, name: &str, weight: Option<f64>) -> Value {
    if let Value::Object(map) = &mut config {
        map.insert("name".to_owned(), Value::from(name));
        if let Some(weight) = weight {
            map.insert("weight".to_owned(), Value::from(weight));
        }
    }
    config
}

/// Names that are given out once each.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    /// For each name of a reward, the number that is tried next: none is tried twice.
    next: HashMap<String, usize>,
}

impl Names {
    /// `math`, `math_2`, `math_3`, ...
    fn free(&mut self, name: &str) -> String {
        let next = self.next.entry(name.to_owned()).or_insert(1);
        loop {
            let candidate = if *next == 1 { name.to_owned() } else { format!("{name}_{next}") };
            *next += 1;
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }
}

/// The outcomes of one reward, whatever it does: a panic or a missing outcome costs no more than the samples it happened on.
fn guarded(reward: &dyn Reward, samples: &[&Sample]) -> Vec<Outcome> {
    let internal = |detail: String| vec![Outcome::unscored(Reason::Internal).with_detail(detail); samples.len()];
    match catch_unwind(AssertUnwindSafe(|| reward.score_group(samples))) {
        Ok(outcomes) if outcomes.len() == samples.len() => outcomes.into_iter().map(checked).collect(),
        Ok(outcomes) => internal(format!("`{}` gave {} outcomes for {} samples", reward.name(), outcomes.len(), samples.len())),
        Err(_) if samples.len() > 1 && !reward.needs_whole_group() => {
            samples.iter().flat_map(|sample| guarded(reward, &[sample])).collect()
        }
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            internal(format!("panic: {}", text.unwrap_or("no message")))
        }
    }
}

/// An outcome as the contract has it: no value where unscored, a finite one elsewhere.
fn checked(mut outcome: Outcome) -> Outcome {
    match outcome.value {
        _ if outcome.verdict == Verdict::Unscored => outcome.value = None,
        Some(value) if value.is_finite() => {}
        value => {
            let found = value.map_or("no value".to_owned(), |value| format!("the value {value}"));
            return Outcome::unscored(Reason::Internal).with_detail(format!("a reward gave {found} with a verdict"));
        }
    }
    outcome
}
