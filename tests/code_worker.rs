//! Programs judged in worker processes: the same outcomes as with threads, and what happens if a worker dies or is
//! stopped.
//!
//! The worker is the `verify` binary that was built with these tests. The long form: `cargo test --test code_worker --
//! --ignored`.
#![cfg(all(feature = "code", feature = "cli", target_os = "linux"))]

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

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
    let _alone = alone();
    let worker = in_process();
    for sample in samples() {
        assert_eq!(worker.score(&sample), Code::default().score(&sample), "{}", sample.completion);
    }
}

#[test]
fn many_threads_each_have_a_worker() {
    let _alone = alone();
    in_process();
    let spec = RewardSpec::from_value(&json!({"kind": "code", "isolation": "process"})).expect("a sound spec");
    let scorer = Scorer::builder().spec(&spec).expect("sound").jobs(4).build().expect("a scorer");
    let samples: Vec<_> = samples().into_iter().cycle().take(60).collect();
    for (outcome, sample) in scorer.score_batch(&samples).into_iter().zip(&samples) {
        assert_eq!(outcome, Code::default().score(sample), "{}", sample.completion);
    }
}

/// All workers that this process started.
fn workers() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    tasks
        .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok())
        .flat_map(|children| children.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|id| std::fs::read_to_string(format!("/proc/{id}/cmdline")).is_ok_and(|line| line.ends_with("\0worker\0")))
        .collect()
}

/// All tests of this process share the workers, so they run one at a time: a test that stops a worker must not take one
/// that another test has started, which nobody would ask again.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn signal(name: &str, id: &str) {
    // The process may have ended already.
    let _ = Command::new("kill").args([name, id]).stderr(std::process::Stdio::null()).status().expect("kill");
}

/// Waits for a worker that is not in `before`.
fn another(before: &[String]) -> Option<String> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        if let Some(new) = workers().into_iter().find(|id| !before.contains(id)) {
            return Some(new);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}

/// Judges a program that runs for a second or more, while `happens` does something to the workers.
fn judged_while(happens: impl FnOnce()) {
    let worker = in_process();
    let endless = sample("while True: pass", &json!({"kind": "stdio", "timeout": 1, "tests": [{"output": "6"}]}));
    let outcome = std::thread::scope(|scope| {
        let judged = scope.spawn(|| worker.score(&endless));
        happens();
        judged.join().expect("no panic")
    });
    assert_eq!(outcome.reason.code(), "out_of_fuel", "{outcome:?}");
}

#[test]
fn a_worker_that_died_is_replaced() {
    let _alone = alone();
    let worker = in_process();
    let honest = sample("def f(x): return x * x", &json!({"kind": "asserts", "test_code": "assert f(2) == 4"}));
    assert!(worker.score(&honest).is_correct());
    let started = workers();
    assert!(!started.is_empty(), "the workers are children of this process");
    started.iter().for_each(|id| signal("-9", id));
    assert!(worker.score(&honest).is_correct());
}

#[test]
fn a_worker_that_dies_in_its_first_request_is_tried_again() {
    let _alone = alone();
    // A killed worker is listed until its parent has waited for it.
    let mut killed = workers();
    killed.iter().for_each(|id| signal("-9", id));
    judged_while(|| {
        for _ in 0..2 {
            let fresh = another(&killed).expect("a worker");
            std::thread::sleep(Duration::from_millis(300));
            signal("-9", &fresh);
            killed.push(fresh);
        }
    });
}

#[test]
fn a_stopped_worker_is_given_up_and_its_request_tried_again() {
    let _alone = alone();
    // A killed worker is listed until its parent has waited for it.
    let killed = workers();
    killed.iter().for_each(|id| signal("-9", id));
    let mut stopped = None;
    judged_while(|| {
        stopped = another(&killed);
        std::thread::sleep(Duration::from_millis(300));
        signal("-STOP", stopped.as_ref().expect("a worker"));
    });
    let stopped = stopped.expect("a worker");
    // It is ended, but on a busy machine it stays listed for a while.
    let is_gone = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        !workers().contains(&stopped)
    });
    assert!(is_gone, "the stopped one is gone");
}

#[test]
fn a_worker_stopped_while_it_waits_is_given_up() {
    let _alone = alone();
    let worker = in_process();
    let honest = sample("def f(x): return x * x", &json!({"kind": "asserts", "test_code": "assert f(2) == 4"}));
    assert!(worker.score(&honest).is_correct());
    workers().iter().for_each(|id| signal("-STOP", id));
    assert!(worker.score(&honest).is_correct());
}

