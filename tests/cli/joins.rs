//! Results are joined to rows by id or by content, never by the number of a row; what `select` keeps of a row.

use std::fs;

use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, verify};

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| row.to_string() + "\n").collect()
}

#[test]
fn rows_without_ids_that_were_reordered_keep_their_results() {
    // Every second one is right.
    let rows: Vec<Value> =
        (0..40).map(|n| json!({"prompt": n / 4, "completion": format!("\\boxed{{{}}}", n % 2), "answer": "1", "n": n})).collect();
    let folder = folder(&lines(&rows));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let mut reordered = rows.clone();
    reordered.reverse();
    fs::write(folder.path().join("in.jsonl"), lines(&reordered)).unwrap();
    verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"]).assert().success();
    let kept = results(&folder.path().join("sft.jsonl"));
    assert_eq!(kept.len(), 10, "one of the two equal right completions of each prompt");
    assert!(kept.iter().all(|row| row["completion"] == json!("\\boxed{1}")), "{kept:?}");

    let arguments = ["templates", "in.jsonl", "--by", "completion", "--problem", "prompt", "--json"];
    let report = |more: &[&str]| {
        let out = verify(&folder, &arguments).args(more).assert().success().get_output().stdout.clone();
        serde_json::from_slice::<Value>(&out).unwrap()["variants"].clone()
    };
    assert_eq!(report(&["--results", "out.jsonl"]), report(&[]));
}

#[test]
fn the_result_of_another_completion_is_refused() {
    let row = |completion: &str| lines(&[json!({"id": "q", "completion": completion, "answer": "1"})]);
    let folder = folder(&row("\\boxed{1}"));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    fs::write(folder.path().join("in.jsonl"), row("\\boxed{2}")).unwrap();
    let select = ["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"];
    let refused = verify(&folder, &select).assert().code(2);
    refused.stderr(contains(
        "in.jsonl:1: the result of the row \"q\" (out.jsonl:1) is of another completion, prompt, reference, picture or `reward`: score these rows again",
    ));
    fs::write(folder.path().join("in.jsonl"), lines(&[json!({"completion": "\\boxed{1}", "answer": "2"})])).unwrap();
    let refused = verify(&folder, &select).assert().code(2);
    refused
        .stderr(contains("in.jsonl:1: out.jsonl has no result for the row 1, which has no id of its own: score these rows again"));
}

#[test]
fn results_without_digests_are_joined_by_ids_only() {
    let folder = folder(&lines(&[json!({"id": "q", "completion": "\\boxed{1}", "answer": "1"})]));
    let old = json!({"id": "q", "verdict": "correct", "reward": 1.0, "reason": "equal", "cost": {"work": 1}}).to_string();
    fs::write(folder.path().join("out.jsonl"), &old).unwrap();
    let select = ["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"];
    verify(&folder, &select).assert().success();
    fs::write(folder.path().join("in.jsonl"), lines(&[json!({"completion": "\\boxed{1}", "answer": "1"})])).unwrap();
    verify(&folder, &select).assert().code(2).stderr(contains("the results in out.jsonl have no digests (`hash`)"));
}

#[test]
fn an_id_that_occurs_twice_is_refused() {
    let row = json!({"id": "q", "completion": "\\boxed{1}", "answer": "1"});
    let folder = folder(&lines(&[row.clone(), row]));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let refused = verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"]).assert().code(2);
    refused.stderr(contains("out.jsonl:2: the id \"q\" occurs twice; give every row a unique `id`"));
}

