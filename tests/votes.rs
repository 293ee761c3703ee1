//! A vote with the math verifier's equality gives the same result as judging every pair.
#![cfg(feature = "math")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/math_cases.rs"]
mod math_cases;

use cases::cases;
use math_cases::Pair;
use proptest::prelude::*;
use r1rewards::Reward;
use r1rewards::math::{Extract, Math, Policy};
use r1rewards::metrics::{consensus, consensus_by_place};

fn judges() -> Vec<Math> {
    let names = Policy::NAMES.iter().map(|name| name.parse::<Policy>().expect("a policy"));
    names
        .flat_map(|policy| [Extract::Whole, Extract::Auto].map(|extract| Math::new(Policy { extract, ..policy.clone() })))
        .collect()
}

/// The pairs for which the equality of the group and the judgement of the pair differ.
fn disagreements(math: &Math, texts: &[&str]) -> Vec<String> {
    let answers: Vec<Option<&str>> = texts.iter().copied().map(Some).collect();
    let same = math.equality(&answers);
    let pairs = (0..texts.len()).flat_map(|left| (0..texts.len()).map(move |right| (left, right)));
    let differ =
        pairs.filter(|(left, right)| same(*left, *right) != math.verify(&[texts[*left].to_owned()], texts[*right]).is_correct());
    differ.map(|(left, right)| format!("{} ({}): {:?}", math.policy().name, texts[left], texts[right])).collect()
}

/// Before, an answer that is refused unless a reference is written like it was accepted by the judgement of the pair only.
#[test]
fn a_refused_answer_equals_a_reference_that_is_written_like_it_in_a_group_too() {
    let texts =
        ["18\\%", "so \\boxed{0} or \\boxed{18\\%}", "\\boxed{\\sqrt{3}}(", "so \\boxed{1} or \\boxed{2", "4+", "\\boxed{4+}"];
    for math in judges() {
        assert_eq!(disagreements(&math, &texts), Vec::<String>::new());
    }
}

/// Every reference and answer of the case files, in the order of the files, because neighbours are similar and often
/// equal.
#[test]
fn groups_of_the_case_files_are_sorted_as_pairs_are_judged() {
    let texts: Vec<String> = cases::<Pair>().into_iter().flat_map(|placed| [placed.case.gold, placed.case.answer]).collect();
    assert!(texts.len() > 1000);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut wrong = Vec::new();
    for (place, group) in texts.chunks(10).enumerate() {
        let judges = judges();
        for math in [&judges[0], &judges[1 + place % (judges.len() - 1)]] {
            wrong.extend(disagreements(math, group));
        }
    }
    assert!(wrong.is_empty(), "{} pairs\n{}", wrong.len(), wrong.join("\n"));
}

/// Answers that often have the same value and are seldom written alike.
fn answer() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        (-6..7_i64).prop_map(|n| n.to_string()),
        (-6..7_i64, 1..5_i64).prop_map(|(a, b)| format!("\\frac{{{a}}}{{{b}}}")),
        (0..30_u32).prop_map(|n| format!("{}.{}", n / 10, n % 10)),
        (1..4_i64, 2..9_i64).prop_map(|(a, b)| format!("{a}\\sqrt{{{b}}}")),
        (2..40_i64).prop_map(|n| format!("\\sqrt{{{n}}}")),
        (1..5_i64, 2..5_i64).prop_map(|(a, b)| format!("\\frac{{{a}\\pi}}{{{b}}}")),
        (1..20_i64).prop_map(|n| format!("{n}\\%")),
        prop::sample::select(vec![
            "\\sqrt{3+2\\sqrt{2}}",
            "1+\\sqrt{2}",
            "e^2",
            "e\\cdot e",
            "i^2",
            "2^{-1}",
            "3!",
            "|{-2}|",
            "\\ln 4",
            "2\\ln 2"
        ])
        .prop_map(str::to_owned),
    ];
    let formula = prop_oneof![
        3 => number.clone(),
        1 => (-3..4_i64, -3..4_i64).prop_map(|(a, b)| format!("(x+{a})(x-{b})").replace("+-", "-").replace("--", "+")),
        1 => (-3..4_i64, -3..4_i64).prop_map(|(a, b)| format!("x^2+{a}x+{b}").replace("+-", "-")),
        1 => prop::sample::select(vec!["x", "\\sqrt{x^2}", "|x|", "(\\sqrt{x})^2", "x\\sqrt{2}", "\\sqrt{2x^2}", "A", "B", "(B)", "\\text{odd}", "odd"])
            .prop_map(str::to_owned),
    ];
    prop_oneof![
        6 => formula.clone(),
        1 => (formula.clone(), formula.clone()).prop_map(|(a, b)| format!("({a}, {b})")),
        1 => (formula.clone(), formula.clone()).prop_map(|(a, b)| format!("{a}, {b}")),
        1 => (formula.clone(), formula.clone()).prop_map(|(a, b)| format!("\\{{{a}, {b}\\}}")),
        1 => (number.clone(), number.clone()).prop_map(|(a, b)| format!("[{a}, {b})")),
        1 => number.clone().prop_map(|a| format!("x = {a}")),
        1 => number.clone().prop_map(|a| format!("\\pm {a}")),
        1 => number.clone().prop_map(|a| format!("{a}\\text{{ cm}}")),
        1 => number.clone().prop_map(|a| format!("\\${a}")),
        1 => (number.clone(), number.clone()).prop_map(|(a, b)| format!("so \\boxed{{{a}}} or \\boxed{{{b}}}")),
        1 => number.prop_map(|a| format!("\\boxed{{{a}}}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_equality_of_a_group_is_the_judgement_of_each_pair(texts in prop::collection::vec(answer(), 2..14), policy in 0..8_usize) {
        let math = &judges()[policy];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let wrong = disagreements(math, &texts);
        prop_assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn classes_and_winner_are_those_of_comparing_pairs(texts in prop::collection::vec(prop::option::of(answer()), 0..24)) {
        let math = Math::new(Policy { extract: Extract::Whole, ..Policy::strict() });
        let answers: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let pairwise = consensus(&answers, |left, right| math.verify(&[left.to_owned()], right).is_correct());
        prop_assert_eq!(consensus_by_place(&answers, math.equality(&answers)), pairwise);
    }
}
