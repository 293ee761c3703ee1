//! Known forms of tests: the cases of `tests/cases/forms`, and the places where forms are read.
#![cfg(feature = "code")]

#[path = "support/cases.rs"]
mod cases;
#[path = "support/code_cases.rs"]
mod code_cases;

use cases::{Case, Tests, cases};
use code_cases::sample;
use r1rewards::code::{Code, CodeOptions, Isolation, forms};
use r1rewards::rows::Fields;
use r1rewards::{Reward, Sample};
use serde::Deserialize;
use serde_json::{Value, json};

/// A reference, as JSON text, and the tests that it becomes, or the error message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    name: String,
    gold: String,
    tests: Option<String>,
    right: Option<String>,
    wrong: Option<String>,
    error: Option<String>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Case for Form {
    const FOLDER: &'static str = "forms";

    fn complete(&mut self, _: &Tests) -> Result<(), String> {
        match (&self.tests, &self.right, &self.wrong, &self.error) {
            (Some(_), Some(_), Some(_), None) | (None, None, None, Some(_)) => Ok(()),
            _ => Err("give `tests`, `right` and `wrong`, or `error` in their place".into()),
        }
    }
}

#[test]
fn every_form_becomes_its_tests_and_tells_right_programs_from_wrong_ones() {
    for placed in cases::<Form>() {
        let Form { gold, tests, right, wrong, error, .. } = &placed.case;
        let name = &format!("{placed} {}", placed.case.name);
        // The text, and also the value if the text is plain JSON.
        let written = Value::String(gold.clone());
        let value = serde_json::from_str::<Value>(gold).ok();
        for given in value.iter().chain(matches!(value, None | Some(Value::Array(_) | Value::Object(_))).then_some(&written)) {
            let found = forms::tests(given);
            let (Some(tests), Some(right), Some(wrong)) = (tests, right, wrong) else {
                let error = error.as_deref().expect("either of the two");
                let said = found.expect_err(name).detail;
                assert!(said.starts_with(error), "{name}: {said}");
                let outcome = Code::default().score(&sample("print(1)", given));
                assert_eq!((outcome.reason.code(), outcome.value), ("bad_tests", None), "{name}");
                continue;
            };
            let expected: Value = serde_json::from_str(tests).unwrap_or_else(|error| panic!("{name}: {error}"));
            let found = found.unwrap_or_else(|bad| panic!("{name}: {}", bad.detail));
            assert_eq!(*found, expected, "{name}");
            assert_eq!(*forms::tests(&found).expect(name), *found, "{name}: our own form stays as it is");
            let outcome = Code::default().score(&sample(right, given));
            assert!(outcome.is_correct(), "{name}: the right program: {outcome:?}");
            let outcome = Code::default().score(&sample(wrong, given));
            assert_eq!(outcome.value, Some(0.0), "{name}: the wrong program: {outcome:?}");
        }
    }
}

#[test]
fn text_of_python_tests_is_a_form() {
    let tests = json!("from solution import f\n\ndef test_it():\n    assert f(1) == 2\n");
    assert!(Code::default().score(&sample("def f(x): return x + 1", &tests)).is_correct());
    assert_eq!(Code::default().score(&sample("def f(x): return x", &tests)).value, Some(0.0));
    let prose = json!("It should add one.");
    assert_eq!(
        Code::default().score(&sample("def f(x): return x", &prose)).detail.as_deref().map(|detail| &detail[..73]),
        Some("`tests` is in no known form: text that begins `It should add one.`; give ")
    );
}

#[test]
fn a_form_spread_over_columns_is_read_from_all_of_them() {
    let lines = [
        json!({"test": "def check(candidate):\n    assert candidate(2) == 3\n", "entry_point": "f", "completion": ["def f(x): return x + 1", "def f(x): return 3 * x"]}),
        json!({"test": ["assert f(THREE) == 4", "assert f(2) == 3"], "test_setup_code": "THREE = 3", "completion": ["def f(x): return x + 1", "def f(x): return 4"]}),
        json!({"test": [{"input": "2", "output": "3", "testtype": "functional"}], "metadata": "{\"func_name\": \"f\"}", "completion": ["def f(x): return x + 1", "def f(x): return x"]}),
    ];
    let fields = Fields::default().map("tests=test").expect("a field");
    for line in lines {
        let samples: Vec<_> =
            fields.read(line.to_string(), 1).into_samples().expect("a row").map(|one| one.expect("readable")).collect();
        let rewards: Vec<_> = samples.iter().map(|sample| Code::default().score(sample).value).collect();
        assert_eq!(rewards, [Some(1.0), Some(0.0)], "{line}");
        let group: Vec<_> = samples.iter().collect();
        let together: Vec<_> = Code::default().score_group(&group).into_iter().map(|outcome| outcome.value).collect();
        assert_eq!(together, rewards, "{line}");
    }
}

