//! Weighted sum, all, any, min, product.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{rows, with_components};
use crate::component::{MOST_WEIGHT, entry};
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// How outcomes become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Σ weight · value. The first component of non-zero weight gives verdict and reason.
    Sum,
    /// 1 where every component is correct, else 0; the first that is not gives the reason.
    All,
    /// 1 where a component is correct, else 0.
    Any,
    /// The lowest value, with the verdict of the component that has it.
    Min,
    /// The product of the values; correct where every component is.
    Product,
}

impl Rule {
    /// The name in specs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::All => "all",
            Self::Any => "any",
            Self::Min => "min",
            Self::Product => "product",
        }
    }
}

/// What a component that could not be scored does to the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unscored {
    /// The whole sample is unscored: trainers mask it.
    #[default]
    Sample,
    /// It is left out; a sample all of whose components are left out is unscored.
    LeaveOut,
}

impl Unscored {
    /// The name in specs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::LeaveOut => "leave_out",
        }
    }
}

/// A component: its name in results, its weight (which only sums read), the reward.
pub struct Term {
    name: Option<String>,
    weight: f64,
    reward: Box<dyn Reward>,
}

impl Term {
    /// A component of weight 1 under the reward's own name.
    pub fn new(reward: impl Reward + 'static) -> Self {
        Self { name: None, weight: 1.0, reward: Box::new(reward) }
    }

    /// The same under another name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same with a factor for its value.
    #[must_use]
    pub fn weight(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }
}

/// Several rewards as one.
///
/// ```
/// use r1rewards::{Reward, Sample, compose::{Combine, Rule, Term, Unscored}, text::{Exact, Normalize, Repetition, RepetitionUnit}};
/// let exact = Exact::new(Normalize::default());
/// let repetition = Repetition::new(1, -1.0, RepetitionUnit::Words)?;
/// let sum = Combine::new(Rule::Sum, vec![Term::new(exact), Term::new(repetition).weight(0.5)], Unscored::Sample)?;
/// let outcome = sum.score(&Sample::new("no no").with_answer("no no"));
/// assert_eq!(outcome.value, Some(0.75));
/// assert_eq!(outcome.components.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["text", "repetition"]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct Combine {
    rule: Rule,
    unscored: Unscored,
    names: Vec<String>,
    weights: Vec<f64>,
    rewards: Vec<Box<dyn Reward>>,
}

impl Combine {
    /// Combines components in their order.
    ///
    /// # Errors
    /// No component, a weight that is negative, not finite or above 1e100, weights that are all 0, two components of one given name.
    pub fn new(rule: Rule, terms: Vec<Term>, unscored: Unscored) -> Result<Self> {
        if terms.is_empty() {
            return Err(Error::option("rewards", "an empty list", "give at least one reward"));
        }
        if let Some(term) = terms.iter().find(|term| !(term.weight.is_finite() && term.weight >= 0.0)) {
            return Err(Error::option(
                "weight",
                term.weight,
                "give a finite number of at least 0; a penalty has negative values of its own",
            ));
        }
        if let Some(term) = terms.iter().find(|term| term.weight > MOST_WEIGHT) {
            return Err(Error::option("weight", format_args!("{:e}", term.weight), format_args!("give at most {MOST_WEIGHT:e}")));
        }
        if rule == Rule::Sum && terms.iter().all(|term| term.weight == 0.0) {
            return Err(Error::option("weight", "0 everywhere", "give one reward a weight above 0"));
        }
        let (mut names, mut seen) = (Vec::with_capacity(terms.len()), HashSet::new());
        for term in &terms {
            let name = term.name.clone().unwrap_or_else(|| term.reward.name().to_owned());
            let taken = seen.contains(&name);
            if taken && term.name.is_some() {
                return Err(Error::option("name", format_args!("`{name}` twice"), "give every reward a name of its own"));
            }
            let name = if taken { format!("{name}_{}", names.len() + 1) } else { name };
            seen.insert(name.clone());
            names.push(name);
        }
        let weights = terms.iter().map(|term| term.weight).collect();
        Ok(Self { rule, unscored, names, weights, rewards: terms.into_iter().map(|term| term.reward).collect() })
    }

    fn combine(&self, outcomes: Vec<Outcome>) -> Outcome {
        let counted: Vec<usize> =
            (0..outcomes.len()).filter(|place| self.rule != Rule::Sum || self.weights[*place] != 0.0).collect();
        let scored: Vec<usize> = counted.iter().copied().filter(|place| outcomes[*place].value.is_some()).collect();
        let combined = match counted.iter().find(|place| outcomes[**place].value.is_none()) {
            Some(missing) if self.unscored == Unscored::Sample || scored.is_empty() => {
                Outcome::unscored(outcomes[*missing].reason).with_detail(format!("`{}` could not be scored", self.names[*missing]))
            }
            _ => self.decide(&outcomes, &scored),
        };
        with_components(combined, self.names.iter().cloned().zip(outcomes).collect())
    }

    fn decide(&self, outcomes: &[Outcome], scored: &[usize]) -> Outcome {
        let value = |place: &usize| outcomes[*place].value.unwrap_or_default();
        let failing = scored.iter().find(|place| !outcomes[**place].is_correct());
        let (decider, verdict, value) = match self.rule {
            Rule::Sum => {
                let sum: f64 = scored.iter().map(|place| self.weights[*place] * value(place)).sum();
                (scored.first(), None, sum + 0.0)
            }
            Rule::All => (failing.or(scored.first()), None, f64::from(u8::from(failing.is_none()))),
            Rule::Any => {
                let passing = scored.iter().find(|place| outcomes[**place].is_correct());
                (passing.or(scored.first()), None, f64::from(u8::from(passing.is_some())))
            }
            Rule::Min => {
                let lowest = scored.iter().min_by(|left, right| value(left).total_cmp(&value(right)));
                (lowest, None, lowest.map_or(0.0, value))
            }
            Rule::Product => {
                let verdict = if failing.is_none() { Verdict::Correct } else { Verdict::Incorrect };
                (failing.or(scored.first()), Some(verdict), scored.iter().map(value).product::<f64>() + 0.0)
            }
        };
        let Some(place) = decider else { return Outcome::unscored(Reason::NoReward) };
        let decider = &outcomes[*place];
        let mut outcome = Outcome::valued(verdict.unwrap_or(decider.verdict), value, decider.reason);
        if !outcome.is_correct() {
            outcome.detail = Some(format!("decided by `{}`", self.names[*place]));
        }
        outcome.extracted.clone_from(&decider.extracted);
        outcome.rule.clone_from(&decider.rule);
        outcome
    }
}

impl Reward for Combine {
    fn name(&self) -> &str {
        self.rule.name()
    }

    fn config(&self) -> Value {
        // Only sums read the weights.
        let weight = |place: usize| (self.rule == Rule::Sum).then(|| self.weights[place]);
        let rewards = self.rewards.iter().zip(&self.names).enumerate();
        let rewards: Vec<Value> = rewards.map(|(place, (reward, name))| entry(reward.config(), name, weight(place))).collect();
        json!({ "kind": self.rule.name(), "rewards": rewards, "unscored": self.unscored.name() })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.combine(self.rewards.iter().map(|reward| reward.score(sample)).collect())
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let rewards: Vec<&dyn Reward> = self.rewards.iter().map(|reward| &**reward).collect();
        rows(&rewards, samples).into_iter().map(|row| self.combine(row)).collect()
    }

    fn needs_whole_group(&self) -> bool {
        self.rewards.iter().any(super::super::reward::Reward::needs_whole_group)
    }
}
