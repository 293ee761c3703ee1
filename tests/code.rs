//! Programs against tests: the cases of `tests/cases/code`, the adversarial development set, HumanEval.
//!
//! The third-party data stay outside the repository: the folder is `R1REWARDS_DATA`, or `shared/data` beside the checkout. Where it is absent
//! the tests that use it say so and pass.
#![cfg(feature = "code")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use r1rewards::code::Code;
use r1rewards::{Outcome, Reward, Sample, Scorer};
use serde::Deserialize;
use serde_json::{Value, json};

/// A file of cases: named tests, and programs judged by them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tests: BTreeMap<String, Value>,
    case: Vec<Case>,
}

/// A case says its reason, several possible reasons, or only its verdict.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    tests: String,
    program: String,
    reason: Option<String>,
    reasons: Option<Vec<String>>,
    verdict: Option<String>,
}

fn sample(program: &str, tests: &Value) -> Sample {
    let mut sample = Sample::new(program);
    sample.tests = Some(tests.clone());
    sample
}

fn cases() -> Vec<(String, Case, Sample)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/code");
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("readable");
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for case in file.case {
            let sample = sample(&case.program, file.tests.get(&case.tests).unwrap_or_else(|| panic!("no tests `{}`", case.tests)));
            all.push((format!("{stem}: {}", case.name), case, sample));
        }
    }
    all
}

fn mismatch(name: &str, case: &Case, outcome: &Outcome) -> Option<String> {
    let reason = outcome.reason.code();
    let right = match (&case.reason, &case.reasons, &case.verdict) {
        (Some(wanted), None, None) => reason == wanted,
        (None, Some(wanted), None) => wanted.iter().any(|wanted| wanted == reason),
        (None, None, Some(wanted)) => outcome.verdict.code() == wanted,
        _ => panic!("{name}: give one of reason, reasons, verdict"),
    };
    (!right).then(|| format!("{name}: {} {reason}: {}", outcome.verdict.code(), outcome.detail.clone().unwrap_or_default()))
}

