//! Public corpora of labelled pairs: agreement with every label but those on the published list of exceptions.
//!
//! The data are third-party and stay outside the repository: the folder is `R1REWARDS_DATA`, or `shared/data` beside the checkout. Where
//! it is absent the test says so and passes.
#![cfg(feature = "math")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use r1rewards::math::{Extract, Math, Policy};
use serde_json::Value;

/// A corpus, the policy its labels follow, and whether its answers are bare.
const CORPORA: &[(&str, &str, Extract)] = &[
    ("mix", "lenient", Extract::None),
    ("mathcoder", "strict", Extract::None),
    ("near_miss", "strict", Extract::None),
    ("gold_self", "strict", Extract::None),
    ("feature_probes", "lenient", Extract::Auto),
    ("known_failures", "strict", Extract::Auto),
    ("reward_hacks", "strict", Extract::Auto),
    ("math_verify_tests", "math_verify", Extract::Auto),
    ("lighteval_tests", "math_verify", Extract::Auto),
    ("gsm8k_solutions", "strict", Extract::Auto),
    ("peer_tests", "lenient", Extract::Auto),
];

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("R1REWARDS_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    named.into_iter().chain([beside]).find(|folder| folder.join("attacks_dev.jsonl").is_file())
}

fn rows(folder: &std::path::Path, file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join(file)).expect("a readable corpus");
    text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect()
}

/// The reasons by corpus and row.
fn exceptions() -> BTreeMap<(String, String), String> {
    let table: toml::Table = include_str!("cases/exceptions.toml").parse().expect("TOML");
    let mut reasons = BTreeMap::new();
    for entry in table["exception"].as_array().expect("[[exception]] entries") {
        let text = |key: &str| entry[key].as_str().expect("a string").to_owned();
        assert!(matches!(entry["kind"].as_str(), Some("label" | "policy")), "{entry}");
        for id in entry["ids"].as_array().expect("ids") {
            let key = (text("corpus"), id.as_str().expect("an id").to_owned());
            assert!(reasons.insert(key, text("reason")).is_none(), "{id} is listed twice");
        }
    }
    reasons
}

/// The digits from which decimals agree: as many as the row's own test asks for, where it asks for fewer than the policy does.
fn decimals(row: &Value, policy: &Policy) -> u32 {
    let stated = row["precision"].as_u64().or_else(|| row["config"]["verify"]["float_rounding"].as_u64());
    stated.and_then(|digits| u32::try_from(digits).ok()).map_or(policy.decimals, |digits| digits.min(policy.decimals))
}

/// The verdict where a row has a label and both sides.
fn judge(math: &Math, row: &Value) -> Option<(bool, bool)> {
    let expected = row["expected"].as_bool().or_else(|| row["expected_verdict"].as_str().map(|verdict| verdict == "accept"))?;
    let answer = row["pred"].as_str().or_else(|| row["response"].as_str())?;
    Some((expected, math.verify(&[row["gold"].as_str()?.to_owned()], answer).is_correct()))
}

#[test]
fn every_label_is_met_or_its_exception_is_published() {
    let Some(folder) = folder() else {
        eprintln!("skipped: no corpora; set R1REWARDS_DATA to the folder that has attacks_dev.jsonl and math/");
        return;
    };
    let mut exceptions = exceptions();
    let mut unexplained = Vec::new();
    for &(corpus, policy, extract) in CORPORA {
        let policy = Policy { extract, ..Policy::named(policy).expect("a policy") };
        let mut judged = 0;
        for row in rows(&folder.join("math"), &format!("{corpus}.jsonl")) {
            if row["language"].as_str().is_some_and(|language| language != "ENGLISH") {
                continue;
            }
            let math = Math::new(Policy { decimals: decimals(&row, &policy), ..policy.clone() });
            let Some((expected, correct)) = judge(&math, &row) else { continue };
            judged += 1;
            let id = row["id"].as_str().unwrap_or_default().to_owned();
            let known = exceptions.remove(&(corpus.to_owned(), id.clone())).is_some();
            match (expected == correct, known) {
                (false, false) => unexplained.push(format!("{corpus} {id}: expected {expected}")),
                (true, true) => unexplained.push(format!("{corpus} {id} agrees: take it out of exceptions.toml")),
                _ => {}
            }
        }
        assert!(judged >= 20, "{corpus}: only {judged} labelled rows");
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    assert!(exceptions.is_empty(), "exceptions without a row: {exceptions:?}");
}

#[test]
fn attacks_in_the_math_family_are_refused_and_their_controls_accepted() {
    let Some(folder) = folder() else { return };
    let math = Math::strict();
    let attacks = rows(&folder, "attacks_dev.jsonl").into_iter().filter(|row| row["family"] == "math");
    let wrong: Vec<String> = attacks
        .filter_map(|row| judge(&math, &row).map(|(expected, correct)| (row["id"].to_string(), expected, correct)))
        .filter(|(_, expected, correct)| expected != correct)
        .map(|(id, expected, _)| format!("{id}: expected {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_examples_come_out_as_they_say() {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("examples");
    let rows = rows(&examples, "responses.jsonl");
    assert!(rows.len() >= 60);
    for row in rows {
        let (gold, completion) = (row["answer"].as_str().expect("a gold"), row["completion"].as_str().expect("a completion"));
        let outcome = Math::strict().verify(&[gold.to_owned()], completion);
        assert_eq!(row["expect"], outcome.verdict.code(), "{}: {outcome:?}", row["id"]);
    }
}
