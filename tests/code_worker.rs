//! Programs judged in worker processes: the outcomes of threads, and what becomes of a worker that dies.
//!
//! The worker is the `verify` binary that was built with these tests.
#![cfg(all(feature = "code", feature = "cli", target_os = "linux"))]

use std::process::Command;

use r1rewards::code::{Code, CodeOptions, Isolation};
use r1rewards::{Reward, RewardSpec, Sample, Scorer};
use serde_json::{Value, json};

fn in_process() -> Code {
    r1rewards::code::set_worker([env!("CARGO_BIN_EXE_verify"), "worker"]);
    Code::new(CodeOptions { isolation: Isolation::Process, ..CodeOptions::default() })
}

fn sample(program: &str, tests: &Value) -> Sample {
    let mut sample = Sample::new(program);
    sample.tests = Some(tests.clone().into());
    sample
}

fn samples() -> Vec<Sample> {
    let asserts = json!({"kind": "asserts", "test_code": "assert f(2) == 4"});
    let stdio = json!({"kind": "stdio", "timeout": 0.01, "tests": [{"input": "3\n", "output": "6"}]});
    vec![
        sample("def f(x): return x * x", &asserts),
        sample("def f(x): return x", &asserts),
        sample("print(int(input()) * 2)", &stdio),
        sample("print('\u{1f600}\\n' * 100)", &stdio),
        sample("while True: pass", &stdio),
        sample("import os; os.abort()", &stdio),
        sample("print(6)", &json!({"kind": "stdio", "tests": []})),
        sample("", &stdio),
        Sample::new("print(6)"),
    ]
}

#[test]
fn a_worker_gives_the_bytes_of_this_process() {
    let worker = in_process();
    for sample in samples() {
        assert_eq!(worker.score(&sample), Code::default().score(&sample), "{}", sample.completion);
    }
}

#[test]
fn many_threads_each_have_a_worker() {
    in_process();
    let spec = RewardSpec::from_value(&json!({"kind": "code", "isolation": "process"})).expect("a sound spec");
    let scorer = Scorer::builder().spec(&spec).expect("sound").jobs(4).build().expect("a scorer");
    let samples: Vec<_> = samples().into_iter().cycle().take(60).collect();
    for (outcome, sample) in scorer.score_batch(&samples).into_iter().zip(&samples) {
        assert_eq!(outcome, Code::default().score(sample), "{}", sample.completion);
    }
}

/// Workers that this process started, whatever they do.
fn workers() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok())
        .flat_map(|children| children.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|id| std::fs::read_to_string(format!("/proc/{id}/cmdline")).is_ok_and(|line| line.ends_with("\0worker\0")))
        .collect()
}

#[test]
fn a_worker_that_died_is_replaced() {
    let worker = in_process();
    let honest = sample("def f(x): return x * x", &json!({"kind": "asserts", "test_code": "assert f(2) == 4"}));
    assert!(worker.score(&honest).is_correct());
    let started = workers();
    assert!(!started.is_empty(), "the workers are children of this process");
    for id in started {
        assert!(Command::new("kill").args(["-9", &id]).status().expect("kill").success());
    }
    assert!(worker.score(&honest).is_correct());
}

#[test]
fn a_worker_serves_nothing_but_requests() {
    use std::io::Write as _;
    use std::process::Stdio;
    for bytes in [&b"hello"[..], b"\x02\0\0\0{}", b"\xff\xff\xff\xff", b"\x01\0\0\0"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_verify"))
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("started");
        child.stdin.take().expect("a pipe").write_all(bytes).expect("written");
        let ended = child.wait_with_output().expect("an end");
        assert_eq!(ended.status.code(), Some(2), "{bytes:?}");
        assert!(String::from_utf8_lossy(&ended.stderr).starts_with("verify: "), "{bytes:?}");
    }
}