#[test]
fn an_id_is_the_same_as_a_number_and_as_text_if_the_digest_is() {
    let row = |id: Value, answer: &str| json!({"id": id, "prompt": "p", "completion": "\\boxed{1}", "answer": answer});
    let as_numbers = lines(&[row(json!(1), "1"), row(json!(2), "2"), row(json!(30), "1")]);
    let as_csv = "id,prompt,completion,answer\n1,p,\\boxed{1},1\n2,p,\\boxed{1},2\n30,p,\\boxed{1},1\n";
    let folder = folder("");
    for (scored, given) in [(as_numbers.as_str(), as_csv), (as_csv, as_numbers.as_str())] {
        fs::write(folder.path().join("in.jsonl"), scored).unwrap();
        for results in ["out.jsonl", "out.parquet"] {
            verify(&folder, &["score", "in.jsonl", "-o", results, "--no-meta"]).assert().success();
        }
        fs::write(folder.path().join("in.jsonl"), given).unwrap();
        for old in ["out.jsonl", "out.parquet"] {
            let select = ["select", "in.jsonl", "--results", old, "-o", "sft.jsonl", "--keep-duplicates"];
            verify(&folder, &select).assert().success();
            assert_eq!(results(&folder.path().join("sft.jsonl")).len(), 2, "{old}");
            verify(&folder, &["compare", "in.jsonl", "--left", old, "--right", "strict", "--fail-on-difference"])
                .assert()
                .success();
            let again = ["score", "in.jsonl", "-o", "again.jsonl", "--baseline", old];
            verify(&folder, &again).assert().success().stderr(contains("0 of 3 compared"));
        }
    }
    // A row with both types has two ids, and each has its own result.
    let both = lines(&[row(json!(1), "1"), row(json!("1"), "2")]);
    fs::write(folder.path().join("in.jsonl"), &both).unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    verify(&folder, &["compare", "in.jsonl", "--left", "out.jsonl", "--right", "strict", "--fail-on-difference"])
        .assert()
        .success();
    // Another row is not the same.
    fs::write(folder.path().join("in.jsonl"), "id,prompt,completion,answer\n1,other,\\boxed{1},1\n2,p,\\boxed{1},2\n").unwrap();
    fs::write(
        folder.path().join("old.jsonl"),
        fs::read_to_string(folder.path().join("out.jsonl")).unwrap().lines().next().unwrap(),
    )
    .unwrap();
    let refused = verify(&folder, &["select", "in.jsonl", "--results", "old.jsonl", "-o", "sft.jsonl"]).assert().code(2);
    refused.stderr(contains("in.jsonl:2: old.jsonl has no result for the row \"1\""));
}

#[test]
fn the_id_of_a_completion_may_be_that_of_another_row() {
    let list = json!({"id": "a", "prompt": "p", "completion": ["\\boxed{1}", "\\boxed{2}"], "answer": "1"});
    let other = |completion: &str| json!({"id": "a/1", "prompt": "p", "completion": completion, "answer": "1"});
    let folder = folder(&lines(&[list.clone(), other("\\boxed{1}")]));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    // The digest tells them apart.
    let arguments = ["compare", "in.jsonl", "--left", "out.jsonl", "--right", "strict", "--fail-on-difference"];
    verify(&folder, &arguments).assert().success().stdout(contains("agree on 3 of 3"));
    // Where it does not, they are refused.
    fs::write(folder.path().join("in.jsonl"), lines(&[list.clone(), other("\\boxed{2}")])).unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    verify(&folder, &arguments)
        .assert()
        .code(2)
        .stderr(contains("the id \"a/1\" occurs twice; give every row a unique `id` (that of"));
    // An audit finds both, in any order.
    for (rows, detail) in [
        ([list.clone(), other("x")], "the id \"a/1\" is also that of a completion of in.jsonl:1"),
        ([other("x"), list.clone()], "the id \"a/1\" of a completion of this row is also that of in.jsonl:1"),
    ] {
        fs::write(folder.path().join("in.jsonl"), lines(&rows)).unwrap();
        verify(&folder, &["audit", "in.jsonl", "-o", "a"]).assert().success();
        let found = results(&folder.path().join("a/findings.jsonl"));
        let found: Vec<_> = found.iter().filter(|row| row["code"] == "duplicate_id").collect();
        assert!(found.len() == 1 && found[0]["detail"] == detail && found[0]["line"] == 2, "{found:?}");
    }
    let fine = [
        list,
        json!({"id": "a/2", "prompt": "q", "completion": "x", "answer": "1"}),
        json!({"id": "b/0", "prompt": "r", "completion": "x", "answer": "1"}),
    ];
    fs::write(folder.path().join("in.jsonl"), lines(&fine)).unwrap();
    verify(&folder, &["audit", "in.jsonl", "-o", "a"]).assert().success();
    assert!(!fs::read_to_string(folder.path().join("a/findings.jsonl")).unwrap().contains("duplicate_id"));
}

