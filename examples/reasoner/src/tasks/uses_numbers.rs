//! The reward of the countdown.

use r1rewards::{Outcome, Reason, Reward, Sample};
use serde_json::{Value, json};

use super::expression::expression;

/// The numbers and the target of a row.
pub fn numbers_of(row: &Sample) -> (Vec<i64>, i64) {
    let list = row.fields.get("numbers").and_then(|value| serde_json::from_value(value.clone()).ok());
    (list.unwrap_or_default(), row.fields.get("target").and_then(Value::as_i64).unwrap_or_default())
}

/// Whether the answer is an expression of the row's numbers, each used once, that equals the row's target.
pub struct UsesNumbers {
    /// Whether the sums in the thinking must be true, too.
    pub true_sums: bool,
}

impl Reward for UsesNumbers {
    fn name(&self) -> &'static str {
        "countdown"
    }

    fn config(&self) -> Value {
        json!({ "kind": "countdown", "true_sums": self.true_sums })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        let (mut numbers, target) = numbers_of(sample);
        if numbers.is_empty() {
            return Outcome::unscored(Reason::FieldMissing).with_detail("the row has no `numbers`");
        }
        numbers.sort_unstable();
        // The first answer ends the completion: a policy must not write several.
        let answer = sample.completion.split_once("<answer>").and_then(|(_, rest)| rest.split_once("</answer>"));
        let Some((answer, rest)) = answer else { return Outcome::incorrect(Reason::NoAnswer) };
        if !rest.trim().is_empty() {
            return Outcome::incorrect(Reason::Hedged).with_detail("there is text after the answer");
        }
        let Some(found) = expression(answer) else {
            return Outcome::incorrect(Reason::Unparsable).with_extracted(answer);
        };
        let false_sum = if self.true_sums { false_sum(&sample.completion) } else { None };
        let outcome = match (found.numbers == numbers, found.value == target) {
            (true, true) => match false_sum {
                None => Outcome::correct(Reason::Equal),
                Some(sum) => Outcome::incorrect(Reason::Failed).with_detail(format!("the thinking says {sum}")),
            },
            (true, false) => Outcome::incorrect(Reason::Different).with_detail(format!("it is {}", found.value)),
            (false, _) => Outcome::incorrect(Reason::Failed).with_detail("it does not use each number once"),
        };
        outcome.with_extracted(answer)
    }
}

/// The first step `a+b=c` of the thinking that is false or cannot be read.
fn false_sum(completion: &str) -> Option<String> {
    let thinking = completion.split("</think>").next().unwrap_or_default();
    let runs = thinking.split(|letter: char| !(letter.is_ascii_digit() || "+-*=".contains(letter)));
    for run in runs.filter(|run| run.contains('=')) {
        let parts: Vec<&str> = run.split('=').collect();
        // `3+7=10-8=2` says 3+7=10 and 10-8=2: each part begins with the total of the one before.
        for pair in parts.windows(2) {
            let total = pair[1].split(['+', '-', '*']).next().unwrap_or_default();
            let says = expression(pair[0]).map(|found| found.value);
            if says.is_none() || says != total.parse().ok() {
                return Some(format!("{}={total}", pair[0]));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_the_thinking_must_be_true() {
        for right in ["3+7=10-8=2 yes", "3+8=11-7=4 no wait 3+7=10-8=2 yes", "", "so be it", "3*7=21-8=13 no"] {
            assert_eq!(false_sum(&format!("<think>{right}</think>")), None, "{right}");
            assert!(judged(&format!("<think>{right}</think><answer>3+7-8</answer>")).is_correct());
        }
        for wrong in ["3+7=11-8=3 yes", "3+7=10-8=3", "3+7=", "=7", "3+=3", "3+7=10=10+1=12"] {
            assert!(!judged(&format!("<think>{wrong}</think><answer>3+7-8</answer>")).is_correct(), "{wrong}");
        }
    }

    fn judged(completion: &str) -> Outcome {
        let mut row = Sample::new(completion);
        row.fields.insert("numbers".into(), json!([8, 3, 7]));
        row.fields.insert("target".into(), json!(2));
        UsesNumbers { true_sums: true }.score(&row)
    }

    #[test]
    fn only_an_expression_of_all_numbers_is_correct() {
        assert!(judged("<think>3</think><answer>3+7-8</answer>").is_correct());
        for wrong in ["2", "8-3-3", "3+7-8+0", "3+7-8</answer><answer>2", "3+7+8", "37-8", "3+7-8=2", "(3+7-8"] {
            assert!(!judged(&format!("<answer>{wrong}</answer>")).is_correct(), "{wrong}");
        }
    }
}
