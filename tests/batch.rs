//! Batches: the same outcomes in the same order for any number of threads, one sum for each sample, and a panic does
//! not end the batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use r1rewards::{Outcome, Reason, Reward, RewardExt, RewardSpec, Sample, Scorer, Verdict, config_hash};
use serde_json::{Value, json};

/// Judges the number in the completion: an even number is correct, and its value is the number.
struct Even;

impl Reward for Even {
    fn name(&self) -> &'static str {
        "even"
    }

    fn config(&self) -> Value {
        json!({ "kind": "even" })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        match sample.completion.parse::<u32>() {
            Ok(13) => panic!("thirteen is out of luck"),
            Ok(number) if number % 2 == 0 => Outcome::valued(Verdict::Correct, f64::from(number), Reason::Passed).with_work(1),
            Ok(number) => Outcome::valued(Verdict::Incorrect, f64::from(number), Reason::Failed).with_work(1),
            Err(_) => Outcome::unscored(Reason::GoldMissing),
        }
    }
}

/// The value of a sample is the size of the group in which it was judged.
struct GroupSize {
    whole: bool,
    calls: Arc<AtomicUsize>,
}

impl Reward for GroupSize {
    fn name(&self) -> &'static str {
        "group_size"
    }

    fn config(&self) -> Value {
        json!({ "kind": "group_size", "whole": self.whole })
    }

    fn score(&self, sample: &Sample) -> Outcome {
        self.score_group(&[sample]).remove(0)
    }

    #[expect(clippy::cast_precision_loss, reason = "groups of a test are small")]
    fn score_group(&self, samples: &[&Sample]) -> Vec<Outcome> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        vec![Outcome::valued(Verdict::Correct, samples.len() as f64, Reason::Passed); samples.len()]
    }

    fn needs_whole_group(&self) -> bool {
        self.whole
    }
}

fn samples(completions: &[&str]) -> Vec<Sample> {
    completions.iter().map(|completion| Sample::new(*completion)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn outcomes_do_not_depend_on_the_number_of_threads(rows in prop::collection::vec((0_u32..40, 0_u8..5), 0..200), jobs in 2_usize..5) {
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(number, prompt)| Sample::new(number.to_string()).with_prompt(prompt.to_string()).with_answer("even"))
            .collect();
        let rows: Vec<_> = rows.into_iter().filter(|sample| sample.completion != "13").collect();
        let build = |jobs| Scorer::builder().reward(Even).reward(Even.weight(0.5)).jobs(jobs).build().unwrap();
        let alone = build(1).score_batch(&rows);
        prop_assert_eq!(&alone, &build(jobs).score_batch(&rows));
        let one_by_one: Vec<_> = rows.iter().map(|row| build(1).score(row)).collect();
        prop_assert_eq!(alone, one_by_one);
    }
}

#[test]
fn weights_as_large_as_they_may_be_give_a_reward() {
    let scorer = Scorer::builder().reward(Even.weight(1e100)).reward(Even.weight(1e100)).build().unwrap();
    assert_eq!(scorer.score(&Sample::new("4")).value, Some(8e100));
}

/// Before, the search for a free name began anew for each reward and compared with all names before it, so a spec of
/// this size took hours.
#[test]
fn very_many_rewards_of_one_kind_are_named_in_turn() {
    const MANY: usize = 50_000;
    let first = Scorer::builder().reward(Even.named("even_3"));
    let scorer = (0..MANY).fold(first, |builder, _| builder.reward(Even)).build().unwrap();
    let names: Vec<_> = scorer.names().collect();
    assert_eq!(names[..5], ["even_3", "even", "even_2", "even_4", "even_5"]);
    assert_eq!((names.len(), names[MANY]), (MANY + 1, &*format!("even_{}", MANY + 1)));
}

#[test]
fn one_reward_of_weight_one_is_the_result_itself() {
    let outcome = Scorer::builder().reward(Even).build().unwrap().score(&Sample::new("4"));
    assert_eq!(outcome, Even.score(&Sample::new("4")));
}