#[test]
fn the_number_of_a_row_without_an_id_may_be_the_id_of_another_row() {
    let row = |id: u64| {
        json!({"id": id, "prompt": format!("{id}+1?"), "completion": format!("\\boxed{{{}}}", id + 1), "answer": id + 1})
            .to_string()
    };
    let broken = "{\"id\": 1, \"prompt\": \"1+1?\", \"compl";
    let null = json!({"id": null, "prompt": "3+4?", "completion": "\\boxed{7}", "answer": 7}).to_string();
    let folder = folder(&format!("{}\n{broken}\n{}\n{null}\n{}\n", row(0), row(2), row(4)));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"]).assert().success();
    assert_eq!(results(&folder.path().join("sft.jsonl")).len(), 4);
    verify(&folder, &["passrate", "in.jsonl", "--results", "out.jsonl", "-o", "rates.jsonl"]).assert().success();
    verify(&folder, &["score", "in.jsonl", "--baseline", "out.jsonl", "-o", "again.jsonl"]).assert().success();
}

#[test]
fn a_row_without_an_id_passes_over_the_result_of_a_row_with_one() {
    let with = json!({"id": "a", "prompt": "q", "completion": "\\boxed{42}", "answer": "42"});
    let without = json!({"prompt": "q", "completion": "\\boxed{42}", "answer": "42"});
    for rows in [[with.clone(), without.clone()], [without, with]] {
        let folder = folder(&lines(&rows));
        verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
        let select = ["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl", "--keep-duplicates"];
        verify(&folder, &select).assert().success();
        assert_eq!(results(&folder.path().join("sft.jsonl")).len(), 2);
    }
}

#[test]
fn the_same_text_is_a_duplicate_within_its_prompt_only() {
    let rows: Vec<Value> =
        (0..100).map(|n| json!({"id": n, "prompt": format!("{n}?"), "completion": format!("The answer is \\boxed{{{}}}.", n % 7), "answer": n % 7})).collect();
    let folder = folder(&lines(&rows));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let kept = |more: &[&str]| {
        verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"]).args(more).assert().success();
        results(&folder.path().join("sft.jsonl")).len()
    };
    assert_eq!(kept(&[]), 100);
    assert_eq!(kept(&["--duplicates", "all"]), 7);
    assert_eq!(kept(&["--near-duplicate", "0.9"]), 100);
    assert_eq!(kept(&["--near-duplicate", "0.9", "--duplicates", "all"]), 7);
    assert_eq!(kept(&["--keep-duplicates"]), 100);
    let select = ["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"];
    verify(&folder, &select)
        .args(["--duplicates", "keep", "--near-duplicate", "0.9"])
        .assert()
        .code(2)
        .stderr(contains("option `near_duplicate` got 0.9 while duplicates are kept"));
    verify(&folder, &select).args(["--duplicates", "some"]).assert().code(2).stderr(contains("use one of prompt, all, keep"));
}

#[test]
fn selected_rows_keep_their_other_columns() {
    let folder = folder(concat!(
        r#"{"n": 1.50, "id": "q", "question": "?", "out": {"text": "\\boxed{1}"}, "answer": ["1", "one"], "tags": ["a",  {"b": null}], "prompt": 7, "bad": NaN}"#,
        "\n"
    ));
    let map = ["--map", "prompt=question", "--map", "completion=out.text"];
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).args(map).assert().success();
    let select = ["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"];
    let shown = verify(&folder, &select).args(map).assert().success().get_output().stderr.clone();
    let text = fs::read_to_string(folder.path().join("sft.jsonl")).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"id":"q","prompt":"?","completion":"\\boxed{1}","n":1.50,"answer":["1", "one"],"tags":["a",  {"b": null}]}"#,
            "\n"
        ),
        "numbers keep their digits; `out` is where the completion was; another column `prompt` would be the prompt twice"
    );
    assert!(String::from_utf8(shown).unwrap().contains("left out        1  columns that are not JSON (`bad` first)"));
    verify(&folder, &select).args(map).args(["--form", "messages"]).assert().success();
    let row = &results(&folder.path().join("sft.jsonl"))[0];
    assert_eq!((&row["prompt"], &row["n"]), (&json!(7), &serde_json::from_str("1.50").unwrap()));
}