#[test]
fn every_case_has_its_reason() {
    let wrong: Vec<_> = cases().iter().filter_map(|(name, case, sample)| mismatch(name, case, &Code::default().score(sample))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn outcomes_are_the_same_bytes_at_any_order_and_thread_count() {
    let samples: Vec<_> = cases().into_iter().filter(|(name, ..)| !name.starts_with("limits")).map(|(_, _, sample)| sample).collect();
    let alone: Vec<_> = samples.iter().map(|sample| Code::default().score(sample)).collect();
    for jobs in [1, 2, 8] {
        let scorer = Scorer::builder().reward(Code::default()).jobs(jobs).build().expect("a scorer");
        let backwards: Vec<_> = samples.iter().rev().cloned().collect();
        let mut together = scorer.score_batch(&backwards);
        together.reverse();
        for (alone, together) in alone.iter().zip(&together) {
            let component = &together.components.first().map_or(together, |(_, outcome)| outcome);
            assert_eq!(&alone, component, "{jobs} jobs");
        }
    }
}

#[test]
fn a_run_after_hostile_ones_differs_in_nothing() {
    let tests = json!({"kind": "stdio", "tests": [{"output": "x"}]});
    let probe = "import sys, gc, os, time, random, builtins\nprint(sorted(sys.modules), len(gc.get_objects()), id(object()), time.time(), random.random(), \
                 os.urandom(8), sorted(vars(builtins)), hash('a'))";
    let judge = |program: &str| {
        let tests = r1rewards::code::Tests::read(&tests).expect("sound tests");
        Code::default().run(program, &tests).expect("a report").tests.remove(0)
    };
    let before = judge(probe);
    for hostile in [
        "import builtins, sys\nbuiltins.print = None\nsys.modules.clear()\nvars(builtins).clear()",
        "x = bytearray(200 << 20)",
        "import os\nos.abort()",
        "import _r1\n_r1.set_handler(lambda request: b'')",
    ] {
        judge(hostile);
        assert_eq!(judge(probe), before, "after {hostile:?}");
    }
}

#[test]
fn a_program_that_needs_what_is_lacking_is_unscored_where_the_spec_says_so() {
    let tests = json!({"kind": "stdio", "tests": [{"output": "x"}]});
    let scorer = r1rewards::RewardSpec::from_value(&json!({"kind": "code", "unsupported": "unscored"}))
        .and_then(|spec| Scorer::from_spec(&spec))
        .expect("a sound spec");
    assert_eq!(scorer.score(&sample("import numpy", &tests)).value, None);
    assert_eq!(Code::default().score(&sample("import numpy", &tests)).value, Some(0.0));
}

#[test]
fn the_fraction_of_tests_that_pass_is_an_option() {
    let tests = json!({"kind": "call", "entry": "f", "tests": [{"args": [1], "expected": 1}, {"args": [2], "expected": 5}, {"args": [3], "expected": 3},
        {"args": [0], "expected": 0}]});
    let program = "def f(x): return 1 / 0 if x == 2 else x";
    let options = r1rewards::code::CodeOptions { partial: true, ..Default::default() };
    assert_eq!(Code::new(options).score(&sample(program, &tests)).value, Some(0.75));
    assert_eq!(Code::default().score(&sample(program, &tests)).value, Some(0.0));
}

#[test]
fn tests_that_cannot_be_used_are_unscored_and_say_why() {
    for (tests, reason, word) in [
        (json!({"kind": "stdio", "tests": []}), "bad_tests", "empty"),
        (json!({"kind": "stdio", "tests": [{"input": "1"}]}), "bad_tests", "`tests.tests[0].output` is missing"),
        (json!({"kind": "stdio", "tests": [{"output": "1", "outputs": "1"}]}), "bad_tests", "unknown field `outputs`"),
        (json!({"kind": "call", "tests": [{"expected": 1}]}), "bad_tests", "entry"),
        (json!({"kind": "call", "entry": "f(", "tests": [{"expected": 1}]}), "bad_tests", "dotted name"),
        (json!({"kind": "asserts", "test_code": " "}), "bad_tests", "blank"),
        (json!({"kind": "asserts", "test_code": "assert f(1) =="}), "bad_tests", "no Python"),
        (json!({"kind": "unit"}), "bad_tests", "use stdio, call or asserts"),
        (json!({"kind": "stdio", "language": "cpp", "tests": [{"output": "1"}]}), "unsupported_language", "cpp"),
        (json!([]), "bad_tests", "table"),
    ] {
        let outcome = Code::default().score(&sample("print(1)", &tests));
        assert_eq!((outcome.reason.code(), outcome.value), (reason, None), "{tests}");
        assert!(outcome.detail.as_deref().is_some_and(|detail| detail.contains(word)), "{tests}: {:?}", outcome.detail);
    }
    assert_eq!(Code::default().score(&Sample::new("print(1)")).reason.code(), "no_tests");
}

#[test]
fn a_caller_with_a_small_stack_is_enough() {
    let tests = json!({"kind": "call", "entry": "f", "tests": [{"args": [1], "expected": 900}]});
    let deep = sample("def g(n): return n and 1 + g(n - 1)\ndef f(x): return g(900)", &tests);
    let small = std::thread::Builder::new().stack_size(512 << 10);
    let outcome = small.spawn(move || Code::default().score(&deep)).expect("a thread").join().expect("no overflow");
    assert!(outcome.is_correct(), "{outcome:?}");
}

#[test]
fn the_engine_is_of_the_line_with_the_fixes() {
    let lock: toml::Value = toml::from_str(include_str!("../Cargo.lock")).expect("the lock file");
    let package = lock["package"].as_array().expect("packages").iter().find(|package| package["name"].as_str() == Some("wasmtime"));
    let version = package.and_then(|package| package["version"].as_str()).expect("wasmtime is locked");
    let parts: Vec<u64> = version.split('.').map(|part| part.parse().expect("a number")).collect();
    assert!(parts[0] == 48 && (parts[1], parts[2]) >= (0, 8), "wasmtime {version}: advisories were fixed up to 48.0.8");
}

// ---- third-party data ----

fn rows(file: &str) -> Option<Vec<Value>> {
    let folder = std::env::var_os("R1REWARDS_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let found = [folder, PathBuf::from("../../shared/data")].into_iter().map(|folder| folder.join(file)).find(|path| path.is_file());
    let Some(path) = found else {
        eprintln!("skipped: no {file}; set R1REWARDS_DATA to the folder that has it");
        return None;
    };
    let text = std::fs::read_to_string(path).expect("the file is readable");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a row is JSON")).collect())
}

#[test]
fn every_attack_is_rejected_and_every_control_accepted() {
    let Some(rows) = rows("attacks_dev.jsonl") else { return };
    let mut wrong = Vec::new();
    let mut seen = 0;
    for row in rows.iter().filter(|row| row["family"] == "code") {
        seen += 1;
        let outcome = Code::default().score(&sample(row["response"].as_str().expect("a response"), &row["tests"]));
        if outcome.value != Some(if row["expected_verdict"] == "accept" { 1.0 } else { 0.0 }) {
            wrong.push(format!("{}: {} {:?}", row["id"], outcome.reason.code(), outcome.detail));
        }
        for path in row["must_not_create"].as_array().into_iter().flatten() {
            assert!(!std::path::Path::new(path.as_str().expect("a path")).exists(), "{} left {path}", row["id"]);
        }
    }
    assert!(wrong.is_empty(), "{} of {seen} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(seen >= 100, "only {seen} cases");
}

#[test]
fn humaneval_passes_with_half_the_fuel_and_an_empty_body_never_does() {
    let Some(rows) = rows("code/humaneval_even.jsonl") else { return };
    let mut wrong = Vec::new();
    for row in &rows {
        let text = |name: &str| row[name].as_str().expect("text");
        let tests = json!({"kind": "asserts", "test_code": text("test"), "entry": text("entry_point"), "prelude": text("prompt").to_owned() + "    pass\n",
            "timeout": 5});
        let solution = Code::default().score(&sample(&format!("{}{}", text("prompt"), text("canonical_solution")), &tests));
        let empty = Code::default().score(&sample(&format!("{}    pass\n", text("prompt")), &tests));
        if !solution.is_correct() || empty.value != Some(0.0) {
            wrong.push(format!("{}: {} {:?}, empty {}", row["task_id"], solution.reason.code(), solution.detail, empty.reason.code()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}
