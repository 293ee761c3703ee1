//! The case files of math, and the example responses: statements of behaviour that people can extend without Rust.
#![cfg(feature = "math")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/math_cases.rs"]
mod math_cases;

use cases::{assert_none, cases};
use math_cases::{Pair, Response};
use r1rewards::Outcome;
use r1rewards::math::{Extract, Math, Policy};
use serde_json::Value;

fn judge(policy: &str, extract: Extract, gold: &str, answer: &str) -> Outcome {
    let policy = Policy { extract, ..Policy::named(policy).unwrap_or_else(|| panic!("no policy is called `{policy}`")) };
    Math::new(policy).verify(&[gold.to_owned()], answer)
}

#[test]
fn bare_answers_compare_as_the_case_files_say() {
    let mut wrong = Vec::new();
    for place in cases::<Pair>() {
        let case = &place.case;
        let outcome = judge(&case.policy, Extract::None, &case.gold, &case.answer);
        let (verdict, reason) = (outcome.verdict.code(), outcome.reason.code());
        if outcome.is_correct() != case.equal || case.reason.as_ref().is_some_and(|expected| expected != reason) {
            let expected = format!("equal = {} {}", case.equal, case.reason.as_deref().unwrap_or_default());
            let texts = format!("{} | {} | {}", case.policy, case.gold, case.answer);
            wrong.push(format!("{place} | {texts}   {verdict} {reason} by {:?}, not {expected}", outcome.rule));
        }
    }
    assert_none(&wrong);
}

#[test]
fn final_answers_are_found_where_the_case_files_say() {
    let mut wrong = Vec::new();
    for place in cases::<Response>() {
        let case = &place.case;
        let outcome = judge(&case.policy, Extract::Auto, &case.gold, &case.completion);
        let found = (outcome.verdict.code(), outcome.reason.code());
        let expected = (case.verdict.as_str(), case.reason.as_deref().unwrap_or("equal"));
        if found != expected {
            wrong.push(format!("{place} | {} | {} | {:?}   {found:?}, not {expected:?}", case.policy, case.gold, case.completion));
        }
    }
    assert_none(&wrong);
}

#[test]
fn the_examples_come_out_as_they_say() {
    let rows: Vec<Value> = include_str!("../examples/responses.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a row is JSON"))
        .collect();
    assert!(rows.len() >= 60);
    for row in rows {
        let (gold, completion) = (row["answer"].as_str().expect("a gold"), row["completion"].as_str().expect("a completion"));
        let outcome = Math::strict().verify(&[gold.to_owned()], completion);
        assert_eq!(row["expect"], outcome.verdict.code(), "{}: {outcome:?}", row["id"]);
    }
}
