//! The case files of `tests/cases`: statements of behaviour that people can extend without Rust.
#![cfg(feature = "math")]

#[path = "support/math_cases.rs"]
mod math_cases;

use math_cases::{Pair, Response, cases};
use r1rewards::Outcome;
use r1rewards::math::{Extract, Math, Policy};

fn judge(policy: &str, extract: Extract, gold: &str, answer: &str) -> Outcome {
    let policy = Policy { extract, ..Policy::named(policy).unwrap_or_else(|| panic!("no policy is called `{policy}`")) };
    Math::new(policy).verify(&[gold.to_owned()], answer)
}

fn assert_none(failures: &[String]) {
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn bare_answers_compare_as_the_case_files_say() {
    let mut failures = Vec::new();
    for (theme, case) in cases::<Pair>("math") {
        let outcome = judge(&case.policy, Extract::None, &case.gold, &case.answer);
        if outcome.is_correct() != case.equal {
            let found = format!("({}, {:?})", outcome.reason.code(), outcome.rule);
            failures.push(format!("{theme} | {} | {} | {}   {found}", case.policy, case.gold, case.answer));
        }
    }
    assert_none(&failures);
}

#[test]
fn final_answers_are_found_where_the_case_files_say() {
    let mut failures = Vec::new();
    for (theme, case) in cases::<Response>("extract") {
        let outcome = judge(&case.policy, Extract::Auto, &case.gold, &case.completion);
        let (verdict, reason) = (outcome.verdict.code(), outcome.reason.code());
        if verdict != case.verdict || case.reason.as_ref().is_some_and(|expected| expected != reason) {
            let expected = format!("{} {}", case.verdict, case.reason.as_deref().unwrap_or_default());
            let completion = case.completion.replace('\n', "\\n");
            failures.push(format!("{theme} | {} | {} | {completion}   {verdict} {reason}, not {expected}", case.policy, case.gold));
        }
    }
    assert_none(&failures);
}
