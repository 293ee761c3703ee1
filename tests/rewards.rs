//! The case files of `tests/cases/rewards`, and what every registered reward promises.
#![cfg(all(feature = "format", feature = "structured", feature = "schema"))]

use std::path::Path;

use proptest::prelude::*;
use r1rewards::spec::{ComponentSpec, kinds};
use r1rewards::{Outcome, Reward, RewardSpec, Sample, Scorer, Verdict};
use serde_json::{Value, json};

/// A sample as a case or a test describes it.
fn sample(case: &Value) -> Sample {
    let mut sample = Sample::new(case["completion"].as_str().expect("a completion"));
    match &case["answer"] {
        Value::String(answer) => sample.answers.push(answer.clone()),
        Value::Array(answers) => sample.answers.extend(answers.iter().map(|answer| answer.as_str().expect("text").to_owned())),
        _ => {}
    }
    sample.fields = case["fields"].as_object().cloned().unwrap_or_default().into();
    sample
}

/// Panics with the case where it does not come out as written.
fn check(case: &Value, file: &Path, number: usize) {
    let place = format!("{} case {number}: {case}", file.display());
    let known = ["spec", "completion", "answer", "fields", "reward", "reason", "detail", "extracted", "components", "note"];
    let unknown = case.as_object().expect("a table").keys().find(|key| !known.contains(&key.as_str()));
    assert_eq!(unknown, None, "{place}");
    let reward =
        ComponentSpec::from_value(&case["spec"]).and_then(|spec| spec.build()).unwrap_or_else(|error| panic!("{place}: {error}"));
    let outcome = reward.score(&sample(case));
    assert_eq!(outcome.value, case["reward"].as_f64(), "{place}\n{outcome:?}");
    let found = serde_json::to_value(&outcome).expect("an outcome is JSON");
    for field in ["reason", "detail", "extracted"] {
        if let Some(expected) = case.get(field) {
            assert_eq!(&found[field], expected, "{field}: {place}\n{outcome:?}");
        }
    }
    if let Some(expected) = case.get("components") {
        let names: Vec<&str> = outcome.components.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(&json!(names), expected, "{place}");
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let mut count = 0;
    let mut files: Vec<_> =
        std::fs::read_dir("tests/cases/rewards").expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    for file in files {
        let cases: Value = toml::from_str(&std::fs::read_to_string(&file).expect("text"))
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for (number, case) in cases["case"].as_array().expect("[[case]] tables").iter().enumerate() {
            check(case, &file, number + 1);
            count += 1;
        }
    }
    assert!(count > 130, "only {count} cases");
}

/// A working spec for every kind that can judge a sample by itself or in a group.
fn examples() -> Vec<Value> {
    let text = json!({ "kind": "text" });
    let mut examples = vec![
        json!({ "kind": "format", "soft": "tags" }),
        json!({ "kind": "format", "template": "coat" }),
        json!({ "kind": "format", "template": "boxed" }),
        json!({ "kind": "tag_count", "profile": "open_r1" }),
        json!({ "kind": "code_format", "profile": "open_r1" }),
        json!({ "kind": "text", "match": "f1" }),
        json!({ "kind": "text", "match": "pattern", "pattern": "a+b" }),
        json!({ "kind": "language", "language": "en" }),
        json!({ "kind": "data", "format": "yaml" }),
        json!({ "kind": "data", "format": "toml" }),
        json!({ "kind": "data", "format": "xml" }),
        json!({ "kind": "data", "format": "csv" }),
        json!({ "kind": "repetition", "ngram_size": 40 }),
    ];
    for kind in kinds() {
        examples.push(match kind.name {
            "length" => json!({ "kind": "length", "min": 1, "min_distinct_ratio": 0.5 }),
            "language" => json!({ "kind": "language", "script": "Latin" }),
            "data" => json!({ "kind": "data", "format": "json" }),
            "schema" => json!({ "kind": "schema", "schema": { "type": "object" } }),
            "soft_overlong" => json!({ "kind": "soft_overlong", "unit": "chars", "max": 20, "cache": 5 }),
            "cosine_length" | "kimi_length" | "clip" | "map" | "satori" | "self_correction" => json!({ "kind": kind.name, "reward": text }),
            "gate" => json!({ "kind": "gate", "condition": { "kind": "format" }, "reward": text }),
            "sum" | "all" | "any" | "min" | "product" => json!({ "kind": kind.name, "rewards": [text, { "kind": "format" }] }),
            "route" => json!({ "kind": "route", "field": "task", "cases": { "a": text } }),
            "ifeval" => json!({ "kind": "ifeval", "constraints": [{ "id": "detectable_format:number_highlighted_sections", "num_highlights": 1 },
                { "id": "length_constraints:number_sentences", "num_sentences": 2, "relation": "at least" }, { "id": "combination:two_responses" },
                { "id": "detectable_content:postscript", "postscript_marker": "P.S." }, { "id": "detectable_format:title" }] }),
            name => json!({ "kind": name }),
        });
    }
    examples
}

fn build(spec: &Value) -> Box<dyn Reward> {
    ComponentSpec::from_value(spec).and_then(|spec| spec.build()).unwrap_or_else(|error| panic!("{spec}: {error}"))
}

fn keeps_the_contract(outcome: &Outcome) -> bool {
    match outcome.verdict {
        Verdict::Unscored => outcome.value.is_none(),
        _ => outcome.value.is_some_and(f64::is_finite),
    }
}

/// Text from the pieces that the rewards look at.
fn text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<think>",
        "</think>",
        "<answer>",
        "</answer>",
        "\\boxed{",
        "{",
        "}",
        "\\",
        "$",
        "$$",
        "`",
        "```",
        "```json\n",
        "\n",
        "\n\n",
        "\\(",
        "\\)",
        "\\begin{a}",
        "\\end{a}",
        "<|reflect|>",
        "<|continue|>",
        "*",
        "**",
        "***",
        "******",
        "<<",
        ">>",
        "[",
        "]",
        "\"",
        ".",
        "!",
        "。",
        "the ",
        "答案",
        "é",
        "\u{200b}",
        "😀",
        "A",
        "b",
        "P.S.",
        "p. ",
        "or",
        "answer is",
        "1",
        ":",
        ",",
        "- ",
        "&a",
        "*a",
        "<a>",
        "</a>",
        "<!--",
        "-->",
        "Тhe",
        "İ",
        "ß",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_reward_is_total_and_deterministic(one in text(), two in text()) {
        let samples = [Sample::new(one.as_str()).with_answer("A"), Sample::new(two.as_str()).with_answer(one)];
        for spec in examples() {
            let reward = build(&spec);
            let outcomes = reward.score_group(&[&samples[0], &samples[1]]);
            prop_assert_eq!(outcomes.len(), 2);
            prop_assert!(outcomes.iter().all(keeps_the_contract), "{}: {:?}", spec, outcomes);
            prop_assert_eq!(&reward.score_group(&[&samples[0], &samples[1]]), &outcomes);
            prop_assert!(keeps_the_contract(&reward.score(&samples[0])));
        }
    }
}

