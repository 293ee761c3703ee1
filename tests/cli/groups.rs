//! Rewards that compare the completions of a prompt, on rows of a prompt that lie apart.

use std::fs;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, verify};

const MAJORITY: &[&str] = &["score", "in.jsonl", "-o", "out.jsonl", "--reward", "majority"];

/// Samples of 50 prompts, 8 each; the majority answer of prompt p is p, that of the others is p + 1.
fn rows() -> Vec<Value> {
    (0..400)
        .map(|n| json!({"id": n, "prompt": n / 8, "completion": format!("\\boxed{{{}}}", n / 8 + usize::from(n % 3 == 0))}))
        .collect()
}

fn text(rows: &[Value]) -> String {
    rows.iter().map(|row| row.to_string() + "\n").collect()
}

/// The rows in another order, the same in every run.
fn shuffled(rows: &[Value]) -> Vec<Value> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| row["id"].as_u64().unwrap() * 7919 % 400);
    rows
}

#[test]
fn a_verdict_from_a_part_of_a_group_is_never_given() {
    let folder = folder(&text(&shuffled(&rows())));
    let refused = verify(&folder, MAJORITY).assert().code(2);
    refused.stderr(contains("other rows of this prompt were judged before, as a whole group").and(contains("--group-by prompt")));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--reward", "length", "--set", "max=100"]).assert().success();
}

#[test]
fn groups_that_are_brought_together_are_judged_as_if_they_were_adjacent() {
    let folder = folder(&text(&rows()));
    verify(&folder, MAJORITY).assert().success();
    let mut adjacent = results(&folder.path().join("out.jsonl"));
    let order = shuffled(&rows());
    fs::write(folder.path().join("in.jsonl"), text(&order)).unwrap();
    for output in ["apart.jsonl", "apart.jsonl.gz"] {
        verify(&folder, &["score", "in.jsonl", "-o", output, "--reward", "majority", "--group-by", "prompt"]).assert().success();
    }
    let apart = results(&folder.path().join("apart.jsonl"));
    let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&apart), ids(&order), "the results have the order of the input");
    let mut sorted = apart;
    sorted.sort_by_key(|row| row["id"].as_u64());
    adjacent.sort_by_key(|row| row["id"].as_u64());
    assert_eq!(sorted, adjacent);
    let unpacked = flate2::read::MultiGzDecoder::new(fs::File::open(folder.path().join("apart.jsonl.gz")).unwrap());
    assert_eq!(std::io::read_to_string(unpacked).unwrap(), fs::read_to_string(folder.path().join("apart.jsonl")).unwrap());
    let streamed =
        verify(&folder, &["score", "in.jsonl", "-o", "-", "--reward", "majority", "--group-by", "prompt"]).assert().success();
    assert_eq!(streamed.get_output().stdout, fs::read(folder.path().join("apart.jsonl")).unwrap());
}

#[test]
fn a_bad_row_among_the_samples_of_a_prompt_does_not_split_the_group() {
    let row = |id: usize, answer: usize| {
        json!({"id": id, "prompt": "p", "completion": format!("\\boxed{{{answer}}}")}).to_string() + "\n"
    };
    let folder = folder(&(row(1, 5) + &row(2, 5) + "{broken\n" + &row(4, 6) + &row(5, 5)));
    verify(&folder, MAJORITY).assert().success();
    let verdicts: Vec<_> = results(&folder.path().join("out.jsonl")).iter().map(|row| row["verdict"].clone()).collect();
    assert_eq!(verdicts, ["correct", "correct", "unscored", "incorrect", "correct"]);
}

#[test]
fn a_group_that_is_named_by_an_id_is_not_that_of_a_prompt_with_the_same_text() {
    let one = json!({"prompt": "p", "completion": "\\boxed{1}"}).to_string() + "\n";
    let folder = folder(&(one.repeat(2) + &json!({"id": "p", "completion": vec!["\\boxed{2}"; 3]}).to_string() + "\n"));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--reward", "majority"]).assert().success();
    let details: Vec<_> = results(&folder.path().join("out.jsonl")).iter().map(|row| row["detail"].clone()).collect();
    assert_eq!(details, ["2 of 2 agree", "2 of 2 agree", "3 of 3 agree", "3 of 3 agree", "3 of 3 agree"]);
}
