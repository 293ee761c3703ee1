//! Programs: the adversarial development set, HumanEval.

use std::path::Path;

use r1rewards::Reward;
use r1rewards::code::Code;
use serde_json::json;

use super::code_cases::sample;
use super::{ATTACKS, Test, attacks, rows};

const HUMANEVAL: &str = "code/humaneval_even.jsonl";

pub fn tests() -> Vec<Test> {
    vec![
        Test {
            name: "every_attack_is_rejected_and_every_control_accepted",
            files: vec![ATTACKS.to_owned()],
            run: every_attack_is_rejected_and_every_control_accepted,
        },
        Test {
            name: "humaneval_passes_with_half_the_fuel_and_an_empty_body_never_does",
            files: vec![HUMANEVAL.to_owned()],
            run: humaneval_passes_with_half_the_fuel_and_an_empty_body_never_does,
        },
    ]
}

fn every_attack_is_rejected_and_every_control_accepted(folder: &Path) {
    let mut wrong = Vec::new();
    let rows = attacks(folder, &["code"]);
    for row in &rows {
        let outcome = Code::default().score(&sample(row["response"].as_str().expect("a response"), &row["tests"]));
        if outcome.value != Some(if row["expected_verdict"] == "accept" { 1.0 } else { 0.0 }) {
            wrong.push(format!("{}: {} {:?}", row["id"], outcome.reason.code(), outcome.detail));
        }
        for path in row["must_not_create"].as_array().into_iter().flatten() {
            assert!(!std::path::Path::new(path.as_str().expect("a path")).exists(), "{} left {path}", row["id"]);
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(rows.len() >= 100, "only {} cases", rows.len());
}

fn humaneval_passes_with_half_the_fuel_and_an_empty_body_never_does(folder: &Path) {
    let rows = rows(&folder.join(HUMANEVAL));
    let mut wrong = Vec::new();
    for row in &rows {
        let text = |name: &str| row[name].as_str().expect("text");
        let tests = json!({"kind": "asserts", "test_code": text("test"), "entry": text("entry_point"), "prelude": text("prompt").to_owned() + "    pass\n",
            "timeout": 2});
        let solution = Code::default().score(&sample(&format!("{}{}", text("prompt"), text("canonical_solution")), &tests));
        let empty = Code::default().score(&sample(&format!("{}    pass\n", text("prompt")), &tests));
        if !solution.is_correct() || empty.value != Some(0.0) {
            wrong.push(format!(
                "{}: {} {:?}, empty {}",
                row["task_id"],
                solution.reason.code(),
                solution.detail,
                empty.reason.code()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
