//! Inputs and results in other formats than JSON Lines, in the commands and runs around `verify score`.

use std::fs;

use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;
use twox_hash::XxHash3_128;

use super::formats::{every_format, gzip};
use super::{folder, results, verify};

fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

fn value(folder: &TempDir, name: &str) -> Value {
    serde_json::from_slice(&read(folder, name)).unwrap()
}

/// Runs a command that succeeds; returns its standard output.
fn run(folder: &TempDir, arguments: &[&str]) -> Vec<u8> {
    verify(folder, arguments).assert().success().get_output().stdout.clone()
}

#[test]
fn every_command_reads_every_format() {
    for (name, bytes) in every_format() {
        let folder = folder("");
        fs::write(folder.path().join("rows"), bytes).unwrap();
        run(&folder, &["score", "rows", "-o", "out.parquet"]);

        fs::copy(folder.path().join("rows"), folder.path().join("others")).unwrap();
        run(&folder, &["audit", "rows", "-o", "audit", "--against", "others", "--map", "prompt=completion"]);
        let about = value(&folder, "audit/audit.json");
        assert_eq!((&about["rows"], &about["completions"]), (&json!(3), &json!(3)), "{name}");
        assert_eq!(about["score"]["verdicts"], json!({"correct": 2, "incorrect": 1, "unscored": 0}), "{name}");
        let found = results(&folder.path().join("audit/findings.jsonl"));
        assert!(found.iter().any(|finding| finding["source"] == json!("rows")), "{name}");

        let compared = run(&folder, &["compare", "rows", "--left", "out.parquet", "--right", "strict", "--json"]);
        let compared: Value = serde_json::from_slice(&compared).unwrap();
        assert_eq!((&compared["pairs"], &compared["unreadable"]), (&json!(3), &json!(0)), "{name}");
        assert_eq!(compared["agreeing"], json!(3), "{name}");

        run(&folder, &["report", "rows", "--results", "out.parquet", "-o", "page.html"]);
        let page = String::from_utf8(read(&folder, "page.html")).unwrap();
        assert!(page.contains("<dt>rows</dt><dd><bdi>3</bdi>") && !page.contains("have no result"), "{name}");

        for more in [&[][..], &["--results", "out.parquet"]] {
            run(&folder, &[&["passrate", "rows", "-o", "rates.jsonl"], more].concat());
            let rates = results(&folder.path().join("rates.jsonl"));
            let rates: Vec<_> = rates.iter().map(|row| row["pass_at_1"].clone()).collect();
            assert_eq!(rates, [json!(1.0), json!(0.0), json!(1.0)], "{name}");
        }

        run(&folder, &["select", "rows", "--results", "out.parquet", "-o", "sft.jsonl"]);
        assert_eq!(results(&folder.path().join("sft.jsonl")).len(), 2, "{name}");
    }
}

/// A table of the preset `deepmath` to which completions were added; four rows of each problem.
fn preset() -> String {
    let row = |n: usize| format!("\"What, {}?\",{},\"\\boxed{{{}}}\",{n}\n", n / 4, n / 4 % 7, n % 7);
    "question,final_answer,completion,level\n".to_owned() + &(0..200).map(row).collect::<String>()
}

