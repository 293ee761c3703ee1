//! Faults that strangers found in the commands: results joined to other rows, rows that were lost without a word, runs that met.

use std::fs;
use std::path::Path;

use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{folder, results, verify};

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

fn write(folder: &TempDir, name: &str, rows: &[Value]) {
    fs::write(folder.path().join(name), lines(rows)).unwrap();
}

fn read(folder: &TempDir, name: &str) -> Vec<Value> {
    results(&folder.path().join(name))
}

fn choice(choices: [&str; 2], id: Option<&str>) -> Value {
    let row = json!({"prompt": "Which?", "answer": "A", "choices": choices, "completion": "The answer is 2"});
    match id {
        Some(id) => {
            let mut row = row;
            row["id"] = id.into();
            row
        }
        None => row,
    }
}

#[test]
fn results_follow_the_options_of_a_choice_when_rows_are_reordered() {
    let rows = [choice(["1", "2"], None), choice(["2", "1"], None)];
    let folder = folder(&lines(&rows));
    for output in ["r.jsonl", "r.parquet"] {
        verify(&folder, &["score", "in.jsonl", "--reward", "choice", "-o", output]).assert().success();
        let reversed: Vec<Value> = rows.iter().rev().cloned().collect();
        write(&folder, "reversed.jsonl", &reversed);
        verify(&folder, &["select", "reversed.jsonl", "--results", output, "-o", "kept.jsonl"]).assert().success();
        let kept: Vec<Value> = read(&folder, "kept.jsonl").into_iter().map(|row| row["choices"].clone()).collect();
        assert_eq!(kept, [json!(["2", "1"])], "{output}");
    }
    let judged = read(&folder, "r.jsonl");
    assert_eq!([&judged[0]["verdict"], &judged[1]["verdict"]], ["incorrect", "correct"]);
    assert!(judged[0]["read"].as_str().unwrap().starts_with("choices:") && judged[0]["hash"] == judged[1]["hash"]);
    // Other columns do not count.
    let more: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut row = row.clone();
            row["level"] = 3.into();
            row
        })
        .collect();
    write(&folder, "more.jsonl", &more);
    verify(&folder, &["select", "more.jsonl", "--results", "r.jsonl", "-o", "kept.jsonl"]).assert().success();
}

#[test]
fn a_result_is_not_that_of_a_row_whose_options_reward_or_picture_has_changed() {
    let row = |extra: Value| {
        let mut row = json!({"id": "a", "prompt": "p", "answer": "1", "completion": "\\boxed{1}"});
        row.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        row
    };
    let changes = [
        (choice(["2", "1"], Some("a")), choice(["1", "2"], Some("a")), &["--reward", "choice"][..]),
        (row(json!({"reward": {"kind": "math"}})), row(json!({"reward": {"kind": "text"}})), &[]),
        (row(json!({"image": "a.png"})), row(json!({"image": "b.png"})), &[]),
    ];
    for (before, after, more) in changes {
        let folder = folder(&lines(std::slice::from_ref(&before)));
        verify(&folder, &[&["score", "in.jsonl", "-o", "r.jsonl"], more].concat()).assert().success();
        write(&folder, "same.jsonl", &[before]);
        write(&folder, "changed.jsonl", &[after]);
        for command in [
            &["select", "-o", "kept.jsonl", "--results", "r.jsonl"][..],
            &["passrate", "-o", "rates.jsonl", "--results", "r.jsonl"],
        ] {
            verify(&folder, &[command, &["same.jsonl"]].concat()).assert().success();
            let refused = verify(&folder, &[command, &["changed.jsonl"]].concat()).assert().code(2);
            refused.stderr(contains("score these rows again"));
        }
    }
}

#[test]
fn problems_with_other_pictures_or_options_are_other_groups() {
    let row = |image: &str, value: u8| json!({"prompt": "Area?", "image": image, "answer": "3", "completion": format!("\\boxed{{{value}}}")});
    let rows = [row("a.png", 3), row("b.png", 4), row("b.png", 4), row("a.png", 3), row("a.png", 4)];
    let folder = folder(&lines(&rows));
    verify(&folder, &["score", "in.jsonl", "--reward", "majority", "--group-by", "prompt", "-o", "r.jsonl"]).assert().success();
    let rewards: Vec<_> = read(&folder, "r.jsonl").iter().map(|row| row["reward"].clone()).collect();
    assert_eq!(rewards, [1.0, 1.0, 1.0, 1.0, 0.0].map(Value::from));
    verify(&folder, &["passrate", "in.jsonl", "-o", "rates.jsonl"]).assert().success();
    let counts: Vec<_> = read(&folder, "rates.jsonl").iter().map(|row| (row["samples"].clone(), row["correct"].clone())).collect();
    assert_eq!(counts, [(json!(3), json!(2)), (json!(2), json!(0))]);
}

