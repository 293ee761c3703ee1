//! The `verify` command as its users meet it.
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write as _;
use std::path::Path;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of its own with an input file `in.jsonl`.
fn folder(input: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("in.jsonl"), input).unwrap();
    folder
}

fn verify(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("verify").unwrap();
    command.current_dir(folder.path()).args(arguments);
    command
}

fn results(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// So many rows that are well formed.
fn rows(count: usize) -> String {
    (0..count).map(|index| json!({"id": index, "completion": "x", "answer": "1"}).to_string() + "\n").collect()
}

const SPEC: &str = "[[reward]]\nkind = \"math\"\n";

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
fn a_bad_line_is_a_result_and_the_run_goes_on() {
    let folder = folder(
        "{\"completion\": \"x\", \"answer\": \"1\"}\n{oops\n\n{\"completion\": 3}\n{\"completion\": \"y\", \"answer\": \"1\"}\n",
    );
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let results = results(&folder.path().join("out.jsonl"));
    let details: Vec<_> = results.iter().map(|row| row["detail"].as_str().unwrap_or_default()).collect();
    assert_eq!(results.len(), 4);
    assert_eq!(
        (&results[1]["verdict"], &results[1]["reason"], &results[1]["reward"]),
        (&json!("unscored"), &json!("bad_row"), &Value::Null)
    );
    assert!(details[1].starts_with("in.jsonl:2: not JSON: "), "{details:?}");
    assert!(details[2].starts_with("in.jsonl:4: the column `completion` must be a string"), "{details:?}");
    assert_eq!(results[3]["id"], json!(4));
}

#[test]
fn lines_of_other_systems_are_read() {
    let folder = folder("");
    let mut bytes = "\u{feff}{\"id\": 1, \"completion\": \"x\", \"answer\": \"1\"}\r\n".as_bytes().to_vec();
    bytes.extend(b"\xff\xfe\r\n");
    fs::write(folder.path().join("in.jsonl"), bytes).unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let results = results(&folder.path().join("out.jsonl"));
    assert_eq!(results[0]["id"], json!(1));
    assert_eq!(results[1]["detail"], json!("in.jsonl:2: not UTF-8: byte 1 of the line"));
}

#[test]
fn a_column_missing_from_every_row_names_the_mapping() {
    let folder = folder("{\"question\": \"?\", \"response\": \"x\", \"gold\": \"1\"}\n");
    let message = "no row has the column `completion`; columns seen: question, response, gold. Say which one it is with --map completion=response";
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().code(2).stderr(contains(message));
    assert!(!folder.path().join("out.jsonl").exists(), "nothing is left behind");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");

    let arguments = ["score", "in.jsonl", "-o", "out.jsonl", "--map", "completion=response"];
    verify(&folder, &arguments)
        .assert()
        .code(2)
        .stderr(contains("no row has the column `answer`").and(contains("--map answer=gold")));
    verify(&folder, &arguments).args(["--map", "answer=gold"]).assert().success();
}

#[test]
fn what_is_not_json_lines_is_said_so() {
    let folder = folder("[\n{\n");
    verify(&folder, &["score", "in.jsonl", "-o", "-"]).assert().code(2).stderr(contains("the input must be JSON Lines"));
}

#[test]
fn sources_are_files_patterns_standard_input_and_packed_files() {
    let folder = folder("");
    fs::create_dir(folder.path().join("runs")).unwrap();
    for (name, id) in [("runs/b.jsonl", "b"), ("runs/a.jsonl", "a")] {
        fs::write(folder.path().join(name), json!({"id": id, "completion": "x", "answer": "1"}).to_string()).unwrap();
    }
    let row = |id: &str| json!({"id": id, "completion": "x", "answer": "1"}).to_string() + "\n";
    let mut gzip =
        flate2::write::GzEncoder::new(fs::File::create(folder.path().join("c.jsonl.gz")).unwrap(), flate2::Compression::fast());
    gzip.write_all(row("c").as_bytes()).unwrap();
    gzip.finish().unwrap();
    fs::write(folder.path().join("d.jsonl.zst"), zstd::encode_all(row("d").as_bytes(), 0).unwrap()).unwrap();

    let arguments = ["score", "runs/*.jsonl", "c.jsonl.gz", "-", "d.jsonl.zst", "-o", "out.jsonl"];
    verify(&folder, &arguments).write_stdin(row("stdin")).assert().success();
    let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, ["a", "b", "c", "stdin", "d"]);
}

