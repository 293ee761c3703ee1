//! A sum of rewards gives the same outcome, whether a scorer or `kind = "sum"` of a spec computes it.
#![cfg(all(feature = "math", feature = "rules"))]

use r1rewards::{Outcome, Reason, Reward, RewardSpec, Sample, Scorer};
use serde_json::{Value, json};

fn scorer(spec: &Value) -> Scorer {
    Scorer::from_spec(&RewardSpec::from_value(spec).expect("a spec")).expect("a scorer")
}

fn names(outcome: &Outcome) -> Vec<&str> {
    outcome.components.iter().map(|(name, _)| name.as_str()).collect()
}

/// Before, the third of `math`, `format` and `math` was named `math_2` in a scorer and `math_3` in a sum, a given name
/// `math` was refused only in a sum, and a sum could have two components of one name.
#[test]
fn a_sum_gives_the_names_that_a_scorer_gives() {
    let lists = [
        (json!([{"kind": "math"}, {"kind": "format"}, {"kind": "math"}]), ["math", "format", "math_2"]),
        (json!([{"kind": "math"}, {"kind": "text"}, {"kind": "format", "name": "math"}]), ["math_2", "text", "math"]),
        (json!([{"kind": "format", "name": "math_2"}, {"kind": "math"}, {"kind": "math"}]), ["math_2", "math", "math_3"]),
    ];
    let sample = Sample::new("42").with_answer("42");
    for (rewards, expected) in lists {
        let outer = scorer(&rewards).score(&sample);
        let inner = scorer(&json!({"kind": "sum", "rewards": rewards})).score(&sample);
        assert_eq!(names(&outer), expected);
        assert_eq!(names(&inner), expected);
        assert_eq!(outer, inner);
    }
}

/// Before, a sum inside a scorer reported only which reward decided.
#[test]
fn a_sum_keeps_the_detail_of_what_decided() {
    let rewards = json!([{"kind": "format"}, {"kind": "math", "weight": 0.5}]);
    let sample = Sample::new("no tags").with_answer("42");
    let outer = scorer(&rewards).score(&sample);
    assert!(outer.detail.as_ref().is_some_and(|detail| detail.contains("`think`")), "{outer:?}");
    assert_eq!(scorer(&json!({"kind": "sum", "rewards": rewards})).score(&sample), outer);
}

struct Panics;

impl Reward for Panics {
    fn name(&self) -> &'static str {
        "panics"
    }

    fn config(&self) -> Value {
        json!({"kind": "panics"})
    }

    fn score(&self, _: &Sample) -> Outcome {
        panic!("on purpose")
    }
}

/// Before, a panic inside a sum discarded the outcomes of its other rewards.
#[test]
fn a_panic_inside_of_a_sum_costs_no_other_component_its_outcome() {
    use r1rewards::RewardExt as _;
    use r1rewards::compose::{Combine, CombineRule, Unscored};
    use r1rewards::math::Math;

    let sum = Combine::new(CombineRule::Sum, vec![Math::strict().into(), Panics.weight(0.0)], Unscored::Sample).expect("a sum");
    let outcome = sum.score(&Sample::new("42").with_answer("42"));
    assert_eq!(outcome.value, Some(1.0));
    assert_eq!(outcome.components[1].1.reason, Reason::Internal);
}

/// The hash of a configuration does not depend on whether defaults are written out or left out.
#[test]
fn a_spec_that_writes_out_a_default_has_the_hash_of_one_that_does_not() {
    let [short, long] = [json!({"kind": "math"}), json!({"kind": "math", "policy": "strict", "weight": 1})];
    assert_eq!(scorer(&short).config_hash(), scorer(&long).config_hash());
}
