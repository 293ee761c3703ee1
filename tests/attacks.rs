//! The adversarial development set: families format, length and language.
//!
//! The data are third-party and stay outside the repository: the folder is `R1REWARDS_DATA`, or `shared/data` beside the
//! checkout. Where it is absent the test says so and passes.
#![cfg(feature = "rules")]

use std::path::PathBuf;
use std::time::{Duration, Instant};

use r1rewards::structure::{Format, FormatOptions, Outside, Section, Structure, Template};
use r1rewards::text::{Language, LanguageOptions, Length, LengthOptions, LengthUnit, Target};
use r1rewards::{Reward, Sample};
use serde_json::Value;

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("R1REWARDS_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let nested = PathBuf::from("../../shared/data");
    [folder, nested].into_iter().find(|folder| folder.join("attacks_dev.jsonl").is_file())
}

fn rows() -> Option<Vec<Value>> {
    let Some(folder) = data() else {
        eprintln!("skipped: no attacks_dev.jsonl; set R1REWARDS_DATA to the folder that has it");
        return None;
    };
    let text = std::fs::read_to_string(folder.join("attacks_dev.jsonl")).expect("the file is readable");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect())
}

/// The reward that a row's `spec` (a vocabulary of its own) asks for.
fn reward(spec: &Value) -> Box<dyn Reward> {
    let number = |name: &str| spec.get(name).and_then(Value::as_u64);
    match spec["kind"].as_str().expect("a kind") {
        "format" => {
            assert_eq!(spec["outside"], "whitespace_only");
            let names = spec["structure"].as_array().expect("a list").iter();
            let sections = names.map(|name| Section::tag(name.as_str().expect("a name"))).collect();
            let structure = Structure::new(sections, true, Outside::Nowhere).expect("a sound structure");
            Box::new(
                Format::new(FormatOptions { template: Template::Custom(structure), ..Default::default() }).expect("sound options"),
            )
        }
        "length" => {
            let unit = match spec["unit"].as_str() {
                Some("unicode_scalar_values") => LengthUnit::Chars,
                Some("words_split_by_unicode_white_space") => LengthUnit::Words,
                other => panic!("unknown unit {other:?}"),
            };
            Box::new(
                Length::new(LengthOptions { unit, min: number("min"), max: number("max"), ..Default::default() })
                    .expect("sound options"),
            )
        }
        "language" => {
            let target = Target::scripts(&[spec["script"].as_str().expect("a script")]).expect("a known script");
            let options = LanguageOptions {
                min_letters: number("min_letters").expect("a number"),
                min_share: spec["min_share"].as_f64(),
                target,
            };
            Box::new(Language::new(options).expect("sound options"))
        }
        other => panic!("unknown kind {other}"),
    }
}

#[test]
fn every_case_is_judged_as_labelled_and_in_time() {
    let Some(rows) = rows() else { return };
    let mut seen = 0;
    for row in rows.iter().filter(|row| matches!(row["family"].as_str(), Some("format" | "length" | "language"))) {
        seen += 1;
        let sample = Sample::new(row["response"].as_str().expect("a response"));
        let started = Instant::now();
        let outcome = reward(&row["spec"]).score(&sample);
        assert!(started.elapsed() < Duration::from_secs(1), "{} took {:?}", row["id"], started.elapsed());
        assert_eq!(outcome.is_correct(), row["expected_verdict"] == "accept", "{}: {outcome:?}", row["id"]);
        assert_eq!(outcome.value, Some(if outcome.is_correct() { 1.0 } else { 0.0 }), "{}", row["id"]);
    }
    assert!(seen >= 45, "only {seen} cases of the three families");
}

#[test]
fn the_named_template_agrees_with_the_declared_one() {
    let Some(rows) = rows() else { return };
    for row in rows.iter().filter(|row| row["family"] == "format") {
        let sample = Sample::new(row["response"].as_str().expect("a response"));
        assert_eq!(Format::think_answer().score(&sample), reward(&row["spec"]).score(&sample), "{}", row["id"]);
    }
}
