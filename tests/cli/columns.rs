//! Columns: how the first rows of a file decide, what is said of columns that are missing or misspelt, and which files of a
//! folder hold no rows.

use std::fs;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};

use super::{folder, results, verify};

/// The standard error of a command that must end with exit code 2.
fn refused(input: &str, arguments: &[&str]) -> String {
    let folder = folder(input);
    let output = verify(&folder, arguments).assert().code(2).get_output().stderr.clone();
    String::from_utf8(output).unwrap()
}

fn gsm8k(number: usize) -> String {
    json!({"question": format!("{number} + 1?"), "answer": format!("so\n#### {}", number + 1)}).to_string() + "\n"
}

fn audited(folder: &tempfile::TempDir) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.path().join("a/audit.json")).unwrap()).unwrap()
}

#[test]
fn one_odd_first_row_does_not_decide_for_the_file() {
    let odd = "{\"question\": \"1 + 1?\", \"answer\": \"2\"}\n";
    let folder = folder(&(odd.to_owned() + &(0..40).map(gsm8k).collect::<String>()));
    verify(&folder, &["audit", "in.jsonl", "-o", "a"]).assert().success().stderr(contains("preset gsm8k, 41 rows"));
    let bad = results(&folder.path().join("a/findings.jsonl"));
    let bad: Vec<_> = bad.iter().filter(|finding| finding["code"] == "bad_row").map(|finding| finding["line"].clone()).collect();
    assert_eq!(bad, [1], "only the row without `####` is bad");
    let other = odd.repeat(3) + &gsm8k(1);
    fs::write(folder.path().join("in.jsonl"), other).unwrap();
    verify(&folder, &["audit", "in.jsonl", "-o", "a"]).assert().success().stderr(contains("preset verifiers, 4 rows"));
}

#[test]
fn an_audit_names_the_preset_and_the_columns_that_it_read() {
    let folder = folder(&(0..3).map(gsm8k).collect::<String>());
    verify(&folder, &["audit", "in.jsonl", "-o", "a"])
        .assert()
        .success()
        .stderr(contains("preset gsm8k, 3 rows: prompt from `question`"));
    let about = audited(&folder);
    assert_eq!((&about["preset"], &about["fields"]["prompt"]), (&json!("gsm8k"), &json!("question")));
    assert_eq!(about["readings"], Value::Null, "all rows were read in one way");
    let page = fs::read_to_string(folder.path().join("a/report.html")).unwrap();
    assert!(page.contains("<dt>preset</dt><dd><bdi>gsm8k, 3 rows: prompt from `question`</bdi>"), "{page:.3000}");

    fs::write(folder.path().join("own.jsonl"), "{\"prompt\": \"p\", \"answer\": \"2\", \"label\": \"algebra\"}\n").unwrap();
    verify(&folder, &["audit", "own.jsonl", "-o", "a"]).assert().success().stderr(contains("preset").not());
    assert_eq!((&audited(&folder)["preset"], &audited(&folder)["fields"]["answer"]), (&Value::Null, &json!("answer")));
    verify(&folder, &["audit", "in.jsonl", "own.jsonl", "-o", "a"]).assert().success();
    let readings = audited(&folder)["readings"].clone();
    assert_eq!((&readings[0]["rows"], &readings[1]["preset"]), (&json!(3), &Value::Null));
}

#[test]
fn a_column_that_is_named_must_be_in_a_row() {
    let rows = "{\"prompt\": \"p\", \"answer\": \"2\", \"completion\": \"2\", \"code\": null}\n";
    for (arguments, what) in [
        (&["audit", "in.jsonl", "-o", "a", "--map", "prompt=porblem"][..], "`porblem`, which --map prompt=porblem names"),
        (&["audit", "in.jsonl", "-o", "a", "--source", "nocol"], "`nocol`, which --source nocol names"),
        (&["audit", "in.jsonl", "-o", "a", "--solution", "nocol"], "`nocol`, which --solution nocol names"),
        (&["score", "in.jsonl", "-o", "-", "--map", "id=uid"], "`uid`, which --map id=uid names"),
        (&["score", "in.jsonl", "-o", "-", "--map", "prompt=a.b"], "`a.b`, which --map prompt=a.b names"),
    ] {
        let problem = refused(rows, arguments);
        let expected = format!("verify: no row has the column {what}; columns seen: prompt, answer, completion, code\n");
        assert!(problem.ends_with(&expected), "{problem}");
    }
    let folder = folder(rows);
    let fine = ["audit", "in.jsonl", "-o", "a", "--map", "prompt=prompt", "--solution", "code", "--source", "answer"];
    verify(&folder, &fine).assert().success();
}