#[test]
fn a_worker_leaves_interrupts_to_its_parent() {
    let _alone = alone();
    let worker = in_process();
    let honest = sample("def f(x): return x * x", &json!({"kind": "asserts", "test_code": "assert f(2) == 4"}));
    assert!(worker.score(&honest).is_correct());
    let before = workers();
    before.iter().for_each(|id| signal("-INT", id));
    assert!(worker.score(&honest).is_correct());
    assert!(workers().iter().any(|id| before.contains(id)), "it goes on");
}

/// Pseudo-random delays, the same in every run (Knuth's generator).
struct Moments(u64);

impl Moments {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

#[test]
#[ignore = "minutes: the long form"]
fn three_hundred_kills_and_thirty_stops_change_no_outcome() {
    let _alone = alone();
    in_process();
    let spec = RewardSpec::from_value(&json!({"kind": "code", "isolation": "process"})).expect("a sound spec");
    let scorer = Scorer::builder().spec(&spec).expect("sound").jobs(3).build().expect("a scorer");
    let samples: Vec<_> = samples().into_iter().cycle().take(60).collect();
    let expected: Vec<_> = samples.iter().map(|sample| Code::default().score(sample)).collect();
    let done = AtomicBool::new(false);
    let (mut batches, mut longest, mut wrong) = (0, Duration::ZERO, Vec::new());
    let started = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut moments, mut kills, mut stops) = (Moments(1), 0, 0);
            while kills < 300 || stops < 30 {
                // On a busy machine a worker needs almost a second to start; with shorter delays no request would ever
                // finish.
                std::thread::sleep(Duration::from_millis(300 + moments.next(1200)));
                let workers = workers();
                let Some(id) = workers.get(usize::try_from(moments.next(workers.len().max(1) as u64)).expect("small")) else {
                    continue;
                };
                let stop = stops < 30 && moments.next(10) == 0;
                signal(if stop { "-STOP" } else { "-9" }, id);
                if stop { stops += 1 } else { kills += 1 }
            }
            eprintln!("{kills} kills, {stops} stops");
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            let start = Instant::now();
            let outcomes = scorer.score_batch(&samples);
            longest = longest.max(start.elapsed());
            batches += 1;
            wrong.extend(outcomes.into_iter().zip(&expected).filter(|(outcome, expected)| outcome != *expected));
        }
    });
    assert!(wrong.is_empty(), "{} outcomes, the first: {:?}", wrong.len(), wrong[0]);
    eprintln!("{batches} batches of {}, the longest {longest:?}, {:?} in all", samples.len(), started.elapsed());
}

#[test]
fn a_worker_serves_nothing_but_requests() {
    // Others end every child of this process.
    let _alone = alone();
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

/// Threads that keep every core busy until this is dropped.
struct Hogs(std::sync::Arc<AtomicBool>, Vec<std::thread::JoinHandle<()>>);

impl Hogs {
    fn start() -> Hogs {
        let stop = std::sync::Arc::new(AtomicBool::new(false));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let burn = |stop: std::sync::Arc<AtomicBool>| move || while !stop.load(Ordering::Relaxed) {};
        let threads = (0..4 * cores).map(|_| std::thread::spawn(burn(std::sync::Arc::clone(&stop)))).collect();
        Hogs(stop, threads)
    }
}

impl Drop for Hogs {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
        self.1.drain(..).for_each(|thread| thread.join().expect("no panic"));
    }
}

#[test]
fn a_starved_worker_gives_the_same_bytes() {
    let _alone = alone();
    let worker = in_process();
    let samples = samples();
    let expected: Vec<_> = samples.iter().map(|sample| Code::default().score(sample)).collect();
    assert!(worker.score(&samples[0]).is_correct(), "a worker waits");
    for id in workers() {
        assert!(
            Command::new("renice")
                .args(["-n", "19", "-p", &id])
                .stdout(std::process::Stdio::null())
                .status()
                .expect("renice")
                .success()
        );
    }
    let _hogs = Hogs::start();
    for (sample, expected) in samples.iter().zip(&expected) {
        assert_eq!(&worker.score(sample), expected, "{}", sample.completion);
    }
}
