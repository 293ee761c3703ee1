//! What a line of a grader says: `true`, `false`, a number (right from 0.5 on), null, or an object with `correct` (one of these)
//! and, if it likes, `extracted`, `reason` and `id`. Refused: anything else, and a line about another sample.

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::{Outcome, Reason};

/// What a grader must write, for error messages.
pub(super) const WANTED: &str = "it must write one line for each line that it reads, and nothing else, to standard output";

/// The start of a line, for a message.
pub(super) fn cut(line: &str) -> String {
    /// The most characters.
    const MOST: usize = 300;
    let shown: String = line.chars().take(MOST).collect();
    if shown.len() < line.len() { format!("{shown} ...") } else { shown }
}

/// The outcome that a line states about the sample with this id.
pub(super) fn outcome(line: &str, id: &Value) -> anyhow::Result<Outcome> {
    let value: Value = serde_json::from_str(line.trim()).context("the verdict is not JSON")?;
    let (correct, rest) = match &value {
        Value::Object(fields) => {
            (fields.get("correct").or_else(|| fields.get("reward")).context("the verdict has no `correct`")?, Some(fields))
        }
        other => (other, None),
    };
    if let Some(other) = rest.and_then(|fields| fields.get("id")).filter(|other| *other != id) {
        bail!("the verdict is about the sample {}: {WANTED}, in the same order", cut(&other.to_string()));
    }
    let outcome = match correct {
        Value::Bool(true) => Outcome::correct(Reason::Passed),
        Value::Bool(false) => Outcome::incorrect(Reason::Failed),
        Value::Null => Outcome::unscored(Reason::RewardError),
        Value::Number(number) => match number.as_f64() {
            Some(reward) if reward >= 0.5 => Outcome::correct(Reason::Passed),
            Some(_) => Outcome::incorrect(Reason::Failed),
            None => bail!("the verdict is no finite number"),
        },
        other => bail!("the verdict must be true, false, null or a number, got {}", crate::core::describe::describe(other)),
    };
    let text = |name: &str| rest.and_then(|fields| fields.get(name)).and_then(Value::as_str).map(str::to_owned);
    let outcome = match text("extracted") {
        Some(extracted) => outcome.with_extracted(extracted),
        None => outcome,
    };
    Ok(match text("reason") {
        Some(reason) => outcome.with_detail(reason),
        None => outcome,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_verdict_is_a_truth_value_a_number_or_an_object() {
        let verdict =
            |line: &str| outcome(line, &json!("a")).map(|outcome| outcome.verdict.code()).map_err(|error| error.to_string());
        assert_eq!(verdict("true\n").as_deref(), Ok("correct"));
        assert_eq!(verdict("0.2").as_deref(), Ok("incorrect"));
        assert_eq!(verdict("null").as_deref(), Ok("unscored"));
        assert_eq!(verdict(r#"{"reward": 1, "extracted": "5"}"#).as_deref(), Ok("correct"));
        assert_eq!(verdict(r#"{"id": "a", "correct": false}"#).as_deref(), Ok("incorrect"));
        assert!(verdict(r#"{"id": "b", "correct": false}"#).unwrap_err().contains("about the sample \"b\""));
        assert!(verdict("right").is_err() && verdict("\"yes\"").is_err() && verdict("{}").is_err());
    }
}