#[test]
fn every_reward_takes_linear_time_on_hostile_text() {
    let hostile = [
        "<", "<think>", "`", "$", "\\(", "\\begin{", "{", "\\boxed{", "[", "*", "\"", "a ", "\n", "- ", "- - ", "{\"a\":", "答",
        ". ", "<a>", "x: ", "&a ", "? ", "[[a]", "a.b.", "''", "!", "\t", "```\n", "~~~",
    ];
    for spec in examples() {
        let reward = build(&spec);
        for piece in hostile {
            let sample = Sample::new(piece.repeat(200_000 / piece.len())).with_answer("A");
            let started = std::time::Instant::now();
            let outcomes = reward.score_group(&[&sample, &sample]);
            assert!(outcomes.iter().all(keeps_the_contract), "{spec} on {piece:?}: {:?}", outcomes[0].verdict);
            assert!(started.elapsed().as_secs_f64() < 4.0, "{spec} took {:?} on 2 × 200 kB of {piece:?}", started.elapsed());
        }
    }
}

#[test]
fn an_empty_completion_earns_nothing_and_breaks_nothing() {
    let nothing_to_take_off = ["repetition", "soft_overlong", "clip", "ifeval", "map"];
    for spec in examples() {
        let outcome = build(&spec).score(&Sample::new("").with_answer("A"));
        let kind = spec["kind"].as_str().expect("a kind");
        assert!(!outcome.is_correct() || nothing_to_take_off.contains(&kind), "{spec}: {outcome:?}");
    }
}