#[test]
fn the_first_reward_gives_the_verdict_and_the_others_add_to_the_value() {
    let scorer = Scorer::builder().reward(Even).reward(Even.weight(0.25).named("bonus")).build().unwrap();
    let outcome = scorer.score(&Sample::new("8"));
    assert_eq!((outcome.verdict, outcome.value, outcome.cost.work), (Verdict::Correct, Some(10.0), 2));
    let names: Vec<_> = outcome.components.iter().map(|(name, component)| (name.as_str(), component.value)).collect();
    assert_eq!(names, [("even", Some(8.0)), ("bonus", Some(8.0))]);
}

#[test]
fn an_unscored_component_leaves_the_sample_unscored() {
    struct Always;
    impl Reward for Always {
        fn name(&self) -> &'static str {
            "always"
        }
        fn config(&self) -> Value {
            json!({ "kind": "always" })
        }
        fn score(&self, _: &Sample) -> Outcome {
            Outcome::correct(Reason::Passed)
        }
    }
    let outcome = Scorer::builder().reward(Always).reward(Even).build().unwrap().score(&Sample::new("four"));
    assert_eq!((outcome.verdict, outcome.value, outcome.reason), (Verdict::Unscored, None, Reason::GoldMissing));
    assert_eq!(outcome.components.len(), 2);
    assert!(outcome.components[0].1.is_correct());

    let outcome = Scorer::builder().reward(Always).reward(Even.weight(0.0)).build().unwrap().score(&Sample::new("four"));
    assert_eq!((outcome.verdict, outcome.value), (Verdict::Correct, Some(1.0)), "a reward of weight 0 is only reported");
}

#[test]
fn a_panic_costs_its_own_sample_and_nothing_else() {
    let rows: Vec<_> = ["2", "13", "4"].map(|number| Sample::new(number).with_prompt("p")).into();
    for jobs in [1, 3] {
        let outcomes = Scorer::builder().reward(Even).jobs(jobs).build().unwrap().score_batch(&rows);
        assert_eq!(outcomes.iter().map(|outcome| outcome.value).collect::<Vec<_>>(), [Some(2.0), None, Some(4.0)]);
        assert_eq!(outcomes[1].reason, Reason::Internal);
        assert_eq!(outcomes[1].detail.as_deref(), Some("panic: thirteen is out of luck"));
    }
}

#[test]
fn a_value_that_is_no_number_is_a_fault_of_the_engine() {
    struct Broken;
    impl Reward for Broken {
        fn name(&self) -> &'static str {
            "broken"
        }
        fn config(&self) -> Value {
            json!({ "kind": "broken" })
        }
        fn score(&self, _: &Sample) -> Outcome {
            Outcome::valued(Verdict::Correct, f64::NAN, Reason::Passed)
        }
    }
    let outcome = Scorer::builder().reward(Broken).build().unwrap().score(&Sample::new(""));
    assert_eq!((outcome.verdict, outcome.value, outcome.reason), (Verdict::Unscored, None, Reason::Internal));
}

#[test]
fn samples_of_one_prompt_are_judged_together_wherever_they_stand() {
    let rows: Vec<_> =
        ["a", "b", "a", "a"].map(|prompt| Sample::new("x").with_prompt(prompt)).into_iter().chain(samples(&["x", "x"])).collect();
    let calls = Arc::default();
    let scorer = Scorer::builder().reward(GroupSize { whole: false, calls: Arc::clone(&calls) }).build().unwrap();
    let sizes: Vec<_> = scorer.score_batch(&rows).into_iter().filter_map(|outcome| outcome.value).collect();
    assert_eq!(sizes, [3.0, 1.0, 3.0, 3.0, 1.0, 1.0]);
    assert_eq!(calls.load(Ordering::Relaxed), 4);
}

#[test]
fn a_group_is_cut_only_where_no_reward_needs_it_whole() {
    let rows = vec![Sample::new("x").with_prompt("p"); 100];
    for (whole, calls_made) in [(true, 1), (false, 4)] {
        let calls = Arc::default();
        let scorer = Scorer::builder().reward(GroupSize { whole, calls: Arc::clone(&calls) }).build().unwrap();
        assert_eq!(scorer.score_batch(&rows).len(), 100);
        assert_eq!(calls.load(Ordering::Relaxed), calls_made, "whole: {whole}");
    }
}

