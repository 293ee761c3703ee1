//! Programs against tests: the cases of `tests/cases/code`, what rows and specs may request, and values that are
//! exchanged between host and guest.
#![cfg(feature = "code")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/code_cases.rs"]
mod code_cases;

use std::path::PathBuf;

use cases::{Placed, assert_none, cases};
use code_cases::{Program, sample};
use r1rewards::code::Code;
use r1rewards::{Outcome, Reward, Sample, Scorer};
use serde_json::{Value, json};

fn mismatch(placed: &Placed<Program>, outcome: &Outcome) -> Option<String> {
    let (case, reason) = (&placed.case, outcome.reason.code());
    // A case gives exactly one of the three.
    let right = case.reason.as_ref().is_none_or(|wanted| wanted == reason)
        && case.reasons.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| wanted == reason))
        && case.verdict.as_ref().is_none_or(|wanted| wanted == outcome.verdict.code());
    let found = || format!("{} {reason}: {}", outcome.verdict.code(), outcome.detail.clone().unwrap_or_default());
    (!right).then(|| format!("{placed} {}: {}", case.name, found()))
}

#[test]
fn every_case_has_its_reason() {
    let judged = |placed: &Placed<Program>| mismatch(placed, &Code::default().score(&placed.case.sample()));
    assert_none(&cases().iter().filter_map(judged).collect::<Vec<_>>());
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
fn the_fraction_of_test_functions_that_pass_is_an_option() {
    let test_code = "import pytest\nfrom solution import f\n@pytest.mark.parametrize('n', [1, 2, 3])\ndef test_each(n):\n    assert f(n) == n\n\
        def test_four():\n    assert f(4) == 4\nclass TestMore:\n    def test_five(self):\n        assert f(5) == 50\n    def test_six(self):\n        assert f(6) == 6\n";
    let unit = "import unittest\nfrom solution import f\nclass TestF(unittest.TestCase):\n    def test_a(self):\n        self.assertEqual(f(2), 3)\n    \
        def test_b(self):\n        self.assertEqual(f(2), 2)\n";
    let check = "def check(candidate):\n    assert candidate(1) == 1\n    assert candidate(2) == 3\n";
    let program = "def f(x): return 1 / 0 if x == 3 else x";
    let options = r1rewards::code::CodeOptions { partial: true, ..Default::default() };
    for (test_code, value, detail) in [
        (
            test_code,
            0.5,
            "2 of 4 tests pass; test 1 of 4: ZeroDivisionError: division by zero (line 1 of the program, in f: def f(x): return 1 / 0 if x == 3 else x)",
        ),
        (
            unit,
            0.5,
            "1 of 2 tests pass; test 1 of 2: AssertionError: 2 != 3 (line 5 of the tests, in test_a: self.assertEqual(f(2), 3))",
        ),
        (check, 0.0, "test 1 of 1: AssertionError (line 3 of the tests, in check: assert candidate(2) == 3)"),
    ] {
        let tests = json!({"kind": "asserts", "test_code": test_code, "entry": "f"});
        let outcome = Code::new(options).score(&sample(program, &tests));
        assert_eq!((outcome.value, outcome.detail.as_deref()), (Some(value), Some(detail)));
        assert_eq!(Code::default().score(&sample(program, &tests)).value, Some(0.0));
    }
    let tests = json!({"kind": "asserts", "test_code": test_code});
    let (outcome, report) = Code::default().explain("def f(x): return x if x < 5 else 10 * x", &tests);
    let report = report.expect("a program ran");
    let tests: Vec<_> = report.tests.iter().map(|test| (&*test.input, test.passed())).collect();
    assert_eq!(tests, [("test_each", true), ("test_four", true), ("TestMore.test_five", true), ("TestMore.test_six", false)]);
    assert!(!outcome.is_correct());
    assert_eq!(report.tests.iter().map(|test| test.fuel).sum::<u64>(), report.fuel);
}

#[test]
fn each_test_is_a_component_as_an_option_that_changes_no_reward() {
    let spec = |more: &Value| {
        let mut entry = json!({"kind": "code"});
        entry.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        r1rewards::RewardSpec::from_value(&entry).and_then(|spec| Scorer::from_spec(&spec)).expect("a sound spec")
    };
    let stdio = json!({"kind": "stdio", "tests": [{"input": "1\n", "output": "2\n"}, {"input": "2\n", "output": "5\n"}, {"input": "0\n", "output": "0\n"}]});
    let asserts = json!({"kind": "asserts", "test_code": "from solution import f\ndef test_one():\n    assert f(1) == 1\ndef test_two():\n    assert f(2) == 3\n"});
    let doubled = "import sys\nn = int(input())\nprint(2 * n)\nprint('seen', n, file=sys.stderr)";
    for (program, tests, results) in [
        (
            doubled,
            &stdio,
            vec![
                ("test 1", "passed", "2\n", "input: 1\nexpected: 2\nstderr: seen 1"),
                ("test 2", "wrong_output", "4\n", "the output is not the expected output\ninput: 2\nexpected: 5\nstderr: seen 2"),
                ("test 3", "passed", "0\n", "input: 0\nexpected: 0\nstderr: seen 0"),
            ],
        ),
        (
            "def f(x): return x",
            &asserts,
            vec![
                ("test 1", "passed", "", "input: test_one"),
                (
                    "test 2",
                    "assertion_failed",
                    "",
                    "AssertionError (line 5 of the tests, in test_two: assert f(2) == 3)\ninput: test_two",
                ),
            ],
        ),
    ] {
        for partial in [false, true] {
            let plain = spec(&json!({"partial": partial})).score(&sample(program, tests));
            let outcome = spec(&json!({"partial": partial, "each_test": true})).score(&sample(program, tests));
            let judged = |outcome: &Outcome| (outcome.verdict, outcome.value, outcome.reason);
            assert_eq!(judged(&outcome), judged(&plain));
            let found = outcome.components.iter().map(|(name, test)| {
                let [got, detail] = [&test.extracted, &test.detail].map(|text| text.as_deref().unwrap_or_default());
                (name.as_str(), test.reason.code(), got, detail)
            });
            assert_eq!(found.collect::<Vec<_>>(), results);
            assert_eq!(outcome.components.iter().map(|(_, test)| test.cost.work).sum::<u64>(), outcome.cost.work);
        }
    }
    let none = spec(&json!({"each_test": true})).score(&sample("no program here", &json!({"kind": "stdio", "tests": []})));
    assert!(none.components.is_empty());
}

#[test]
fn a_test_that_asks_the_program_nothing_gives_it_no_fraction() {
    let from = "from solution import f\n";
    let own = "def test_own():\n    assert sorted([2, 1]) == [1, 2]\n";
    let wrong = "def test_f():\n    assert f(2) == 4\n";
    let kept = "r = f(1)\ndef test_kept():\n    assert r == 1\n";
    let unit = "import unittest\nclass TestF(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.r = f(1)\n    \
        def test_kept(self):\n        self.assertEqual(self.r, 1)\n    def test_wrong(self):\n        self.assertEqual(f(2), 4)\n";
    let run_by_text = "test_own()\n";
    let fixture = "import pytest\n@pytest.fixture(scope='module')\ndef r(): return f(1)\ndef test_a(r):\n    assert r == 1\ndef test_b(r):\n    assert r + 1 == 2\n";
    // Another method gives a method of the object what the program returned.
    let unit_own = "import unittest\nclass TestF(unittest.TestCase):\n    def test_own(self):\n        self.assertEqual(sorted([2, 1]), [1, 2])\n    \
        def test_wrong(self):\n        self.assertEqual(f(2), 4)\n";
    let unit_set_up = "import unittest\nclass TestF(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.r, cls.n = f(1), 1\n    \
        def helper(self): return self.r\n    def test_kept(self):\n        self.assertEqual(self.helper(), 1)\n    def test_wrong(self):\n        self.assertEqual(f(2), 4)\n";
    let class_own = "class TestF:\n    def test_own(self):\n        assert self.__class__.__name__ == 'TestF'\n    def test_wrong(self):\n        self.r = f(2)\n        assert self.r == 4\n";
    let options = r1rewards::code::CodeOptions { partial: true, ..Default::default() };
    for (texts, value) in [
        (vec![from, unit_own], 0.0),
        (vec![from, unit_set_up], 0.5),
        (vec![from, class_own], 0.0),
        (vec![from, own, wrong], 0.0),
        (vec![from, own, run_by_text, wrong], 0.0),
        (vec![from, kept, wrong], 0.5),
        (vec![from, unit], 0.5),
        (vec![from, fixture, wrong], 2.0 / 3.0),
    ] {
        let tests = json!({"kind": "asserts", "test_code": texts.concat()});
        let outcome = Code::new(options).score(&sample("def f(x): return x", &tests));
        assert_eq!(outcome.value, Some(value), "{texts:?}: {:?}", outcome.detail);
    }
}

#[test]
fn a_program_that_leaves_the_tests_has_no_fraction_of_them() {
    let tests = json!({"kind": "asserts", "test_code": "from solution import f\ndef test_a():\n    assert f(1) == 1\ndef test_b():\n    assert f(2) == 2\n"});
    let options = r1rewards::code::CodeOptions { partial: true, ..Default::default() };
    for program in ["import sys\ndef f(x): return x if x == 1 else sys.exit(0)", "def f(x):\n    while x == 2: pass\n    return x"]
    {
        assert_eq!(Code::new(options).score(&sample(program, &tests)).value, Some(0.0), "{program}");
    }
    let tests = json!({"kind": "asserts", "test_code": "import pytest\nfrom solution import f\ndef test_a():\n    assert f(1) == 2\n\
        def test_b(tmp_path):\n    assert f(tmp_path) == 2\n"});
    assert_eq!(Code::new(options).score(&sample("def f(x): return x", &tests)).reason.code(), "bad_tests");
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
        (json!([]), "bad_tests", "`tests` is an empty list: give at least one test"),
        (json!(7), "bad_tests", "`tests` is in no known form: the number 7"),
        (json!("in prose"), "bad_tests", "`tests` is in no known form: text that begins `in prose`"),
    ] {
        let outcome = Code::default().score(&sample("print(1)", &tests));
        assert_eq!((outcome.reason.code(), outcome.value), (reason, None), "{tests}");
        assert!(outcome.detail.as_deref().is_some_and(|detail| detail.contains(word)), "{tests}: {:?}", outcome.detail);
    }
    assert_eq!(Code::default().score(&Sample::new("print(1)")).reason.code(), "no_tests");
}

