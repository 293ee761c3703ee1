//! The configuration of a reward differs from that of every other reward and builds the same reward again; and the
//! declared options of the kinds agree with their behaviour.
#![cfg(all(feature = "math", feature = "structured", feature = "schema"))]

#[path = "support/cases.rs"]
mod cases;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use r1rewards::compose::{Clip, Combine, CombineRule, Gate, Unscored};
use r1rewards::groups::{Extractor, Majority, SameAnswer};
use r1rewards::math::Math;
use r1rewards::spec::{ComponentSpec, Kind, KindOption, Takes, kinds};
use r1rewards::structure::{Format, FormatOptions, Template};
use r1rewards::text::ifeval::{CONSTRAINT_IDS, Constraint};
use r1rewards::text::{Exact, Normalize};
use r1rewards::{Auto, Reward, RewardExt, Sample, Scorer, config_hash};
use serde::Deserialize;
use serde_json::{Value, json};

const FILE: &str = "config/options.toml";

/// The entry of the file for a kind: two specs for each option, or the name of a kind that has the same options.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Options {
    Same { same: String },
    Own(BTreeMap<String, [Value; 2]>),
}

/// A kind, an option, and two specs that differ in it.
struct Pair {
    kind: String,
    option: String,
    specs: [Value; 2],
}

/// The pairs of the file for the kinds of this build.
fn pairs() -> Vec<Pair> {
    let tables: BTreeMap<String, Options> = cases::file(FILE);
    for name in tables.keys() {
        let left_out = name == "code" && cfg!(not(feature = "code"));
        assert!(left_out || kinds().iter().any(|kind| kind.name == name), "{FILE}: no kind is called `{name}`");
    }
    let own = |name: &str| match tables.get(name) {
        Some(Options::Own(options)) => options,
        _ => panic!("{FILE}: no options for `{name}`"),
    };
    let mut pairs = Vec::new();
    for kind in kinds() {
        let table = match tables.get(kind.name) {
            Some(Options::Same { same }) => own(same),
            _ => own(kind.name),
        };
        let (declared, written): (BTreeSet<&str>, BTreeSet<&str>) =
            (kind.options.iter().map(|option| option.name).collect(), table.keys().map(String::as_str).collect());
        assert_eq!(written, declared, "{FILE}: the options of `{}`, and those that it has", kind.name);
        for (option, specs) in table {
            let spec = |at: usize| {
                let mut spec = specs[at].clone();
                spec["kind"] = kind.name.into();
                spec
            };
            pairs.push(Pair { kind: kind.name.to_owned(), option: option.clone(), specs: [spec(0), spec(1)] });
        }
    }
    pairs
}

impl Pair {
    fn kind(&self) -> &'static Kind {
        kinds().iter().find(|kind| kind.name == self.kind).expect("a kind")
    }

    fn declared(&self) -> &'static KindOption {
        self.kind().option(&self.option).expect("an option")
    }

    /// The error for the pair's second spec with that value of the option; `None` if the reward can be built.
    fn refusal_of(&self, value: &Value) -> Option<String> {
        let mut spec = self.specs[1].clone();
        spec[&self.option] = value.clone();
        ComponentSpec::from_value(&spec).and_then(|spec| spec.build()).err().map(|error| error.to_string())
    }

    /// Whether the value itself is refused, and not another option.
    fn refuses(&self, value: &Value) -> bool {
        let named = ["`", "["].map(|end| format!("`{}`: option `{}{end}", self.kind, self.option));
        self.refusal_of(value).is_some_and(|error| named.iter().any(|named| error.starts_with(named)))
    }
}

fn build(spec: &Value) -> Box<dyn Reward> {
    ComponentSpec::from_value(spec).and_then(|spec| spec.build()).unwrap_or_else(|error| panic!("{spec}: {error}"))
}

/// The place where a program runs does not change its outcome.
fn changes_no_outcome(pair: &Pair) -> bool {
    (pair.kind.as_str(), pair.option.as_str()) == ("code", "isolation")
}

fn hash(reward: impl Reward + 'static) -> String {
    Scorer::builder().reward(reward).build().expect("a scorer").config_hash()
}

#[test]
fn the_specs_of_a_pair_differ_in_their_option_and_nothing_else() {
    for Pair { kind, option, specs } in pairs() {
        let keys: BTreeSet<&String> = specs.iter().flat_map(|spec| spec.as_object().expect("a table").keys()).collect();
        let differing: Vec<&String> = keys.into_iter().filter(|key| specs[0].get(*key) != specs[1].get(*key)).collect();
        assert_eq!(differing, [&option], "{FILE}: `{kind}`");
    }
}

#[test]
fn every_option_of_every_kind_changes_the_configuration() {
    let mut found: HashMap<String, Value> = HashMap::new();
    for pair in pairs() {
        if changes_no_outcome(&pair) {
            assert_eq!(build(&pair.specs[0]).config(), build(&pair.specs[1]).config());
            continue;
        }
        for spec in pair.specs {
            let config = build(&spec).config();
            let earlier = found.entry(config_hash(&config)).or_insert_with(|| spec.clone());
            assert_eq!(*earlier, spec, "one configuration: {config}");
        }
    }
}

