//! Measures the performance targets of the code verifier in one run:
//!
//! `cargo run --release --example code_bars [humaneval.jsonl]`
//!
//! Both sides of every ratio are measured here, alternating, and the best of several rounds counts, since the machine
//! may be busy. The file has the columns of HumanEval; without it those lines are left out. `python3` must be installed
//! for the comparison. The program is its own worker process.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use r1rewards::code::{Code, CodeOptions, FUEL_PER_SECOND, Isolation, Limits, Tests, serve_worker, set_worker};
use r1rewards::{Reward, Sample, Scorer};
use serde_json::{Value, json};

const ROUNDS: usize = 5;
/// A loop of plain Python: integers, lists, dictionaries, calls.
const STEADY: &str = "def g(n):\n    return n * 3 % 7\ndef f(n):\n    d = {}\n    a = []\n    for i in range(n):\n        d[i % 100] = d.get(i % 100, 0) + g(i)\n        a.append(i)\n        if len(a) > 50: a.clear()\n    return sum(d.values())\nprint(f(1_000_000))\n";

fn main() {
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some("worker") {
        return serve_worker().expect("requests until the end");
    }
    set_worker([std::env::current_exe().expect("this program").into_os_string(), "worker".into()]);
    let hello = sample("print(1)", &json!({"kind": "stdio", "tests": [{"output": "1"}]}));
    assert!(Code::default().score(&hello).is_correct(), "the first run compiles the guest");
    // Measured first: memory that earlier instances wrote stays resident.
    private_memory();
    let one = best(|| per_second(200, || assert!(Code::default().score(&hello).is_correct())));
    // Completions of one prompt, as trainers have them.
    let many: Vec<Sample> = std::iter::repeat_n(hello.clone().with_prompt("Print 1."), 512).collect();
    let [[one_thread, two_threads], [one_worker, two_workers]] = scaling(&many);
    let bare = best(|| per_second(40, || python(&["-I", "-S", "-c", "print(1)"], "")));
    let plain = best(|| per_second(20, || python(&["-c", "print(1)"], "")));
    println!("print(1), a fresh instance: {one:.0}/s");
    println!("  threads: {one_thread:.0}/s on one, {two_threads:.0}/s on two ({:.2} x)", two_threads / one_thread);
    println!("  workers: {one_worker:.0}/s on one, {two_workers:.0}/s on two ({:.2} x)", two_workers / one_worker);
    println!("python3 -I -S: {bare:.0}/s, so {:.1} x; python3: {plain:.0}/s, so {:.1} x", one / bare, one / plain);
    steady();
    if let Some(path) = argument {
        humaneval(&path);
    }
    memory();
}

fn sample(program: &str, tests: &Value) -> Sample {
    let mut sample = Sample::new(program);
    sample.tests = Some(tests.clone().into());
    sample
}

fn best(mut measure: impl FnMut() -> f64) -> f64 {
    (0..ROUNDS).map(|_| measure()).fold(0.0, f64::max)
}

fn per_second(times: u32, mut work: impl FnMut()) -> f64 {
    let started = Instant::now();
    (0..times).for_each(|_| work());
    f64::from(times) / started.elapsed().as_secs_f64()
}

/// The samples per second of one and of two threads, then of one and of two worker processes; alternating.
fn scaling(samples: &[Sample]) -> [[f64; 2]; 2] {
    let mut most = [[0.0_f64; 2]; 2];
    for _ in 0..ROUNDS {
        for (isolation, most) in [Isolation::Thread, Isolation::Process].into_iter().zip(&mut most) {
            for (jobs, most) in [1, 2].into_iter().zip(most) {
                *most = most.max(batch(samples, isolation, jobs));
            }
        }
    }
    most
}

fn batch(samples: &[Sample], isolation: Isolation, jobs: usize) -> f64 {
    let code = Code::new(CodeOptions { isolation, ..CodeOptions::default() });
    let scorer = Scorer::builder().reward(code).jobs(jobs).build().expect("a scorer");
    let started = Instant::now();
    let outcomes = scorer.score_batch(samples);
    let wrong = outcomes.iter().filter(|outcome| !outcome.is_correct()).count();
    assert_eq!(wrong, 0, "every sample is right");
    samples.len() as f64 / started.elapsed().as_secs_f64()
}

fn python(args: &[&str], input: &str) {
    let mut child = Command::new(interpreter()).args(args).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("python3");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
    assert!(child.wait().expect("an end").success());
}

/// The path of the interpreter: `python3` may be a wrapper script whose start takes far longer than the interpreter's.
fn interpreter() -> &'static str {
    static FOUND: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    FOUND.get_or_init(|| {
        let asked = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().expect("python3");
        String::from_utf8(asked.stdout).expect("a path").trim().to_owned()
    })
}