#[test]
fn every_command_applies_presets() {
    let folder = folder("");
    fs::write(folder.path().join("in.csv"), preset()).unwrap();
    run(&folder, &["score", "in.csv", "-o", "out.jsonl"]);
    let right = value(&folder, "out.jsonl.meta.json")["summary"]["verdicts"]["correct"].clone();
    assert!(right.as_u64().unwrap() > 0);

    run(&folder, &["audit", "in.csv", "-o", "audit"]);
    assert_eq!(value(&folder, "audit/audit.json")["score"]["verdicts"]["correct"], right);
    let compared = run(&folder, &["compare", "in.csv", "--left", "out.jsonl", "--right", "strict", "--json"]);
    assert_eq!(serde_json::from_slice::<Value>(&compared).unwrap()["agreeing"], json!(200));
    run(&folder, &["report", "in.csv", "--results", "out.jsonl", "-o", "page.html"]);
    assert!(String::from_utf8(read(&folder, "page.html")).unwrap().contains("<dt>rows</dt><dd><bdi>200</bdi>"));
    verify(&folder, &["report", "in.csv", "--results", "out.jsonl", "-o", "page.html", "--preset", "none"]).assert().code(2);

    for more in [&[][..], &["--results", "out.jsonl"]] {
        run(&folder, &[&["passrate", "in.csv", "-o", "rates.jsonl"], more].concat());
        let rates = results(&folder.path().join("rates.jsonl"));
        assert_eq!(rates.len(), 50);
        assert_eq!((&rates[1]["prompt"], &rates[1]["samples"]), (&json!("What, 1?"), &json!(4)));
        assert_eq!((rates[1].get("question"), &rates[1]["level"]), (None, &json!("4")), "the prompt is there once");
    }
    run(&folder, &["select", "in.csv", "--results", "out.jsonl", "-o", "sft.jsonl", "--keep-duplicates"]);
    let kept = results(&folder.path().join("sft.jsonl"));
    assert_eq!((kept.len() as u64, kept[0].get("question")), (right.as_u64().unwrap(), None));
}

#[test]
fn shards_and_groups_of_rows_with_a_preset_are_those_of_the_whole_run() {
    let folder = folder("");
    fs::write(folder.path().join("in.csv"), preset()).unwrap();
    for more in [&[][..], &["--reward", "majority"]] {
        let score = |output: &str, others: &[&str]| run(&folder, &[&["score", "in.csv", "-o", output], more, others].concat());
        score("whole.jsonl", &[]);
        score("one.jsonl", &["--shard", "1/2"]);
        score("two.jsonl", &["--shard", "2/2"]);
        run(&folder, &["merge", "one.jsonl", "two.jsonl", "-o", "merged.jsonl"]);
        score("gathered.jsonl", &["--group-by", "prompt"]);
        let whole = read(&folder, "whole.jsonl");
        assert!(whole == read(&folder, "merged.jsonl") && whole == read(&folder, "gathered.jsonl"));
        let meta = value(&folder, "whole.jsonl.meta.json");
        assert_eq!(meta["summary"]["presets"], json!({"deepmath": 200}));
        assert_eq!(value(&folder, "merged.jsonl.meta.json"), meta);
        assert_eq!(value(&folder, "gathered.jsonl.meta.json")["summary"], meta["summary"]);
    }
    run(&folder, &["score", "in.csv", "-o", "one.jsonl", "--shard", "1/2", "--preset", "deepmath"]);
    let refused = verify(&folder, &["merge", "one.jsonl", "two.jsonl", "-o", "merged.jsonl"]).assert().code(2);
    refused.stderr(contains("are shards of different runs"));
    let refused = verify(&folder, &["score", "in.csv", "-o", "one.parquet", "--shard", "1/2"]).assert().code(2);
    refused.stderr(contains("--shard: one.parquet is Parquet, which `verify merge` does not join"));
}

