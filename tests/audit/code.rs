//! What the audit finds in rows with tests: it reads and runs them as the code reward does.

use r1rewards::audit::AuditReport;
use r1rewards::rows::Fields;
use r1rewards::{RewardSpec, Sample, Scorer};
use serde_json::{Value, json};

use super::{Outcomes, audit_mapped, options};

type Codes = Vec<&'static str>;

/// The findings of one row.
fn found(row: &Value) -> Result<(AuditReport, Codes), Box<dyn std::error::Error>> {
    let fields = if row.get("test").is_some() { Fields::default().map("tests=test")? } else { Fields::default() };
    let fields = if row.get("test_list").is_some() { fields.map("tests=test_list")? } else { fields };
    let fields = if row.get("public_tests").is_some() { fields.map("tests=public_tests")? } else { fields };
    let fields = if row.get("public_test_cases").is_some() { fields.map("tests=public_test_cases")? } else { fields };
    let (report, found) = audit_mapped(&format!("{row}\n"), &fields, options())?;
    Ok((report, found.into_iter().map(|(_, code)| code).collect()))
}

/// Checks the findings of each row.
fn check(rows: &[(&str, Value, &[&str])]) -> Outcomes {
    let mut different = Vec::new();
    for (about, row, expected) in rows {
        let (report, codes) = found(row)?;
        if codes != *expected {
            let details: Vec<_> =
                report.findings.iter().flat_map(|finding| finding.examples.clone()).map(|one| one.detail).collect();
            different.push(format!("{about}: {codes:?} {details:?}"));
        }
    }
    assert_eq!(different, [] as [String; 0]);
    Ok(())
}

/// A row in the form of `HumanEval`.
fn human_eval(body: &str, checks: &str) -> Value {
    json!({"task_id": "t/0", "prompt": "def twice(n):\n    \"\"\"Twice n.\"\"\"\n", "entry_point": "twice", "canonical_solution": body,
        "test": format!("def check(candidate):\n{checks}")})
}

#[test]
fn columns_beside_the_tests_count() -> Outcomes {
    let fine = "    assert candidate(1) == 2\n    assert candidate(3) == 6\n";
    let public = json!({"input": ["1\n"], "output": ["2\n"]});
    let secret = json!({"input": ["3\n"], "output": ["6\n"]});
    let functional = |output: &str| json!([{"input": "1", "output": output, "testtype": "functional"}]).to_string();
    let named = json!({"func_name": "twice"}).to_string();
    check(&[
        ("a solution that is right", human_eval("    return 2 * n\n", fine), &[]),
        ("a solution that is wrong", human_eval("    return n\n", fine), &["reference_fails"]),
        (
            "vacuous",
            human_eval("    return 2 * n\n", "    assert candidate(1) is not None or True\n    assert candidate(2) in (0, 4)\n"),
            &["tests_vacuous"],
        ),
        (
            "the prelude of MBPP",
            json!({"prompt": "Root?", "test_list": ["assert root(SHORT) == 5", "assert root(LONG) == 10"],
                "test_setup_code": "SHORT, LONG = (3, 4), (6, 8)",
                "code": "def root(p):\n    a, b = p\n    return (a * a + b * b) ** 0.5"}),
            &[],
        ),
        (
            "one public case, and private ones",
            json!({"prompt": "Twice?", "public_tests": public, "private_tests": secret, "generated_tests": {"input": [], "output": []},
            "solutions": {"language": [2, 3], "solution": ["int main() {}", "print(2 * int(input()))"]}}),
            &[],
        ),
        (
            "one public case alone",
            json!({"prompt": "Twice?", "public_tests": public, "private_tests": {"input": [], "output": []}, "generated_tests": {"input": [], "output": []}}),
            &["tests_few"],
        ),
        (
            "public and private contradict each other",
            json!({"prompt": "Twice?", "public_tests": public, "private_tests": {"input": ["1\n"], "output": ["3\n"]}, "generated_tests": {"input": [], "output": []}}),
            &["tests_contradict"],
        ),
        (
            "a function that `metadata` names",
            json!({"prompt": "Twice?", "metadata": named, "public_test_cases": functional("2"),
            "private_test_cases": json!([{"input": "3", "output": "6", "testtype": "functional"}]).to_string()}),
            &[],
        ),
        (
            "a function without a name",
            json!({"prompt": "Twice?", "public_test_cases": functional("2"), "private_test_cases": "[]"}),
            &["tests_bad"],
        ),
        (
            "packed private cases",
            json!({"prompt": "Twice?", "metadata": named, "public_test_cases": functional("2"), "private_test_cases": "eJxrYJmayAABPIwAEQAB"}),
            &["tests_bad"],
        ),
    ])
}

