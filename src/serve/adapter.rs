//! What the routes for other clients share: rows from what they send, and outcomes.

use serde_json::{Map, Value};

use super::app::App;
use crate::reading::without_end_tokens;
use crate::{Outcome, Reason, Sample};

/// A row, or why there is none.
pub(super) type Row = Result<Map<String, Value>, String>;

/// Judges rows together, and gives an outcome for each. A row that cannot be read is unscored with reason `bad_row`.
pub(super) fn judge(app: &App, rows: Vec<Row>) -> Vec<Outcome> {
    let read = |(number, row): (u64, Row)| -> Result<Sample, String> {
        let samples = app.judging.fields.samples(&Value::Object(row?), number).map_err(|error| error.to_string())?;
        match <[Sample; 1]>::try_from(samples) {
            Ok([sample]) => Ok(sample),
            Err(several) => Err(format!("there are {} completions in one row; send one", several.len())),
        }
    };
    let samples: Vec<_> = (1..).zip(rows).map(read).collect();
    let readable: Vec<&Sample> = samples.iter().filter_map(|sample| sample.as_ref().ok()).collect();
    let mut judged = app.judging.scorer.score_batch(&readable).into_iter();
    let outcomes: Vec<_> = samples
        .iter()
        .map(|sample| match sample {
            Ok(_) => judged.next().unwrap_or_else(|| Outcome::unscored(Reason::Internal)),
            Err(problem) => Outcome::unscored(Reason::BadRow).with_detail(problem.as_str()),
        })
        .collect();
    outcomes.iter().for_each(|outcome| app.metrics.one(outcome));
    outcomes
}

/// A reply as a completion: text without the tokens that end a turn.
pub(super) fn reply(value: Value) -> Value {
    match value {
        Value::String(text) => Value::from(without_end_tokens(&text)),
        other => other,
    }
}

/// The value of each reward of a sum, by name; empty for a single reward. An unscored one is 0; a name in `taken` has the prefix
/// `reward_`.
pub(super) fn components(app: &App, outcome: &Outcome, taken: &[&str]) -> Vec<(String, f64)> {
    let names: Vec<&str> = app.judging.scorer.names().collect();
    if names.len() < 2 {
        return Vec::new();
    }
    let value =
        |name: &str| outcome.components.iter().find(|(known, _)| known == name).and_then(|(_, one)| one.value).unwrap_or(0.0);
    names
        .iter()
        .map(|name| (if taken.contains(name) { format!("reward_{name}") } else { (*name).to_owned() }, value(name)))
        .collect()
}

/// The reward for a client that has no missing rewards: 0 for an unscored sample. The log says so, and the response has `scored` or the
/// like where its form has room for it.
pub(super) fn reward(outcome: &Outcome, route: &'static str) -> f64 {
    outcome.value.unwrap_or_else(|| {
        let detail = outcome.detail.as_deref().unwrap_or_else(|| outcome.reason.describe());
        tracing::warn!(route, reason = outcome.reason.code(), detail, "a sample could not be judged and gets reward 0");
        0.0
    })
}