#[test]
fn hidden_tests_in_other_columns_are_run_beside_the_public_ones() {
    let passes_the_public_case = "print(3)";
    let right = "print(int(input()) + 1)";
    let (public, private) =
        (json!([{"input": "2", "output": "3", "testtype": "stdin"}]), json!([{"input": "5", "output": "6", "testtype": "stdin"}]));
    let (given, hidden) = (json!({"input": ["2"], "output": ["3"]}), json!({"input": ["5"], "output": ["6"]}));
    let row = |tests: &str, columns: [(&str, &Value); 2]| {
        let mut line = json!({"completion": [passes_the_public_case, right]});
        columns.iter().for_each(|(name, value)| line[*name] = (*value).clone());
        let fields = Fields::default().map(&format!("tests={tests}")).expect("a field");
        let samples = fields.read(line.to_string(), 1).into_samples().expect("a row").map(|one| one.expect("readable"));
        samples.map(|sample| Code::default().score(&sample).value).collect::<Vec<_>>()
    };
    let written = Value::String(private.to_string());
    for (tests, columns) in [
        ("public_test_cases", [("public_test_cases", &public), ("private_test_cases", &private)]),
        ("private_test_cases", [("public_test_cases", &public), ("private_test_cases", &private)]),
        ("tests", [("tests", &public), ("private_test_cases", &written)]),
        ("public_tests", [("public_tests", &given), ("private_tests", &hidden)]),
        ("tests", [("tests", &given), ("generated_tests", &hidden)]),
    ] {
        assert_eq!(row(tests, columns), [Some(0.0), Some(1.0)], "{tests} {columns:?}");
    }
    let alone = row("public_test_cases", [("public_test_cases", &public), ("private_test_cases", &Value::Null)]);
    assert_eq!(alone, [Some(1.0), Some(1.0)], "there is nothing else to run");
}

#[test]
fn rows_that_differ_only_in_a_column_beside_their_tests_are_not_judged_alike() {
    let row = |entry: &str| {
        let line = json!({"completion": "def f(x): return x + 1\ndef g(x): return x", "tests": "def check(candidate):\n    assert candidate(2) == 3\n", "entry_point": entry});
        Fields::default().samples(&line, 1).expect("a row").remove(0)
    };
    let (f, g) = (row("f"), row("g"));
    let values: Vec<_> = Code::default().score_group(&[&f, &g]).into_iter().map(|outcome| outcome.value).collect();
    assert_eq!(values, [Some(1.0), Some(0.0)]);
}

#[test]
fn tests_in_the_column_of_answers_are_tests_and_golds_in_tables_are_answers() {
    let read = |answer: Value| {
        Fields::default().samples(&json!({"completion": "x", "answer": answer}), 1).map(|mut samples| samples.remove(0))
    };
    let gold = json!({"inputs": ["1"], "outputs": ["1"]});
    for answer in [gold.clone(), Value::String(gold.to_string()), json!(["assert f(1) == 2"])] {
        let sample = read(answer.clone()).expect("a row");
        assert_eq!((sample.tests.as_deref(), sample.answers()), (Some(&answer), &[][..]));
    }
    assert_eq!(read(json!({"target": ["Paris", "paris"]})).expect("a row").answers(), ["Paris", "paris"]);
    for text in ["{1, 2}", "[1, 2]", "[0, 1)", "{}", "{\"name\": \"get_weather\"}"] {
        let sample = read(json!(text)).expect("a row");
        assert_eq!((sample.tests.as_deref(), sample.answers()), (None, &[text.to_owned()][..]));
    }
    for (answer, word) in [
        (json!(true), "got true"),
        (json!({"value": "42"}), "an object with `value`, a string"),
        (json!([["42"]]), "item 0 must be"),
    ] {
        let problem = read(answer).expect_err("no answer").to_string();
        assert!(problem.starts_with("the column `answer` ") && problem.contains(word), "{problem}");
    }
}