#[test]
fn the_result_of_a_line_that_was_no_row_is_that_of_no_row() {
    let folder = folder("{\"id\": 0, \"prompt\": \"p\", \"completion\": \"\\\\boxed{1}\", \"answer\": \"1\"}\ngarbage\n");
    verify(&folder, &["score", "in.jsonl", "-o", "r.jsonl"]).assert().success();
    let row = |id: u8| json!({"id": id, "prompt": "q", "completion": "\\boxed{1}", "answer": "1"});
    write(&folder, "mended.jsonl", &[json!({"id": 0, "prompt": "p", "completion": "\\boxed{1}", "answer": "1"}), row(2)]);
    for command in ["select", "passrate"] {
        let refused = verify(&folder, &[command, "mended.jsonl", "--results", "r.jsonl", "-o", "out.jsonl"]).assert().code(2);
        refused.stderr(contains("has no result for the row 2: score these rows again"));
    }
}

/// Starts both at once, and gives their exit codes.
#[cfg(unix)]
fn together(folder: &TempDir, first: &str, second: &str) -> [i32; 2] {
    let start = |arguments: &str| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("verify"));
        command.args(arguments.split(' ')).current_dir(folder.path());
        command.stderr(std::process::Stdio::null()).spawn().unwrap()
    };
    let [first, second] = [start(first), start(second)];
    [first, second].map(|mut run| run.wait().unwrap().code().unwrap_or(-1))
}

#[cfg(unix)]
#[test]
fn of_two_runs_with_one_output_each_that_succeeds_has_left_its_results() {
    let rows = |completion: &str| -> Vec<Value> {
        (0..2000).map(|id| json!({"id": id, "completion": completion, "answer": "1"})).collect()
    };
    let folder = folder(&lines(&rows("\\boxed{1}")));
    write(&folder, "other.jsonl", &rows("\\boxed{2}"));
    for round in 0..25 {
        let codes = together(&folder, "score in.jsonl -o out.jsonl -q", "score other.jsonl -o out.jsonl -q");
        assert!(codes.contains(&0) && codes.iter().all(|code| [0, 2].contains(code)), "round {round}: {codes:?}");
        let found = read(&folder, "out.jsonl");
        let verdicts: std::collections::BTreeSet<_> = found.iter().map(|row| row["verdict"].to_string()).collect();
        assert_eq!((found.len(), verdicts.len()), (2000, 1), "round {round}: {codes:?}");
        for (code, verdict) in codes.into_iter().zip(["\"correct\"", "\"incorrect\""]) {
            assert!(code == 0 || !verdicts.contains(verdict), "round {round}: the results of a run that failed");
        }
    }
}

#[cfg(unix)]
#[test]
fn the_files_of_an_audit_are_of_one_audit() {
    let gold = |answer: &str| -> Vec<Value> { (0..500).map(|id| json!({"id": id, "prompt": id, "answer": answer})).collect() };
    let folder = folder(&lines(&gold("x = ")));
    write(&folder, "other.jsonl", &gold("1"));
    for _ in 0..8 {
        let codes = together(&folder, "audit in.jsonl -o out -q", "audit other.jsonl -o out -q");
        assert!(codes.contains(&0) && codes.iter().all(|code| [0, 2].contains(code)), "{codes:?}");
        let about: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("out/audit.json")).unwrap()).unwrap();
        let findings = read(&folder, "out/findings.jsonl");
        assert_eq!(about["inputs"][0] == "in.jsonl", !findings.is_empty(), "{codes:?}");
    }
}

#[test]
fn what_is_asked_of_prompts_needs_prompts() {
    let row =
        json!({"question": "How many apples are in a basket of seven times six?", "answer": "42", "completion": "\\boxed{42}"});
    let folder = folder(&lines(std::slice::from_ref(&row)));
    write(&folder, "bench.jsonl", &[row]);
    for more in [&["--against", "bench.jsonl"][..], &["--near-duplicates", "0.8"]] {
        let refused = verify(&folder, &[&["audit", "in.jsonl", "-o", "a"], more].concat()).assert().code(2);
        refused.stderr(contains("--map prompt=question"));
    }
    verify(&folder, &["audit", "in.jsonl", "-o", "a"]).assert().success().stderr(contains("--map prompt=question"));
    let itself = ["audit", "in.jsonl", "-o", "a", "--map", "prompt=question", "--against", "./in.jsonl"];
    verify(&folder, &itself).assert().code(2).stderr(contains("it is also an input"));
}