#[test]
fn what_is_missing_is_said_with_the_option_that_helps() {
    let audit = ["audit", "in.jsonl", "-o", "a"];
    let score = ["score", "in.jsonl", "-o", "-"];
    let problem = refused("{\"ID\": 1, \"Problem\": \"6*7?\", \"Answer\": 42}\n", &audit);
    assert!(problem.contains("no row has the column `answer`; columns seen: ID, Problem, Answer"), "{problem}");
    assert!(problem.contains("--map answer=Answer") && !problem.contains("completion"), "{problem}");

    let problem = refused("{\"prompt\": \"p\", \"answer\": null, \"gold\": \"1\"}\n", &audit);
    assert!(problem.contains("the column `answer` has no value in any row; columns seen: prompt, answer, gold"), "{problem}");
    assert!(problem.contains("--map answer=gold"), "{problem}");
    let problem = refused("{\"prompt\": \"p\", \"answer\": null}\n", &audit);
    assert!(problem.contains("If another column holds it, name it with --map answer=path.to.column"), "{problem}");

    let problem = refused("[[{\"from\": \"human\", \"value\": \"6*7?\"}]]", &score);
    assert!(
        problem.contains("no row can be read. First problem: ") && problem.contains("in JSON it is an object, and a list"),
        "{problem}"
    );
    assert!(!problem.contains("JSON Lines"), "{problem}");

    let python = json!({"prompt": "p", "data_source": "d", "reward_model": "{'ground_truth': '34'}"}).to_string();
    let problem = refused(&python, &audit);
    assert!(problem.contains("The column `reward_model` holds the text of a dictionary as Python's `str` writes it"), "{problem}");

    let problem = refused("{\"completion\": \"7\", \"answer\": \"7\"}\n", &[&score[..], &["--preset", "deepmath"]].concat());
    assert!(problem.contains("the row lacks the column `question` of the preset deepmath"), "{problem}");
}

#[test]
fn rows_without_completions_are_refused_by_every_command_that_needs_them() {
    let judged = "{\"id\": 1, \"completion\": \"\\\\boxed{2}\", \"answer\": \"2\"}\n";
    let folder = folder(judged);
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl"]).assert().success();
    let commands = [
        &["select", "in.jsonl", "--results", "out.jsonl", "-o", "kept"][..],
        &["report", "in.jsonl", "--results", "out.jsonl", "-o", "kept"],
        &["passrate", "in.jsonl", "--results", "out.jsonl", "-o", "kept"],
    ];
    for command in commands {
        verify(&folder, command).assert().success();
        fs::remove_file(folder.path().join("kept")).unwrap();
    }
    fs::write(folder.path().join("in.jsonl"), "{\"prompt\": \"p\", \"answer\": \"2\", \"response\": \"\\\\boxed{2}\"}\n").unwrap();
    let message = "no row has the column `completion`; columns seen: prompt, answer, response. Say which one it is with --map \
                   completion=response";
    for command in commands.into_iter().chain([&["score", "in.jsonl", "-o", "kept"][..]]) {
        verify(&folder, command).assert().code(2).stderr(contains(message));
        assert!(!folder.path().join("kept").exists());
    }
}

#[test]
fn files_that_describe_others_are_read_only_by_their_names() {
    let folder = folder("");
    let path = folder.path().join("set");
    fs::create_dir(&path).unwrap();
    let row = |id: &str| json!({"id": id, "completion": "x", "answer": "1"}).to_string();
    for (name, id) in [
        ("data.jsonl", "a"),
        ("dataset_info.json", "no"),
        ("state.json", "no"),
        ("dataset_dict.json", "no"),
        ("r.jsonl.meta.json", "no"),
    ] {
        fs::write(path.join(name), row(id)).unwrap();
    }
    let ids = |input: &str| -> Vec<Value> {
        verify(&folder, &["score", input, "-o", "out.jsonl"]).assert().success();
        results(&folder.path().join("out.jsonl")).into_iter().map(|row| row["id"].clone()).collect()
    };
    for input in ["set", "set/*", "set/*.json*"] {
        assert_eq!(ids(input), ["a"], "{input}");
    }
    assert_eq!(ids("set/state.json"), ["no"], "a file that is named is read");
    let nothing = "no file matches `set/*.meta.json` but files that describe others (manifests)";
    verify(&folder, &["score", "set/*.meta.json", "-o", "-"]).assert().code(2).stderr(contains(nothing));
    fs::remove_file(path.join("dataset_info.json")).unwrap();
    assert_eq!(ids("set"), ["a", "no"], "`state.json` alone is a file as any other");
}

