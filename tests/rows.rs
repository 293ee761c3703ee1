//! Rows that are huge, deep or unusual: columns that no reward reads are skipped, columns that are read are bounded in
//! size, and a bad row does not affect other rows.
#![cfg(all(feature = "cli", feature = "rules"))]

use r1rewards::rows::run::Run;
use r1rewards::rows::{Fields, ResultRow, Source};
use r1rewards::{RewardSpec, Sample, Scorer};
use serde_json::json;

fn read(line: &str) -> Result<Vec<Sample>, String> {
    let row = Fields::default().read(line.to_owned(), 7);
    let samples = row.into_samples().map_err(|error| error.to_string())?;
    samples.collect::<Result<_, _>>().map_err(|error| error.to_string())
}

fn problem(line: &str) -> String {
    read(line).unwrap_err()
}

fn deep(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

fn math() -> Scorer {
    Scorer::from_spec(&RewardSpec::kind("math")).unwrap()
}

/// The results of a run over these lines, one object for each result.
fn results(lines: &[String], scorer: &Scorer) -> Vec<ResultRow> {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("in.jsonl");
    std::fs::write(&path, lines.join("\n")).unwrap();
    let (sources, fields, mut out) = (Source::named(path.to_str().unwrap()).unwrap(), Fields::default(), Vec::new());
    Run::new(&sources, &fields, scorer).write_to(&mut out, |_| ()).unwrap();
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_column_that_nobody_reads_passes_whatever_it_holds() {
    for heavy in
        [format!("[0{}]", ",1".repeat(300_000)), deep(200_000), "9".repeat(100_000), format!("\"{}\"", "\\u0041".repeat(100_000))]
    {
        let row = format!(r#"{{"completion": "\\boxed{{1}}", "unused": {heavy}, "answer": "1"}}"#);
        assert!(math().score(&read(&row).unwrap()[0]).is_correct(), "{}", &row[..80]);
    }
}

/// A line whose column `unused` contains these bytes.
fn with_unused(bytes: &[u8]) -> Vec<u8> {
    [br#"{"completion": "\\boxed{1}", "unused": "#, bytes, br#", "answer": "1"}"#].concat()
}

#[test]
fn a_column_that_nobody_reads_need_not_be_json_or_utf8() {
    let deepest = "[".repeat(1_000_000) + "NaN" + &"]".repeat(1_000_000);
    for odd in [
        &b"NaN"[..],
        b"Infinity",
        b"-Infinity",
        b"{\"loss\": [NaN, {\"x\": -Infinity}]}",
        b"\"\xff\xfe latin-1: caf\xe9\"",
        br#""half of a pair: \ud800, no escape: \x""#,
        b"\"a raw tab\tand \x01\"",
        deepest.as_bytes(),
    ] {
        let row = Fields::default().read(with_unused(odd), 1);
        let sample = row.into_samples().unwrap().next().unwrap().unwrap();
        assert!(math().score(&sample).is_correct(), "{}", String::from_utf8_lossy(&odd[..odd.len().min(80)]));
    }
}

#[test]
fn where_a_column_ends_must_be_told_even_where_nobody_reads_it() {
    for (odd, problem) in [
        (&b"[1, 2"[..], "not JSON: a closing bracket does not match the open one at column "),
        (b"\"abc", "not JSON: expected a comma or the closing bracket at column "),
        (b"", "not JSON: expected a value at column 40"),
    ] {
        let error = Fields::default().read(with_unused(odd), 1).into_samples().err().unwrap().to_string();
        assert!(error.starts_with(problem), "{error}");
    }
}

#[test]
fn a_column_that_is_read_and_is_no_json_names_column_and_fix() {
    let row = |answer: &str| format!(r#"{{"completion": "1", "answer": {answer}}}"#);
    for number in ["NaN", "Infinity", "-Infinity"] {
        let wanted = format!("the column `answer` holds {number}, which JSON does not have: write null or a string instead");
        assert_eq!(problem(&row(number)), wanted);
        assert_eq!(problem(&row(&format!(r#"["NaN", {number}]"#))), wanted);
    }
    assert_eq!(read(&row(r#""NaN""#)).unwrap()[0].answers(), ["NaN"], "text is text");
    assert_eq!(problem(&row("1 2")), "not JSON: expected a comma or the closing bracket at column 33");
    assert_eq!(problem(&row("yes")), "the column `answer` cannot be read: expected value");
    let row = Fields::default().read(*b"{\"completion\": \"1\", \"answer\": \"\xff\"}", 1);
    assert_eq!(
        row.into_samples().err().unwrap().to_string(),
        "the column `answer` is not UTF-8 at byte 2 of it: write the file as UTF-8"
    );
}

#[test]
fn a_field_beside_what_is_no_json_is_read_by_its_path() {
    let fields = Fields::default().map("completion=out.1.text").unwrap();
    let row = r#"{"out": [NaN, {"logprobs": [-Infinity, "\ud800"], "text": "x"}]}"#;
    let samples: Vec<_> = fields.read(row, 1).into_samples().unwrap().map(Result::unwrap).collect();
    assert_eq!(samples[0].completion, "x");
}

#[test]
fn a_completion_that_cannot_be_read_costs_its_siblings_nothing() {
    let bad = [
        (r#""\ud800""#, "cannot be read: unexpected end of hex escape"),
        ("null", "must be a string or a message list, got null"),
        ("7", "must be a string or a message list, got the number 7"),
        ("NaN", "holds NaN, which JSON does not have: write null or a string instead"),
        (r#"{"text": "1"}"#, "must be a string or a message list, got an object with `text`"),
        ("[]", "must be a string or a message list, got a list of 0"),
        (r#"[{"role": "user", "content": "?"}]"#, "is a message list without a message of role `assistant`"),
        (r#"[{"role": "assistant", "content": "\ud800"}]"#, "cannot be read: unexpected end of hex escape"),
        (
            &format!("[0{}]", ",1".repeat(300_000)),
            "holds 300002 values; at most 262144 are read: shorten it or split the row into several",
        ),
        (&deep(1_000_000), "is nested 1000000 levels deep; at most 127 are read"),
    ];
    let good = r#""\\boxed{1}""#;
    let completions: String = bad.iter().map(|(bad, _)| format!("{bad}, {good}, ")).collect();
    let row = format!(r#"{{"id": "q", "prompt": "p", "completion": [{completions}{good}], "answer": "1"}}"#);
    let results = results(&[row], &math());
    assert_eq!(results.len(), 2 * bad.len() + 1);
    for (place, result) in results.iter().enumerate() {
        assert_eq!(result.id, json!(format!("q/{place}")));
        match bad.get(place / 2).filter(|_| place % 2 == 0) {
            Some((_, problem)) => {
                assert_eq!((result.outcome.reason.code(), result.outcome.value), ("bad_row", None));
                let wanted = format!(":1: the column `completion` item {place} {problem}");
                let detail = result.outcome.detail.as_deref().unwrap_or_default();
                assert!(detail.ends_with(&wanted), "{detail}");
            }
            None => assert!(result.outcome.is_correct(), "{result:?}"),
        }
    }
}

#[test]
fn a_message_that_cannot_be_read_makes_no_list_of_its_conversation() {
    let row = r#"{"completion": [{"role": "user", "content": "\ud800"}, {"role": "assistant", "content": "x"}]}"#;
    assert_eq!(problem(row), "the column `completion` cannot be read: unexpected end of hex escape");
    assert_eq!(read(&row.replace(r"\ud800", "?")).unwrap()[0].completion, "x");
}

#[test]
fn a_group_is_judged_without_the_completions_that_cannot_be_read() {
    let scorer = Scorer::from_spec(&RewardSpec::from_json(r#"{"reward": [{"kind": "majority"}]}"#).unwrap()).unwrap();
    let row = json!({"prompt": "p", "completion": ["\\boxed{1}", null, "\\boxed{2}", "\\boxed{2}"]}).to_string();
    let results = results(&[row], &scorer);
    let rewards: Vec<_> = results.iter().map(|result| result.outcome.value).collect();
    assert_eq!(rewards, [Some(0.0), None, Some(1.0), Some(1.0)]);
}

#[test]
fn a_field_beside_a_heavy_one_is_read_by_its_path() {
    let fields = Fields::default().map("completion=out.1.text").unwrap();
    let row = format!(r#"{{"out": [{}, {{"logprobs": [0{}], "text": "x"}}]}}"#, deep(1000), ",1".repeat(300_000));
    let samples: Vec<_> = fields.read(row, 1).into_samples().unwrap().map(Result::unwrap).collect();
    assert_eq!(samples[0].completion, "x");
}

#[test]
fn a_number_too_long_in_a_read_column_names_column_and_bound() {
    let row = format!(r#"{{"completion": "1", "answer": {}}}"#, "9".repeat(5000));
    assert_eq!(problem(&row), "the column `answer` has a number of 5000 characters; at most 4300 are read: write it as a string");
    let longest = "9".repeat(4300);
    assert_eq!(read(&format!(r#"{{"completion": "1", "answer": {longest}}}"#)).unwrap()[0].answers(), [longest]);
}

#[test]
fn a_read_column_is_bounded_in_depth_and_values() {
    let row = |prompt: &str| format!(r#"{{"completion": "1", "prompt": {prompt}}}"#);
    assert_eq!(problem(&row(&deep(1_000_000))), "the column `prompt` is nested 1000000 levels deep; at most 127 are read");
    assert!(read(&row(&deep(127))).is_ok());
    assert_eq!(
        problem(&row(&format!("[0{}]", ",1".repeat(300_000)))),
        "the column `prompt` holds 300002 values; at most 262144 are read: shorten it or split the row into several"
    );
}

#[test]
fn a_row_of_too_many_completions_says_how_many_it_may_have() {
    let row = |count: usize| format!(r#"{{"completion": [""{}]}}"#, r#","""#.repeat(count - 1));
    assert_eq!(read(&row(16_384)).unwrap().len(), 16_384);
    let refused = "the column `completion` is a list of 16385 completions; at most 16384 are read: split the row into several with the same prompt";
    assert_eq!(problem(&row(16_385)), refused);
    let value = serde_json::from_str(&row(16_385)).unwrap();
    assert_eq!(Fields::default().samples(&value, 1).unwrap_err().to_string(), refused, "values are bounded as text is");
}

#[test]
fn ids_and_columns_are_bounded() {
    let id = format!(r#"{{"completion": "1", "id": "{}"}}"#, "x".repeat(2000));
    assert_eq!(problem(&id), "the column `id` is an id of 2000 bytes; at most 1024 are read: give the row a shorter one, or none");
    let columns: String = (0..70_000).map(|column| format!(r#", "c{column}": 1"#)).collect();
    let problem = problem(&format!(r#"{{"completion": "1"{columns}}}"#));
    assert_eq!(problem, "the row has more than 65536 columns: combine related columns into one");
}

#[test]
fn a_reward_that_reads_a_heavy_column_says_which_and_why() {
    let scorer =
        Scorer::from_spec(&RewardSpec::from_json(r#"{"reward": [{"kind": "length", "unit": "tokens", "max": 9}]}"#).unwrap())
            .unwrap();
    let row = |column: &str| format!(r#"{{"completion": "1", {column}}}"#);
    let outcome = |line: String| scorer.score(&read(&line).unwrap()[0]);
    assert!(outcome(row(r#""completion_tokens": 3"#)).is_correct());
    assert_eq!(outcome(row(r#""other": 3"#)).reason.code(), "field_missing");
    let heavy = outcome(row(&format!(r#""completion_tokens": [0{}]"#, ",1".repeat(300_000))));
    assert_eq!(heavy.reason.code(), "bad_row");
    let detail = heavy.detail.unwrap_or_default();
    assert!(detail.starts_with("the column `completion_tokens` holds 300002 values; at most 262144 are read"), "{detail}");
}

#[test]
fn no_row_takes_another_one_with_it() {
    let good = |id: usize| json!({"id": id, "completion": "\\boxed{1}", "answer": "1"}).to_string();
    let bad = [
        format!(r#"{{"completion": {}}}"#, deep(1_000_000)),
        format!(r#"{{"completion": "1", "answer": {}}}"#, "9".repeat(1_000_000)),
        format!(r#"{{"completion": ["7"{}]}}"#, r#","7""#.repeat(100_000)),
        r#"{"completion": "1", "#.to_owned(),
        deep(1_000_000),
        "9".repeat(1_000_000),
    ];
    let lines: Vec<_> = bad.iter().enumerate().flat_map(|(id, bad)| [bad.clone(), good(id)]).collect();
    let results = results(&lines, &math());
    assert_eq!(results.len(), lines.len());
    for (id, pair) in results.chunks(2).enumerate() {
        assert_eq!(pair[0].outcome.reason.code(), "bad_row", "{:?}", pair[0]);
        assert!(pair[0].outcome.detail.as_ref().unwrap().len() < 400, "{:?}", pair[0]);
        assert_eq!((&pair[1].id, pair[1].outcome.is_correct()), (&json!(id), true));
    }
}

#[test]
fn the_last_of_two_columns_of_one_name_counts() {
    assert_eq!(read(r#"{"completion": "1", "completion": "2", "a": 1, "a": 2}"#).unwrap()[0].completion, "2");
    assert_eq!(read(r#"{"completion": "1", "a": 1, "a": 2}"#).unwrap()[0].fields["a"], 2);
}

#[test]
fn samples_of_a_row_share_what_they_have_in_common() {
    let samples = read(r#"{"completion": ["a", "b"], "prompt": "p", "answer": ["1"], "tests": {}}"#).unwrap();
    let [one, other] = samples.as_slice() else { panic!("two samples") };
    assert!(one.prompt.as_ref().unwrap().is(other.prompt.as_ref().unwrap()));
    assert!(one.tests.as_ref().unwrap().is(other.tests.as_ref().unwrap()));
    assert!(one.answers.is(&other.answers));
}

#[test]
fn groups_larger_than_a_window_stay_whole() {
    let spec = r#"{"reward": [{"kind": "majority"}]}"#;
    let scorer = Scorer::from_spec(&RewardSpec::from_json(spec).unwrap()).unwrap();
    let row = |text: &str| json!({"prompt": "p", "completion": vec![text; 12_000]}).to_string();
    let results = results(&[row("\\boxed{1}"), row("\\boxed{2}"), row("\\boxed{2}")], &scorer);
    assert_eq!(results.len(), 36_000);
    assert!(results[..12_000].iter().all(|result| !result.outcome.is_correct()), "{:?}", results[0]);
    assert!(results[12_000..].iter().all(|result| result.outcome.is_correct()), "{:?}", results[12_000]);
}

#[test]
fn a_row_of_its_own_reward_may_not_ask_for_more_than_the_run_gives() {
    let auto = r1rewards::Scorer::from_spec(&r1rewards::RewardSpec::kind("auto")).unwrap();
    let score = |reward: serde_json::Value| {
        let row = serde_json::json!({"completion": "4", "answer": "4", "tests": null, "reward": reward}).to_string();
        let row = r1rewards::rows::Fields::default().read(row, 1);
        let outcomes: Vec<_> = row.into_samples().unwrap().map(|sample| auto.score(&sample.unwrap())).collect();
        (outcomes[0].reason.code(), outcomes[0].detail.clone().unwrap_or_default())
    };
    let many = vec![serde_json::json!({"kind": "math"}); 257];
    let (reason, detail) = score(serde_json::json!(many));
    assert_eq!(reason, "bad_spec");
    assert!(detail.contains("more than 256 rewards"), "{detail}");
    #[cfg(feature = "code")]
    for (option, much) in [("seconds", 30_u64), ("fuel", 1 << 40), ("memory", 1 << 30), ("output", 1 << 30)] {
        let (reason, detail) = score(serde_json::json!([{"kind": "math"}, {"kind": "code", option: much}]));
        assert_eq!(reason, "bad_spec");
        assert!(detail.contains(&format!("asks for more `{option}`")), "{detail}");
    }
    assert_eq!(score(serde_json::json!("math")).0, "equal");
}