#[test]
fn tests_that_no_completion_can_be_judged_by_are_bad() -> Outcomes {
    check(&[
        ("`check` does nothing", human_eval("    return 2 * n\n", "    pass\n"), &["tests_bad"]),
        (
            "nothing is called",
            json!({"prompt": "Twice?", "test_list": ["assert True"], "code": "def twice(n): return 2 * n"}),
            &["tests_bad"],
        ),
        ("nothing is called, without a solution", json!({"prompt": "Twice?", "test_list": ["assert True"]}), &["tests_bad"]),
        (
            "a module that the sandbox lacks",
            json!({"prompt": "Twice?", "tests": "import numpy\nfrom solution import twice\ndef test_twice():\n    assert twice(1) == 2\n    assert twice(2) == 4\n"}),
            &["tests_bad"],
        ),
        ("no Python", json!({"prompt": "Twice?", "test_list": ["assert twice(1) =="]}), &["tests_bad"]),
        (
            "an answer that looks like tests",
            json!({"prompt": "A table?", "answer": "{'integer': 42, 'square_of': 84}"}),
            &["tests_bad"],
        ),
        ("a set is an answer", json!({"prompt": "A set?", "answer": "\\{42, 84\\}"}), &[]),
        (
            "tests that call the program",
            json!({"prompt": "Twice?", "tests": "from solution import twice\ndef test_twice():\n    assert twice(1) == 2\n    assert twice(2) == 4\n"}),
            &[],
        ),
    ])
}

#[test]
fn what_is_bad_here_is_unscored_where_completions_are_judged() -> Outcomes {
    let scorer = Scorer::from_spec(&RewardSpec::kind("auto"))?;
    for (row, is_bad) in [
        (json!({"prompt": "Twice?", "tests": "assert True"}), true),
        (json!({"prompt": "Twice?", "tests": "import numpy\nassert twice(1) == 2\nassert twice(2) == 4"}), true),
        (json!({"prompt": "Twice?", "answer": "{'integer': 42}"}), true),
        (json!({"prompt": "Twice?", "tests": "assert twice(1) == 2\nassert twice(2) == 4"}), false),
    ] {
        let completion = "def twice(n): return None";
        let answers = row["answer"].as_str().map(str::to_owned).into_iter().collect::<Vec<_>>();
        let tests = row.get("tests").cloned().map(Into::into);
        let outcome = scorer.score(&Sample { completion: completion.into(), answers: answers.into(), tests, ..Sample::default() });
        assert_eq!(outcome.reason.code() == "bad_tests", is_bad, "{row}: {outcome:?}");
        assert_eq!(found(&row)?.1 == ["tests_bad"], is_bad, "{row}");
    }
    Ok(())
}

#[test]
fn one_of_several_solutions_has_to_pass() -> Outcomes {
    let row = |solutions: Value| json!({"prompt": "Twice?", "solutions": solutions, "tests": {"inputs": ["1\n", "2\n"], "outputs": ["2\n", "4\n"]}});
    let (right, wrong, old) = ("print(2 * int(input()))", "print(int(input()))", "print 2 * int(raw_input())");
    let text = |programs: &[&str]| Value::from(json!(programs).to_string());
    check(&[
        ("a list as text", row(text(&[right, right])), &[]),
        ("the second passes", row(text(&[old, right])), &[]),
        ("none passes", row(text(&[old, wrong])), &["reference_fails"]),
        ("a list", row(json!([wrong])), &["reference_fails"]),
        ("an empty list", row(text(&[])), &[]),
        ("a program", row(right.into()), &[]),
        ("one needs what the sandbox lacks", row(text(&[old, "import numpy\nprint(numpy.int64(input()) * 2)"])), &[]),
    ])
}