#[test]
fn tests_without_end_are_refused_before_anything_runs() {
    let many = vec![json!({"output": "1"}); 70_000];
    let digits: serde_json::Value = serde_json::from_str(&"9".repeat(100_000)).expect("a number");
    for (tests, word) in [
        (json!({"kind": "stdio", "tests": many}), "`tests.tests` has 70000 tests; at most 65536 are run"),
        (
            json!({"kind": "call", "entry": "f", "tests": [{"args": [[digits]], "expected": 1}]}),
            "`tests.tests[0]` has a number of 100000 characters; at most 4300 are read",
        ),
    ] {
        let outcome = Code::default().score(&sample("print(1)", &tests));
        assert_eq!((outcome.reason.code(), outcome.value), ("bad_tests", None));
        assert!(outcome.detail.as_deref().is_some_and(|detail| detail.starts_with(word)), "{:?}", outcome.detail);
    }
    let row = format!(
        r#"{{"completion": "", "tests": {{"kind": "stdio", "tests": [{{"output": "1"}}{}]}}}}"#,
        r#",{"output":"1"}"#.repeat(1_000_000)
    );
    let problem = r1rewards::rows::Fields::default().read(row, 1).into_samples().err().map(|error| error.to_string());
    assert!(
        problem.is_some_and(|problem| problem.starts_with("the column `tests` holds 3000008 values; at most 1048576 are read"))
    );
}

