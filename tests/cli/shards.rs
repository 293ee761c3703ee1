//! Shards of a run, and `verify merge`.

use std::fs;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{folder, results, verify};

/// Groups of 1 to 40 rows, rows with several completions, bad rows.
fn input() -> String {
    let row = |n: usize| {
        let one = |k: usize| format!("\\boxed{{{}}}", (n * 31 + k) % 5);
        let completion = if n.is_multiple_of(13) { json!((0..1 + n % 9).map(one).collect::<Vec<_>>()) } else { json!(one(0)) };
        json!({"prompt": (n * n) / 4000, "completion": completion, "answer": "2"}).to_string() + "\n"
    };
    (0..1500).map(|n| if n % 89 == 5 { "{broken\n".to_owned() } else { row(n) }).collect()
}

fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

#[test]
fn the_shards_together_are_the_whole_run() {
    for (output, more) in [("jsonl", &[][..]), ("jsonl.gz", &[]), ("jsonl", &["--reward", "majority"])] {
        let folder = folder(&input());
        let score = |output: &str, shard: &[&str]| {
            verify(&folder, &["score", "in.jsonl", "-o", output]).args(more).args(shard).assert().success();
        };
        let whole = format!("whole.{output}");
        score(&whole, &[]);
        for of in [1, 3, 7] {
            // In any order; more shards than the command needs cores.
            let mut parts: Vec<String> = (1..=of).map(|index| format!("part{index}.{output}")).collect();
            (1..=of).zip(&parts).for_each(|(index, part)| score(part, &["--shard", &format!("{index}/{of}")]));
            parts.reverse();
            let merged = format!("merged.{output}");
            let mut merge = verify(&folder, &["merge", "-o", &merged]);
            merge.args(&parts).assert().success();
            assert_eq!(read(&folder, &merged), read(&folder, &whole), "{of} shards");
            let meta = |output: &str| read(&folder, &format!("{output}.meta.json"));
            assert_eq!(String::from_utf8(meta(&merged)).unwrap(), String::from_utf8(meta(&whole)).unwrap(), "{of} shards");
        }
    }
}

#[test]
fn a_shard_has_about_its_share_of_the_rows_and_whole_groups() {
    let folder = folder(&input());
    let counts = [1, 2, 3].map(|index| {
        verify(&folder, &["score", "in.jsonl", "-o", "part.jsonl", "--shard", &format!("{index}/3")]).assert().success();
        let groups: std::collections::HashSet<String> =
            results(&folder.path().join("part.jsonl")).iter().map(|row| row["group"].to_string()).collect();
        let meta: Value = serde_json::from_slice(&read(&folder, "part.jsonl.meta.json")).unwrap();
        (meta["summary"]["rows"].as_u64().unwrap(), groups)
    });
    assert_eq!(counts.iter().map(|(rows, _)| rows).sum::<u64>(), 1500);
    assert!(counts.iter().all(|(rows, _)| (400..600).contains(rows)), "{counts:?}");
    let shared = counts[0].1.intersection(&counts[1].1).filter(|group| *group != "null").count();
    assert_eq!(shared, 0, "no group is in two shards");
}