#[test]
fn auto_judges_tests_in_the_answer_column_as_tests() {
    let auto = r1rewards::RewardSpec::from_value(&json!({"kind": "auto"}))
        .and_then(|spec| r1rewards::Scorer::from_spec(&spec))
        .expect("a spec");
    let score = |completion: &str, answers: &[&str]| {
        let sample = answers.iter().fold(Sample::new(completion), |sample, answer| sample.with_answer(*answer));
        let outcome = auto.score(&sample);
        (outcome.value, outcome.reason.code())
    };
    let (right, wrong) = ("def f(x): return x + 1", "def f(x): return 2");
    for tests in
        [vec![r#"{"fn_name": "f", "inputs": [[1], [2]], "outputs": [[2], [3]]}"#], vec!["assert f(1) == 2", "assert f(2) == 3"]]
    {
        assert_eq!((score(right, &tests), score(wrong, &tests).0), ((Some(1.0), "passed"), Some(0.0)), "{tests:?}");
    }
    assert_eq!(score(right, &[r#"{"colour": "red"}"#]), (None, "bad_tests"));
    for (completion, answers) in
        [(r"\boxed{\{1, 2\}}", vec!["{1, 2}"]), (r"\boxed{[1, 2]}", vec!["[1, 2]"]), (r"\boxed{4}", vec!["[3", "4"])]
    {
        assert_eq!(score(completion, &answers).0, Some(1.0), "{answers:?}");
    }
}

#[test]
fn numbers_that_json_lacks_may_stand_in_the_column_of_tests_as_python_writes_them() {
    let line = r#"{"completion": "def f(x): return -x", "tests": {"fn_name": "f", "inputs": [[Infinity], [2]], "outputs": [-Infinity, -2]}}"#;
    let read =
        |line: &str| Fields::default().read(line, 1).into_samples().expect("a row").next().expect("a sample").expect("readable");
    assert!(Code::default().score(&read(line)).is_correct());
    assert!(!Code::default().score(&read(&line.replace("-Infinity", "Infinity"))).is_correct());
}

#[test]
fn a_worker_judges_forms_as_this_process_does() {
    let _ = r1rewards::code::set_worker([env!("CARGO_BIN_EXE_verify"), "worker"]);
    let apart = Code::new(CodeOptions { isolation: Isolation::Process, ..CodeOptions::default() });
    let line = json!({"completion": "def f(x): return x + 1", "tests": "def check(candidate):\n    assert candidate(2) == 3\n", "entry_point": "f"});
    let good = Fields::default().samples(&line, 1).expect("a row").remove(0);
    let bad = sample("def f(x): return x", &json!({"inputs": [1], "outputs": []}));
    for sample in [good, bad] {
        assert_eq!(apart.score(&sample), Code::default().score(&sample));
    }
}

#[test]
#[cfg(feature = "cli")]
fn the_command_runs_programs_against_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    };
    let program = write("program.py", "def f(x): return x + 1\n");
    for (tests, code) in [
        (r#"{"fn_name": "f", "inputs": [[1]], "outputs": [[2]]}"#, 0),
        (r#"{"fn_name": "f", "inputs": [[Infinity]], "outputs": [Infinity]}"#, 0),
        (r#"{"test": "def check(candidate):\n    assert candidate(1) == 3\n", "entry_point": "f"}"#, 1),
        ("from solution import f\n\ndef test_it():\n    assert f(1) == 2\n", 0),
        (r#"{"colour": "red"}"#, 2),
        ("It adds one.", 2),
    ] {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_verify"))
            .args(["run".as_ref(), program.as_os_str(), "--tests".as_ref(), write("tests.json", tests).as_os_str()])
            .output()
            .expect("it runs");
        assert_eq!(done.status.code(), Some(code), "{tests}: {}", String::from_utf8_lossy(&done.stderr));
    }
}