#[test]
fn what_a_row_cannot_send_is_the_rows_fault_whatever_the_program() {
    let (long, longest) = ("k".repeat(17_000_000), "k".repeat(1024));
    let call = |entry: &str, case: Value| json!({"kind": "call", "entry": entry, "tests": [{"args": [0], "expected": 0}, case]});
    let output =
        |bytes: usize, compare: &str| json!({"kind": "stdio", "compare": compare, "tests": [{"output": "x".repeat(bytes)}]});
    for (tests, problem) in [
        (call(&long, json!({"expected": 1})), "`tests.entry` has a name of 17000000 bytes; at most 1024 are read"),
        (
            call("f", json!({"kwargs": {(&*long): 1}, "expected": 1})),
            "`tests.tests[1].kwargs` has a name of 17000000 bytes; at most 1024 are read",
        ),
        (
            call("f", json!({"args": [1], "expected": long})),
            "`tests.tests[1].expected` takes 17000005 bytes as a message; at most 16777184 can be sent",
        ),
        (
            call("f", json!({"args": ["x".repeat(70_000_000)], "expected": 1})),
            "`tests.tests[1].args` takes 70000005 bytes as a message; at most 67108864 can be sent",
        ),
        (json!({"kind": "asserts", "names": [long], "test_code": "assert f(1)"}), "`tests.names` has a name of 17000000 bytes"),
        (
            output(9_000_000, "tokens"),
            "`tests.tests[0].output` has 9000000 bytes that are not white space; a program may write 8388608",
        ),
    ] {
        for program in ["def f(*x, **y): return x", "def f(x): return 0", "no program at all"] {
            let outcome = Code::default().score(&sample(program, &tests));
            assert_eq!((outcome.reason.code(), outcome.value), ("bad_tests", None), "{problem}");
            assert!(outcome.detail.as_deref().is_some_and(|detail| detail.starts_with(problem)), "{:?}", outcome.detail);
        }
    }
    for (program, tests) in [
        (
            "def f(n): return 'k' * n",
            json!({"kind": "call", "entry": "f", "tests": [{"args": [16_000_000], "expected": "k".repeat(16_000_000)}]}),
        ),
        ("def f(s): return len(s)", json!({"kind": "call", "entry": "f", "tests": [{"args": [long], "expected": 17_000_000}]})),
        ("def f(**k): return len(k)", json!({"kind": "call", "entry": "f", "tests": [{"kwargs": {longest: 1}, "expected": 1}]})),
        ("print('x' * 8_000_000, end='')", output(8_000_000, "exact")),
    ] {
        let outcome = Code::default().score(&sample(program, &tests));
        assert!(outcome.is_correct(), "{program}: {outcome:?}");
    }
}

