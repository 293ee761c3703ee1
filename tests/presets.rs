//! Rows of known data sets are recognised and give the reference that the data set means, or none.
//!
//! The cases are in `tests/cases/presets.jsonl`: a first row, the preset that it shows, and what is read from it:
//! `prompt`, `answers`, `completions`, `id`, whether there are `tests`, columns that are `hidden` from rewards; or the
//! `problem` of the row.
#![cfg(all(feature = "cli", feature = "rules"))]

use r1rewards::rows::Fields;
use r1rewards::rows::presets::PRESETS;
use serde_json::{Value, json};

fn cases() -> Vec<Value> {
    include_str!("cases/presets.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn check(case: &Value) -> Result<(), String> {
    let text = case["row"].to_string();
    let fields = Fields::default().settle(text.as_bytes()).unwrap();
    let same = |what: &str, got: Value| if case[what] == got { Ok(()) } else { Err(format!("{what}: {got}, not {}", case[what])) };
    same("preset", json!(fields.settled()))?;
    let row = fields.read(text, 1);
    if row.preset() != fields.settled() {
        return Err("the row names another preset".to_owned());
    }
    let Some(shared) = row.shared().cloned() else {
        let problem = row.into_samples().err().map(|error| error.to_string()).unwrap_or_default();
        let expected = case["problem"].as_str().ok_or_else(|| format!("the row is refused: {problem}"))?;
        return if problem.contains(expected) { Ok(()) } else { Err(format!("problem: {problem}, not {expected}")) };
    };
    if !case["problem"].is_null() {
        return Err(format!("the row is read: {:?}", shared.answers()));
    }
    if !case["prompt"].is_null() {
        same("prompt", json!(shared.prompt.as_deref()))?;
    }
    if case["answers"].is_array() {
        same("answers", json!(shared.answers()))?;
    }
    if shared.tests.is_some() != (case["tests"] == true) {
        return Err(format!("tests: {:?}", shared.tests));
    }
    if !case["id"].is_null() {
        same("id", row.id().clone())?;
    }
    let hidden = case["hidden"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(seen) = hidden.into_iter().find(|name| shared.fields.get(name).is_some()) {
        return Err(format!("`{seen}` is a field of the sample"));
    }
    if case["completions"].is_array() {
        let samples: Result<Vec<_>, _> = row.into_samples().map_err(|error| error.to_string())?.collect();
        let texts: Vec<String> = samples.map_err(|bad| bad.to_string())?.into_iter().map(|sample| sample.completion).collect();
        same("completions", json!(texts))?;
    }
    Ok(())
}

#[test]
fn every_case_is_read_as_its_data_set_means_it() {
    let wrong: Vec<String> =
        cases().iter().filter_map(|case| check(case).err().map(|problem| format!("{}: {problem}", case["about"]))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_preset_has_a_case_and_the_name_of_another_entry_only_next_to_it() {
    let cases = cases();
    for preset in PRESETS {
        assert!(cases.iter().any(|case| case["preset"] == preset.name), "{} has no case", preset.name);
    }
    let mut names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    names.dedup();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "entries of one name are adjacent");
}

const DEEPMATH: &str = r#"{"question": "q", "final_answer": "2", "completion": "2"}"#;

fn answers(fields: &Fields, row: &str) -> Result<Vec<String>, String> {
    let row = fields.read(row, 1);
    match row.shared() {
        Some(shared) => Ok(shared.answers().to_vec()),
        None => Err(row.into_samples().err().map(|error| error.to_string()).unwrap_or_default()),
    }
}

#[test]
fn a_later_row_without_the_columns_is_read_by_our_own_names() {
    let fields = Fields::default().settle(DEEPMATH.as_bytes()).unwrap();
    let own = r#"{"completion": "x", "answer": "3"}"#;
    assert_eq!(answers(&fields, own), Ok(vec!["3".to_owned()]));
    assert_eq!((fields.read(own, 1).preset(), fields.read(DEEPMATH, 1).preset()), (None, Some("deepmath")));
}

#[test]
fn a_preset_that_was_demanded_refuses_a_row_without_its_columns() {
    let fields = Fields::default().preset("gsm8k").unwrap();
    let gsm8k = r#"{"question": "q", "answer": "so\n#### 7", "completion": "7"}"#;
    let settled = fields.settle(gsm8k.as_bytes()).unwrap();
    assert_eq!(answers(&settled, gsm8k), Ok(vec!["7".to_owned()]), "also for a row in our own form");
    let problem = answers(&settled, r#"{"completion": "7", "answer": "7"}"#).unwrap_err();
    assert_eq!(problem, "the row lacks the column `question` of the preset gsm8k");
    let problem = answers(&settled, r#"{"question": "q", "answer": "7", "completion": "7"}"#).unwrap_err();
    assert_eq!(problem, "the column `answer` has no `####`, so its answer is unknown");
    let other = fields.settle(br#"{"completion": "7", "answer": "7"}"#).unwrap();
    assert!(answers(&other, r#"{"completion": "7", "answer": "7"}"#).is_err(), "whatever the first row was");
    let error = Fields::default().preset("gsm").unwrap_err().to_string();
    assert!(error.starts_with("unknown preset `gsm`; known presets: auto, none, livecodebench, "), "{error}");
}

#[test]
fn a_mapping_comes_before_a_preset() {
    let fields =
        Fields::default().map("answer=topic").unwrap().settle(br#"{"question": "q", "final_answer": "2", "topic": "t"}"#).unwrap();
    assert_eq!(answers(&fields, r#"{"question": "q", "final_answer": "2", "topic": "t"}"#), Ok(vec!["t".to_owned()]));
    let whole = Fields::default().map("answer=solution").unwrap().settle(br#"{"problem": "p", "solution": "\\boxed{1}"}"#).unwrap();
    let answer = answers(&whole, r#"{"problem": "p", "solution": "\\boxed{1}"}"#);
    assert_eq!(answer, Ok(vec![r"\boxed{1}".to_owned()]), "a mapped column is read as it is");
}

#[test]
fn presets_can_be_turned_off() {
    let fields = Fields::default().preset("none").unwrap().settle(DEEPMATH.as_bytes()).unwrap();
    assert_eq!((fields.settled(), answers(&fields, DEEPMATH)), (None, Ok(vec![])));
}

#[test]
fn a_worked_solution_is_never_a_reference() {
    let first = r#"{"question": "q", "answer": "4"}"#;
    let fields = Fields::default().settle(first.as_bytes()).unwrap();
    assert_eq!(fields.settled(), Some("verifiers"));
    let problem = answers(&fields, r##"{"question": "q", "answer": "2+2\n#### 4"}"##).unwrap_err();
    assert!(problem.contains("is a worked solution and not the answer alone: say --preset gsm8k"), "{problem}");
}
