//! The adversarial development set: families format, length and language.

use std::path::Path;
use std::time::{Duration, Instant};

use r1rewards::structure::{Format, FormatOptions, Outside, Section, Structure, Template};
use r1rewards::text::{Language, LanguageOptions, Length, LengthOptions, LengthUnit, Target};
use r1rewards::{Reward, Sample};
use serde_json::Value;

use super::{ATTACKS, Test, attacks};

pub fn tests() -> Vec<Test> {
    vec![
        Test {
            name: "every_shape_is_judged_as_labelled_and_in_time",
            files: vec![ATTACKS.to_owned()],
            run: every_shape_is_judged_as_labelled_and_in_time,
        },
        Test {
            name: "the_named_template_agrees_with_the_declared_one",
            files: vec![ATTACKS.to_owned()],
            run: the_named_template_agrees_with_the_declared_one,
        },
    ]
}

/// The reward that a row's `spec` requests; the data set uses its own names.
fn reward(spec: &Value) -> Box<dyn Reward> {
    let number = |name: &str| spec.get(name).and_then(Value::as_u64);
    match spec["kind"].as_str().expect("a kind") {
        "format" => {
            assert_eq!(spec["outside"], "whitespace_only");
            let names = spec["structure"].as_array().expect("a list").iter();
            let sections = names.map(|name| Section::tag(name.as_str().expect("a name"))).collect();
            let structure = Structure::new(sections, Outside::Nowhere).expect("a sound structure");
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

fn every_shape_is_judged_as_labelled_and_in_time(folder: &Path) {
    let rows = attacks(folder, &["format", "length", "language"]);
    for row in &rows {
        let sample = Sample::new(row["response"].as_str().expect("a response"));
        let started = Instant::now();
        let outcome = reward(&row["spec"]).score(&sample);
        assert!(started.elapsed() < Duration::from_secs(1), "{} took {:?}", row["id"], started.elapsed());
        assert_eq!(outcome.is_correct(), row["expected_verdict"] == "accept", "{}: {outcome:?}", row["id"]);
        assert_eq!(outcome.value, Some(if outcome.is_correct() { 1.0 } else { 0.0 }), "{}", row["id"]);
    }
    assert!(rows.len() >= 45, "only {} cases of the three families", rows.len());
}

fn the_named_template_agrees_with_the_declared_one(folder: &Path) {
    let rows = attacks(folder, &["format"]);
    for row in &rows {
        let sample = Sample::new(row["response"].as_str().expect("a response"));
        assert_eq!(Format::think_answer().score(&sample), reward(&row["spec"]).score(&sample), "{}", row["id"]);
    }
    assert!(!rows.is_empty(), "no case of the family");
}