#[test]
fn the_default_that_an_option_declares_has_the_effect_of_leaving_it_out() {
    for pair in pairs() {
        let declared = pair.declared();
        let Some(default) = declared.default else { continue };
        assert!(!declared.required, "`{}`: `{}` is required and has a default", pair.kind, pair.option);
        let as_text = matches!(declared.takes, Takes::Word(_) | Takes::Text | Takes::Texts);
        let value = if as_text { Value::from(default) } else { serde_json::from_str(default).expect(default) };
        let mut without = pair.specs[1].clone();
        without.as_object_mut().expect("a table").remove(&pair.option);
        let mut with = without.clone();
        with[&pair.option] = value;
        assert_eq!(build(&with).config(), build(&without).config(), "{with}");
    }
}

#[test]
fn an_option_declared_as_required_cannot_be_left_out() {
    for pair in pairs().iter().filter(|pair| pair.declared().required) {
        let mut without = pair.specs[1].clone();
        without.as_object_mut().expect("a table").remove(&pair.option);
        let error = ComponentSpec::from_value(&without).and_then(|spec| spec.build()).err().expect("a refusal").to_string();
        assert!(error.starts_with(&format!("`{}`: the option `{}` is required: ", pair.kind, pair.option)), "{error}");
    }
}

#[test]
fn an_option_takes_the_values_that_it_declares_and_no_others() {
    let mut wrong = Vec::new();
    for pair in pairs() {
        let (accepted, refused) = match pair.declared().takes {
            Takes::Bool => (vec![json!(true), json!(false)], vec![json!("true"), json!(1)]),
            Takes::BoolOr(word) => (vec![json!(true), json!(false), json!(word)], vec![json!("other"), json!(1)]),
            Takes::Whole { least, most } => {
                let beyond = [least.checked_sub(1), most.checked_add(1)].into_iter().flatten().map(Value::from);
                let ends = [Some(least), Some(most).filter(|most| *most < u64::MAX)].into_iter().flatten().map(Value::from);
                (ends.collect(), beyond.chain([json!(-1), json!("1"), json!(1.5)]).collect())
            }
            Takes::Number { least, most } => {
                let finite = |bounds: [f64; 2]| bounds.into_iter().filter(|bound| bound.is_finite()).map(Value::from).collect();
                let mut refused: Vec<Value> = finite([least - 1e-6, most + 1e-6]);
                refused.push(json!("1"));
                (finite([least, most]), refused)
            }
            Takes::Word(words) => (words.iter().map(|word| json!(word)).collect(), vec![json!("other"), json!(words)]),
            Takes::Text => (vec![], vec![json!(1), json!(["a"])]),
            Takes::Texts => (vec![], vec![json!(1), json!([1])]),
            Takes::TextsOrTables => (vec![json!(["a"]), json!([{ "name": "a" }])], vec![json!("a"), json!([1])]),
            Takes::Tables => (vec![], vec![json!({}), json!(["a"])]),
            Takes::TableOrBool => (vec![json!({}), json!(true)], vec![json!("a"), json!([])]),
            Takes::Reward => (vec![json!({ "kind": "text" })], vec![json!("text"), json!([{ "kind": "text" }])]),
            Takes::Rewards => (vec![json!([{ "kind": "text" }])], vec![json!({ "kind": "text" }), json!(["text"])]),
            Takes::RewardTable => (vec![json!({ "a": { "kind": "text" } })], vec![json!([{ "kind": "text" }]), json!("text")]),
        };
        let answers = accepted.iter().map(|value| (value, false)).chain(refused.iter().map(|value| (value, true)));
        for (value, refusal) in answers.filter(|(value, refusal)| pair.refuses(value) != *refusal) {
            let (must_be, error) = (if refusal { "refused" } else { "accepted" }, pair.refusal_of(value));
            wrong.push(format!("`{}`: `{}` = {value} must be {must_be}: {error:?}", pair.kind, pair.option));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Completions for one prompt, for which different rewards give different outcomes.
fn samples() -> Vec<Sample> {
    ["<think>6·7</think><answer>42</answer>", r"First, a, b: \boxed{42}", "B", "the the the the", "```json\n{\"a\": [1]}\n```"]
        .map(|text| {
            let mut sample = Sample::new(text).with_answer("42").with_prompt("6·7?");
            let fields = json!({
                "task": "a", "topic": "a", "attempts": ["41", "42"], "turns": ["41", "42"], "origin": "incorrect", "score": 0.5,
                "completion_tokens": 7, "count": 9, "completion_ids": [1, 2, 1, 2], "words": ["a", "a"],
                "schema": {"type": "object"}, "shape": {"type": "array"},
                "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}],
            });
            sample.fields = fields.as_object().expect("a table").clone().into();
            sample
        })
        .into()
}

#[test]
fn a_reward_built_from_its_own_configuration_is_the_same_reward() {
    let samples = samples();
    let samples: Vec<&Sample> = samples.iter().collect();
    for pair in pairs() {
        for spec in &pair.specs {
            let reward = build(spec);
            let config = reward.config();
            assert_eq!(config["kind"], spec["kind"]);
            let again = build(&config);
            assert_eq!(again.config(), config, "{spec}");
            assert_eq!(again.needs_whole_group(), reward.needs_whole_group(), "{spec}");
            // A worker process would need a command, which this test program does not have.
            if !changes_no_outcome(&pair) {
                assert_eq!(again.score_group(&samples), reward.score_group(&samples), "{spec}: {config}");
            }
        }
    }
}

#[test]
fn a_template_and_the_sections_it_stands_for_have_one_configuration() {
    let [template, sections] = [json!({"kind": "format"}), json!({"kind": "format", "sections": ["think", "answer"]})];
    assert_eq!(build(&template).config(), build(&sections).config());
}

/// The hash is computed from `Reward::config`. Before, most rewards returned only `{"kind": name}` there.
#[test]
fn rewards_built_in_rust_have_hashes_of_their_own() {
    let boxed = || Format::new(FormatOptions { template: Template::Boxed, ..FormatOptions::default() }).expect("a format");
    assert_ne!(hash(Format::think_answer()), hash(boxed()));

    let exact = |ignore_case| Exact::new(Normalize { ignore_case, ..Normalize::default() });
    let gate = |condition: Format, otherwise| Gate::new(condition, exact(false), otherwise).expect("a gate");
    assert_ne!(hash(gate(Format::think_answer(), 0.0)), hash(gate(boxed(), 0.0)));
    assert_ne!(hash(gate(boxed(), 0.0)), hash(gate(boxed(), -1.0)));
    assert_eq!(hash(gate(boxed(), 0.0)), hash(gate(boxed(), 0.0)));

    let sum = |weight, ignore_case| {
        let terms = vec![boxed().into(), exact(ignore_case).weight(weight)];
        Combine::new(CombineRule::Sum, terms, Unscored::Sample).expect("a sum")
    };
    assert_ne!(hash(sum(1.0, true)), hash(sum(1.0, false)));
    assert_ne!(hash(sum(1.0, true)), hash(sum(0.5, true)));
}

#[test]
fn a_reward_built_in_rust_has_the_hash_of_its_configuration_as_a_spec() {
    let reward = || Gate::new(Format::think_answer(), Math::lenient(), -0.5).expect("a gate");
    let spec = r1rewards::RewardSpec::from_value(&reward().config()).expect("a spec");
    assert_eq!(Scorer::from_spec(&spec).expect("a scorer").config_hash(), hash(reward()));
}

#[test]
fn what_no_spec_can_say_is_told_apart_and_refused() {
    let named = |name: &str| {
        let same = SameAnswer::new("first letter", |left, right| left.chars().next() == right.chars().next());
        Majority::with_answers(0.5, Extractor::new(name, |text| Some(text.to_owned())), same).expect("a majority").config()
    };
    let judged = Majority::with_judge(0.5, Extractor::new("whole", |text| Some(text.to_owned())), Math::strict());
    let clip = |bound| Clip::new(Math::strict(), bound, bound).expect("a clip").config();
    let configs = [
        named("whole"),
        named("first line"),
        judged.expect("a majority").config(),
        Majority::new(0.5).expect("a majority").config(),
        clip(f64::INFINITY),
        clip(f64::NEG_INFINITY),
        Auto::default().config(),
        Auto::new(Format::think_answer()).config(),
    ];
    let hashes: BTreeSet<String> = configs.iter().map(config_hash).collect();
    assert_eq!(hashes.len(), configs.len());
    for config in configs {
        assert!(ComponentSpec::from_value(&config).and_then(|spec| spec.build()).is_err(), "{config}");
    }
}

#[test]
fn every_constraint_of_ifeval_is_read_back_from_what_it_writes() {
    let arguments = json!({
        "keywords": ["a"], "keyword": "a", "frequency": 2, "relation": "at least", "forbidden_words": ["b"], "letter": "c",
        "let_frequency": 3, "let_relation": "less than", "language": "en", "num_sentences": 4, "num_paragraphs": 5, "num_words": 6,
        "nth_paragraph": 2, "first_word": "d", "num_placeholders": 7, "postscript_marker": "P.S.", "num_bullets": 8,
        "num_highlights": 9, "section_spliter": "Section", "num_sections": 10, "prompt_to_repeat": "e", "end_phrase": "f",
        "capital_frequency": 11, "capital_relation": "at least",
    });
    for id in CONSTRAINT_IDS {
        let constraint = Constraint::from_id(id, &arguments).expect("a constraint");
        let written = constraint.to_value();
        assert_eq!(written["id"], id);
        assert_eq!(Constraint::from_id(id, &written).expect("what it wrote"), constraint);
    }
}
