//! The commands other than `score` and `select`: `math`, `run`, `completions`.

use std::fs;

use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, verify};

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

#[cfg(feature = "code")]
#[test]
fn a_program_is_run_on_tests_or_on_an_input_file() {
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
fn shells_get_their_completions() {
    let folder = folder("");
    for shell in ["bash", "zsh", "fish"] {
        verify(&folder, &["completions", shell]).assert().success().stdout(contains("verify"));
    }
}

#[test]
fn the_help_of_every_command_has_an_example() {
    let folder = folder("");
    let help =
        |arguments: &[&str]| String::from_utf8(verify(&folder, arguments).assert().success().get_output().stdout.clone()).unwrap();
    let all = help(&["--help"]);
    let listed = all.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands: Vec<&str> =
        listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|name| !name.is_empty()).collect();
    assert!(commands.contains(&"score") && commands.contains(&"merge"), "{commands:?}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        assert!(help(&[command, "--help"]).contains(&format!("Example: verify {command}")), "{command}");
    }
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let folder = folder("{\"completion\": \"2\", \"answer\": \"2\"}\n");
    let score = ["score", "in.jsonl", "-o", "-"];
    for (options, what) in [
        (&["--policy", "strict", "--set", "policy=lenient"][..], "--policy strict and --set policy=lenient contradict each other"),
        (&["--set", "decimals=2", "--set", "decimals=3"], "--set decimals=2 and --set decimals=3 contradict each other"),
        (&["--map", "answer=answer", "--map", "answer=gold"], "`answer=answer` and `answer=gold` contradict each other"),
    ] {
        verify(&folder, &[&score[..], options].concat()).assert().code(2).stderr(contains(what));
    }
    for command in [&["audit", "in.jsonl", "-o", "a"][..], &["passrate", "in.jsonl", "-o", "-"], &["math", "2", "2"]] {
        let refused = verify(&folder, &[command, &["--policy", "strict", "--set", "policy=lenient"]].concat()).assert().code(2);
        refused.stderr(contains("contradict each other"));
    }
    verify(&folder, &["math", "2", "2", "--extract", "boxed", "--set", "extract=none"])
        .assert()
        .code(2)
        .stderr(contains("contradict"));
    // The same twice is no contradiction, and an option that is set is not replaced.
    let twice = ["--policy", "strict", "--set", "policy=strict", "--map", "answer=answer", "--map", "answer=answer"];
    verify(&folder, &[&score[..], &twice].concat()).assert().success();
    verify(&folder, &["math", "2", "2", "--set", "extract=boxed"]).assert().code(1).stdout(contains("no_answer"));
    fs::write(folder.path().join("spec.json"), "[{\"kind\": \"math\", \"policy\": \"strict\", \"policy\": \"lenient\"}]").unwrap();
    verify(&folder, &[&score[..], &["--rewards", "spec.json"]].concat())
        .assert()
        .code(2)
        .stderr(contains("spec.json: the key `policy` is given twice"));
}

/// The sandbox reserves more addresses than the limit leaves, so no program can be run.
#[cfg(all(target_os = "linux", feature = "code"))]
#[test]
fn a_sandbox_that_fails_in_every_row_is_an_error_in_every_command() {
    let tests = json!({"kind": "stdio", "tests": [{"input": "1", "output": "1"}]});
    let program = "```python\nprint(input())\n```";
    let folder = folder(&(json!({"id": 1, "prompt": "p", "completion": program, "tests": tests}).to_string() + "\n"));
    let alone = json!({"id": 1, "prompt": "p", "solution": "print(input())", "tests": tests}).to_string() + "\n";
    fs::write(folder.path().join("alone.jsonl"), alone).unwrap();
    for (command, said) in [
        ("score in.jsonl -o out.jsonl", "nothing could be judged: 1 results are `internal`"),
        ("audit in.jsonl -o audit", "nothing could be judged: 1 results are `internal`"),
        ("passrate in.jsonl -o out.jsonl", "nothing could be judged: 1 results are `internal`"),
        ("compare in.jsonl --left code --right auto", "--left code: nothing could be judged: 1 results are `internal`"),
        ("audit alone.jsonl -o audit", "the tests of all 1 rows with tests could not be run, because the sandbox failed"),
    ] {
        let done = super::shell(&folder, &format!("ulimit -v 4000000; \"$VERIFY\" {command} --jobs 1"));
        let stderr = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2), "{command}: {stderr}");
        let place = if command.contains("alone") { "alone.jsonl:1: " } else { "The first: in.jsonl:1: " };
        assert!(stderr.contains(said) && stderr.contains(place) && stderr.contains("`verify doctor`"), "{command}: {stderr}");
    }
    // Where it works, nothing is said.
    let fine = super::shell(&folder, "\"$VERIFY\" score in.jsonl -o out.jsonl -q --jobs 1");
    assert_eq!((fine.status.code(), fine.stderr.len()), (Some(0), 0), "{}", String::from_utf8_lossy(&fine.stderr));
}
