//! Samples before and after the training: the lines of `samples_before.jsonl` and `samples_after.jsonl`.
//!
//! Accepts: one JSON object a line, with `problem` (its name), `prompt` and `attempts`. An attempt has `text` and, as
//! far as they are known, `verdict`, `reason`, `reward`, `extracted` and `components` (terms of the reward by name,
//! each with verdict, reason and reward). Other fields of an attempt that are numbers, booleans or short texts are
//! shown as they are. A line that is not such an object is noted and left out.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::notes::{Notes, lines};

/// The problems of a file in their order.
#[derive(Debug, Default)]
pub(super) struct Samples {
    pub problems: Vec<Problem>,
    places: HashMap<String, usize>,
}

/// A problem with what the policy answered.
#[derive(Debug)]
pub(super) struct Problem {
    pub name: String,
    pub prompt: String,
    pub attempts: Vec<Attempt>,
}

/// One answer of the policy.
#[derive(Debug)]
pub(super) struct Attempt {
    pub text: String,
    pub judged: Judged,
    pub extracted: Option<String>,
    /// The terms of the reward.
    pub terms: Vec<(String, Judged)>,
    /// Other fields.
    pub others: Vec<(String, String)>,
}

/// A judgement; what is not known is `None`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Judged {
    pub verdict: Option<String>,
    pub reason: Option<String>,
    pub reward: Option<f64>,
}

impl Samples {
    /// Reads the text of a file; `file` is its name.
    pub(super) fn read(file: &str, text: &str, notes: &mut Notes) -> Self {
        let mut samples = Self::default();
        for (number, line) in lines(text) {
            match serde_json::from_str(line) {
                Ok(Value::Object(fields)) => samples.add(fields, number),
                Ok(_) => notes.unreadable(file, number, "a JSON object is expected", line.ends_with('\n')),
                Err(error) => notes.unreadable(file, number, &error.to_string(), line.ends_with('\n')),
            }
        }
        samples
    }

    /// The problem of this name.
    pub(super) fn of(&self, name: &str) -> Option<&Problem> {
        self.places.get(name).map(|place| &self.problems[*place])
    }

    /// Adds a line. Several lines about one problem are one problem with all their attempts.
    fn add(&mut self, mut fields: Map<String, Value>, number: usize) {
        let mut text = |name: &str| fields.remove(name).map(text_of);
        let name = text("problem").unwrap_or_else(|| format!("line {number}"));
        let prompt = text("prompt").unwrap_or_default();
        let attempts = match fields.remove("attempts") {
            Some(Value::Array(attempts)) => attempts.into_iter().map(Attempt::of).collect(),
            _ => Vec::new(),
        };
        match self.places.get(&name) {
            Some(place) => self.problems[*place].attempts.extend(attempts),
            None => {
                self.places.insert(name.clone(), self.problems.len());
                self.problems.push(Problem { name, prompt, attempts });
            }
        }
    }
}

impl Problem {
    /// How many attempts are correct.
    pub(super) fn correct(&self) -> usize {
        self.attempts.iter().filter(|attempt| attempt.judged.verdict.as_deref() == Some("correct")).count()
    }
}

impl Attempt {
    fn of(value: Value) -> Self {
        let Value::Object(mut fields) = value else {
            let text = text_of(value);
            return Self { text, judged: Judged::default(), extracted: None, terms: Vec::new(), others: Vec::new() };
        };
        let judged = Judged::take(&mut fields);
        let text = fields.remove("text").map(text_of).unwrap_or_default();
        let extracted = fields.remove("extracted").filter(|value| !value.is_null()).map(text_of);
        let terms = match fields.remove("components") {
            Some(Value::Object(terms)) => terms.into_iter().map(|(name, value)| (name, Judged::of(value))).collect(),
            _ => Vec::new(),
        };
        let shown = |value: &Value| !matches!(value, Value::Null | Value::Array(_) | Value::Object(_));
        let others = fields.into_iter().filter(|(_, value)| shown(value)).map(|(name, value)| (name, text_of(value))).collect();
        Self { text, judged, extracted, terms, others }
    }
}

impl Judged {
    fn of(value: Value) -> Self {
        match value {
            Value::Object(mut fields) => Self::take(&mut fields),
            Value::Number(reward) => Self { reward: reward.as_f64(), ..Self::default() },
            _ => Self::default(),
        }
    }

    fn take(fields: &mut Map<String, Value>) -> Self {
        let mut text = |name: &str| fields.remove(name).filter(|value| !value.is_null()).map(text_of);
        let (verdict, reason) = (text("verdict"), text("reason"));
        Self { verdict, reason, reward: fields.remove("reward").and_then(|value| value.as_f64()) }
    }
}

/// A text as it is, any other value as JSON.
pub(super) fn text_of(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Samples, Vec<String>) {
        let mut notes = Notes::default();
        let samples = Samples::read("samples_after.jsonl", text, &mut notes);
        (samples, notes.texts())
    }

    #[test]
    fn an_attempt_has_its_judgement_its_terms_and_other_fields() {
        let (samples, notes) = read(
            r#"{"problem":7,"prompt":"p","attempts":[{"text":"t","verdict":"correct","reason":"equal","reward":1.1,"extracted":"3+4",
            "components":{"format":{"verdict":"correct","reason":"equal","reward":0.1},"length":-0.5},"turn":2,"ids":[1]}]}"#
                .replace('\n', " ")
                .as_str(),
        );
        assert!(notes.is_empty(), "{notes:?}");
        let problem = samples.of("7").unwrap();
        let attempt = &problem.attempts[0];
        let judged =
            |reward| Judged { verdict: Some("correct".to_owned()), reason: Some("equal".to_owned()), reward: Some(reward) };
        assert_eq!((problem.correct(), &attempt.judged, attempt.extracted.as_deref()), (1, &judged(1.1), Some("3+4")));
        let length = Judged { reward: Some(-0.5), ..Judged::default() };
        assert_eq!(attempt.terms, [("format".to_owned(), judged(0.1)), ("length".to_owned(), length)]);
        assert_eq!(attempt.others, [("turn".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn lines_about_one_problem_are_one_problem() {
        let (samples, _) =
            read("{\"problem\":\"a\",\"attempts\":[\"x\"]}\n{\"problem\":\"b\"}\n{\"problem\":\"a\",\"attempts\":[{}]}\n");
        assert_eq!(samples.problems.len(), 2);
        assert_eq!(samples.of("a").unwrap().attempts.len(), 2);
    }

    #[test]
    fn a_line_that_is_cut_off_is_noted() {
        let (samples, notes) = read("{\"problem\":\"a\"}\n[]\n{\"problem\":\"b\",\"atte");
        assert_eq!(samples.problems.len(), 1);
        assert_eq!(notes[0], "samples_after.jsonl, line 2 cannot be read (a JSON object is expected) and was left out");
        assert!(notes[1].starts_with("samples_after.jsonl, line 3 is cut off"), "{notes:?}");
    }
}
