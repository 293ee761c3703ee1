//! Combinations of rewards: weighted sum, all, any, min, product.

use serde_json::{Value, json};

use super::guard::checked;
use super::terms::Terms;
use super::{Component, with_components};
use crate::core::names::by_name;
use crate::{Error, Outcome, Reason, Result, Reward, Sample, Verdict};

/// How several outcomes are combined into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CombineRule {
    /// Σ weight · value. The first component of non-zero weight gives the verdict and the reason.
    Sum,
    /// 1 if all components are correct, else 0; the first component that is not correct gives the reason.
    All,
    /// 1 if at least one component is correct, else 0.
    Any,
    /// The lowest value, with the verdict of the component that has it.
    Min,
    /// The product of the values; correct if all components are correct.
    Product,
}

by_name!(CombineRule, "kind", Sum = "sum", All = "all", Any = "any", Min = "min", Product = "product");

/// How an unscored component affects the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unscored {
    /// The whole sample is unscored: trainers mask it.
    #[default]
    Sample,
    /// The component is left out; if all components are left out, the sample is unscored.
    LeaveOut,
}

by_name!(Unscored, "unscored", Sample = "sample", LeaveOut = "leave_out");

/// Several rewards combined into one.
///
/// ```
/// use r1rewards::{Reward, RewardExt, Sample, compose::{Combine, CombineRule, Unscored}, text::{Exact, Normalize, Repetition, RepetitionUnit}};
/// let exact = Exact::new(Normalize::default());
/// let repetition = Repetition::new(1, -1.0, RepetitionUnit::Words)?;
/// let sum = Combine::new(CombineRule::Sum, vec![exact.into(), repetition.weight(0.5)], Unscored::Sample)?;
/// let outcome = sum.score(&Sample::new("no no").with_answer("no no"));
/// assert_eq!(outcome.value, Some(0.75));
/// assert_eq!(outcome.components.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["text", "repetition"]);
/// # Ok::<(), r1rewards::Error>(())
/// ```
pub struct Combine {
    rule: CombineRule,
    unscored: Unscored,
    terms: Terms,
}

impl Combine {
    /// Combines rewards in their order. A reward that is given no name has that of its kind: `math`, `math_2`,
    /// `math_3`, ...
    ///
    /// # Errors
    /// No reward, a weight that is negative, not finite or above 1e100, a sum whose weights are all 0, or two rewards
    /// that are given the same name.
    pub fn new(rule: CombineRule, rewards: Vec<Component>, unscored: Unscored) -> Result<Self> {
        let terms = Terms::new(rewards)?;
        if rule == CombineRule::Sum && terms.as_slice().iter().all(|term| term.weight == 0.0) {
            return Err(Error::spec(
                "every `weight` is 0, so the sum would always be 0: give at least one reward a weight above 0",
            ));
        }
        Ok(Self { rule, unscored, terms })
    }

    /// The names of the rewards in results.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.terms.names()
    }

    /// The rewards as entries of a spec. Only sums read the weights.
    pub(crate) fn entries(&self) -> Vec<Value> {
        self.terms.config(self.rule == CombineRule::Sum)
    }

    /// The only reward of a sum, if its weight is 1: the sum then equals that reward.
    pub(crate) fn alone(&self) -> Option<&dyn Reward> {
        match self.terms.as_slice() {
            [term] if self.rule == CombineRule::Sum && term.weight.to_bits() == 1.0_f64.to_bits() => Some(&*term.reward),
            _ => None,
        }
    }

    fn combine(&self, outcomes: Vec<Outcome>) -> Outcome {
        let terms = self.terms.as_slice();
        let counted: Vec<usize> =
            (0..outcomes.len()).filter(|place| self.rule != CombineRule::Sum || terms[*place].weight != 0.0).collect();
        let scored: Vec<usize> = counted.iter().copied().filter(|place| outcomes[*place].value.is_some()).collect();
        let combined = match counted.iter().find(|place| outcomes[**place].value.is_none()) {
            Some(missing) if self.unscored == Unscored::Sample || scored.is_empty() => {
                let (name, outcome) = (&terms[*missing].name, &outcomes[*missing]);
                Outcome::unscored(outcome.reason).with_detail(match &outcome.detail {
                    Some(detail) => format!("`{name}`: {detail}"),
                    None => format!("`{name}` could not be scored"),
                })
            }
            _ => self.decide(&outcomes, &scored),
        };
        with_components(combined, self.names().map(str::to_owned).zip(outcomes).collect())
    }

    /// The combined value of the scored rewards, with the verdict, reason and rule of the reward that decides.
    fn decide(&self, outcomes: &[Outcome], scored: &[usize]) -> Outcome {
        let terms = self.terms.as_slice();
        let value = |place: &usize| outcomes[*place].value.unwrap_or_default();
        let failing = scored.iter().find(|place| !outcomes[**place].is_correct());
        let (decider, verdict, value) = match self.rule {
            CombineRule::Sum => {
                let sum: f64 = scored.iter().map(|place| terms[*place].weight * value(place)).sum();
                (scored.first(), None, sum + 0.0)
            }
            CombineRule::All => (failing.or(scored.first()), None, f64::from(u8::from(failing.is_none()))),
            CombineRule::Any => {
                let passing = scored.iter().find(|place| outcomes[**place].is_correct());
                (passing.or(scored.first()), None, f64::from(u8::from(passing.is_some())))
            }
            CombineRule::Min => {
                let lowest = scored.iter().min_by(|left, right| value(left).total_cmp(&value(right)));
                (lowest, None, lowest.map_or(0.0, value))
            }
            CombineRule::Product => {
                let verdict = if failing.is_none() { Verdict::Correct } else { Verdict::Incorrect };
                (failing.or(scored.first()), Some(verdict), scored.iter().map(value).product::<f64>() + 0.0)
            }
        };
        let Some(place) = decider else { return Outcome::unscored(Reason::NoReward) };
        let (name, decider) = (&terms[*place].name, &outcomes[*place]);
        let mut outcome = checked(Outcome::valued(verdict.unwrap_or(decider.verdict), value, decider.reason));
        let detail = match &decider.detail {
            // The detail does not name the deciding reward of a sum: it is always the first of non-zero weight.
            detail if self.rule == CombineRule::Sum || outcome.is_correct() => detail.clone(),
            Some(detail) => Some(format!("decided by `{name}`: {detail}")),
            None => Some(format!("decided by `{name}`")),
        };
        outcome.detail = outcome.detail.or(detail);
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
        json!({ "kind": self.rule.name(), "rewards": self.entries(), "unscored": self.unscored.name() })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.score_group(&[sample]).pop().unwrap_or_else(|| Outcome::unscored(Reason::Internal))
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        self.terms.score_group(samples).into_iter().map(|row| self.combine(row)).collect()
    }

    fn needs_whole_group(&self) -> bool {
        self.terms.needs_whole_group()
    }
}