/// A row that cannot be used is named by its place, also when rows went through temporary files.
#[test]
fn places_are_those_of_the_format_after_groups_were_brought_together() {
    let folder = folder("");
    fs::write(folder.path().join("in.json"), r#"[{"prompt": "p", "completion": "\\boxed{1}", "answer": 1}, 5]"#).unwrap();
    run(&folder, &["score", "in.json", "-o", "out.jsonl", "--group-by", "prompt"]);
    let detail = results(&folder.path().join("out.jsonl"))[1]["detail"].clone();
    assert!(detail.as_str().unwrap().starts_with("in.json: item 2: "), "{detail}");
}

#[test]
fn the_manifest_has_the_digest_of_the_whole_file_in_every_format() {
    for (name, bytes) in every_format() {
        for stored in [bytes.clone(), gzip(&bytes), zstd::encode_all(&*bytes, 0).unwrap()] {
            let folder = folder("");
            fs::write(folder.path().join("rows"), &stored).unwrap();
            run(&folder, &["score", "rows", "-o", "out.jsonl"]);
            let read = json!({"name": "rows", "bytes": stored.len(), "xxh3": format!("{:032x}", XxHash3_128::oneshot(&stored))});
            assert_eq!(value(&folder, "out.jsonl.meta.json")["inputs"], json!([read]), "{name}");
        }
    }
}

/// Leaves the journal and the first result of a run that was killed; the result says `incorrect` where it was `correct`.
fn interrupted(folder: &TempDir, input: &str, output: &str, results: &str) {
    let meta = value(folder, &format!("{output}.meta.json"));
    let identity = json!({
        "engine_version": meta["engine_version"], "config_hash": meta["config_hash"], "fields": meta["fields"],
        "shard": null, "group_by": null, "inputs": [{"name": input, "bytes": read(folder, input).len()}],
    });
    let write = |ending: &str, text: String| fs::write(folder.path().join(format!("{output}{ending}")), text).unwrap();
    write(".partial.json", format!("{identity}\n"));
    let first = results.lines().next().unwrap().replace("\"correct\"", "\"incorrect\"");
    write(".partial", format!("{first}\n{{\"id\": 8, \"ver"));
}

#[test]
fn a_run_on_a_table_goes_on() {
    for (name, bytes) in every_format() {
        for output in ["out.jsonl", "out.parquet"] {
            let folder = folder("");
            fs::write(folder.path().join("rows"), &bytes).unwrap();
            run(&folder, &["score", "rows", "-o", "whole.jsonl"]);
            run(&folder, &["score", "rows", "-o", output]);
            let whole = String::from_utf8(read(&folder, "whole.jsonl")).unwrap();
            interrupted(&folder, "rows", output, &whole);
            run(&folder, &["score", "rows", "-o", output, "--resume"]);
            let meta = value(&folder, &format!("{output}.meta.json"));
            assert_eq!(meta["summary"]["verdicts"], json!({"correct": 1, "incorrect": 2, "unscored": 0}), "{name}: {output}");
            assert_eq!(meta["inputs"], value(&folder, "whole.jsonl.meta.json")["inputs"]);
            assert!(!folder.path().join(format!("{output}.partial")).exists());
            let compared = run(&folder, &["compare", "rows", "--left", output, "--right", "whole.jsonl", "--json"]);
            let compared: Value = serde_json::from_slice(&compared).unwrap();
            assert_eq!((&compared["pairs"], &compared["agreeing"]), (&json!(3), &json!(2)), "{name}: the known result was taken");
        }
    }
}

#[test]
fn a_table_that_was_interrupted_ends_with_the_bytes_of_one_that_was_not() {
    let folder = folder(&super::rows(300));
    run(&folder, &["score", "in.jsonl", "-o", "whole.jsonl"]);
    run(&folder, &["score", "in.jsonl", "-o", "out.parquet"]);
    let whole = read(&folder, "out.parquet");
    let lines = String::from_utf8(read(&folder, "whole.jsonl")).unwrap();
    let digest = &value(&folder, "out.parquet.meta.json")["results"];
    assert_eq!(*digest, json!({"bytes": lines.len(), "xxh3": format!("{:032x}", XxHash3_128::oneshot(lines.as_bytes()))}));
    interrupted(&folder, "in.jsonl", "out.parquet", &lines);
    fs::write(folder.path().join("out.parquet.partial"), &lines[..lines.len() / 2]).unwrap();
    fs::remove_file(folder.path().join("out.parquet")).unwrap();
    run(&folder, &["score", "in.jsonl", "-o", "out.parquet", "--resume"]);
    assert!(read(&folder, "out.parquet") == whole);
}

/// A column has one type: if an id is text, the numbers in a table of results are text, too.
#[test]
fn ids_that_became_text_in_a_table_find_their_rows() {
    let row = |id: Value, answer: u64| json!({"id": id, "prompt": "p", "completion": "\\boxed{7}", "answer": answer}).to_string();
    let folder = folder(&[row(json!(7), 7), row(json!("q"), 8), row(json!(9), 7)].join("\n"));
    run(&folder, &["score", "in.jsonl", "-o", "out.parquet"]);
    run(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--baseline", "out.parquet"]);
    run(&folder, &["select", "in.jsonl", "--results", "out.parquet", "-o", "sft.jsonl", "--keep-duplicates"]);
    let kept: Vec<_> = results(&folder.path().join("sft.jsonl")).iter().map(|row| row["id"].clone()).collect();
    assert_eq!(kept, [json!(7), json!(9)]);
    // In JSON, where both can be told apart, the digest must show that it is the same row.
    let text = String::from_utf8(read(&folder, "out.jsonl")).unwrap().replacen("\"id\":7", "\"id\":\"7\"", 1);
    fs::write(folder.path().join("out.jsonl"), &text).unwrap();
    verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"]).assert().success();
    let (start, rest) = text.split_once("\"hash\":\"").unwrap();
    fs::write(folder.path().join("out.jsonl"), format!("{start}\"hash\":\"0000{}", &rest[4..])).unwrap();
    let missing = verify(&folder, &["select", "in.jsonl", "--results", "out.jsonl", "-o", "sft.jsonl"]).assert().code(2);
    missing.stderr(contains("has no result for the row 7"));
}

/// Rows without ids are joined by their digests, which a table keeps.
#[test]
fn rows_without_ids_find_their_results_in_a_table() {
    let row = |answer: u64| json!({"prompt": format!("{answer}?"), "completion": "\\boxed{7}", "answer": answer}).to_string();
    let folder = folder(&[row(7), row(8), row(9)].join("\n"));
    run(&folder, &["score", "in.jsonl", "-o", "out.parquet"]);
    fs::write(folder.path().join("in.jsonl"), [row(9), row(8), row(7)].join("\n")).unwrap();
    run(&folder, &["select", "in.jsonl", "--results", "out.parquet", "-o", "sft.jsonl"]);
    assert_eq!(results(&folder.path().join("sft.jsonl"))[0]["prompt"], json!("7?"));
}

/// A table keeps the components of a result as a whole: what reads results gives the same as with JSON.
#[test]
fn components_are_read_again_from_a_table() {
    let row = |id: u64, completion: &str| json!({"id": id, "prompt": "p", "completion": completion, "answer": "7"}).to_string();
    let folder = folder(&[row(1, "<think>a</think>\\boxed{7}"), row(2, "\\boxed{8}"), row(3, "We get 7")].join("\n"));
    let spec = "[[reward]]\nkind = \"math\"\n[[reward]]\nkind = \"length\"\nmax = 12\nweight = 0.5\nname = \"short\"\n";
    fs::write(folder.path().join("spec.toml"), spec).unwrap();
    for output in ["out.jsonl", "out.parquet"] {
        run(&folder, &["score", "in.jsonl", "-o", output, "--rewards", "spec.toml"]);
        run(&folder, &["report", "in.jsonl", "--results", output, "-o", &format!("{output}.html"), "--title", "t"]);
    }
    let page = String::from_utf8(read(&folder, "out.parquet.html")).unwrap();
    assert_eq!(page.replace("out.parquet", "out.jsonl"), String::from_utf8(read(&folder, "out.jsonl.html")).unwrap());
    let arguments = ["compare", "in.jsonl", "--left", "out.parquet", "--right", "lenient", "-o", "different.jsonl"];
    run(&folder, &arguments);
    let mut different = results(&folder.path().join("different.jsonl"));
    let judged = results(&folder.path().join("out.jsonl"));
    assert!(!different.is_empty() && judged[0]["components"]["short"]["reason"].is_string(), "{judged:?}");
    for row in &mut different {
        let own = judged.iter().find(|judged| judged["id"] == row["id"]).unwrap();
        assert_eq!(row["left"]["outcome"]["components"], own["components"]);
    }
}
