//! The case files of `tests/cases/rewards`, and what every registered reward promises.
#![cfg(all(feature = "format", feature = "structured", feature = "schema"))]

use std::path::Path;

use proptest::prelude::*;
use r1rewards::spec::{ComponentSpec, kinds};
use r1rewards::{Outcome, Reward, Sample, Verdict};
use serde_json::{Map, Value, json};

/// A sample as a case or a test describes it.
fn sample(case: &Value) -> Sample {
    let mut sample = Sample::new(case["completion"].as_str().expect("a completion"));
    match &case["answer"] {
        Value::String(answer) => sample.answers.push(answer.clone()),
        Value::Array(answers) => sample.answers.extend(answers.iter().map(|answer| answer.as_str().expect("text").to_owned())),
        _ => {}
    }
    sample.fields = case["fields"].as_object().cloned().unwrap_or_default();
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

#[test]
fn bad_options_name_the_field_and_the_fix() {
    let cases = [
        (
            json!({ "kind": "format", "template": "thnk" }),
            "option `template` got `thnk`: use one of think_answer, think, boxed, coat, open_r1, trl, or declare `sections`",
        ),
        (json!({ "kind": "format", "sections": [] }), "option `sections` got an empty list: declare at least one section"),
        (
            json!({ "kind": "format", "sections": ["a", "a"] }),
            "option `sections` got the tag `<a>` twice: give every tag once, as a text could be read two ways otherwise",
        ),
        (
            json!({ "kind": "format", "template": "boxed", "soft": "tags" }),
            "option `soft` got a template without sections: use it with think_answer, think or declared sections",
        ),
        (json!({ "kind": "length" }), "option `min` got nothing: give at least one of min, max and min_distinct_ratio"),
        (json!({ "kind": "length", "min": 5, "max": 4 }), "option `min` got 5: give at most `max`, which is 4"),
        (
            json!({ "kind": "length", "unit": "bytes" }),
            "`length`: option `unit` must be one of chars, words, tokens, raw_chars, got the string \"bytes\"",
        ),
        (json!({ "kind": "length", "min": -1 }), "`length`: option `min` must be a whole number of at least 0, got the number -1"),
        (json!({ "kind": "repetition", "max_penalty": 0.5 }), "option `max_penalty` got 0.5: give a number that is 0 or negative"),
        (json!({ "kind": "repetition", "ngram_size": 0 }), "option `ngram_size` got 0: give a size above 0"),
        (
            json!({ "kind": "language", "script": "Elvish" }),
            "option `script` got `Elvish`: use a Unicode script name such as Latin, Cyrillic, Han, Hiragana, Arabic",
        ),
        (json!({ "kind": "language" }), "`language`: the option `script` or `language` is required"),
        (json!({ "kind": "sum", "rewards": [] }), "option `rewards` got an empty list: give at least one reward"),
        (
            json!({ "kind": "sum", "rewards": [{ "kind": "format", "weight": -1 }] }),
            "option `weight` got -1: give a finite number of at least 0; a penalty has negative values of its own",
        ),
        (json!({ "kind": "gate", "reward": { "kind": "text" } }), "`gate`: the option `condition` is required"),
        (json!({ "kind": "soft_overlong", "max": 3, "cache": 4 }), "option `cache` got 4: give at most `max`, which is 3"),
        (json!({ "kind": "majority", "min_share": 1.5 }), "option `min_share` got 1.5: give a share from 0 to 1"),
        (json!({ "kind": "choice", "letters": 1 }), "option `letters` got 1: give a number from 2 to 26"),
    ];
    for (spec, expected) in cases {
        let error =
            ComponentSpec::from_value(&spec).and_then(|spec| spec.build()).err().unwrap_or_else(|| panic!("{spec} was accepted"));
        assert!(error.is_spec());
        assert_eq!(error.to_string(), expected, "{spec}");
    }
    let unknown =
        ComponentSpec { options: Map::from_iter([("templat".to_owned(), "think".into())]), ..ComponentSpec::new("format") };
    let message = unknown.build().err().expect("an error").to_string();
    assert!(message.contains("unknown option `templat`") && message.contains("prefilled_think"), "{message}");
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
