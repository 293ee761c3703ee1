//! The reward that routes by the row.
//!
//! Accepts: a row with a `reward` spec of its own, with `tests`, or with an `answer`, in this order. Refuses: rows with none of them
//! (`no_reward`); a row's spec that is wrong, that asks for `auto` again (it would route to itself for ever) or for a reward that needs the
//! whole group (`bad_spec`); and tests, in a build without the feature `code` (`bad_spec`). All of these are unscored: no completion caused them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::{Outcome, Reason, Reward, RewardSpec, Sample, Scorer};

/// The field of a row that holds its own spec.
const FIELD: &str = "reward";

/// Specs of rows are built once and kept, up to so many different ones; beyond that they are built again each time.
const KEPT: usize = 1024;
/// Longer ones are built anew: a thousand texts of megabytes are not worth their memory.
const LONGEST_KEPT: usize = 1 << 16;

/// Routes each sample to what can judge it.
#[derive(Default)]
pub struct Auto {
    answer: Option<Box<dyn Reward>>,
    #[cfg(feature = "code")]
    code: crate::code::Code,
    own: RwLock<HashMap<String, Own>>,
}

/// The scorer of a row's own spec, or what is wrong with the spec.
type Own = Result<Arc<Scorer>, String>;

enum Route {
    Own(Own),
    #[cfg(feature = "code")]
    Tests,
    Answer,
    Outcome(Outcome),
}

impl Auto {
    /// Rows with an `answer` go to this reward.
    pub fn new(answer: impl Reward + 'static) -> Self {
        Self { answer: Some(Box::new(answer)), ..Self::default() }
    }

    fn route(&self, sample: &Sample) -> Route {
        // A number is what an earlier run left there, not a spec.
        match sample.fields.read(FIELD) {
            Err(problem) => return Route::Outcome(problem.into()),
            Ok(Some(spec @ (Value::String(_) | Value::Array(_) | Value::Object(_)))) => return Route::Own(self.own(spec)),
            Ok(_) => {}
        }
        #[cfg(feature = "code")]
        if sample.tests.is_some() {
            return Route::Tests;
        }
        #[cfg(not(feature = "code"))]
        if sample.tests.is_some() {
            let detail = "`tests` are unsupported: this build has no code reward";
            return Route::Outcome(Outcome::unscored(Reason::BadSpec).with_detail(detail));
        }
        if !sample.answers.is_empty() && self.answer.is_some() {
            return Route::Answer;
        }
        let detail = "the row has neither `reward`, nor `tests`, nor `answer`";
        Route::Outcome(Outcome::unscored(Reason::NoReward).with_detail(detail))
    }

    fn own(&self, spec: &Value) -> Own {
        let text = spec.to_string();
        if let Some(own) = self.own.read().unwrap_or_else(PoisonError::into_inner).get(&text) {
            return own.clone();
        }
        let own = build(spec).map(Arc::new);
        let mut kept = self.own.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT && text.len() < LONGEST_KEPT {
            kept.insert(text, own.clone());
        }
        own
    }
}

impl Reward for Auto {
    fn name(&self) -> &'static str {
        "auto"
    }

    fn config(&self) -> Value {
        match &self.answer {
            Some(answer) => serde_json::json!({ "kind": "auto", "answer": answer.config() }),
            None => serde_json::json!({ "kind": "auto" }),
        }
    }

    fn score(&self, sample: &Sample) -> Outcome {
        match (self.route(sample), &self.answer) {
            (Route::Own(Ok(scorer)), _) => scorer.score(sample),
            (Route::Own(Err(detail)), _) => Outcome::unscored(Reason::BadSpec).with_detail(detail),
            #[cfg(feature = "code")]
            (Route::Tests, _) => self.code.score(sample),
            (Route::Answer, Some(answer)) => answer.score(sample),
            (Route::Answer, None) => Outcome::unscored(Reason::NoReward),
            (Route::Outcome(outcome), _) => outcome,
        }
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let all_answers = samples.iter().all(|sample| matches!(self.route(sample), Route::Answer));
        match &self.answer {
            Some(answer) if all_answers => answer.score_group(samples),
            _ => samples.iter().map(|sample| self.score(sample)).collect(),
        }
    }
}

fn build(spec: &Value) -> Result<Scorer, String> {
    let spec = match spec {
        Value::String(kind) => RewardSpec::kind(kind.as_str()),
        other => RewardSpec::from_value(other).map_err(|error| format!("the row's `reward`: {error}"))?,
    };
    if asks_for_auto(&spec.to_value()) {
        return Err("the row's `reward` asks for `auto` again: name the kind".to_owned());
    }
    let scorer = Scorer::from_spec(&spec).map_err(|error| format!("the row's `reward`: {error}"))?;
    if scorer.needs_whole_group() {
        return Err("the row's `reward` needs the whole group: put it into the spec of the run".to_owned());
    }
    Ok(scorer)
}

fn asks_for_auto(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(asks_for_auto),
        Value::Object(map) => map.get("kind").and_then(Value::as_str) == Some("auto") || map.values().any(asks_for_auto),
        _ => false,
    }
}
