//! The case files of math, and the example responses. They can be extended without Rust.
#![cfg(feature = "math")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/math_cases.rs"]
mod math_cases;

use std::path::Path;

use cases::{assert_none, cases};
use math_cases::{Pair, Response};
use r1rewards::math::{Extract, Math, Policy};
use r1rewards::{Outcome, Verdict};
use serde_json::Value;

fn judge(policy: &str, extract: Extract, gold: &str, answer: &str) -> Outcome {
    let policy = Policy { extract, ..policy.parse().unwrap_or_else(|error| panic!("{error}")) };
    Math::new(policy).verify(&[gold.to_owned()], answer)
}

#[test]
fn bare_answers_compare_as_the_case_files_say() {
    let mut wrong = Vec::new();
    for place in cases::<Pair>() {
        let case = &place.case;
        let outcome = judge(&case.policy, Extract::Whole, &case.gold, &case.answer);
        let (verdict, reason) = (outcome.verdict.code(), outcome.reason.code());
        if outcome.is_correct() != case.equal || !case.is_reason(reason) {
            let expected = format!("equal = {} {}", case.equal, case.reason.as_deref().unwrap_or_default());
            let texts = format!("{} | {} | {}", case.policy, case.gold, case.answer);
            wrong.push(format!("{place} | {texts}   {verdict} {reason} by {:?}, not {expected}", outcome.rule));
        }
    }
    assert_none(&wrong);
}

/// An answer that is written like the reference is correct or unscored, never incorrect.
#[test]
fn no_text_of_the_case_files_is_incorrect_for_itself() {
    let mut wrong = Vec::new();
    for place in cases::<Pair>() {
        for (text, policy) in [&place.case.gold, &place.case.answer]
            .into_iter()
            .flat_map(|text| Policy::NAMES.iter().map(move |policy| (text, policy)))
        {
            let outcome = judge(policy, Extract::Whole, text, text);
            if outcome.verdict == Verdict::Incorrect {
                wrong.push(format!("{place} | {policy} | {text}   {}", outcome.reason.code()));
            }
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

#[test]
fn what_is_wrong_with_a_case_file_is_said_by_file_and_line() {
    let good = "[[case]]\ngold = '1'\nanswer = '1'\nequal = true\n";
    let refused =
        |text: &str| cases::read::<Pair>(Path::new("themes/a.toml"), text).err().unwrap_or_else(|| panic!("accepted:\n{text}"));
    for (text, words) in [
        ("", ["themes/a.toml: ", "missing field `case`"]),
        ("case = []", ["themes/a.toml: ", "there is no case in it"]),
        (&format!("{good}polcy = 'lenient'\n"), ["TOML parse error at line 5", "unknown field `polcy`"]),
        (&format!("{good}\n[[case]]\ngold = '1'\nequal = true\n"), ["TOML parse error at line 6", "missing field `answer`"]),
        (&format!("note = 'x'\n{good}"), ["TOML parse error at line 1", "unknown field `note`"]),
        (
            &format!("[tests.a]\nkind = 'stdio'\n{good}"),
            ["themes/a.toml: `tests` stand at the head of it", "which no case of `math` uses"],
        ),
    ] {
        let problem = refused(text);
        assert!(words.iter().all(|word| problem.contains(word)), "{problem}");
    }
    let read = cases::read::<Pair>(Path::new("a.toml"), &format!("# A theme.\n\n{good}\n{good}")).expect("a sound file");
    assert_eq!(
        read.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["tests/cases/math/a.toml:3", "tests/cases/math/a.toml:8"]
    );
    let unexplained = "[[case]]\ngold = '1'\ncompletion = '2'\nverdict = 'incorrect'\n";
    let problem = cases::read::<Response>(Path::new("a.toml"), unexplained).err().expect("a refusal");
    assert_eq!(problem, "tests/cases/extract/a.toml:1: `reason` is missing: say why it is incorrect");
}

/// A kind of case without `deny_unknown_fields`.
#[derive(serde::Deserialize)]
struct Loose {
    #[serde(rename = "gold")]
    _gold: String,
}

impl cases::Case for Loose {
    const FOLDER: &'static str = "loose";
}

#[test]
fn a_kind_of_case_that_takes_any_key_is_refused() {
    let problem = cases::read::<Loose>(Path::new("a.toml"), "[[case]]\ngold = '1'\n").err().expect("a refusal");
    assert_eq!(problem, "the cases of `loose` take any key: say #[serde(deny_unknown_fields)]");
}
