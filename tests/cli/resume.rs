//! A run that was killed goes on with `--resume` to the bytes of a run that was not.
//!
//! `cargo test --test cli killed -- --ignored` kills at 200 random moments; R1REWARDS_KILLS gives another number.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{folder, results, rows, verify};

/// One way of scoring: the name, the output, and more arguments.
type Way = (&'static str, &'static str, &'static [&'static str]);

const WAYS: &[Way] = &[
    ("plain", "out.jsonl", &[]),
    ("gzip", "out.jsonl.gz", &[]),
    ("zstd", "out.jsonl.zst", &[]),
    ("groups", "out.jsonl", &["--reward", "majority"]),
    ("packed groups", "out.jsonl.zst", &["--reward", "majority"]),
    ("groups brought together", "out.jsonl", &["--reward", "majority", "--group-by", "prompt"]),
    ("packed groups brought together", "out.jsonl.gz", &["--reward", "majority", "--group-by", "prompt"]),
    ("a shard", "out.jsonl", &["--shard", "2/3"]),
    ("a table", "out.parquet", &[]),
    ("a table of groups brought together", "out.parquet", &["--reward", "majority", "--group-by", "prompt"]),
];

/// Two inputs, one of them packed: prompts with several rows, rows with many completions, bad rows.
fn inputs(size: usize) -> TempDir {
    let row = |n: usize| {
        let one = |k: usize| {
            format!("We compute it. {} So \\boxed{{\\frac{{{}}}{{7}}}}", "and so on ".repeat(n * 7 % 40), (n * 31 + k) % 5)
        };
        let completion = if n.is_multiple_of(11) { json!((0..1 + n % 9).map(one).collect::<Vec<_>>()) } else { json!(one(0)) };
        json!({"id": if n.is_multiple_of(2) { json!(n) } else { Value::Null }, "prompt": n / 6, "completion": completion, "answer": "2/7"})
    };
    let text = |from: usize, to: usize| -> String {
        let line = |n: usize| if n % 97 == 5 { "{broken\n".to_owned() } else { row(n).to_string() + "\n" };
        (from..to).map(line).collect()
    };
    let folder = folder(&text(0, size / 2));
    fs::write(folder.path().join("more.jsonl.zst"), zstd::encode_all(text(size / 2, size).as_bytes(), 0).unwrap()).unwrap();
    folder
}

fn arguments<'a>(output: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["score", "in.jsonl", "more.jsonl.zst", "-o", output], more].concat()
}

/// All files of the folder, and the summary without the line that has the time.
fn state(folder: &TempDir, stderr: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
    let mut state: BTreeMap<_, _> =
        files.map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap())).collect();
    let said = String::from_utf8_lossy(stderr);
    let kept: String = said.lines().filter(|line| !line.starts_with("rows ")).flat_map(|line| [line, "\n"]).collect();
    state.insert("the summary".to_owned(), kept.into_bytes());
    state
}

/// Numbers that look random and are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// Starts a run and kills it after a time; whether it was still running.
fn killed(folder: &TempDir, arguments: &[&str], after: Duration) -> bool {
    let mut run = Process::new(assert_cmd::cargo::cargo_bin("verify"));
    run.args(arguments).current_dir(folder.path()).stderr(Stdio::null());
    let mut run = run.spawn().unwrap();
    std::thread::sleep(after);
    run.kill().unwrap();
    use std::os::unix::process::ExitStatusExt as _;
    run.wait().unwrap().signal().is_some()
}