#[test]
fn a_column_that_an_option_of_a_reward_names_must_be_in_a_row() {
    let rows = "{\"id\": 1, \"completion\": \"2\", \"answer\": \"2\", \"extra\": {\"opts\": [\"2\", \"3\"]}}\n".to_owned()
        + "{\"id\": 2, \"completion\": \"B\", \"answer\": \"B\", \"opts\": [\"2\", \"3\"], \"extra\": {}}\n";
    let score = ["score", "in.jsonl", "-o", "-"];
    let audit = ["audit", "in.jsonl", "-o", "a"];
    let rates = ["passrate", "in.jsonl", "-o", "-"];
    for command in [&score, &audit, &rates] {
        for (options, what) in [
            (&["--set", "choices=optoins"][..], "`optoins`, which the option `choices` of `auto` names"),
            (&["--set", "row_options=ro"], "`ro`, which the option `row_options` of `auto` names"),
            (&["--reward", "choice", "--set", "options_field=o"], "`o`, which the option `options_field` of `choice` names"),
        ] {
            let problem = refused(&rows, &[&command[..], options].concat());
            let expected = format!("verify: no row has the column {what}; columns seen: id, completion, answer, extra, opts\n");
            assert!(problem.ends_with(&expected), "{problem}");
        }
    }
    let path = refused(&rows, &[&score[..], &["--set", "choices=extra.opts"]].concat());
    assert!(path.contains("`extra.opts`, which is no column but a path into one"), "{path}");
    let field = refused(&rows, &[&score[..], &["--set", "choices=answer"]].concat());
    assert!(field.contains("names the column `answer`, but a field of the row is read from it"), "{field}");
    // A column that some rows have is fine, and so are defaults that no row has.
    let folder = folder(&rows);
    for options in [&["--set", "choices=opts"][..], &["--reward", "choice"], &["--reward", "choice", "--set", "options_field=opts"]]
    {
        verify(&folder, &[&score[..], options].concat()).assert().success().stderr(contains("no row").not());
    }
}

#[test]
fn a_column_for_some_of_the_rows_that_none_has_is_a_warning() {
    let spec = "[[reward]]\nkind = \"route\"\nfield = \"task\"\n[reward.cases.a]\nkind = \"math\"\nchoices = \"opts\"\n\
                [reward.cases.b]\nkind = \"math\"\n";
    let folder = folder("{\"completion\": \"\\\\boxed{2}\", \"answer\": \"2\", \"task\": \"b\"}\n");
    fs::write(folder.path().join("spec.toml"), spec).unwrap();
    let said = "verify: no row has the column `opts`, which the option `choices` of `math` names; columns seen: completion, answer, task\n";
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--rewards", "spec.toml", "-q"]).assert().success().stderr(said);
    let misspelt = spec.replace("\"task\"", "\"taks\"");
    fs::write(folder.path().join("spec.toml"), misspelt).unwrap();
    verify(&folder, &["score", "in.jsonl", "-o", "out.jsonl", "--rewards", "spec.toml"])
        .assert()
        .code(2)
        .stderr(contains("no row has the column `taks`, which the option `field` of `route` names"));
}

#[test]
fn a_comparison_and_templates_demand_the_columns_of_their_options() {
    let row = "{\"id\": 1, \"completion\": \"2\", \"answer\": \"2\", \"verdict\": \"correct\", \"template\": \"t\"}\n";
    let compare = ["compare", "in.jsonl", "--right", "lenient"];
    let problem = refused(row, &[&compare[..], &["--map", "prompt=porblem"]].concat());
    assert!(problem.contains("no row has the column `porblem`, which --map prompt=porblem names"), "{problem}");
    let problem = refused(row, &["templates", "in.jsonl", "--scored", "--map", "id=uid"]);
    assert!(problem.contains("no row has the column `uid`, which --map id=uid names"), "{problem}");
    let folder = folder(row);
    fs::write(folder.path().join("choice.toml"), "[[reward]]\nkind = \"math\"\nchoices = \"opts\"\n").unwrap();
    verify(&folder, &["compare", "in.jsonl", "--right", "choice.toml"])
        .assert()
        .code(2)
        .stderr(contains("no row has the column `opts`, which the option `choices` of `math` names"));
}