#[test]
fn constants_that_the_assertions_expect_are_tried() -> Outcomes {
    let row = |tests: &[&str]| json!({"prompt": "?", "test_list": tests});
    check(&[
        (
            "one text",
            row(&["assert strip('a') == 'Python Exercises'", "assert strip('b') == 'Python Exercises'"]),
            &["tests_vacuous"],
        ),
        ("an empty tuple", row(&["assert pick((1,), 2) == ()", "assert pick((2,), 3) == ()"]), &["tests_vacuous"]),
        ("sets", row(&["assert set(pick(1)) == set([1, 2])", "assert set(pick(2)) == set([1, 2])"]), &["tests_vacuous"]),
        ("true", row(&["assert is_even(2)", "assert is_even(4)"]), &["tests_vacuous"]),
        ("a method", row(&["assert Solution().pick(2) == 7", "assert Solution().pick(4) == 7"]), &["tests_vacuous"]),
        ("a number, nearly", row(&["assert abs(half(1) - 3.5) < 1e-9", "assert abs(half(2) - 3.5) < 1e-9"]), &["tests_vacuous"]),
        ("a builtin's name", row(&["assert sum(1, 2) == 3", "assert sum(2, 1) == 3"]), &["tests_vacuous"]),
        ("one assertion", row(&["assert strip('a') == 'Python Exercises'"]), &["tests_few"]),
        ("different texts", row(&["assert strip('a') == 'Python'", "assert strip('b') == 'Exercises'"]), &[]),
        ("true and false", row(&["assert is_even(2)", "assert not is_even(3)"]), &[]),
        ("different sets", row(&["assert set(pick(1)) == set([1, 2])", "assert set(pick(2)) == set([1, 3])"]), &[]),
        ("a builtin's name, and different results", row(&["assert sum(1, 2) == 3", "assert sum(2, 2) == 4"]), &[]),
    ])
}

#[test]
fn tests_contradict_if_no_result_passes_both() -> Outcomes {
    let row = |one: serde_json::Value, other: serde_json::Value| {
        let tests = [
            json!({"args": [2], "expected": one}),
            json!({"args": [2], "expected": other}),
            json!({"args": [3], "expected": "other"}),
        ];
        json!({"prompt": "f", "tests": {"kind": "call", "entry": "f", "tests": tests}})
    };
    check(&[
        ("numbers", row(json!(1), json!(2)), &["tests_contradict"]),
        ("the same number", row(json!(1), json!(1.0)), &[]),
        ("a truth value that is a number", row(json!(true), json!(1)), &[]),
        ("the order of a dictionary", row(json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1.0})), &[]),
        ("lists", row(json!([1, 2]), json!([1.0, 2.0])), &[]),
        ("lists in another order", row(json!([1, 2]), json!([2, 1])), &["tests_contradict"]),
    ])
}