#[test]
fn pass_rates_need_to_know_what_belongs_together() {
    let row = |value: u8| json!({"question": "6*7?", "answer": "42", "completion": format!("\\boxed{{{value}}}")});
    let folder = folder(&lines(&[row(42), row(41)]));
    verify(&folder, &["passrate", "in.jsonl", "-o", "r.jsonl"]).assert().code(2).stderr(contains("--map prompt=question"));
    verify(&folder, &["passrate", "in.jsonl", "-o", "r.jsonl", "--map", "prompt=question"]).assert().success();
    assert_eq!(read(&folder, "r.jsonl")[0]["samples"], 2);
}

#[test]
fn a_file_without_a_row_that_can_be_read_is_an_error_of_every_command() {
    let folder = folder("{\"answer\": 5, \"completion\": 5}\n");
    verify(&folder, &["score", "in.jsonl", "-o", "r.jsonl"]).assert().code(2);
    for command in [&["audit", "in.jsonl", "-o", "a"][..], &["passrate", "in.jsonl", "-o", "r.jsonl"]] {
        verify(&folder, command).assert().code(2).stderr(contains("could be"));
    }
    // References alone can be audited.
    write(&folder, "golds.jsonl", &[json!({"prompt": "p", "answer": "5"})]);
    verify(&folder, &["audit", "golds.jsonl", "-o", "a"]).assert().success();
}

#[cfg(unix)]
#[test]
fn an_input_given_twice_is_named_whatever_its_spelling() {
    let folder = folder(&super::rows(2));
    fs::create_dir(folder.path().join("sub")).unwrap();
    std::os::unix::fs::symlink("in.jsonl", folder.path().join("link.jsonl")).unwrap();
    fs::hard_link(folder.path().join("in.jsonl"), folder.path().join("hard.jsonl")).unwrap();
    for again in ["in.jsonl", "sub/../in.jsonl", "link.jsonl", "hard.jsonl"] {
        let run = verify(&folder, &["score", "in.jsonl", again, "-o", "r.jsonl"]).assert().success();
        run.stderr(contains(format!("given twice, so that all of its rows count twice: {again}")));
    }
}

#[test]
fn a_row_whose_list_of_options_is_empty_is_judged_without_options() {
    let row = |options: Value| json!({"completion": "\\boxed{2}", "answer": "2", "options": options});
    let folder = folder(&lines(&[row(json!([])), row(Value::Null), row(json!(["1", "2"]))]));
    verify(&folder, &["score", "in.jsonl", "-o", "r.jsonl", "--reward", "math", "--set", "choices=options"]).assert().success();
    assert!(read(&folder, "r.jsonl").iter().all(|row| row["verdict"] == "correct"), "{:?}", read(&folder, "r.jsonl"));
}

#[cfg(feature = "tables")]
#[test]
fn two_streams_of_arrow_in_one_file_and_a_stream_without_its_end_are_errors() {
    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    let columns =
        ["completion", "answer"].map(|name| (name, std::sync::Arc::new(StringArray::from(vec!["\\boxed{1}", "1"])) as ArrayRef));
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut stream = Vec::new();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut stream, &batch.schema()).unwrap();
    writer.write(&batch).unwrap();
    writer.finish().unwrap();
    drop(writer);
    let folder = folder("");
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("whole.arrow", &stream);
    put("twice.arrow", &[&stream[..], &stream[..]].concat());
    put("cut.arrow", &stream[..stream.len() - 8]);
    verify(&folder, &["score", "whole.arrow", "-o", "r.jsonl"]).assert().success();
    for (name, told) in [("twice.arrow", "more behind the end of the stream"), ("cut.arrow", "without its end mark")] {
        verify(&folder, &["score", name, "-o", "r2.jsonl"]).assert().code(2).stderr(contains(told));
    }
    assert!(Path::new(&folder.path().join("r.jsonl")).exists());
}