/// Kills at `moments` random moments, and compares each end with that of a run that was not killed. Returns how often a
/// killed run had left results.
fn kill(ways: &[Way], moments: usize, size: usize) -> usize {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut done, mut with_results) = (0, 0);
    let folder = inputs(size);
    let mut wanted = Vec::new();
    for (_, output, more) in ways {
        let start = Instant::now();
        let stderr = verify(&folder, &arguments(output, more)).assert().success().get_output().stderr.clone();
        wanted.push((state(&folder, &stderr), start.elapsed()));
        clear(folder.path());
    }
    while done < moments {
        for ((name, output, more), (wanted, took)) in ways.iter().zip(&wanted) {
            let first = arguments(output, more);
            let again = [&first[..], &["--resume"]].concat();
            let most = u64::try_from(took.as_micros()).unwrap() + 1000;
            for arguments in [&first, &again, &again] {
                done += usize::from(killed(&folder, arguments, Duration::from_micros(random.below(most))));
                let partial = folder.path().join(format!("{output}.partial"));
                with_results += usize::from(partial.metadata().is_ok_and(|metadata| metadata.len() > 0));
            }
            let stderr = verify(&folder, &again).assert().success().get_output().stderr.clone();
            let mut found = state(&folder, &stderr);
            found.entry("the summary".to_owned()).and_modify(|said| {
                // The second run may have been killed before it had a journal.
                let text = String::from_utf8_lossy(said).into_owned();
                let told = |line: &&str| !line.contains("has no journal");
                *said = text.lines().filter(told).flat_map(|line| [line, "\n"]).collect::<String>().into_bytes();
            });
            for (file, bytes) in wanted {
                assert!(found.get(file) == Some(bytes), "{name}: {file} differs after {done} kills");
            }
            assert_eq!(found.len(), wanted.len(), "{name}: nothing is left behind: {:?}", found.keys());
            clear(folder.path());
        }
    }
    with_results
}

/// Removes everything but the inputs.
fn clear(folder: &Path) {
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        if !["in.jsonl", "more.jsonl.zst"].contains(&file.file_name().to_str().unwrap()) {
            fs::remove_file(file.path()).unwrap();
        }
    }
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_bytes() {
    // Plain, packed and grouped results; the long form tries all ways.
    let ways = [WAYS[0], WAYS[1], WAYS[5]];
    // A few kills may all come before the first results: then once more.
    let had_results = (0..6).any(|round| kill(&ways, 9, 4200 + 500 * round) > 0);
    assert!(had_results, "some were killed after they had results");
}

#[test]
#[ignore = "takes minutes"]
fn runs_that_were_killed_at_200_moments_go_on_to_the_same_bytes() {
    let moments = std::env::var("R1REWARDS_KILLS").map_or(200, |number| number.parse().unwrap());
    let with_results = kill(WAYS, moments, 6000);
    eprintln!("{with_results} times there were results to go on from");
    assert!(with_results * 4 > moments, "{with_results} of {moments}");
}

/// The first line of the journal of a run with this manifest.
fn identity(folder: &TempDir, meta: &Value) -> Value {
    let size = |name: &str| folder.path().join(name).metadata().unwrap().len();
    let inputs: Vec<_> = ["in.jsonl", "more.jsonl.zst"].map(|name| json!({"name": name, "bytes": size(name)})).into();
    json!({
        "engine_version": meta["engine_version"], "config_hash": meta["config_hash"], "fields": meta["fields"],
        "shard": null, "group_by": null, "inputs": inputs,
    })
}

/// Leaves the files of a run that was killed: the first `count` results (and a part of the next), and the journal.
fn interrupted(folder: &TempDir, output: &str, more: &[&str], count: usize) -> Vec<u8> {
    verify(folder, &arguments(output, more)).assert().success();
    let whole = fs::read(folder.path().join(output)).unwrap();
    let end = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(count).unwrap().0 - 7;
    fs::write(folder.path().join(format!("{output}.partial")), &whole[..end]).unwrap();
    let meta: Value = serde_json::from_slice(&fs::read(folder.path().join(format!("{output}.meta.json"))).unwrap()).unwrap();
    fs::write(folder.path().join(format!("{output}.partial.json")), format!("{}\n", identity(folder, &meta))).unwrap();
    fs::remove_file(folder.path().join(output)).unwrap();
    whole
}

#[test]
fn rows_that_are_done_are_not_judged_again() {
    let folder = inputs(700);
    let whole = interrupted(&folder, "out.jsonl", &[], 900);
    // A known result stays as it is, even if it is no longer what the row would get.
    let partial = folder.path().join("out.jsonl.partial");
    let text = fs::read_to_string(&partial).unwrap().replacen("\"incorrect\"", "\"correct\"", 1);
    fs::write(&partial, text).unwrap();
    verify(&folder, &arguments("out.jsonl", &["--resume"])).assert().success();
    let found = fs::read(folder.path().join("out.jsonl")).unwrap();
    assert_eq!(String::from_utf8(found).unwrap(), String::from_utf8(whole).unwrap().replacen("\"incorrect\"", "\"correct\"", 1));
}