#[test]
fn assertions_contradict_if_no_program_passes_both() -> Outcomes {
    let row = |tests: &[&str]| json!({"prompt": "?", "test_list": tests});
    let text = |tests: &str| json!({"prompt": "?", "tests": tests});
    let contradicts: &[&str] = &["tests_contradict"];
    let with_solution = |code: &str| json!({"prompt": "?", "code": code, "test_list": ["assert f(1) == 2", "assert f(1) == 3"]});
    check(&[
        ("numbers", row(&["assert f(1) == 2", "assert f(1) == 3"]), contradicts),
        ("not next to each other", row(&["assert f(1) == 2", "assert f(2) == 4", "assert 3 == f( 1 )"]), contradicts),
        ("truth", row(&["assert f('a')", "assert f('b') == 2", "assert not f('a')"]), contradicts),
        ("truth and a value", row(&["assert f('a')", "assert f('b') == 2", "assert f('a') == 0"]), contradicts),
        ("lists", row(&["assert f([1], k=2) == [1, 2]", "assert f([1], k=2) == [2, 1]"]), contradicts),
        (
            "in a function",
            human_eval("    return n\n", "    assert candidate(1) == 1\n    assert candidate(1) == 2\n"),
            &["reference_fails", "tests_contradict"],
        ),
        (
            "of unittest",
            json!({"prompt": "?", "tests": "import unittest\nfrom solution import f\nclass T(unittest.TestCase):\n    def test_f(self):\n        self.assertEqual(f(1), 2)\n        self.assertEqual(f(1), 3)\n"}),
            contradicts,
        ),
        // Honest controls.
        ("different arguments", row(&["assert f(1) == 2", "assert f(2) == 3"]), &[]),
        ("the same number", row(&["assert f(1) == 2", "assert f(2) == 4", "assert f(1) == 2.0"]), &[]),
        ("sets in another order", row(&["assert f(1) == {1, 2}", "assert f(2) == {3}", "assert f(1) == {2, 1}"]), &[]),
        ("nearly", row(&["assert abs(f(1) - 0.5) < 1e-3", "assert abs(f(1) - 0.5001) < 1e-3", "assert f(2) == 7"]), &[]),
        ("a counter", row(&["assert count() == 1", "assert count() == 2"]), &[]),
        ("a method may keep a state", text("s = S()\nassert s.push(1) == 1\nassert s.push(1) == 2"), &[]),
        ("a statement between", text("assert f(1) == 2\nconfigure('b')\nassert f(1) == 3"), &[]),
        ("arguments that are not constants", text("x = [1]\nassert f(x) == 2\nassert f(x) == 3"), &[]),
        ("a solution that passes", with_solution("n = 1\ndef f(x):\n    global n\n    n += 1\n    return n"), &[]),
        ("a solution that fails", with_solution("def f(x):\n    return 2"), &["reference_fails", "tests_contradict"]),
    ])
}

#[test]
fn constants_of_calls_are_compared_as_values() -> Outcomes {
    let row = |tests: serde_json::Value| json!({"prompt": "f", "tests": {"kind": "call", "entry": "f", "tests": tests}});
    let two = |one: serde_json::Value, other: serde_json::Value| {
        row(json!([{"args": [1], "expected": one}, {"args": [2], "expected": other}]))
    };
    let vacuous: &[&str] = &["tests_vacuous"];
    check(&[
        ("the same number", two(json!(1), json!(1.0)), vacuous),
        ("a truth value that is a number", two(json!(true), json!(1)), vacuous),
        ("the order of a dictionary", two(json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1.0})), vacuous),
        ("lists", two(json!([1, 2]), json!([1.0, 2])), vacuous),
        ("different numbers", two(json!(1), json!(2)), &[]),
        ("a number and its text", two(json!(1), json!("1")), &[]),
        ("lists in another order", two(json!([1, 2]), json!([2, 1])), &[]),
    ])
}

#[test]
fn a_table_says_what_became_of_the_solutions() -> Outcomes {
    let tests = json!({"kind": "stdio", "tests": [{"input": "1\n", "output": "2\n"}, {"input": "2\n", "output": "4\n"}]});
    let row = |number: u8, solution: &str| json!({"prompt": format!("Twice {number}?"), "solution": solution, "tests": tests});
    let rows = [
        row(1, "print(2 * int(input()))"),
        row(2, "n = int(input())\nprint(2 * n)"),
        row(3, "print(input())"),
        row(4, "import numpy"),
        json!({"prompt": "Twice 5?", "tests": tests}),
        json!({"prompt": "Twice 6?", "solution": "print(2)", "tests": {"kind": "stdio", "tests": []}}),
        json!({"prompt": "What is 6 * 7?", "answer": "42"}),
    ];
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let (report, _) = audit_mapped(&rows, &Fields::default(), options())?;
    let table = report.tables.iter().find(|table| table.name == "solutions").ok_or("no table")?;
    let shown: Vec<_> =
        table.rows.iter().map(|row| (row[0].as_str().unwrap_or_default(), row[1].as_u64().unwrap_or_default())).collect();
    let expected = [
        ("passed", 2),
        ("failed: wrong_output", 1),
        ("skipped: unsupported: ModuleNotFoundError: No module named 'numpy'", 1),
        ("none given", 1),
        ("skipped: the tests cannot be used", 1),
    ];
    assert_eq!(shown, expected);
    Ok(())
}