/// The codes of findings of severity error in these rows.
fn errors(rows: &[Value], more: &[&str]) -> Vec<String> {
    let folder = folder(&lines(rows));
    verify(&folder, &[&["audit", "in.jsonl", "-o", "a", "-q"], more].concat()).assert().success();
    let found = read(&folder, "a/findings.jsonl").into_iter().filter(|finding| finding["severity"] == "error");
    found.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn rows_with_another_passage_picture_or_options_are_no_conflict() {
    let row = |extra: Value, answer: &str| {
        let mut row = json!({"prompt": "How many yards was the longest field goal?", "answer": answer});
        row.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        row
    };
    for [first, second] in [
        [json!({"passage": "Smith kicked 40."}), json!({"passage": "Jones kicked 52."})],
        [json!({"choices": ["40", "41"]}), json!({"choices": ["52", "51"]})],
        [json!({"A": "40", "B": "41"}), json!({"A": "52", "B": "51"})],
        [json!({"input": "40"}), json!({"input": "52"})],
        [json!({"image_1": "a.png"}), json!({"image_1": "b.png"})],
        [json!({"decoded_image": "a.png"}), json!({"decoded_image": "b.png"})],
        [json!({"diagram": "a/1.PNG"}), json!({"diagram": "a/2.PNG"})],
        [json!({"shown": {"bytes": "aGk=", "path": null}}), json!({"shown": {"bytes": "aG8=", "path": null}})],
        [json!({"pixel_values": [[1, 2], [3, 4]]}), json!({"pixel_values": [[1, 2], [3, 5]]})],
    ] {
        assert_eq!(errors(&[row(first.clone(), "40"), row(second, "52")], &[]), [""; 0], "{first}");
        assert_eq!(errors(&[row(first.clone(), "40"), row(first, "52")], &[]), ["gold_conflict"]);
    }
}

#[test]
fn rows_that_differ_in_columns_about_the_row_are_a_conflict() {
    let row = |index: u8, answer: &str| json!({"prompt": "6*7?", "index": index, "source": format!("set {index}"), "tags": [format!("t{index}")], "answer": answer});
    assert_eq!(errors(&[row(1, "42"), row(2, "43")], &[]), ["gold_conflict"]);
}

#[test]
fn an_answer_of_an_earlier_turn_is_no_leak_and_one_of_this_question_is() {
    let turn = |role: &str, text: &str| json!({"role": role, "content": text});
    let earlier = [turn("user", "What is 6-4?"), turn("assistant", "\\boxed{2}"), turn("user", "And 4-2?")];
    assert_eq!(errors(&[json!({"prompt": earlier, "answer": "2"})], &[]), [""; 0]);
    let given = [turn("user", "And 4-2?"), turn("assistant", "\\boxed{2}")];
    assert_eq!(errors(&[json!({"prompt": given, "answer": "2"})], &[]), ["gold_in_prompt"]);
}

#[cfg(feature = "code")]
#[test]
fn a_solution_in_another_language_says_nothing_about_the_tests() {
    let row = |solution: &str| json!({"prompt": format!("Print 7. {}", solution.len()), "tests": {"kind": "stdio", "tests": [{"output": "7"}]}, "solution": solution});
    for other in [
        "#include <cstdio>\nint main() { printf(\"7\"); }",
        "public class Main { public static void main(String[] a) { System.out.println(7); } }",
        "console.log(7);\nfunction f() {}",
        "x = 7\nprint x",
        "The answer is seven because six and one make it",
    ] {
        assert!(!errors(&[row(other)], &[]).contains(&"reference_fails".to_owned()), "{other}");
    }
    for wrong in ["print(8)", "print(7"] {
        assert_eq!(errors(&[row(wrong)], &[]), ["reference_fails"], "{wrong}");
    }
}

#[test]
fn a_manifest_is_that_of_the_results_beside_it() {
    let folder = folder(&super::rows(2));
    verify(&folder, &["score", "in.jsonl", "-o", "r.jsonl"]).assert().success();
    assert!(folder.path().join("r.jsonl.meta.json").exists());
    verify(&folder, &["score", "in.jsonl", "-o", "r.jsonl", "--no-meta", "--policy", "lenient"]).assert().success();
    assert!(!folder.path().join("r.jsonl.meta.json").exists());
}

#[test]
fn a_source_may_be_a_number() {
    let row = |part: u8| json!({"prompt": format!("p{part}"), "answer": "1", "part": part});
    let folder = folder(&lines(&[row(1), row(2)]));
    verify(&folder, &["audit", "in.jsonl", "-o", "a", "--source", "part"]).assert().success();
    let about: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("a/audit.json")).unwrap()).unwrap();
    let table = about["tables"].as_array().unwrap().iter().find(|table| table["name"] == "sources").unwrap();
    assert_eq!(table["rows"].as_array().unwrap().iter().map(|row| row[0].clone()).collect::<Vec<_>>(), ["1", "2"]);
}