#[test]
fn shards_that_do_not_belong_together_are_refused() {
    let folder = folder(&input());
    let score = |output: &str, more: &[&str]| {
        verify(&folder, &["score", "in.jsonl", "-o", output]).args(more).assert().success();
    };
    score("a.jsonl", &["--shard", "1/2"]);
    score("b.jsonl", &["--shard", "2/2"]);
    score("third.jsonl", &["--shard", "3/3"]);
    score("lenient.jsonl", &["--shard", "2/2", "--policy", "lenient"]);
    score("mapped.jsonl", &["--shard", "2/2", "--map", "tests=other"]);
    score("whole.jsonl", &[]);
    score("bare.jsonl", &["--shard", "2/2", "--no-meta"]);
    fs::write(folder.path().join("in.jsonl"), input().replacen("\"2\"", "\"3\"", 1)).unwrap();
    score("other.jsonl", &["--shard", "2/2"]);
    fs::copy(folder.path().join("b.jsonl.meta.json"), folder.path().join("cut.jsonl.meta.json")).unwrap();
    let text = String::from_utf8(read(&folder, "b.jsonl")).unwrap();
    fs::write(folder.path().join("cut.jsonl"), &text[..text.len() - 400]).unwrap();
    fs::copy(folder.path().join("b.jsonl.meta.json"), folder.path().join("edited.jsonl.meta.json")).unwrap();
    fs::write(folder.path().join("edited.jsonl"), text.replacen("incorrect", "correct", 1)).unwrap();
    for (parts, message) in [
        (&["a.jsonl"][..], "missing: shard 2/2"),
        (&["a.jsonl", "b.jsonl", "a.jsonl"], "a.jsonl and a.jsonl are both shard 1/2: give each shard once"),
        (&["a.jsonl", "third.jsonl"], "a.jsonl is shard 1/2 and third.jsonl is shard 3/3"),
        (&["a.jsonl", "lenient.jsonl"], "a.jsonl and lenient.jsonl are shards of different runs: the configuration is"),
        (&["a.jsonl", "mapped.jsonl"], "are shards of different runs: the columns are"),
        (&["a.jsonl", "other.jsonl"], "are shards of different runs: the input in.jsonl"),
        (&["a.jsonl", "whole.jsonl"], "does not say which shard whole.jsonl is"),
        (&["a.jsonl", "bare.jsonl"], "cannot read bare.jsonl.meta.json, which `verify score` writes next to bare.jsonl"),
        (&["a.jsonl", "cut.jsonl"], "cut.jsonl"),
        (&["a.jsonl", "edited.jsonl"], "edited.jsonl: the results are not those that edited.jsonl.meta.json describes"),
    ] {
        let merged = verify(&folder, &["merge", "-o", "merged.jsonl"]).args(parts).assert().code(2);
        merged.stderr(contains(message));
        assert!(!folder.path().join("merged.jsonl").exists(), "{parts:?}");
    }
    verify(&folder, &["merge", "a.jsonl", "b.jsonl", "-o", "a.jsonl"]).assert().code(2).stderr(contains("it is the input a.jsonl"));
    for shard in ["0/2", "3/2", "1", "x/2"] {
        let refused = verify(&folder, &["score", "in.jsonl", "-o", "-", "--shard", shard]).assert().code(2);
        refused.stderr(contains(format!("--shard: `{shard}` is no shard")));
    }
}

#[test]
fn groups_of_which_each_shard_saw_a_part_are_refused() {
    // The prompts of the first block of 16 rows occur again in the second one, which is in the other shard.
    let row = |n: usize| json!({"prompt": n % 16, "completion": format!("\\boxed{{{}}}", n % 4)}).to_string() + "\n";
    let folder = folder(&(0..32).map(row).collect::<String>());
    for (output, shard) in [("1.jsonl", "1/2"), ("2.jsonl", "2/2")] {
        verify(&folder, &["score", "in.jsonl", "-o", output, "--reward", "majority", "--shard", shard]).assert().success();
    }
    let merged = verify(&folder, &["merge", "1.jsonl", "2.jsonl", "-o", "merged.jsonl"]).assert().code(2);
    merged.stderr(
        contains("2.jsonl: other rows of the prompt of the row 17 are not adjacent to it").and(contains("sort the rows by prompt")),
    );
    assert!(!folder.path().join("merged.jsonl").exists());
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--group-by", "prompt", "--shard", "1/2"])
        .assert()
        .code(2)
        .stderr(contains("--shard and --group-by cannot be combined"));
}

/// Whether the whole run succeeds, with its results; the same for two or more shards and their merge.
fn whole_and_merged(input: &str, of: usize) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let folder = folder(input);
    let score = |output: &str, more: &[&str]| {
        let arguments = ["score", "in.jsonl", "-q", "-o", output, "--reward", "majority"];
        verify(&folder, &arguments).args(more).output().unwrap().status.success()
    };
    let whole = score("whole.jsonl", &[]).then(|| read(&folder, "whole.jsonl"));
    let parts: Vec<String> = (1..=of).map(|index| format!("part{index}.jsonl")).collect();
    let scored = (1..=of).zip(&parts).all(|(index, part)| score(part, &["--shard", &format!("{index}/{of}")]));
    let merged = scored && verify(&folder, &["merge", "-q", "-o", "merged.jsonl"]).args(&parts).output().unwrap().status.success();
    (whole, merged.then(|| read(&folder, "merged.jsonl")))
}

/// `count` completions of a prompt.
fn completions(prompt: &str, answer: u8, count: usize) -> String {
    let row = json!({"prompt": prompt, "completion": format!("\\boxed{{{answer}}}")}).to_string() + "\n";
    row.repeat(count)
}