fn steady() {
    let tests = Tests::read(&json!({"kind": "stdio", "timeout": 1000, "tests": [{"output": "2999997\n"}]})).expect("sound tests");
    let mut fuel = 0;
    let mut run = || {
        let started = Instant::now();
        fuel = Code::default().run(STEADY, &tests).expect("a report").fuel;
        started.elapsed()
    };
    let ours = (0..ROUNDS).map(|_| run()).min().unwrap_or_default();
    let native = (0..ROUNDS).map(|_| timed(|| python(&["-I", "-S", "-"], STEADY))).min().unwrap_or_default();
    println!("steady loop: {ours:.0?}, python3 {native:.0?} ({:.2} x)", ours.as_secs_f64() / native.as_secs_f64());
    let a_second = fuel as f64 / ours.as_secs_f64();
    println!(
        "fuel: {:.0} million a second here; a second of the limits is {} million",
        a_second / 1e6,
        FUEL_PER_SECOND / 1_000_000
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn humaneval(path: &str) {
    let text = std::fs::read_to_string(path).expect("the file");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let field = |row: &Value, name: &str| row[name].as_str().expect("text").to_owned();
    let samples: Vec<_> = rows
        .iter()
        .map(|row| {
            let tests = json!({"kind": "asserts", "entry": field(row, "entry_point"), "test_code": field(row, "test"),
                "prelude": field(row, "prompt") + "    pass\n"});
            sample(&(field(row, "prompt") + &field(row, "canonical_solution")), &tests)
        })
        .collect();
    let works: Vec<_> = samples.iter().map(|sample| Code::default().score(sample)).collect();
    let passed = works.iter().filter(|outcome| outcome.is_correct()).count();
    let most = works.iter().map(|outcome| outcome.cost.work).max().unwrap_or_default();
    println!(
        "HumanEval: {passed} of {} pass; the costliest spends {:.0} % of the default fuel",
        rows.len(),
        100.0 * most as f64 / Limits::default().fuel as f64
    );
    let [threads, workers] = scaling(&samples);
    let processes = (0..3).map(|_| processes(&rows)).fold(0.0, f64::max);
    for (name, [one, two]) in [("threads", threads), ("workers", workers)] {
        println!("  {name}: {one:.0}/s on one, {two:.0}/s on two ({:.2} x)", two / one);
    }
    let ours = threads[1].max(workers[1]);
    println!("HumanEval, two cores: {ours:.0}/s, a process a problem {processes:.0}/s ({:.1} x)", ours / processes);
}

/// One process for each problem, on two threads: the program, its tests and the check in one interpreter.
fn processes(rows: &[Value]) -> f64 {
    let started = Instant::now();
    let run = |row: &Value| {
        let part = |name: &str| row[name].as_str().expect("text");
        let program =
            format!("{}{}\n{}\ncheck({})\n", part("prompt"), part("canonical_solution"), part("test"), part("entry_point"));
        python(&["-"], &program);
    };
    std::thread::scope(|scope| {
        for half in rows.chunks(rows.len().div_ceil(2)) {
            scope.spawn(move || half.iter().for_each(run));
        }
    });
    rows.len() as f64 / started.elapsed().as_secs_f64()
}

fn memory() {
    let tests = Tests::read(&json!({"kind": "call", "entry": "f", "tests": [{"args": [], "expected": 0}]})).expect("sound tests");
    let bomb = "def f():\n    a = []\n    while True: a.append(bytearray(1 << 20))";
    let report = Code::default().run(bomb, &tests).expect("a report");
    let test = &report.tests[0];
    println!("memory bomb: {} at {} MiB of {}", test.reason.code(), test.memory >> 20, Limits::default().memory >> 20);
}

/// The private memory of each of several live instances, without the snapshot that they share. Linux only.
fn private_memory() {
    const LIVE: u64 = 16;
    let Some(before) = private() else { return };
    let tests = json!({"kind": "stdio", "timeout": 2, "tests": [{"output": "x"}]});
    let endless = sample("while True: pass", &tests);
    let during = std::thread::scope(|scope| {
        for _ in 0..LIVE {
            scope.spawn(|| Code::default().score(&endless));
        }
        std::thread::sleep(Duration::from_secs(3));
        private().unwrap_or(before)
    });
    println!(
        "{LIVE} live instances: {} KiB private each, stacks and buffers of the host included",
        during.saturating_sub(before) / LIVE
    );
}

/// Private memory of this process, in KiB.
fn private() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").ok()?;
    let field = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Some(field("Private_Dirty:")? + field("Private_Clean:")?)
}
