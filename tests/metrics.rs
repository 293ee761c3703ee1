//! Metrics, group rewards and n-gram rewards, compared with the simplest code that computes the same.
#![cfg(feature = "rules")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use r1rewards::metrics::{MARKERS, SelfCorrection, cons_at_k, group_statistics, mean_pass_at_k, reflection, summarize_reflection};
use r1rewards::spec::ComponentSpec;
use r1rewards::{Reward, Sample};
use serde_json::{Value, json};

fn build(spec: &Value) -> Box<dyn Reward> {
    ComponentSpec::from_value(spec).and_then(|spec| spec.build()).unwrap_or_else(|error| panic!("{spec}: {error}"))
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

fn std(values: &[f64]) -> f64 {
    mean(&values.iter().map(|value| (value - mean(values)).powi(2)).collect::<Vec<_>>()).sqrt()
}

/// The n-grams of a text's words, lower case, as the words themselves.
fn ngrams(text: &str, size: usize) -> Vec<Vec<String>> {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.windows(size).map(<[String]>::to_vec).collect()
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("([aAbBéc] ?){0,14}", 2..7)
}

proptest! {
    #[test]
    fn mean_pass_at_k_is_the_mean_over_every_subset(problems in prop::collection::vec((1u64..8, 0u64..8), 1..5), k in 1u64..8) {
        let problems: Vec<(u64, u64)> = problems.into_iter().map(|(samples, correct)| (samples, correct.min(samples))).collect();
        let brute = |(samples, correct): &(u64, u64)| {
            let subsets: Vec<u32> = (0u32..1 << samples).filter(|subset| u64::from(subset.count_ones()) == k).collect();
            let hits = subsets.iter().filter(|subset| *subset & ((1 << correct) - 1) != 0).count();
            hits as f64 / subsets.len() as f64
        };
        match mean_pass_at_k(&problems, k) {
            Ok(found) => prop_assert!(close(found, mean(&problems.iter().map(brute).collect::<Vec<_>>()))),
            Err(error) => {
                prop_assert!(problems.iter().any(|(samples, _)| *samples < k));
                prop_assert!(error.to_string().starts_with("option `problems` got"), "{}", error);
            }
        }
    }

    #[test]
    fn cons_at_k_is_the_verdict_of_the_first_most_frequent_class(
        answers in prop::collection::vec(prop::option::of(0u8..9), 1..20), right in 0u8..3, k in 1usize..20,
    ) {
        prop_assume!(k <= answers.len());
        // Numbers with the same remainder count as one answer.
        let texts: Vec<Option<String>> = answers.iter().map(|answer| answer.map(|number| number.to_string())).collect();
        let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let class = |text: &str| text.parse::<u8>().unwrap() % 3;
        let correct: Vec<bool> = answers.iter().map(|answer| answer.is_some_and(|number| number % 3 == right)).collect();
        let mut votes: Vec<(u8, usize)> = Vec::new();
        for vote in answers[..k].iter().flatten().map(|number| number % 3) {
            match votes.iter_mut().find(|(known, _)| *known == vote) {
                Some((_, count)) => *count += 1,
                None => votes.push((vote, 1)),
            }
        }
        let most = votes.iter().map(|(_, count)| *count).max();
        let winner = votes.iter().find(|(_, count)| Some(*count) == most).map(|(vote, _)| *vote);
        let found = cons_at_k(&texts, &correct, k, |left, right| class(left) == class(right)).unwrap();
        prop_assert_eq!(found, winner == Some(right));
    }

    #[test]
    fn self_correction_counts_each_of_the_four_outcomes(pairs in prop::collection::vec(any::<(bool, bool)>(), 1..40)) {
        let share = |wanted: &[(bool, bool)]| pairs.iter().filter(|pair| wanted.contains(pair)).count() as f64 / pairs.len() as f64;
        let (first, second): (Vec<bool>, Vec<bool>) = pairs.iter().copied().unzip();
        let metrics = SelfCorrection::from_attempts(&first, &second).unwrap();
        prop_assert!(close(metrics.accuracy_t1, share(&[(true, true), (true, false)])));
        prop_assert!(close(metrics.accuracy_t2, share(&[(true, true), (false, true)])));
        prop_assert!(close(metrics.incorrect_to_correct, share(&[(false, true)])));
        prop_assert!(close(metrics.correct_to_incorrect, share(&[(true, false)])));
        prop_assert!(close(metrics.delta, share(&[(false, true)]) - share(&[(true, false)])));
        prop_assert_eq!(metrics.problems, pairs.len());
    }

    #[test]
    fn group_statistics_are_those_of_the_lists_by_group(rows in prop::collection::vec((0u8..5, prop::option::of(-2i8..3)), 0..40)) {
        let groups: Vec<u8> = rows.iter().map(|(group, _)| *group).collect();
        let rewards: Vec<Option<f64>> = rows.iter().map(|(_, reward)| reward.map(|reward| f64::from(reward) * 0.1)).collect();
        let mut lists: BTreeMap<u8, Vec<f64>> = BTreeMap::new();
        for (group, reward) in groups.iter().zip(&rewards) {
            lists.entry(*group).or_default().extend(*reward);
        }
        let scored: Vec<f64> = rewards.iter().flatten().copied().collect();
        let (low, high) = scored.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        let dead: Vec<&Vec<f64>> = lists.values().filter(|list| list.iter().all(|value| close(*value, list[0]))).collect();
        let dead_at = |level: f64| dead.iter().filter(|list| list.first().is_some_and(|value| close(*value, level))).count();
        let within: Vec<f64> = lists.values().filter(|list| list.len() > 1).map(|list| std(list)).collect();
        let found = group_statistics(&groups, &rewards).unwrap();
        prop_assert_eq!((found.groups, found.samples, found.unscored), (lists.len(), rows.len(), rows.len() - scored.len()));
        prop_assert_eq!((found.dead, found.dead_high), (dead.len(), dead_at(high)));
        prop_assert_eq!(found.dead_low, if low < high { dead_at(low) } else { 0 });
        prop_assert!(close(found.mean, mean(&scored)) && close(found.std, std(&scored)) && close(found.within_std, mean(&within)));
    }

    #[test]
    fn markers_are_the_words_that_are_on_the_list(words in prop::collection::vec(prop::sample::select(vec!["wait", "Hmm", "waiter", "so", "check", "41"]), 0..20)) {
        let text = words.join(" ");
        let seen = reflection(&text, MARKERS, |_| None, |_, _| true);
        let marked = words.iter().filter(|word| ["wait", "Hmm", "check"].contains(word)).count();
        prop_assert_eq!((seen.markers, seen.words), (marked, words.len() as u64));
        let summary = summarize_reflection(&[seen, seen]);
        prop_assert!(close(summary.markers, marked as f64) && close(summary.with_marker, f64::from(u8::from(marked > 0))));
    }

    #[test]
    fn repetition_and_distinct_count_the_ngrams_themselves(text in "([aAbBéc] ?){0,20}", size in 1usize..12) {
        let grams = ngrams(&text, size);
        let distinct = grams.iter().collect::<BTreeSet<_>>().len();
        let share = if grams.is_empty() { 0.0 } else { distinct as f64 / grams.len() as f64 };
        let sample = Sample::new(text);
        let penalty = build(&json!({ "kind": "repetition", "ngram_size": size, "max_penalty": -0.5 })).score(&sample).value.unwrap();
        let expected = if grams.is_empty() { 0.0 } else { (1.0 - share) * -0.5 };
        prop_assert!(close(penalty, expected));
        let found = build(&json!({ "kind": "distinct", "ngram_size": size })).score(&sample).value.unwrap();
        prop_assert!(close(found, share));
    }

    #[test]
    fn diversity_compares_every_sample_with_every_other(texts in texts(), size in 1usize..4) {
        let grams: Vec<BTreeSet<Vec<String>>> = texts.iter().map(|text| ngrams(text, size).into_iter().collect()).collect();
        let samples: Vec<Sample> = texts.iter().map(|text| Sample::new(text.as_str())).collect();
        let outcomes = build(&json!({ "kind": "diversity", "ngram_size": size })).score_group(&samples.iter().collect::<Vec<_>>());
        for (place, own) in grams.iter().enumerate() {
            let others: Vec<_> = grams.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, grams)| grams).collect();
            let alone = |gram: &Vec<String>| others.iter().filter(|other| !other.contains(gram)).count() as f64 / others.len() as f64;
            let brute = mean(&own.iter().map(alone).collect::<Vec<_>>());
            prop_assert!(close(outcomes[place].value.unwrap(), brute), "{:?}: {:?}", texts, outcomes);
        }
    }

    #[test]
    fn the_kimi_length_reward_is_a_line_over_the_span(texts in texts()) {
        let samples: Vec<Sample> = texts.iter().map(|text| Sample::new(text.as_str()).with_answer("a")).collect();
        let reward = build(&json!({ "kind": "kimi_length", "reward": { "kind": "text" } }));
        let lengths: Vec<f64> = texts.iter().map(|text| text.trim().chars().count() as f64).collect();
        let (low, high) = lengths.iter().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
        for ((text, length), outcome) in texts.iter().zip(&lengths).zip(reward.score_group(&samples.iter().collect::<Vec<_>>())) {
            let value = if high > low { 0.5 - (length - low) / (high - low) } else { 0.0 };
            let value = if text.trim() == "a" { value } else { value.min(0.0) };
            prop_assert!(close(outcome.value.unwrap(), value), "{:?}: {:?}", texts, outcome);
        }
    }
}