#[test]
fn a_row_without_a_completion_does_not_end_a_group() {
    for between in
        ["{\"note\":\"no completion\"}\n", "{broken\n", "{\"prompt\":\"h\"}\n", "{\"prompt\":\"g\",\"completion\":[5,null]}\n"]
    {
        let (whole, merged) = whole_and_merged(&(completions("g", 1, 16) + between + &completions("g", 2, 20)), 2);
        assert!(whole.is_some(), "{between}");
        assert_eq!(whole, merged, "{between}");
    }
    // Too many of them end it, so that memory is bounded; then the whole run and the merge refuse the group.
    let (whole, merged) = whole_and_merged(&(completions("g", 1, 16) + &"{broken\n".repeat(2100) + &completions("g", 2, 20)), 2);
    assert_eq!((whole, merged), (None, None));
}

#[test]
fn shards_and_their_merge_refuse_what_the_whole_run_refuses() {
    let mut seed = 7_u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut refused = 0;
    for round in 0..40 {
        let mut input = String::new();
        // Prompts come in ascending order, and now and then once more.
        for prompt in 0..1 + random(8) {
            let again = if random(10) == 0 { random(prompt + 1) } else { prompt };
            for _ in 0..random(4) {
                let name = format!("p{again}");
                let count = |most: u64, random: &mut dyn FnMut(u64) -> u64| usize::try_from(random(most)).unwrap();
                input += &completions(&name, u8::try_from(random(3)).unwrap(), count(20, &mut random));
                let bad =
                    ["{broken\n", "{\"note\":1}\n", "{\"prompt\":\"p0\"}\n", "{\"prompt\":\"p9\",\"completion\":[null,null]}\n"];
                let many = if random(12) == 0 { 2040 + count(20, &mut random) } else { count(4, &mut random) };
                input += &bad[count(4, &mut random)].repeat(many);
                if random(3) == 0 {
                    let several = json!({"id": name, "completion": ["\\boxed{1}", null, "\\boxed{2}"]});
                    input += &format!("{several}\n").repeat(1 + count(2, &mut random));
                }
            }
        }
        let (whole, merged) = whole_and_merged(&input, 2 + usize::try_from(random(3)).unwrap());
        refused += usize::from(whole.is_none());
        assert_eq!(whole.is_some(), merged.is_some(), "round {round}");
        assert!(whole == merged, "round {round}: other results");
    }
    assert!((5..35).contains(&refused), "both happen: {refused} of 40 are refused");
}

#[test]
fn a_manifest_that_no_run_writes_is_refused() {
    let folder = folder(&input());
    verify(&folder, &["score", "in.jsonl", "-o", "a.jsonl", "--shard", "1/2"]).assert().success();
    let meta = String::from_utf8(read(&folder, "a.jsonl.meta.json")).unwrap();
    for (of, message) in [("0", "there is no shard 1/0"), ("18446744073709551615", "and 18446744073709551604 more")] {
        fs::write(folder.path().join("a.jsonl.meta.json"), meta.replacen("\"of\": 2", &format!("\"of\": {of}"), 1)).unwrap();
        verify(&folder, &["merge", "a.jsonl", "-o", "merged.jsonl"]).assert().code(2).stderr(contains(message));
    }
    for blocks in ["[[16, 18446744073709551615], [16, 1]]", "[[16, 0]]", "[[0, 1]]", "[[16, 18446744073709551615]]"] {
        let mut value: Value = serde_json::from_str(&meta).unwrap();
        value["shard"]["blocks"] = serde_json::from_str(blocks).unwrap();
        value["shard"]["of"] = json!(1);
        fs::write(folder.path().join("a.jsonl.meta.json"), value.to_string()).unwrap();
        verify(&folder, &["merge", "a.jsonl", "-o", "merged.jsonl"]).assert().code(2);
    }
}

#[test]
fn results_of_rows_that_cannot_be_read_are_not_merged() {
    let folder = folder("{broken\n{broken\n");
    verify(&folder, &["score", "in.jsonl", "-o", "whole.jsonl"]).assert().code(2);
    verify(&folder, &["score", "in.jsonl", "-o", "a.jsonl", "--shard", "1/1"]).assert().success();
    let merged = verify(&folder, &["merge", "a.jsonl", "-o", "merged.jsonl"]).assert().code(2);
    merged.stderr(contains("nothing could be judged: all 2 results are `bad_row`"));
    assert!(!folder.path().join("merged.jsonl").exists());
    fs::write(folder.path().join("in.jsonl"), "{\"completion\": \"\\\\boxed{1}\"}\n").unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "whole.jsonl", "--reward", "math"]).assert().code(2);
    verify(&folder, &["score", "in.jsonl", "-o", "a.jsonl", "--reward", "math", "--shard", "1/1"]).assert().success();
    verify(&folder, &["merge", "a.jsonl", "-o", "merged.jsonl"]).assert().code(2).stderr(contains("no row has a reference"));
}