/// The error of a case of `tests/cases/refused`: of building one entry, or of a whole spec.
fn refusal(case: &Value) -> r1rewards::Error {
    let built = match case["whole"].as_str() {
        Some(text) => RewardSpec::from_toml(text).and_then(|spec| Scorer::from_spec(&spec)).map(drop),
        None => ComponentSpec::from_value(&case["spec"]).and_then(|spec| spec.build()).map(drop),
    };
    built.err().unwrap_or_else(|| panic!("this was accepted: {case}"))
}

#[test]
fn bad_specs_name_the_field_and_the_fix() {
    let file = std::fs::read_to_string("tests/cases/refused/specs.toml").expect("the file");
    let cases: Value = toml::from_str(&file).expect("TOML");
    let mut wrong = Vec::new();
    for case in cases["case"].as_array().expect("[[case]] tables") {
        let error = refusal(case);
        assert!(error.is_spec(), "{case}");
        let (error, expected) = (error.to_string(), case["error"].as_str().expect("an `error`"));
        let as_written = expected.strip_suffix("...").map_or(error == expected, |beginning| error.starts_with(beginning));
        if !as_written {
            wrong.push(format!("{case}\n  gives: {error}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_value_of_any_option_panics_and_refusals_name_the_option() {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("zzz"),
        json!([]),
        json!([[]]),
        json!({}),
    ];
    for spec in examples() {
        let kind = kinds().iter().find(|kind| kind.name == spec["kind"]).expect("a registered kind");
        for option in kind.options {
            for value in &values {
                let mut spec = spec.clone();
                spec[option.name] = value.clone();
                let Err(error) = ComponentSpec::from_value(&spec).and_then(|spec| spec.build()) else { continue };
                assert!(error.is_spec(), "{spec}");
                let error = error.to_string();
                assert!(error.starts_with(&format!("`{}`: ", kind.name)), "{spec}: {error}");
            }
        }
    }
}

#[test]
fn group_rewards_say_that_they_need_the_group() {
    for kind in ["majority", "diversity"] {
        let reward = build(&json!({ "kind": kind }));
        assert!(reward.needs_whole_group());
        let alone = reward.score(&Sample::new("x"));
        assert_eq!((alone.verdict, alone.reason.code()), (Verdict::Unscored, "group_needed"));
    }
    let nested = build(&json!({ "kind": "sum", "rewards": [{ "kind": "format" }, { "kind": "majority" }] }));
    assert!(nested.needs_whole_group(), "a composition passes the need on");
    let samples = ["\\boxed{4}", "\\boxed{4}", "5"].map(Sample::new);
    let values: Vec<_> = nested.score_group(&samples.each_ref()).iter().map(|outcome| outcome.value).collect();
    assert_eq!(values, [Some(1.0), Some(1.0), Some(0.0)]);
}

#[test]
fn a_majority_is_of_equal_answers_as_a_reward_judges_them() {
    let same = json!({ "kind": "majority", "same": { "kind": "text", "ignore_case": true, "ignore_punctuation": true } });
    let samples = ["new york", "New-York", "NewYork!", "Rome"].map(Sample::new);
    let outcomes = build(&same).score_group(&samples.each_ref());
    let values: Vec<_> = outcomes.iter().map(|outcome| outcome.value).collect();
    assert_eq!(values, [Some(0.0), Some(1.0), Some(1.0), Some(0.0)], "the hyphenated forms agree; the one with a blank does not");
}
