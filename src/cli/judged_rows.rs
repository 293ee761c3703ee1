//! Rows that carry their judgement in columns of their own.

use anyhow::{Context as _, anyhow};
use serde_json::Value;

use crate::core::describe::describe;
use crate::{Outcome, Reason, Sample, Verdict};

/// The columns of a judgement, named as in the results of `verify score`.
const COLUMNS: [&str; 8] = ["verdict", "reward", "reason", "extracted", "rule", "detail", "components", "cost"];

/// The judgement in a row's columns, which are removed from the sample's fields; only `verdict` is needed. A column may
/// hold a list with one value for each completion; `place` is that of this one. Without a known reason, it is `passed`,
/// `failed` or `no_reward`; without a reward, 1 or 0.
///
/// # Errors
/// A row without a verdict, or with one that is not known.
pub(super) fn own_outcome(sample: &mut Sample, place: usize) -> anyhow::Result<Outcome> {
    let value = |name: &str| {
        let value = sample.fields.get(name)?;
        value.as_array().map_or(Some(value), |items| items.get(place)).cloned()
    };
    let text = |name: &str| value(name).and_then(|value| value.as_str().map(str::to_owned));
    let verdict = value("verdict").context("the row lacks the column `verdict`, which --scored reads; give --results instead")?;
    let verdict = Verdict::ALL.iter().copied().find(|known| verdict.as_str() == Some(known.code())).ok_or_else(|| {
        anyhow!(
            "the column `verdict` must hold `correct`, `incorrect` or `unscored`, or a list of these, got {}",
            describe(&verdict)
        )
    })?;
    let reason = text("reason").and_then(|reason| reason.parse().ok()).unwrap_or(match verdict {
        Verdict::Correct => Reason::Passed,
        Verdict::Incorrect => Reason::Failed,
        Verdict::Unscored => Reason::NoReward,
    });
    let reward = value("reward").and_then(|reward| reward.as_f64());
    let mut outcome = Outcome::valued(verdict, reward.unwrap_or(if verdict == Verdict::Correct { 1.0 } else { 0.0 }), reason);
    (outcome.extracted, outcome.rule, outcome.detail) = (text("extracted"), text("rule").map(Into::into), text("detail"));
    outcome.cost.work = value("cost").and_then(|cost| cost.get("work").and_then(Value::as_u64)).unwrap_or(0);
    let components = value("components").filter(Value::is_object).map(|parts| serde_json::from_value(whole(&outcome, parts)));
    if let Some(Ok(Outcome { components, .. })) = components {
        outcome.components = components;
    }
    let names: Vec<_> = sample.fields.keys().filter(|name| !COLUMNS.contains(name)).map(str::to_owned).collect();
    let others = names.into_iter().filter_map(|name| sample.fields.get(&name).cloned().map(|value| (name, value)));
    sample.fields = others.collect::<serde_json::Map<_, _>>().into();
    Ok(outcome)
}

/// An outcome with these components, as JSON.
fn whole(outcome: &Outcome, components: Value) -> Value {
    let mut whole = serde_json::to_value(outcome).unwrap_or_default();
    whole["components"] = components;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample(fields: &Value) -> Sample {
        let mut sample = Sample::new("");
        for (name, value) in fields.as_object().unwrap() {
            sample.fields.insert(name.clone(), value.clone());
        }
        sample
    }

    #[test]
    fn a_verdict_is_enough_and_other_columns_stay() {
        let mut sample = sample(&json!({"verdict": "incorrect", "level": 3}));
        assert_eq!(own_outcome(&mut sample, 0).unwrap(), Outcome::incorrect(Reason::Failed));
        assert_eq!(sample.fields.keys().collect::<Vec<_>>(), ["level"]);
    }

    #[test]
    fn everything_that_a_result_has_is_read() {
        let part = Outcome::incorrect(Reason::TextOutside).with_detail("at byte 3");
        let outcome =
            Outcome { components: vec![("format".to_owned(), part)], ..Outcome::valued(Verdict::Correct, 0.9, Reason::Equal) };
        let outcome = outcome.with_extracted("42").with_rule("integer").with_work(7);
        let mut sample = sample(&serde_json::to_value(&outcome).unwrap());
        assert_eq!(own_outcome(&mut sample, 0).unwrap(), outcome);
    }

    #[test]
    fn lists_have_a_value_for_each_completion() {
        let fields = json!({"verdict": ["correct", "unscored"], "reward": [0.5, null]});
        assert_eq!(own_outcome(&mut sample(&fields), 0).unwrap(), Outcome::valued(Verdict::Correct, 0.5, Reason::Passed));
        assert_eq!(own_outcome(&mut sample(&fields), 1).unwrap(), Outcome::unscored(Reason::NoReward));
    }

    #[test]
    fn an_unknown_verdict_is_an_error_that_names_the_known_ones() {
        let error = own_outcome(&mut sample(&json!({"verdict": "right"})), 0).unwrap_err().to_string();
        assert!(error.contains("`correct`, `incorrect` or `unscored`") && error.contains("right"), "{error}");
        assert!(own_outcome(&mut sample(&json!({})), 0).unwrap_err().to_string().contains("--results"));
    }
}