/// A run that was killed after its results got their name, before the manifest was written.
#[test]
fn a_run_that_was_killed_before_its_manifest_gets_it() {
    for output in ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"] {
        let folder = inputs(700);
        let more = arguments(output, &["--resume"]);
        verify(&folder, &more).assert().success();
        let wanted = state(&folder, b"");
        let path = |ending: &str| folder.path().join(format!("{output}{ending}"));
        let meta: Value = serde_json::from_slice(&fs::read(path(".meta.json")).unwrap()).unwrap();
        fs::remove_file(path(".meta.json")).unwrap();
        let identity = identity(&folder, &meta);
        // Without the last line of the journal, the results might be those of an earlier run.
        fs::write(path(".partial.json"), format!("{identity}\n")).unwrap();
        verify(&folder, &more).assert().success();
        assert!(state(&folder, b"") == wanted, "{output}: judged anew");
        fs::write(path(".partial.json"), format!("{identity}\n{{\"finished\":true}}\n")).unwrap();
        fs::remove_file(path(".meta.json")).unwrap();
        verify(&folder, &more).assert().success();
        assert!(state(&folder, b"") == wanted, "{output}");
    }
}

#[test]
fn a_run_goes_on_only_with_the_same_rewards_columns_and_inputs() {
    let folder = inputs(600);
    let whole = interrupted(&folder, "out.jsonl", &[], 100);
    let refused = |more: &[&str], message: &str| {
        let found = verify(&folder, &arguments("out.jsonl", more)).arg("--resume").assert().code(2);
        found.stderr(contains("cannot go on from ").and(contains(message.to_owned())));
    };
    refused(&["--policy", "lenient"], "the configuration of the rewards (its hash) was");
    refused(&["--map", "completion=other"], "the columns (--map, --preset, --format) was");
    refused(&["--shard", "1/2"], "the shard (--shard) was null and is \"1/2\"");
    refused(&["in.jsonl"], "there were 2 inputs and are 3");
    let input = fs::read_to_string(folder.path().join("in.jsonl")).unwrap();
    fs::write(folder.path().join("in.jsonl"), format!("{input}{{}}\n")).unwrap();
    refused(&[], "the input in.jsonl (");
    // Of the same size, but another row.
    fs::write(folder.path().join("in.jsonl"), input.replacen("2/7", "3/7", 1)).unwrap();
    let changed = verify(&folder, &arguments("out.jsonl", &["--resume"])).assert().code(2);
    changed.stderr(contains(
        "in.jsonl:1: the row \"0/0\" is not the one that was judged: its prompt, completion or reference has changed",
    ));
    fs::write(folder.path().join("in.jsonl"), &input).unwrap();
    verify(&folder, &arguments("out.jsonl", &["--resume"])).assert().success();
    assert_eq!(fs::read(folder.path().join("out.jsonl")).unwrap(), whole, "nothing was lost by the refusals");
}

#[test]
fn inputs_that_changed_where_no_result_shows_it_are_found_by_what_was_read() {
    let folder = inputs(600);
    interrupted(&folder, "out.jsonl", &[], 100);
    let input = fs::read(folder.path().join("in.jsonl")).unwrap();
    let checkpoint =
        json!({"input": 0, "bytes": 5000, "xxh3": format!("{:032x}", twox_hash::XxHash3_128::oneshot(&input[..5000]))});
    let journal = folder.path().join("out.jsonl.partial.json");
    fs::write(&journal, format!("{}{checkpoint}\n{{\"input\": 0, \"by", fs::read_to_string(&journal).unwrap())).unwrap();
    let other = String::from_utf8(input.clone()).unwrap().replacen("\"id\":null", "\"id\":nul ", 1);
    fs::write(folder.path().join("in.jsonl"), other).unwrap();
    let refused = verify(&folder, &arguments("out.jsonl", &["--resume"])).assert().code(2);
    refused.stderr(contains("cannot read in.jsonl: its first 5000 bytes are not those that the interrupted run read"));
    fs::write(folder.path().join("in.jsonl"), input).unwrap();
    verify(&folder, &arguments("out.jsonl", &["--resume"])).assert().success();
}

