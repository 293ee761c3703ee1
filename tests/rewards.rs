//! The case files of `tests/cases/rewards`, and the guarantees of every registered reward.
#![cfg(all(feature = "rules", feature = "structured", feature = "schema"))]

#[path = "support/cases.rs"]
mod cases;

use cases::{Case, Placed, Tests, assert_none, cases};
use proptest::prelude::*;
use r1rewards::spec::{ComponentSpec, kinds};
use r1rewards::{Outcome, Reward, RewardSpec, Sample, Scorer, Verdict};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A completion under one entry of a reward spec.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Judged {
    spec: Value,
    completion: String,
    answer: Option<Answers>,
    #[serde(default)]
    fields: Map<String, Value>,
    /// `None` if the sample is unscored.
    reward: Option<f64>,
    verdict: Option<String>,
    reason: Option<String>,
    detail: Option<String>,
    extracted: Option<String>,
    /// The names of the components, in order.
    components: Option<Vec<String>>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answers {
    One(String),
    Several(Vec<String>),
}

impl Case for Judged {
    const FOLDER: &'static str = "rewards";

    fn complete(&mut self, _: &Tests) -> Result<(), String> {
        if self.reward.is_none() && self.reason.is_none() {
            return Err("`reward` is missing; where the sample must be unscored, `reason` says why".into());
        }
        Ok(())
    }
}

impl Judged {
    fn sample(&self) -> Sample {
        let mut sample = Sample::new(self.completion.as_str());
        match &self.answer {
            Some(Answers::One(answer)) => sample.answers.push(answer.clone()),
            Some(Answers::Several(answers)) => sample.answers.extend(answers.iter().cloned()),
            None => {}
        }
        sample.fields = self.fields.clone().into();
        sample
    }
}

/// The differences between an outcome and what the case says.
fn mismatch(placed: &Placed<Judged>) -> Option<String> {
    let case = &placed.case;
    let reward =
        ComponentSpec::from_value(&case.spec).and_then(|spec| spec.build()).unwrap_or_else(|error| panic!("{placed}: {error}"));
    let outcome = reward.score(&case.sample());
    let names: Vec<&str> = outcome.components.iter().map(|(name, _)| name.as_str()).collect();
    let text = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
    let optional = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
    let differing = [
        ("reward", outcome.value == case.reward),
        ("verdict", text(&case.verdict, outcome.verdict.code()) && keeps_the_contract(&outcome)),
        ("reason", text(&case.reason, outcome.reason.code())),
        ("detail", optional(&case.detail, outcome.detail.as_deref())),
        ("extracted", optional(&case.extracted, outcome.extracted.as_deref())),
        ("components", case.components.as_ref().is_none_or(|wanted| *wanted == names)),
    ]
    .into_iter()
    .filter_map(|(field, right)| (!right).then_some(field))
    .collect::<Vec<_>>();
    (!differing.is_empty()).then(|| format!("{placed}: {} {:?}: {differing:?} of {outcome:?}", case.spec, case.completion))
}

#[test]
fn every_case_comes_out_as_written() {
    assert_none(&cases::<Judged>().iter().filter_map(mismatch).collect::<Vec<_>>());
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

/// Text made of the pieces that the rewards search for.
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
        assert!(
            !outcome.is_correct() || nothing_to_take_off.contains(&kind),
            "an empty completion is correct by {spec}: {outcome:?}"
        );
    }
}

/// One entry of a spec, or the text of a whole spec, and its error message; a final `...` stands for any rest.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    spec: Option<Value>,
    whole: Option<String>,
    error: String,
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Case for Refused {
    const FOLDER: &'static str = "refused";

    fn complete(&mut self, _: &Tests) -> Result<(), String> {
        if self.spec.is_some() == self.whole.is_some() {
            return Err("give one of `spec` and `whole`".into());
        }
        Ok(())
    }
}

impl Refused {
    fn refusal(&self) -> Option<r1rewards::Error> {
        let entry = |spec: &Value| ComponentSpec::from_value(spec).and_then(|spec| spec.build()).map(drop);
        let whole = |text: &String| RewardSpec::from_toml(text).and_then(|spec| Scorer::from_spec(&spec)).map(drop);
        self.spec.as_ref().and_then(|spec| entry(spec).err()).or_else(|| self.whole.as_ref().and_then(|text| whole(text).err()))
    }
}

#[test]
fn bad_specs_name_the_field_and_the_fix() {
    let mismatch = |placed: &Placed<Refused>| {
        let expected = placed.case.error.as_str();
        let Some(error) = placed.case.refusal() else { return Some(format!("{placed}: it is accepted")) };
        let said = error.to_string();
        let as_written = expected.strip_suffix("...").map_or(said == expected, |beginning| said.starts_with(beginning));
        (!as_written || !error.is_spec()).then(|| format!("{placed}: {expected}\n  is: {said}"))
    };
    assert_none(&cases::<Refused>().iter().filter_map(mismatch).collect::<Vec<_>>());
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
