//! The rewards of a combination, with checked weights and unique names.
//!
//! Refuses: an empty list, weights that are negative, not finite or above [`MOST_WEIGHT`], and a name given twice.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Component;
use super::guard::guarded;
use crate::{Error, Outcome, Result, Reward, Sample};

/// The largest weight: larger than any useful one, and small enough that sums of weighted values stay finite.
const MOST_WEIGHT: f64 = 1e100;

/// One reward of a combination.
pub(super) struct Term {
    pub reward: Box<dyn Reward>,
    pub weight: f64,
    pub name: String,
}

/// Rewards in their order, each with a unique name.
pub(super) struct Terms(Vec<Term>);

impl Terms {
    pub(super) fn new(components: Vec<Component>) -> Result<Self> {
        if components.is_empty() {
            return Err(Error::spec("there is no reward: add at least one"));
        }
        let mut names = Names::default();
        for name in components.iter().filter_map(|component| component.name.as_ref()) {
            if !names.taken.insert(name.clone()) {
                return Err(Error::spec(format_args!("two rewards are named `{name}`: give each a different name")));
            }
        }
        let term = |Component { reward, weight, name }| {
            let name = name.unwrap_or_else(|| names.free(reward.name()));
            check_weight(&name, weight)?;
            Ok(Term { reward, weight, name })
        };
        Ok(Self(components.into_iter().map(term).collect::<Result<_>>()?))
    }

    pub(super) fn as_slice(&self) -> &[Term] {
        &self.0
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|term| term.name.as_str())
    }

    /// The entries of a spec that builds the same rewards under the same names, with their weights if these count.
    pub(super) fn config(&self, with_weights: bool) -> Vec<Value> {
        let entry = |term: &Term| entry(term.reward.config(), &term.name, with_weights.then_some(term.weight));
        self.0.iter().map(entry).collect()
    }

    pub(super) fn needs_whole_group(&self) -> bool {
        self.0.iter().any(|term| term.reward.needs_whole_group())
    }

    /// The outcomes of all rewards on a group: one row per sample, in order.
    pub(super) fn score_group(&self, samples: &[&Sample]) -> Vec<Vec<Outcome>> {
        let mut columns: Vec<_> = self.0.iter().map(|term| guarded(&*term.reward, samples).into_iter()).collect();
        samples.iter().map(|_| columns.iter_mut().filter_map(Iterator::next).collect()).collect()
    }
}

fn check_weight(name: &str, weight: f64) -> Result<()> {
    // A negative weight would reward what the component judges incorrect.
    if !(weight.is_finite() && weight >= 0.0) {
        return Err(Error::spec(format_args!(
            "`{name}`: `weight` must be a finite number of at least 0, got {weight}; for a penalty, use a reward with negative values"
        )));
    }
    if weight > MOST_WEIGHT {
        return Err(Error::spec(format_args!("`{name}`: `weight` must be at most {MOST_WEIGHT:e}, got {weight:e}")));
    }
    Ok(())
}

/// The configuration of a reward as an entry of a combination: with its name, and with its weight if weights count.
fn entry(mut config: Value, name: &str, weight: Option<f64>) -> Value {
    if let Value::Object(map) = &mut config {
        map.insert("name".to_owned(), Value::from(name));
        if let Some(weight) = weight {
            map.insert("weight".to_owned(), Value::from(weight));
        }
    }
    config
}

/// Generates unique names.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    /// For each name of a reward, the number to try next; no number is tried twice.
    next: HashMap<String, usize>,
}

impl Names {
    /// The next unused name: `math`, `math_2`, `math_3`, ...
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
