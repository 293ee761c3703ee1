//! `verify passrate`: one row for each prompt.

use std::fs;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, verify};

/// Prompt p has 4 samples, of which p are right; the third sample of each is in a row of its own, after those of others.
fn rows() -> Vec<Value> {
    let sample = |p: usize, k: usize| if k < p { "\\boxed{1/2}".to_owned() } else { "\\boxed{0.7}".to_owned() };
    let several = (0..5).map(|p| json!({"id": format!("q{p}"), "prompt": format!("{p}?"), "completion": [sample(p, 0), sample(p, 1), sample(p, 3)], "answer": "0.50", "level": p}));
    let alone = (0..5).map(|p| json!({"id": format!("r{p}"), "prompt": format!("{p}?"), "completion": sample(p, 2), "answer": "0.50", "level": 10 + p}));
    several.chain(alone).collect()
}

fn text(rows: &[Value]) -> String {
    rows.iter().map(|row| row.to_string() + "\n").collect()
}

#[test]
fn a_prompt_has_its_rate_its_interval_and_its_majority() {
    let folder = folder(&text(&rows()));
    verify(&folder, &["passrate", "in.jsonl", "-o", "rates.jsonl"]).assert().success();
    let rates = results(&folder.path().join("rates.jsonl"));
    assert_eq!(rates.len(), 5);
    for (p, row) in rates.iter().enumerate() {
        assert_eq!((&row["ids"], &row["prompt"]), (&json!([format!("q{p}"), format!("r{p}")]), &json!(format!("{p}?"))));
        assert_eq!((&row["samples"], &row["scored"], &row["correct"]), (&json!(4), &json!(4), &json!(p)));
        assert_eq!(row["pass_at_1"], json!(p as f64 / 4.0));
        assert_eq!((&row["gold"], &row["answer"], &row["level"]), (&json!("0.50"), &json!("0.50"), &json!(p)));
    }
    assert_eq!(rates[1]["majority"], json!("0.7"));
    assert_eq!((&rates[1]["majority_share"], &rates[1]["majority_is_gold"]), (&json!(0.75), &json!(false)));
    assert_eq!((&rates[3]["majority"], &rates[3]["majority_is_gold"]), (&json!("1/2"), &json!(true)));
    let ends: Vec<f64> = rates[1]["interval"].as_array().unwrap().iter().map(|end| end.as_f64().unwrap()).collect();
    // Wilson's interval of 1 of 4, computed by hand: (1/4 + z²/8 ± z √(3/16/4 + z²/64)) / (1 + z²/4) with z = 1.96.
    assert!((ends[0] - 0.0456).abs() < 1e-4 && (ends[1] - 0.6994).abs() < 1e-4, "{ends:?}");
}

#[test]
fn results_give_the_rows_of_judging() {
    let folder = folder(&(text(&rows()) + "{broken\n"));
    let judged = verify(&folder, &["passrate", "in.jsonl", "-o", "judged.jsonl"]).assert().success();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let found = verify(&folder, &["passrate", "in.jsonl", "--results", "out.jsonl", "-o", "found.jsonl"]).assert().success();
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("judged.jsonl"), read("found.jsonl"));
    assert_eq!(judged.get_output().stderr, found.get_output().stderr);
    found.stderr(
        contains("prompts                       5\n")
            .and(contains("  never right                 1  20.00%"))
            .and(contains("  majority is wrong           2  40.00%"))
            .and(contains("could not be read             1\n")),
    );
}

#[test]
fn prompts_are_kept_by_their_rate() {
    let folder = folder(&text(&rows()));
    let kept = |range: &str| {
        verify(&folder, &["passrate", "in.jsonl", "-o", "rates.jsonl", "--keep", range]).assert().success();
        results(&folder.path().join("rates.jsonl")).iter().map(|row| row["prompt"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(kept("0.1..0.9"), ["1?", "2?", "3?"]);
    assert_eq!(kept("0.5..1"), ["2?", "3?", "4?"], "both ends are included");
    for range in ["0.9..0.1", "0.1-0.9", "0..2", "..", "NaN..1"] {
        let refused = verify(&folder, &["passrate", "in.jsonl", "-o", "rates.jsonl", "--keep", range]).assert().code(2);
        refused.stderr(contains(format!("--keep: `{range}` is no range of shares")));
    }
}

#[test]
fn prompts_without_a_score_have_no_rate() {
    let folder = folder(&text(&[
        json!({"prompt": "p", "completion": "\\boxed{1}", "answer": "1"}),
        json!({"prompt": "q", "completion": "\\boxed{1}", "answer": null}),
    ]));
    verify(&folder, &["passrate", "in.jsonl", "-o", "rates.jsonl"]).assert().success();
    let row = &results(&folder.path().join("rates.jsonl"))[1];
    assert_eq!(
        (&row["scored"], &row["pass_at_1"], &row["interval"], &row["majority"]),
        (&json!(0), &Value::Null, &Value::Null, &Value::Null)
    );
    verify(&folder, &["passrate", "in.jsonl", "-o", "rates.jsonl", "--keep", "0..1"]).assert().success();
    assert_eq!(results(&folder.path().join("rates.jsonl")).len(), 1);
}

#[test]
fn rows_of_which_none_can_be_read_are_an_error() {
    let folder = folder("{broken\n{\"id\": 1, \"completion\": [5]}\n");
    fs::write(folder.path().join("results.jsonl"), "").unwrap();
    for command in ["passrate", "select"] {
        fs::write(folder.path().join("out.jsonl"), "kept\n").unwrap();
        let arguments = [command, "in.jsonl", "--results", "results.jsonl", "-o", "out.jsonl"];
        verify(&folder, &arguments).assert().code(2).stderr(contains("no row could be read"));
        assert_eq!(fs::read_to_string(folder.path().join("out.jsonl")).unwrap(), "kept\n");
    }
}
