//! Public corpora of labelled pairs: agreement with every label except those on the published list of exceptions.

use std::collections::BTreeMap;
use std::path::Path;

use r1rewards::math::{Extract, Math, Policy};
use serde::Deserialize;
use serde_json::Value;

use super::{ATTACKS, Test, attacks, cases, rows};

pub fn tests() -> Vec<Test> {
    vec![
        Test {
            name: "every_label_is_met_or_its_exception_is_published",
            files: CORPORA.iter().map(|(corpus, ..)| file(corpus)).collect(),
            run: every_label_is_met_or_its_exception_is_published,
        },
        Test {
            name: "attacks_in_the_math_family_are_refused_and_their_controls_accepted",
            files: vec![ATTACKS.to_owned()],
            run: attacks_in_the_math_family_are_refused_and_their_controls_accepted,
        },
    ]
}

/// A corpus, the policy that its labels follow, and whether its answers are bare.
const CORPORA: &[(&str, &str, Extract)] = &[
    ("mix", "lenient", Extract::Whole),
    ("mathcoder", "strict", Extract::Whole),
    ("near_miss", "strict", Extract::Whole),
    ("gold_self", "strict", Extract::Whole),
    ("feature_probes", "lenient", Extract::Auto),
    ("known_failures", "strict", Extract::Auto),
    ("reward_hacks", "strict", Extract::Auto),
    ("math_verify_tests", "math_verify", Extract::Auto),
    ("lighteval_tests", "math_verify", Extract::Auto),
    ("gsm8k_solutions", "strict", Extract::Auto),
    ("peer_tests", "lenient", Extract::Auto),
];

fn file(corpus: &str) -> String {
    format!("math/{corpus}.jsonl")
}

/// Rows whose label the verifier does not follow, each with its reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    exception: Vec<Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    corpus: String,
    ids: Vec<String>,
    #[serde(rename = "kind")]
    _kind: Kind,
    reason: String,
}

/// Whether the label is wrong, or a switch or rule of the policy decides otherwise.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Label,
    Policy,
}

/// The reasons by corpus and row.
fn exceptions() -> BTreeMap<(String, String), String> {
    let mut reasons = BTreeMap::new();
    for Exception { corpus, ids, reason, .. } in cases::file::<Exceptions>("exceptions.toml").exception {
        assert!(!reason.is_empty() && CORPORA.iter().any(|(known, ..)| *known == corpus), "{corpus}: {ids:?}");
        for id in ids {
            assert!(reasons.insert((corpus.clone(), id.clone()), reason.clone()).is_none(), "{corpus} {id} is listed twice");
        }
    }
    reasons
}

/// The number of significant digits in which decimals must agree: that of the row's own test if it is lower than the
/// policy's.
fn decimals(row: &Value, policy: &Policy) -> u32 {
    let stated = row["precision"].as_u64().or_else(|| row["config"]["verify"]["float_rounding"].as_u64());
    stated.and_then(|digits| u32::try_from(digits).ok()).map_or(policy.decimals, |digits| digits.min(policy.decimals))
}

/// The label and the verdict of a row that has a label, a reference and an answer.
fn judge(math: &Math, row: &Value) -> Option<(bool, bool)> {
    let expected = row["expected"].as_bool().or_else(|| row["expected_verdict"].as_str().map(|verdict| verdict == "accept"))?;
    let answer = row["pred"].as_str().or_else(|| row["response"].as_str())?;
    Some((expected, math.verify(&[row["gold"].as_str()?.to_owned()], answer).is_correct()))
}

fn every_label_is_met_or_its_exception_is_published(folder: &Path) {
    let mut exceptions = exceptions();
    let mut unexplained = Vec::new();
    for &(corpus, policy, extract) in CORPORA {
        let policy = Policy { extract, ..policy.parse::<Policy>().expect("a policy") };
        let mut judged = 0;
        for row in rows(&folder.join(file(corpus))) {
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

fn attacks_in_the_math_family_are_refused_and_their_controls_accepted(folder: &Path) {
    let math = Math::strict();
    let judged: Vec<_> = attacks(folder, &["math"])
        .iter()
        .filter_map(|row| judge(&math, row).map(|(expected, correct)| (row["id"].to_string(), expected, correct)))
        .collect();
    let wrong = judged.iter().filter(|(_, expected, correct)| expected != correct);
    let wrong: Vec<String> = wrong.map(|(id, expected, _)| format!("{id}: expected {expected}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(judged.len() >= 50, "only {} labelled rows", judged.len());
}
