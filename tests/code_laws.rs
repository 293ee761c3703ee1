//! Laws about programs that run at the same time or one after the other: outcomes are identical byte for byte, and no
//! state is left.
//!
//! The long versions run for minutes: `cargo test --release --test code_laws -- --ignored`.
#![cfg(all(feature = "code", feature = "cli"))]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/code_cases.rs"]
mod code_cases;

use std::process::Command;

use cases::cases;
use code_cases::{Program, sample};
use r1rewards::code::{Code, Tests};
use r1rewards::{Outcome, Reward as _, Sample, Scorer};
use serde_json::{Value, json};

/// The programs of all cases; only the long version includes those that reach a limit, because they take long.
fn samples(with_limits: bool) -> Vec<Sample> {
    let wanted = |theme: &str| with_limits || theme != "limits";
    cases::<Program>().iter().filter(|placed| wanted(&placed.theme)).map(|placed| placed.case.sample()).collect()
}

/// A different order in each round, the same in every run of the tests (Fisher and Yates, with Knuth's generator).
fn shuffled(length: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    let mut state = round as u64;
    for last in (1..length).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(last, (state >> 33) as usize % (last + 1));
    }
    order
}

fn outcomes_repeat(samples: &[Sample], rounds: usize) {
    let bytes = |outcome: &Outcome| serde_json::to_string(outcome).expect("JSON");
    let alone: Vec<_> = samples.iter().map(|sample| bytes(&Code::default().score(sample))).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for round in 0..rounds {
        for jobs in [1, 2, 8 * cores] {
            let order = shuffled(samples.len(), round);
            let batch: Vec<&Sample> = order.iter().map(|index| &samples[*index]).collect();
            let scorer = Scorer::builder().reward(Code::default()).jobs(jobs).build().expect("a scorer");
            for (index, outcome) in order.iter().zip(scorer.score_batch(&batch)) {
                assert_eq!(bytes(&outcome), alone[*index], "round {round}, {jobs} jobs");
            }
        }
    }
}

#[test]
fn outcomes_are_the_same_bytes_in_any_order_and_at_any_load() {
    outcomes_repeat(&samples(false), 1);
}

#[test]
#[ignore = "minutes: the long form"]
fn outcomes_are_the_same_bytes_twenty_times() {
    outcomes_repeat(&samples(true), 20);
}

/// Prints a hash of everything in which a run could detect earlier ones: modules, objects, addresses, the clock, random
/// bytes, the builtins, the size of the heap.
const PROBE: &str = "import sys, gc, os, time, random, builtins, hashlib, threading, warnings, signal\n\
    seen = [sorted(sys.modules), len(gc.get_objects()), id(object()), time.time(), random.random(), os.urandom(8), sorted(vars(builtins)), hash('a'),\n\
            sys.getrecursionlimit(), sys.flags, sys.path, sys.argv, dict(os.environ), threading.active_count(), warnings.filters, gc.get_threshold(),\n\
            [id(x) for x in (bytearray(10), bytearray(100_000), [], {}, 'x' * 99)], sys.stdin.read()]\n\
    print(hashlib.sha256(repr(seen).encode()).hexdigest(), len(seen[0]), seen[1])";

const HOSTILE: &[&str] = &[
    "import builtins, sys\nbuiltins.print = None\nsys.modules.clear()\nvars(builtins).clear()",
    "x = bytearray(200 << 20)",
    "import os\nos.abort()",
    "import os\nos._exit(0)",
    "import _r1\n_r1.set_handler(lambda request: b'')",
    "import random, time, os\nrandom.seed(1)\nos.urandom(100)\ntime.sleep(0.001)",
    "import sys\nsys.setrecursionlimit(10**6)\ndef f(): f()\nf()",
    "import gc\ngc.disable()\ngc.unfreeze()\nkept = [object() for _ in range(10**5)]\nraise SystemExit(3)",
    "import int_is_not_a_module",
    "print('x' * 10**6)",
    "type.__call__ = None",
    "import sys\nfor module in list(sys.modules.values()):\n    try: vars(module).clear()\n    except Exception: pass",
    "import threading\nthreading.Thread(target=lambda: 1/0).start()\nimport warnings\nwarnings.simplefilter('error')",
    "while True: pass",
    "import re, json, decimal\nre.purge()\ndecimal.getcontext().prec = 3\njson.dumps = None",
];

fn tests() -> Value {
    json!({"kind": "stdio", "timeout": 0.06, "tests": [{"input": "in", "output": "x"}]})
}

/// What the program wrote, its fuel and its memory.
fn run(program: &str) -> Value {
    let report = Code::default().run(program, &Tests::read(&tests()).expect("sound tests")).expect("a report");
    json!([report.tests[0].got, report.tests[0].fuel, report.tests[0].memory])
}

/// The same in a process that has run no other program.
fn run_in_a_fresh_process(program: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let (program, tests) = (write("probe.py", program), write("tests.json", &tests().to_string()));
    let mut command = Command::new(env!("CARGO_BIN_EXE_verify"));
    let shown = command.arg("run").arg(program).arg("--tests").arg(tests).arg("--json").output().expect("verify runs");
    let report: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    let test = &report["tests"][0];
    json!([test["got"], test["fuel"], test["memory"]])
}

fn nothing_stays(runs: usize) {
    let fresh = run_in_a_fresh_process(PROBE);
    assert!(fresh[0].as_str().is_some_and(|got| got.len() > 64), "the probe says something: {fresh}");
    for (round, hostile) in HOSTILE.iter().cycle().take(runs).enumerate() {
        run(hostile);
        assert_eq!(run(PROBE), fresh, "run {round}, after {hostile:?}");
    }
}

#[test]
fn a_run_after_hostile_ones_is_a_run_in_a_fresh_process() {
    nothing_stays(HOSTILE.len());
}

#[test]
#[ignore = "minutes: the long form"]
fn a_thousand_runs_after_hostile_ones_are_runs_in_a_fresh_process() {
    nothing_stays(1000);
}

#[test]
fn more_threads_than_places_wait() {
    let tests = json!({"kind": "asserts", "test_code": "assert f(2) == 4"});
    let honest = sample("def f(x): return x * x", &tests);
    let judged = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..300).map(|_| scope.spawn(|| Code::default().score(&honest))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    let failed: Vec<_> = judged.iter().filter(|outcome| !outcome.is_correct()).map(|outcome| outcome.reason.code()).collect();
    assert!(failed.is_empty(), "{} of {}: {:?}", failed.len(), judged.len(), failed.first());
}

#[test]
fn a_sample_judged_on_two_threads_at_once_is_judged_alike() {
    let honest =
        sample("print(sorted({'b': 1, 'a': 2}.items()))", &json!({"kind": "stdio", "tests": [{"output": "[('a', 2), ('b', 1)]"}]}));
    let score = || (0..20).map(|_| Code::default().score(&honest)).collect::<Vec<_>>();
    let both = std::thread::scope(|scope| [scope.spawn(score), scope.spawn(score)].map(|thread| thread.join().expect("no panic")));
    let first = Code::default().score(&honest);
    assert!(first.is_correct() && both.iter().flatten().all(|outcome| *outcome == first));
}