#[test]
fn a_run_without_resume_starts_anew_and_says_so() {
    let folder = inputs(600);
    let whole = interrupted(&folder, "out.jsonl", &[], 100);
    let said = verify(&folder, &arguments("out.jsonl", &[])).assert().success();
    said.stderr(contains("out.jsonl.partial, which an interrupted run left, is discarded (--resume goes on from it)"));
    assert_eq!(fs::read(folder.path().join("out.jsonl")).unwrap(), whole);
    let again = verify(&folder, &arguments("out.jsonl", &["--resume"])).assert().success();
    assert!(!String::from_utf8_lossy(&again.get_output().stderr).contains("partial"), "nothing to go on from");
}

#[test]
fn a_signal_leaves_the_results_and_says_how_to_go_on() {
    let folder = folder(&rows(3000));
    let mut run = Process::new("env");
    let verify_path = assert_cmd::cargo::cargo_bin("verify");
    run.arg("--default-signal=INT,TERM").arg(verify_path).args(["score", "in.jsonl", "-", "-o", "out.jsonl"]);
    let mut run = run.current_dir(folder.path()).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let partial = folder.path().join("out.jsonl.partial");
    let start = Instant::now();
    while partial.metadata().map_or(0, |metadata| metadata.len()) == 0 && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let other = verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().code(2);
    other.stderr(contains("another run is writing ").and(contains("wait for its end, or name another output")));
    let input = run.stdin.take();
    Process::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    let ended = run.wait_with_output().unwrap();
    drop(input);
    assert_eq!(ended.status.code(), Some(130));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("out.jsonl.partial; the same command with --resume goes on from them"), "{said}");
    verify(&folder, &["score", "in.jsonl", "-", "-o", "out.jsonl", "--resume"]).write_stdin(rows(2)).assert().success();
    assert_eq!(results(&folder.path().join("out.jsonl")).len(), 3002);
}

#[test]
fn a_packed_input_that_was_cut_off_may_be_completed_and_the_run_goes_on() {
    use std::io::Write as _;
    let folder = folder("");
    let text = |from: usize, to: usize| -> String {
        let noise = |n: usize| format!("{:x}", (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (from..to)
            .map(|n| json!({"id": n, "completion": format!("{} \\boxed{{{}}}", noise(n), n % 3), "answer": "1"}).to_string() + "\n")
            .collect()
    };
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let whole = gzip(&text(0, 30_000));
    let write = |bytes: &[u8]| fs::write(folder.path().join("in.gz"), bytes).unwrap();
    let score =
        |output: &str, more: &[&str]| verify(&folder, &[&["score", "in.gz", "-o", output, "-q", "--no-meta"], more].concat());
    write(&whole);
    score("whole.jsonl", &[]).assert().success();
    write(&whole[..whole.len() / 2]);
    let cut = score("out.jsonl", &[]).assert().code(2);
    cut.stderr(contains("cannot read in.gz").and(contains("the results so far are in out.jsonl.partial")));
    assert!(results(&folder.path().join("out.jsonl.partial")).len() > 1000);
    // Another file is no completion of it, and the refusals lose nothing.
    for other in [gzip(&text(1, 30_001)), whole[..whole.len() / 3].to_vec()] {
        write(&other);
        for _ in 0..2 {
            let refused = score("out.jsonl", &["--resume"]).assert().code(2);
            refused.stderr(contains("may go on behind its old end").and(contains("leave out --resume to judge all rows anew")));
        }
    }
    // Completed a little, and then to its end.
    write(&whole[..whole.len() * 3 / 4]);
    score("out.jsonl", &["--resume"]).assert().code(2).stderr(contains("cannot read in.gz"));
    write(&whole);
    score("out.jsonl", &["--resume"]).assert().success();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read("out.jsonl") == read("whole.jsonl"), "the same bytes as one run");
}