#[test]
fn a_timeout_that_no_program_could_keep_is_the_rows_fault() {
    let empty = |timeout: &str| -> Value {
        serde_json::from_str(&format!(r#"{{"kind": "stdio", "timeout": {timeout}, "tests": [{{"output": ""}}]}}"#)).expect("JSON")
    };
    let unittest = "import unittest\nclass T(unittest.TestCase):\n    def test_f(self): self.assertEqual(f(1), 1)";
    for (timeout, said) in [("1e-9", "0.000000001"), ("0", "0"), ("-1e400", "-inf"), ("0.0099", "0.0099")] {
        let outcome = Code::default().score(&sample("pass", &empty(timeout)));
        let detail = format!("`tests.timeout` is {said} seconds; at least 0.01 are needed to start a program");
        assert_eq!((outcome.reason.code(), outcome.value), ("bad_tests", None), "{timeout}");
        assert!(outcome.detail.as_deref().is_some_and(|found| found.starts_with(&detail)), "{:?}", outcome.detail);
    }
    let of_a_test = json!({"kind": "call", "entry": "f", "tests": [{"expected": 1, "timeout": 1e-9}]});
    let outcome = Code::default().score(&sample("pass", &of_a_test));
    assert!(outcome.detail.is_some_and(|detail| detail.starts_with("`tests.tests[0].timeout` is 0.000000001 seconds")));
    // A value above the limit of the spec is reduced to the limit, however large it is.
    for timeout in ["0.01", "1e6", "1e308", "1e400"] {
        assert!(Code::default().score(&sample("pass", &empty(timeout))).is_correct(), "{timeout}");
    }
    let least = json!({"kind": "asserts", "timeout": 0.01, "test_code": unittest});
    assert!(Code::default().score(&sample("def f(x): return x", &least)).is_correct());
    let limits = r1rewards::code::Limits { fuel: 50_000_000, ..Default::default() };
    let capped = Code::new(r1rewards::code::CodeOptions { limits, ..Default::default() });
    let outcome = capped.score(&sample("while True: pass", &empty("1e308")));
    assert_eq!((outcome.reason.code(), outcome.cost.work), ("out_of_fuel", 50_000_000));
}

#[test]
fn a_row_cannot_raise_the_seconds_of_the_spec() {
    let tests = json!({"kind": "stdio", "timeout": 1_000, "tests": [{"output": "x", "timeout": 1_000}]});
    let limits = r1rewards::code::Limits { fuel: 50_000_000, ..Default::default() };
    let outcome =
        Code::new(r1rewards::code::CodeOptions { limits, ..Default::default() }).score(&sample("while True: pass", &tests));
    assert_eq!((outcome.reason.code(), outcome.cost.work), ("out_of_fuel", 50_000_000));
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
fn the_guest_is_made_of_the_sources_beside_it() {
    use sha2::Digest as _;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("sandboxes/python");
    let manifest: toml::Value = toml::from_str(include_str!("../sandboxes/python/manifest.toml")).expect("the manifest");
    let sources = manifest["sources"].as_table().expect("sources");
    let mut files: Vec<_> =
        std::fs::read_dir(folder.join("app")).expect("the application").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "py"));
    assert!(sources.len() > files.len(), "{} sources", sources.len());
    for path in files {
        let name = format!("app/{}", path.file_name().expect("a name").to_string_lossy());
        assert!(sources.contains_key(&name), "{name} is not in the guest: run sandboxes/python/build snapshot, then pack");
    }
    for (name, hash) in sources {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found: String = sha2::Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(Some(found.as_str()), hash.as_str(), "{name} changed: run sandboxes/python/build snapshot, then pack");
    }
}

#[test]
fn the_engine_is_a_release_with_the_security_fixes() {
    let lock: toml::Value = toml::from_str(include_str!("../Cargo.lock")).expect("the lock file");
    let package = lock["package"].as_array().expect("packages").iter().find(|package| package["name"].as_str() == Some("wasmtime"));
    let version = package.and_then(|package| package["version"].as_str()).expect("wasmtime is locked");
    let parts: Vec<u64> = version.split('.').map(|part| part.parse().expect("a number")).collect();
    assert!(parts[0] == 48 && (parts[1], parts[2]) >= (0, 8), "wasmtime {version}: advisories were fixed up to 48.0.8");
}

// ---- values ----

use proptest::prelude::*;
use r1rewards::code::{Equality, Handle, Value as Python, wire};

/// Integers of one, two, four, eight and more bytes, few and many: long lists of them are packed.
fn integers() -> impl Strategy<Value = Vec<Python>> {
    (0_u32..70).prop_flat_map(|bits| {
        let most = (1_i128 << bits).min(1 << 66);
        proptest::collection::vec((-most..=most).prop_map(|value| Python::Int(value.into())), 0..20)
    })
}

fn values() -> impl Strategy<Value = Python> {
    let leaf = prop_oneof![
        Just(Python::None),
        any::<bool>().prop_map(Python::Bool),
        any::<i128>().prop_map(|value| Python::Int(value.into())),
        any::<f64>().prop_filter("nan equals nothing", |value| !value.is_nan()).prop_map(Python::Float),
        ".{0,8}".prop_map(Python::Str),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(Python::Bytes),
        (any::<i64>(), 1..9_i64).prop_map(|(numerator, denominator)| Python::Fraction(numerator.into(), denominator.into())),
        any::<[u8; 12]>().prop_map(|fields| Python::Moment(b'Y', fields.to_vec())),
        any::<u64>().prop_map(|id| Python::Handle(Handle { id, capabilities: 3, name: "A".into() })),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Python::List),
            integers().prop_map(Python::List),
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Python::Tuple),
            proptest::collection::vec((".{0,4}".prop_map(Python::Str), inner), 0..4).prop_map(Python::Dict),
        ]
    })
}

