//! Results: their order, the file with metadata, thresholds, bad specs.

use std::fs;

use predicates::str::{contains, starts_with};
use serde_json::{Value, json};

use super::{SPEC, folder, results, rows, verify};

#[test]
fn results_stand_in_the_order_of_the_input_whatever_the_threads() {
    let input: String =
        (0..5000).map(|index| json!({"id": index, "completion": "\\boxed{1}", "answer": index % 3}).to_string() + "\n").collect();
    let folder = folder(&input);
    for jobs in ["1", "3"] {
        verify(&folder, &["score", "in.jsonl", "-o", &format!("{jobs}.jsonl"), "--jobs", jobs]).assert().success();
    }
    let alone = results(&folder.path().join("1.jsonl"));
    assert!(alone.iter().enumerate().all(|(index, row)| row["id"] == json!(index)));
    assert_eq!(alone.len(), 5000);
    assert_eq!(alone, results(&folder.path().join("3.jsonl")));
}

#[test]
fn more_threads_than_a_machine_can_use_are_refused() {
    let folder = folder(&rows(1));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--jobs", "256"]).assert().success();
    for jobs in ["257", "100000"] {
        let refused = verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--jobs", jobs]).assert().code(2);
        refused.stderr(predicates::str::contains(format!("option `jobs` got {jobs}: give at most 256")));
    }
}

#[test]
fn completions_that_could_not_be_read_are_not_selected() {
    let folder = folder(&json!({"id": "q", "prompt": "p", "completion": ["\\boxed{1}", null, 7], "answer": "1"}).to_string());
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["q/0", "q/1", "q/2"]);
    verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"]).assert().success();
    assert_eq!(results(&folder.path().join("sft.jsonl")).len(), 1);
}

#[test]
fn a_bad_spec_is_named_and_listed() {
    let folder = folder(&rows(1));
    fs::write(folder.path().join("spec.toml"), "[[reward]]\nkind = \"math\"\npolcy = \"strict\"\n").unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--rewards", "spec.toml"])
        .assert()
        .code(2)
        .stderr(starts_with("verify: spec.toml: reward 1: `math`: unknown option `polcy`; known options: policy, extract"));
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--reward", "maths"])
        .assert()
        .code(2)
        .stderr(starts_with("verify: --reward: reward 1: unknown kind `maths`; known kinds: "));
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--rewards", "none.toml"])
        .assert()
        .code(2)
        .stderr(starts_with("verify: cannot read none.toml: No such file"));
}

#[test]
fn a_threshold_missed_is_exit_1_with_the_results_in_place() {
    let folder = folder("{\"completion\": \"x\", \"answer\": \"1\"}\n");
    let score = |threshold: &str| {
        let mut command = verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--fail-under", threshold]);
        command.assert()
    };
    score("correct=0.9").code(1).stderr(contains("verify: correct is 0.0000, below the required 0.9"));
    assert_eq!(results(&folder.path().join("out.jsonl")).len(), 1);
    score("correct=0").code(0);
    score("right=1").code(2).stderr(contains("known measures: correct, scored, reward"));
    score("correct").code(2).stderr(contains("must be written measure=number"));
}

#[test]
fn version_and_configuration_are_written_next_to_the_results() {
    let folder = folder("{\"completion\": \"x\", \"answer\": \"1\"}\n");
    fs::write(folder.path().join("spec.toml"), SPEC).unwrap();
    let meta =
        || -> Value { serde_json::from_str(&fs::read_to_string(folder.path().join("out.jsonl.meta.json")).unwrap()).unwrap() };
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--rewards", "spec.toml"]).assert().success();
    let first = meta();
    assert_eq!(first["engine_version"], json!(env!("CARGO_PKG_VERSION")));
    assert_eq!(first["config"]["reward"][0]["kind"], json!("math"));
    assert_eq!(first["summary"]["results"], json!(1));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--rewards", "spec.toml", "--jobs", "2"]).assert().success();
    assert_eq!(meta(), first, "nothing in it depends on threads or time");

    verify(&folder, &["score", "in.jsonl", "-o", "bare.jsonl", "--no-meta"]).assert().success();
    assert!(!folder.path().join("bare.jsonl.meta.json").exists());
}

#[test]
fn prompts_that_are_shared_show_pass_at_k() {
    let row =
        |prompt: &str| json!({"prompt": prompt, "completion": ["\\boxed{1}", "\\boxed{2}"], "answer": "1"}).to_string() + "\n";
    let folder = folder(&(row("a") + &row("b")));
    let output = verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success().get_output().clone();
    let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["1/0", "1/1", "2/0", "2/1"]);
    let summary = String::from_utf8(output.stderr).unwrap();
    assert!(["pass@1", "pass@2", "cons@2"].iter().all(|part| summary.contains(part)), "{summary}");
}

#[test]
fn packed_results_are_packed() {
    let folder = folder("{\"id\": 1, \"completion\": \"x\", \"answer\": \"1\"}\n");
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl.gz"]).assert().success();
    let text =
        std::io::read_to_string(flate2::read::GzDecoder::new(fs::File::open(folder.path().join("out.jsonl.gz")).unwrap())).unwrap();
    assert!(text.starts_with("{\"id\":1,"), "{text}");
}

#[test]
fn outputs_that_are_packed_in_different_ways_have_different_manifests() {
    let folder = folder(&rows(3));
    for output in ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"] {
        verify(&folder, &["score", "in.jsonl", "-o", output]).assert().success();
    }
    for output in ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"] {
        assert!(folder.path().join(format!("{output}.meta.json")).exists(), "{output}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 7, "nothing else is left");
}

#[test]
fn the_manifest_names_what_the_results_are_made_of() {
    let folder = folder(&rows(300));
    verify(&folder, &["score", "in.jsonl", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let meta: Value = serde_json::from_slice(&read("out.jsonl.meta.json")).unwrap();
    let input = read("in.jsonl");
    let hash = |bytes: &[u8]| format!("{:032x}", twox_hash::XxHash3_128::oneshot(bytes));
    let one = json!({"name": "in.jsonl", "bytes": input.len(), "xxh3": hash(&input)});
    assert_eq!(meta["inputs"], json!([one, one]));
    let results = read("out.jsonl");
    assert_eq!(meta["results"], json!({"bytes": results.len(), "xxh3": hash(&results)}));
    assert_eq!(meta["summary"]["results"], json!(600));
}

#[test]
fn devices_get_results_and_nothing_is_left_beside_them() {
    let folder = folder(&rows(3));
    let beside = || {
        fs::read_dir("/dev")
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("null."))
            .count()
    };
    let before = beside();
    verify(&folder, &["score", "in.jsonl", "-o", "/dev/null"]).assert().success();
    verify(&folder, &["score", "in.jsonl", "-o", "-"]).assert().success();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "only the input");
    assert_eq!(beside(), before);
    for (output, what) in [("/dev/null", "a device or a pipe"), ("-", "standard output")] {
        let refused = verify(&folder, &["score", "in.jsonl", "-o", output, "--resume"]).assert().code(2);
        refused.stderr(contains(format!("--resume: {output} is {what}, which keeps no results")));
    }
}

#[test]
fn a_run_without_a_row_that_can_be_read_is_an_error() {
    let folder = folder("{\"completion\": {\"text\": 1}, \"answer\": 1}\n{\"completion\": 2, \"answer\": 1}\n");
    let refused = verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().code(2);
    refused.stderr(contains(
        "nothing could be judged: all 2 results are `bad_row`. First problem: in.jsonl:1: the column `completion` must be a string",
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}