#[test]
fn what_cannot_be_summed_is_refused() {
    let error = |builder: r1rewards::ScorerBuilder| builder.build().err().unwrap().to_string();
    assert_eq!(error(Scorer::builder()), "there is no reward: add at least one");
    assert_eq!(
        error(Scorer::builder().reward(Even.weight(f64::NAN))),
        "`even`: `weight` must be a finite number of at least 0, got NaN; for a penalty, use a reward with negative values"
    );
    assert!(error(Scorer::builder().reward(Even.weight(0.0))).starts_with("every `weight` is 0"));
    assert_eq!(
        error(Scorer::builder().reward(Even.weight(1.0)).reward(Even.weight(1e308))),
        "`even_2`: `weight` must be at most 1e100, got 1e308"
    );
    assert!(error(Scorer::builder().reward(Even.named("a")).reward(Even.named("a"))).starts_with("two rewards are named `a`"));
}

#[test]
fn the_callers_own_threads_are_used() {
    struct Thread;
    impl Reward for Thread {
        fn name(&self) -> &'static str {
            "thread"
        }
        fn config(&self) -> Value {
            json!({ "kind": "thread" })
        }
        fn score(&self, _: &Sample) -> Outcome {
            Outcome::correct(Reason::Passed).with_extracted(std::thread::current().name().unwrap_or_default())
        }
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).thread_name(|_| "mine".to_owned()).build().unwrap();
    let outcomes = Scorer::builder().reward(Thread).pool(Arc::new(pool)).build().unwrap().score_batch(&samples(&["", "", ""]));
    assert!(outcomes.iter().all(|outcome| outcome.extracted.as_deref() == Some("mine")), "{outcomes:?}");
}

#[test]
fn the_hash_tells_configurations_apart_and_nothing_else() {
    let hash = |json: &str| Scorer::from_spec(&RewardSpec::from_json(json).unwrap()).unwrap().config_hash();
    assert_eq!(hash(r#"{"kind": "math", "policy": "strict"}"#), hash(r#"[{"policy": "strict", "weight": 1, "kind": "math"}]"#));
    assert_ne!(hash(r#"{"kind": "math", "policy": "strict"}"#), hash(r#"{"kind": "math", "policy": "lenient"}"#));
    assert_eq!(config_hash(&json!({"b": [1, 2.50], "a": "é"})), config_hash(&json!({"a": "é", "b": [1, 2.5]})));
}

#[test]
fn auto_routes_by_the_row() {
    let scorer = Scorer::from_spec(&RewardSpec::kind("auto")).unwrap();
    let reasons = |sample: &Sample| {
        let outcome = scorer.score(sample);
        (outcome.verdict, outcome.reason, outcome.detail.unwrap_or_default())
    };
    let (verdict, reason, _) = reasons(&Sample::new("42"));
    assert_eq!((verdict, reason), (Verdict::Unscored, Reason::NoReward));

    // Tests take precedence over the answer: the completion is judged as a program.
    let mut tests = Sample::new("print(6 * 7)").with_answer("41");
    tests.tests = Some(json!({"kind": "stdio", "tests": [{"output": "42"}]}).into());
    let (verdict, reason, detail) = reasons(&tests);
    if cfg!(feature = "code") {
        assert_eq!((verdict, reason), (Verdict::Correct, Reason::Passed), "{detail}");
    } else {
        assert_eq!((verdict, reason), (Verdict::Unscored, Reason::BadSpec));
    }

    let mut own = Sample::new("42").with_answer("42");
    own.fields.insert("reward".to_owned(), json!({"kind": "maths"}));
    let (verdict, reason, detail) = reasons(&own);
    assert_eq!((verdict, reason), (Verdict::Unscored, Reason::BadSpec));
    assert!(detail.starts_with("the row's `reward`: reward 1: unknown kind `maths`"), "{detail}");

    own.fields.insert("reward".to_owned(), json!([{"kind": "math"}, {"kind": "auto"}]));
    assert!(reasons(&own).2.contains("`auto` again"));

    own.fields.insert("reward".to_owned(), json!(0.5));
    assert_ne!(reasons(&own).1, Reason::BadSpec, "a number is what an earlier run left there");
}

#[test]
fn outcomes_are_read_back_as_they_were_written() {
    let outcome = Scorer::builder().reward(Even).reward(Even).build().unwrap().score(&Sample::new("8"));
    let text = serde_json::to_string(&outcome).unwrap();
    assert!(text.contains(r#""components":{"even":{"#), "{text}");
    assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome);
}
