//! The reward that judges each row by what the row has.
//!
//! In this order: by the row's own `reward` spec, by its `tests`, by its `answer`. An answer that is tests in a known
//! form (`src/code/forms`) counts as tests; one that is JSON in no known form is `bad_tests`. Unscored are rows with
//! none of them (`no_reward`), tests in a build without the feature `code`, and specs of rows that are wrong, that ask
//! for `auto` again (an endless recursion), for a reward of whole groups, for more than [`MOST_REWARDS`] rewards or for
//! more of the sandbox than the defaults allow (`bad_spec`): no completion caused them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::{Outcome, Reason, Reward, RewardSpec, Sample, Scorer};

/// The field of a row that holds its own spec.
const FIELD: &str = "reward";

/// The number of different specs of rows that are built once and kept; further ones are built again each time.
const KEPT: usize = 1024;
/// Longer specs are built for each row: the rewards take about fifty times the memory of the text.
const LONGEST_KEPT: usize = 1 << 10;
/// Rewards in a row's spec.
const MOST_REWARDS: usize = 256;

/// Routes each sample to the reward that can judge it.
#[derive(Default)]
pub struct Auto {
    answer: Option<Box<dyn Reward>>,
    #[cfg(feature = "code")]
    code: crate::code::Code,
    own: RwLock<HashMap<String, Own>>,
}

/// The scorer of a row's own spec, or what is wrong with the spec.
type Own = Result<Arc<Scorer>, String>;

enum Route<'s> {
    Own(&'s Value),
    #[cfg(feature = "code")]
    Tests,
    /// Tests in the column of answers.
    #[cfg(feature = "code")]
    Written(Value),
    Answer,
    Outcome(Outcome),
}

impl Auto {
    /// Rows with an `answer` go to this reward.
    pub fn new(answer: impl Reward + 'static) -> Self {
        Self { answer: Some(Box::new(answer)), ..Self::default() }
    }

    fn route<'s>(&self, sample: &'s Sample) -> Route<'s> {
        // A number is what an earlier run left there, not a spec.
        match sample.fields.read(FIELD) {
            Err(problem) => return Route::Outcome(problem.into()),
            Ok(Some(spec @ (Value::String(_) | Value::Array(_) | Value::Object(_)))) => return Route::Own(spec),
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
        #[cfg(feature = "code")]
        if let Some(written) = crate::code::forms::written(sample.answers()) {
            return match written {
                Ok(tests) => Route::Written(tests),
                Err(problem) => Route::Outcome(Outcome::unscored(Reason::BadTests).with_detail(format!("the answer {problem}"))),
            };
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
        let answer = self.answer.as_ref().map(Reward::config);
        match answer {
            // A spec gives the options of the math reward beside the kind.
            Some(Value::Object(mut math)) if math.get("kind").is_some_and(|kind| kind == "math") => {
                math.insert("kind".to_owned(), "auto".into());
                math.into()
            }
            // Without the feature `math`, a spec knows no reward for answers.
            None if !cfg!(feature = "math") => serde_json::json!({ "kind": "auto" }),
            // Another reward, or none: no spec can say it.
            answer => serde_json::json!({ "kind": "auto", "answer": answer }),
        }
    }

    fn score(&self, sample: &Sample) -> Outcome {
        match self.route(sample) {
            Route::Own(spec) => by_own(&self.own(spec), sample),
            #[cfg(feature = "code")]
            Route::Tests => self.code.score(sample),
            #[cfg(feature = "code")]
            Route::Written(tests) => self.code.score(&Sample { tests: Some(tests.into()), ..sample.clone() }),
            Route::Answer => match &self.answer {
                Some(answer) => answer.score(sample),
                None => Outcome::unscored(Reason::NoReward),
            },
            Route::Outcome(outcome) => outcome,
        }
    }

    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        let all = |wanted: fn(&Route<'_>) -> bool| samples.iter().all(|sample| wanted(&self.route(sample)));
        if let Some(answer) = &self.answer
            && all(|route| matches!(route, Route::Answer))
        {
            return answer.score_group(samples);
        }
        #[cfg(feature = "code")]
        if all(|route| matches!(route, Route::Tests)) {
            return self.code.score_group(samples);
        }
        // Completions of a row have one spec: it is built once.
        let mut last: Option<(&Value, Own)> = None;
        let mut outcomes = Vec::with_capacity(samples.len());
        for &sample in samples {
            let Route::Own(spec) = self.route(sample) else {
                outcomes.push(self.score(sample));
                continue;
            };
            let own = match last.take() {
                Some((known, own)) if known == spec => own,
                _ => self.own(spec),
            };
            outcomes.push(by_own(&own, sample));
            last = Some((spec, own));
        }
        outcomes
    }
}

fn by_own(own: &Own, sample: &Sample) -> Outcome {
    match own {
        Ok(scorer) => scorer.score(sample),
        Err(detail) => Outcome::unscored(Reason::BadSpec).with_detail(detail.as_str()),
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
    if rewards(&spec.to_value()) > MOST_REWARDS {
        return Err(format!("the row's `reward` has more than {MOST_REWARDS} rewards: put it into the spec of the run"));
    }
    #[cfg(feature = "code")]
    if let Some(option) = beyond_limits(&spec.to_value()) {
        return Err(format!("the row's `reward` asks for more `{option}` than the default: put it into the spec of the run"));
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

/// How many rewards a spec has: the entries of a list, and every table that names a kind.
fn rewards(spec: &Value) -> usize {
    fn tables(value: &Value) -> usize {
        match value {
            Value::Array(items) => items.iter().map(tables).sum(),
            Value::Object(map) => {
                usize::from(map.get("kind").is_some_and(Value::is_string)) + map.values().map(tables).sum::<usize>()
            }
            _ => 0,
        }
    }
    spec.as_array().map_or(0, Vec::len).max(tables(spec))
}

/// An option by which a code reward would take more of the machine than it may by default.
#[cfg(feature = "code")]
fn beyond_limits(value: &Value) -> Option<&'static str> {
    use crate::code::{FUEL_PER_SECOND, Limits};
    let most = Limits::default();
    match value {
        Value::Array(items) => items.iter().find_map(beyond_limits),
        Value::Object(map) => {
            let bounds = [
                ("seconds", most.fuel / FUEL_PER_SECOND),
                ("fuel", most.fuel),
                ("memory", most.memory as u64),
                ("output", most.output as u64),
            ];
            let is_code = map.get("kind").and_then(Value::as_str) == Some("code");
            let beyond = |(name, most): &(&str, u64)| {
                #[expect(clippy::cast_precision_loss, reason = "the bounds are far below 2^53")]
                map.get(*name).and_then(Value::as_f64).is_some_and(|asked| asked > *most as f64)
            };
            let found = if is_code { bounds.into_iter().find(beyond).map(|(name, _)| name) } else { None };
            found.or_else(|| map.values().find_map(beyond_limits))
        }
        _ => None,
    }
}