#[test]
fn packed_rows_are_known_by_how_they_begin_wherever_they_come_from() {
    let row = |id: &str| json!({"id": id, "completion": "x", "answer": "1"}).to_string() + "\n";
    let folder = folder(&row("plain"));
    let gzip = |text: &str| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    fs::write(folder.path().join("packed.jsonl"), gzip(&row("file"))).unwrap();
    for (given, id) in
        [(gzip(&row("gz")), "gz"), (zstd::encode_all(row("zst").as_bytes(), 0).unwrap(), "zst"), (row("text").into(), "text")]
    {
        verify(&folder, &["score", "in.jsonl", "packed.jsonl", "-", "-o", "out.jsonl"]).write_stdin(given).assert().success();
        let ids: Vec<_> = results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect();
        assert_eq!(ids, ["plain", "file", id]);
    }
}

#[test]
fn a_line_too_long_is_one_result_and_the_rest_is_scored() {
    let long = format!("{{\"completion\": \"{}\"}}", "x".repeat(64 << 20));
    let folder = folder(&format!("{long}\n{}", rows(2)));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let results = results(&folder.path().join("out.jsonl"));
    let said = "in.jsonl:1: the line is longer than 67108864 bytes, and was passed over: cut the row into several";
    assert_eq!((&results[0]["reason"], &results[0]["detail"]), (&json!("bad_row"), &json!(said)));
    assert!(results.len() == 3 && results[1..].iter().all(|row| row["verdict"] == "incorrect"), "{results:?}");
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

#[cfg(feature = "code")]
#[test]
fn a_program_without_tests_is_told_of_its_input() {
    let folder = folder("");
    fs::write(folder.path().join("p.py"), "print(input())").unwrap();
    fs::write(folder.path().join("input"), "7").unwrap();
    verify(&folder, &["run", "p.py"]).assert().code(2).stderr(contains("--tests <T.json>|--stdin <FILE>"));
    verify(&folder, &["run", "p.py", "--stdin", "input", "--tests", "t.json"])
        .assert()
        .code(2)
        .stderr(contains("cannot be used with"));
    verify(&folder, &["run", "p.py", "--stdin", "input"]).assert().success().stdout("7\n");
    verify(&folder, &["run", "p.py", "--stdin", "-"]).write_stdin("8").assert().success().stdout("8\n");
}

#[test]
fn a_source_that_cannot_be_read_is_named() {
    let folder = folder("");
    let stderr = |input: &str| {
        let output = verify(&folder, &["score", input, "-o", "-"]).assert().code(2).get_output().stderr.clone();
        String::from_utf8(output).unwrap()
    };
    assert_eq!(stderr("none.jsonl"), "verify: cannot read none.jsonl: No such file or directory (os error 2)\n");
    assert_eq!(stderr("none*.jsonl"), "verify: no file matches `none*.jsonl`\n");
    assert!(stderr(".").contains("it is a directory; name its files, say ./*.jsonl"));
    fs::write(folder.path().join("torn.jsonl.gz"), b"\x1f\x8b\x08\x00\x00").unwrap();
    assert!(stderr("torn.jsonl.gz").starts_with("verify: cannot read torn.jsonl.gz: "));
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
    score("correct=0.9").code(1).stderr(contains("verify: correct is 0.0000, below the 0.9 asked for"));
    assert_eq!(results(&folder.path().join("out.jsonl")).len(), 1);
    score("correct=0").code(0);
    score("right=1").code(2).stderr(contains("known measures: correct, scored, reward"));
    score("correct").code(2).stderr(contains("must be written measure=number"));
}

#[test]
fn what_pins_the_results_lies_beside_them() {
    let folder = folder("{\"completion\": \"x\", \"answer\": \"1\"}\n");
    fs::write(folder.path().join("spec.toml"), SPEC).unwrap();
    let meta = || -> Value { serde_json::from_str(&fs::read_to_string(folder.path().join("out.meta.json")).unwrap()).unwrap() };
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--rewards", "spec.toml"]).assert().success();
    let first = meta();
    assert_eq!(first["engine_version"], json!(env!("CARGO_PKG_VERSION")));
    assert_eq!(first["config"]["reward"][0]["kind"], json!("math"));
    assert_eq!(first["summary"]["results"], json!(1));
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--rewards", "spec.toml", "--jobs", "2"]).assert().success();
    assert_eq!(meta(), first, "nothing in it depends on threads or time");

    verify(&folder, &["score", "in.jsonl", "-o", "bare.jsonl", "--no-meta"]).assert().success();
    assert!(!folder.path().join("bare.meta.json").exists());
}

#[test]
fn results_go_to_standard_output_and_everything_else_to_standard_error() {
    let folder = folder("{\"completion\": \"x\", \"answer\": \"1\"}\n");
    let output = verify(&folder, &["score", "in.jsonl", "-o", "-"]).assert().success().get_output().clone();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    let summary = String::from_utf8(output.stderr).unwrap();
    assert!(
        ["correct", "incorrect", "unscored", "work p50 / p99", "rows/s"].iter().all(|part| summary.contains(part)),
        "{summary}"
    );
    assert!(!summary.contains('\u{1b}'), "no colours and no bar outside a terminal");
    verify(&folder, &["score", "in.jsonl", "-o", "-", "--quiet"]).assert().success().stderr("");
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
fn a_reader_that_leaves_is_no_failure() {
    let folder = folder(&rows(20_000));
    let mut verify = std::process::Command::new(assert_cmd::cargo::cargo_bin("verify"))
        .args(["score", "in.jsonl", "-o", "-", "-q"])
        .current_dir(folder.path())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(verify.stdout.take());
    let output = verify.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn packed_results_are_packed() {
    let folder = folder("{\"id\": 1, \"completion\": \"x\", \"answer\": \"1\"}\n");
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl.gz"]).assert().success();
    assert!(folder.path().join("out.meta.json").exists());
    let text =
        std::io::read_to_string(flate2::read::GzDecoder::new(fs::File::open(folder.path().join("out.jsonl.gz")).unwrap())).unwrap();
    assert!(text.starts_with("{\"id\":1,"), "{text}");
}

#[test]
fn math_explains_one_comparison() {
    let folder = folder("");
    verify(&folder, &["math", "42", "\\boxed{42}"]).assert().success().stdout(contains("verdict    correct"));
    verify(&folder, &["math", "42", "-5"]).assert().code(1).stdout(contains("verdict    incorrect"));
    verify(&folder, &["math", "-x", "-x", "--policy", "lenient"]).assert().success();
    verify(&folder, &["math", "42", "-"]).write_stdin("so \\boxed{42}").assert().success();
    let json = verify(&folder, &["math", "42", "\\boxed{42}", "--json"]).assert().success().get_output().stdout.clone();
    assert_eq!(serde_json::from_slice::<Value>(&json).unwrap()["outcome"]["verdict"], json!("correct"));
}

#[test]
fn math_refuses_what_it_does_not_know() {
    let folder = folder("");
    verify(&folder, &["math", "42"]).assert().code(2).stderr(contains("<ANSWER>"));
    verify(&folder, &["math", "42", "42", "--policy", "harsh"])
        .assert()
        .code(2)
        .stderr(contains("option `policy` must be one of strict, lenient"));
    verify(&folder, &["math", "42", "42", "--set", "nope=1"])
        .assert()
        .code(2)
        .stderr(contains("unknown option `nope`; known options: "));
}

#[test]
fn shells_get_their_completions() {
    let folder = folder("");
    for shell in ["bash", "zsh", "fish"] {
        verify(&folder, &["completions", shell]).assert().success().stdout(contains("verify"));
    }
}

/// The exit code where the reader of standard output has left before anything is written, and what standard error says.
fn without_a_reader(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let mut verify = std::process::Command::new(assert_cmd::cargo::cargo_bin("verify"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(verify.stdout.take());
    let output = verify.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_that_leaves_changes_no_verdict() {
    let folder = folder(&rows(20_000));
    let score = |threshold| without_a_reader(&folder, &["score", "in.jsonl", "-o", "-", "-q", "--fail-under", threshold]);
    let (code, said) = score("correct=0.99");
    assert_eq!((code, said.as_str()), (Some(1), "verify: correct is 0.0000, below the 0.99 asked for\n"));
    assert_eq!(score("correct=0"), (Some(0), String::new()));
    assert_eq!(without_a_reader(&folder, &["math", "42", "43"]).0, Some(1));
    assert_eq!(without_a_reader(&folder, &["math", "42", "42"]).0, Some(0));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    use std::process::{Command as Process, Stdio};
    use std::time::{Duration, Instant};

    use super::*;

    fn shell(folder: &TempDir, line: &str) -> std::process::Output {
        let verify = assert_cmd::cargo::cargo_bin("verify");
        Process::new("sh").args(["-c", line]).env("VERIFY", verify).current_dir(folder.path()).output().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_standard_output_that_is_closed_is_an_error() {
        let folder = folder(&rows(3));
        let closed = shell(&folder, "\"$VERIFY\" score in.jsonl -o - >&-");
        assert_eq!(closed.status.code(), Some(2));
        assert!(
            String::from_utf8_lossy(&closed.stderr).contains("cannot write standard output: it is closed; name a file with -o")
        );
        assert_eq!(shell(&folder, "\"$VERIFY\" score in.jsonl -o - >/dev/null").status.code(), Some(0));
        // What the exit code says needs no output: whoever wants only that opens /dev/null, for reading too, which looks the same.
        for (command, code) in [("math 42 42", 0), ("math 42 43 --json", 1)] {
            assert_eq!(shell(&folder, &format!("\"$VERIFY\" {command} 1<>/dev/null")).status.code(), Some(code), "{command}");
        }
        // The threshold is delivered by the exit code alone.
        assert_eq!(shell(&folder, "\"$VERIFY\" score in.jsonl -o - --fail-under correct=0.5 >&-").status.code(), Some(1));
    }

    #[test]
    fn an_output_that_is_an_input_is_refused_whatever_it_is_called() {
        let folder = folder(&rows(3));
        let at = |name: &str| folder.path().join(name);
        fs::hard_link(at("in.jsonl"), at("hard.jsonl")).unwrap();
        symlink("in.jsonl", at("soft.jsonl")).unwrap();
        for output in ["in.jsonl", "./in.jsonl", "hard.jsonl", "soft.jsonl"] {
            let refused = verify(&folder, &["score", "in.jsonl", "-o", output]).assert().code(2);
            refused.stderr(contains(format!(
                "cannot write {output}: it is the input in.jsonl, whose rows would be lost; name another file"
            )));
        }
        verify(&folder, &["score", "hard.jsonl", "-o", "in.jsonl"]).assert().code(2);
        for line in ["score - -o in.jsonl < in.jsonl", "score in.jsonl -o - >> in.jsonl"] {
            let refused = shell(&folder, &format!("\"$VERIFY\" {line}"));
            assert_eq!(refused.status.code(), Some(2), "{line}");
        }
        fs::write(at("spec.toml"), SPEC).unwrap();
        verify(&folder, &["score", "in.jsonl", "-o", "spec.toml", "--rewards", "spec.toml"]).assert().code(2);
        verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
        for (output, rejected) in
            [("in.jsonl", "no.jsonl"), ("out.jsonl", "no.jsonl"), ("yes.jsonl", "in.jsonl"), ("yes.jsonl", "./yes.jsonl")]
        {
            let arguments = ["select", "in.jsonl", "--results", "out.jsonl", "-o", output, "--rejected", rejected];
            verify(&folder, &arguments).assert().code(2).stderr(contains("name another file"));
        }
        assert_eq!(fs::read_to_string(at("in.jsonl")).unwrap(), rows(3), "nothing is lost");
    }

    #[test]
    fn a_replaced_output_keeps_its_mode() {
        let folder = folder(&rows(1));
        let out = folder.path().join("out.jsonl");
        for mode in [0o600, 0o640, 0o666] {
            fs::write(&out, "old").unwrap();
            fs::set_permissions(&out, fs::Permissions::from_mode(mode)).unwrap();
            verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
            assert_eq!(out.metadata().unwrap().mode() & 0o777, mode);
            assert_eq!(results(&out).len(), 1);
        }
    }

    /// Starts a run that waits for more rows, its output unfinished.
    fn unfinished(folder: &TempDir) -> (std::process::Child, std::path::PathBuf) {
        let verify = assert_cmd::cargo::cargo_bin("verify");
        let arguments = ["score", "-", "-o", "out.jsonl", "-q"];
        // The tests may have been started where signals are ignored (in the background, under nohup), and `verify` leaves such signals ignored.
        let mut run = Process::new("env");
        run.arg("--default-signal=INT,TERM,HUP,QUIT").arg(verify).args(arguments).current_dir(folder.path());
        let run = run.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let start = Instant::now();
        let is_unfinished = |path: &std::path::PathBuf| path.extension().is_some_and(|end| end == "tmp");
        let find = || fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(is_unfinished);
        while find().is_none() && start.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        (run, find().expect("a file that is being written"))
    }

    #[test]
    fn a_signal_leaves_no_unfinished_output_and_what_was_there() {
        let folder = folder("");
        let out = folder.path().join("out.jsonl");
        fs::write(&out, "old").unwrap();
        for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1), ("QUIT", 3), ("USR1", 10), ("USR2", 12)] {
            let (mut run, _) = unfinished(&folder);
            // Open until the run has ended: at the end of its input it may be done before it heeds the signal.
            let input = run.stdin.take();
            Process::new("kill").args([&format!("-{name}"), &run.id().to_string()]).status().unwrap();
            let ended = run.wait_with_output().unwrap();
            drop(input);
            assert_eq!(ended.status.code(), Some(128 + number), "{name}");
            assert!(
                String::from_utf8_lossy(&ended.stderr)
                    .starts_with(&format!("verify: ended by SIG{name}: the output was not whole"))
            );
            assert_eq!(fs::read_to_string(&out).unwrap(), "old");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "in.jsonl and out.jsonl");
        }
    }

    #[test]
    fn the_names_of_unfinished_outputs_cannot_be_foreseen() {
        let folder = folder("");
        let names = [0, 1].map(|_| {
            let (mut run, path) = unfinished(&folder);
            run.kill().unwrap();
            run.wait().unwrap();
            assert_eq!(path.metadata().unwrap().mode() & 0o077 & !0o044, 0, "nobody else may write to it");
            fs::remove_file(&path).unwrap();
            path
        });
        assert_ne!(names[0], names[1]);
        for name in names {
            let name = name.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(name.starts_with(".out.jsonl.") && name.ends_with(".tmp") && name.len() >= 27, "{name}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn json_on_a_terminal_is_escaped_and_elsewhere_the_bytes_stay() {
        let acting = "\u{9b}31m\u{7f}\u{202e}\u{2066}\u{200f}\u{61c}";
        let row = json!({"id": acting, "prompt": acting, "completion": format!("{acting} \\boxed{{1}}"), "answer": "1"});
        let folder = folder(&row.to_string());
        fs::write(
            folder.path().join("results.jsonl"),
            json!({"id": acting, "verdict": "correct", "reward": 1.0, "reason": "equal", "cost": {"work": 0}}).to_string(),
        )
        .unwrap();
        fs::write(folder.path().join("p.py"), format!("print('{acting}')")).unwrap();
        fs::write(folder.path().join("t.json"), json!({"kind": "stdio", "tests": [{"output": acting}]}).to_string()).unwrap();
        let acts = |character: char| acting.contains(character) && !character.is_ascii_graphic();
        let math = format!("math '{acting}' '{acting}' --json");
        let run = "run p.py --tests t.json --json";
        for command in ["score in.jsonl -o - -q", "select in.jsonl --results results.jsonl -o - -q", &math, run] {
            if command == run && cfg!(not(feature = "code")) {
                continue;
            }
            // `script` gives the command a terminal.
            let inside = shell(&folder, &format!("script -qec \"\\\"$VERIFY\\\" {command} 2>/dev/null\" /dev/null < /dev/null"));
            let shown = String::from_utf8(inside.stdout).unwrap().replace("\r\n", "\n");
            assert!(!shown.contains(acts) && shown.contains("\\u202e"), "{command}: {shown:?}");
            let outside = shell(&folder, &format!("\"$VERIFY\" {command}"));
            let bytes = String::from_utf8(outside.stdout).unwrap();
            assert!(bytes.contains(acting), "{command}: {bytes:?}");
            let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(read(&shown), read(&bytes), "{command}");
        }
    }

    #[cfg(feature = "code")]
    #[test]
    fn reports_show_what_a_terminal_would_obey_as_escapes() {
        let folder = folder("");
        fs::write(
            folder.path().join("p.py"),
            "import sys\nprint('\\x1b[2Jgone\\x9b\\u202e')\nsys.stderr.write('\\x1b]0;title\\x07')",
        )
        .unwrap();
        fs::write(folder.path().join("t.json"), json!({"kind": "stdio", "tests": [{"output": "\u{1b}[1m"}]}).to_string()).unwrap();
        let report = verify(&folder, &["run", "p.py", "--tests", "t.json"]).assert().code(1).get_output().stdout.clone();
        let report = String::from_utf8(report).unwrap();
        assert!(
            report.contains(r"\x1b[2Jgone\u{9b}\u{202e}") && report.contains(r"\x1b]0;title\x07") && report.contains(r"\x1b[1m"),
            "{report}"
        );
        assert!(!report.contains(|character: char| character.is_control() && character != '\n'), "{report:?}");
        // No terminal: the bytes.
        let bytes = verify(&folder, &["run", "p.py", "--stdin", "p.py"]).assert().success().get_output().stdout.clone();
        assert!(bytes.starts_with(b"\x1b[2Jgone"), "{bytes:?}");
    }
}