proptest! {
    #[test]
    fn a_value_survives_the_wire(value in values()) {
        prop_assert_eq!(wire::decode(&wire::encode(&value)), Ok(value));
    }

    #[test]
    fn any_bytes_are_a_value_in_one_way_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(value) = wire::decode(&bytes) {
            prop_assert_eq!(wire::encode(&value), bytes);
        }
    }

    #[test]
    fn a_truncated_value_is_refused(value in values(), cut in any::<prop::sample::Index>()) {
        let bytes = wire::encode(&value);
        prop_assert!(wire::decode(&bytes[..cut.index(bytes.len())]).is_err());
    }
}

proptest! {
    #[test]
    fn what_is_checked_is_what_is_read(bytes in proptest::collection::vec(any::<u8>(), 0..64), value in values(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut changed = wire::encode(&value);
        let at = place.index(changed.len());
        changed[at] = byte;
        for bytes in [bytes, changed, wire::encode(&value)] {
            prop_assert_eq!(wire::check(&bytes).ok(), wire::decode(&bytes).ok().map(|value| value.parts()));
        }
    }
}

/// Pairs of values from Python with the result of its `==`; `EQUALITY_PAIRS` sets their number.
#[test]
fn equality_agrees_with_python() {
    let count = std::env::var("EQUALITY_PAIRS").unwrap_or_else(|_| "20000".to_owned());
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut python = std::process::Command::new("python3");
    let ran =
        python.arg(folder.join("tests/support/equality_pairs.py")).arg(folder.join("sandboxes/python/app")).arg(&count).output();
    let ran = ran.expect("python3 runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let exact = Equality { list_is_tuple: false, tolerance: 0.0 };
    let bytes = |hex: &str| {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
        (0..hex.len()).step_by(2).map(byte).collect::<Vec<u8>>()
    };
    let (mut seen, mut equal) = (0, 0);
    for line in String::from_utf8(ran.stdout).expect("text").lines() {
        let mut parts = line.split(' ');
        let [a, b, said] = [(); 3].map(|()| parts.next().expect("three parts"));
        let read = |hex: &str| wire::decode(&bytes(hex)).expect("a value");
        let (a, b) = (read(a), read(b));
        assert_eq!(exact.holds(&a, &b), said == "1", "{a} == {b}");
        seen += 1;
        equal += usize::from(said == "1");
    }
    assert!(seen >= 10_000 && equal * 10 > seen, "{equal} of {seen} pairs are equal");
}

#[test]
fn a_list_of_machine_integers_has_one_encoding() {
    let ints = |values: &[i64]| Python::List(values.iter().map(|value| Python::Int((*value).into())).collect());
    let packed = wire::encode(&ints(&[1, 2, 3, 4, 5, 6, 7, -128]));
    assert_eq!(packed, b"L\x01\x08\0\0\0\x01\x02\x03\x04\x05\x06\x07\x80");
    assert_eq!(wire::encode(&ints(&[1, 2, 3, 4, 5, 6, 7, 128]))[..2], *b"L\x02");
    // One by one, wider than needed, shorter than packed lists are, and cut off.
    let single = (1..=8).flat_map(|value| [b'i', 1, 0, 0, 0, value]);
    let one_by_one: Vec<u8> = b"l\x08\0\0\0".iter().copied().chain(single).collect();
    let wide: Vec<u8> = b"L\x02\x08\0\0\0".iter().copied().chain((1..=8).flat_map(|value| [value, 0])).collect();
    let few = b"L\x01\x07\0\0\0\x01\x02\x03\x04\x05\x06\x07".to_vec();
    for bytes in [one_by_one, wide, few, packed[..packed.len() - 1].to_vec()] {
        assert!(wire::decode(&bytes).is_err() && wire::check(&bytes).is_err(), "{bytes:?}");
    }
}

#[test]
fn nesting_without_end_is_refused() {
    let deep: Vec<u8> = std::iter::repeat_n(*b"l\x01\0\0\0", 100_000).flatten().chain(*b"N").collect();
    assert!(wire::decode(&deep).is_err());
}

#[test]
fn equality_is_pythons() {
    let int = |value: i64| Python::Int(value.into());
    let equal = |a: &Python, b: &Python| Equality::default().holds(a, b);
    for (a, b) in [
        (int(1), Python::Bool(true)),
        (int(1), Python::Float(1.0)),
        (Python::Float(0.0), Python::Float(-0.0)),
        (Python::Float(0.5), Python::Fraction(1.into(), 2.into())),
        (Python::Decimal("1.50".into()), Python::Float(1.5)),
        (Python::Decimal("1E+2".into()), int(100)),
        (Python::Complex(2.0, 0.0), int(2)),
        (Python::Set(vec![int(1), int(2)]), Python::FrozenSet(vec![Python::Float(2.0), int(1)])),
        (
            Python::Dict(vec![(int(1), int(2)), (int(3), int(4))]),
            Python::Dict(vec![(int(3), int(4)), (Python::Bool(true), int(2))]),
        ),
        (Python::Range(0.into(), 3.into(), 1.into()), Python::Range(0.into(), 3.into(), 1.into())),
        (Python::Range(0.into(), 0.into(), 1.into()), Python::Range(5.into(), 2.into(), 1.into())),
        (Python::Bytes(vec![1]), Python::ByteArray(vec![1])),
        (Python::List(vec![int(1)]), Python::Tuple(vec![int(1)])),
    ] {
        assert!(equal(&a, &b), "{a} == {b}");
    }
    for (a, b) in [
        (Python::Float(f64::NAN), Python::Float(f64::NAN)),
        (int(1), Python::str("1")),
        (Python::Tuple(vec![int(1)]), Python::List(vec![int(1)])),
        (Python::Str("a".into()), Python::Bytes(b"a".to_vec())),
        (int(i64::MAX), Python::Float(i64::MAX as f64)),
        (Python::Float(0.1), Python::Decimal("0.1".into())),
        (Python::None, Python::Bool(false)),
        (Python::Dict(vec![]), Python::Set(vec![])),
    ] {
        assert!(!equal(&a, &b), "{a} != {b}");
    }
}
