//! A reference that may be answers or tests: trainers pass both as one value.
//!
//! Accepts: text, numbers and lists of them as answers; the content of `{"target": ...}` (search-R1) and
//! `{"ground_truth": ...}` (verl's `reward_model`); a known form of tests. Refuses: truth values, nested lists, and
//! objects in no known form, since none of them is an answer.

use serde_json::Value as Json;

use super::read::is_own;
use super::{asserts, pairs, text};
use crate::core::reference;

/// What a reference is.
#[derive(Debug, Clone, PartialEq)]
pub enum AnswersOrTests {
    /// There is no reference.
    Absent,
    /// Acceptable answers.
    Answers(Vec<String>),
    /// Tests, in our own form.
    Tests(Json),
}

/// Reads a reference.
///
/// # Errors
/// Why it cannot be used, in words that may follow the name of a column.
///
/// ```
/// use r1rewards::code::forms::{AnswersOrTests, gold};
/// assert_eq!(gold(&serde_json::json!({"target": ["Paris", "paris"]})), Ok(AnswersOrTests::Answers(vec!["Paris".into(), "paris".into()])));
/// assert_eq!(gold(&"{1, 2}".into()), Ok(AnswersOrTests::Answers(vec!["{1, 2}".into()])));
/// assert!(gold(&true.into()).is_err());
/// ```
pub fn gold(given: &Json) -> Result<AnswersOrTests, String> {
    match given {
        Json::String(written) => of_text(written),
        Json::Array(items) if asserts::are_asserts(items) || items.iter().any(Json::is_object) => of_tests(given),
        // Trainers that allow several references for a row also wrap a single one in a list.
        Json::Array(items)
            if items.len() == 1
                && items[0].as_str().is_some_and(|text| !matches!(of_text(text), Ok(AnswersOrTests::Answers(_)))) =>
        {
            gold(&items[0])
        }
        Json::Object(map) => {
            match ["target", "ground_truth"].iter().find_map(|name| map.get(*name).filter(|inner| !inner.is_null())) {
                Some(inner) if !is_own(given) => gold(inner),
                None if map.contains_key("target") && !is_own(given) => Ok(AnswersOrTests::Absent),
                _ => of_tests(given),
            }
        }
        other => of_answers(other),
    }
}

/// The tests that the answers of a row are, or the error if they cannot be used; `None` if they are answers.
pub(crate) fn written(answers: &[String]) -> Option<Result<Json, String>> {
    if answers.is_empty() || !answers.iter().all(|answer| text::may_be_tests(answer)) {
        return None;
    }
    let written = match answers {
        [one] => Json::from(one.as_str()),
        several => Json::from(several),
    };
    match gold(&written) {
        Ok(AnswersOrTests::Tests(_)) => Some(Ok(written)),
        Ok(AnswersOrTests::Absent | AnswersOrTests::Answers(_)) => None,
        Err(problem) => Some(Err(problem)),
    }
}

fn of_text(written: &str) -> Result<AnswersOrTests, String> {
    let trimmed = written.trim();
    let answer = || AnswersOrTests::Answers(vec![written.to_owned()]);
    if text::is_python(trimmed) {
        return of_tests(&Json::from(written));
    }
    // JSON within JSON: a data file writes a text column this way when the text was already JSON.
    if trimmed.starts_with(r#""{"#) || trimmed.starts_with(r#""["#) {
        return match text::json(trimmed) {
            Ok(Json::String(inner)) if !matches!(of_text(&inner), Ok(AnswersOrTests::Answers(_))) => of_text(&inner),
            _ => Ok(answer()),
        };
    }
    if !trimmed.starts_with(['{', '[']) {
        return Ok(answer());
    }
    if text::is_python_table(trimmed) {
        return Err("is a dictionary as Python's `str` writes it: give the dictionary itself, or JSON (`json.dumps`)".to_owned());
    }
    match text::json(trimmed) {
        Ok(value @ Json::Object(_)) if value != Json::Object(serde_json::Map::new()) => gold(&value),
        Ok(Json::Array(items)) if asserts::are_asserts(&items) || pairs::are_cases(&items) || items.iter().any(Json::is_object) => {
            of_tests(&Json::Array(items))
        }
        Err(problem) if text::is_meant_as_json(trimmed) => Err(format!("is JSON text that {problem}")),
        // A set, an interval or a list in mathematical notation.
        _ => Ok(answer()),
    }
}

fn of_tests(given: &Json) -> Result<AnswersOrTests, String> {
    super::tests(given)
        .map(|tests| AnswersOrTests::Tests(tests.into_owned()))
        .map_err(|bad| format!("cannot be used: {}", bad.detail))
}

fn of_answers(given: &Json) -> Result<AnswersOrTests, String> {
    let answers = reference::answers(given.clone())?;
    Ok(if answers.is_empty() { AnswersOrTests::Absent } else { AnswersOrTests::Answers(answers) })
}
