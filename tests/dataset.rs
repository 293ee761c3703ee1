//! Rows have many shapes; each becomes samples, or an error that says which column is wrong and why.

use r1rewards::Sample;
use r1rewards::rows::{Fields, Line, Lines};
use serde_json::{Value, json};

fn samples(row: &Value) -> Vec<Sample> {
    Fields::default().samples(row, 7).unwrap()
}

fn error(row: &Value) -> String {
    Fields::default().samples(row, 7).unwrap_err().to_string()
}

fn completions(completion: &Value) -> Vec<String> {
    samples(&json!({ "completion": completion })).into_iter().map(|sample| sample.completion).collect()
}

#[test]
fn a_completion_is_a_string_a_conversation_or_a_list_of_these() {
    let conversation =
        json!([{"role": "assistant", "content": "1"}, {"role": "user", "content": "?"}, {"role": "assistant", "content": "2"}]);
    assert_eq!(completions(&json!("x")), ["x"]);
    assert_eq!(completions(&conversation), ["2"], "the last assistant message counts");
    assert_eq!(completions(&json!(["x", conversation])), ["x", "2"]);
    assert_eq!(
        completions(&json!([{"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "image"}, "b"]}])),
        ["ab"]
    );
    assert_eq!(completions(&json!([{"role": "assistant", "content": null}])), [""], "a message that only calls a tool");
}

#[test]
fn an_episode_leaves_the_texts_of_its_attempts() {
    let episode =
        json!([{"role": "assistant", "content": "1"}, {"role": "user", "content": "?"}, {"role": "assistant", "content": "2"}]);
    assert_eq!(samples(&json!({ "completion": episode }))[0].fields["attempts"], json!(["1", "2"]));
    let several = samples(&json!({ "completion": ["x", episode] }));
    assert_eq!((several[0].fields.get("attempts"), &several[1].fields["attempts"]), (None, &json!(["1", "2"])));
    let own = json!({ "completion": episode, "attempts": ["0"] });
    assert_eq!(samples(&own)[0].fields["attempts"], json!(["0"]), "a column of the row's own stays");
}

#[test]
fn a_completion_of_another_type_is_refused_by_name() {
    assert_eq!(error(&json!({})), "the column `completion` is missing");
    assert_eq!(error(&json!({"completion": null})), "the column `completion` is missing");
    let misspelt = error(&json!({"compl": "8", "answer": "8"}));
    assert_eq!(misspelt, "the column `completion` is missing; columns that are not read: `compl`");
    assert_eq!(error(&json!({"completion": 3})), "the column `completion` must be a string or a message list, got the number 3");
    assert_eq!(error(&json!({"completion": []})), "the column `completion` is an empty list: it must hold at least one completion");
    assert_eq!(
        error(&json!({"completion": ["a", 3]})),
        "the column `completion` item 1 must be a string or a message list, got the number 3"
    );
    assert!(error(&json!({"completion": [{"role": "user", "content": "?"}]})).contains("without a message of role `assistant`"));
    assert!(
        error(&json!({"completion": [{"role": "assistant", "content": 3}]})).contains("`content` must be text, got the number 3")
    );
    assert_eq!(error(&json!([1, 2])), "the row must be an object, got a list of 2");
}

#[test]
fn an_answer_is_a_string_a_number_or_a_list_of_these() {
    let answers = |answer: Value| samples(&json!({"completion": "", "answer": answer})).remove(0).answers;
    assert_eq!(answers(json!("1/2")), ["1/2"]);
    assert_eq!(answers(json!(42)), ["42"]);
    assert_eq!(answers(json!(["1/2", 0.5])), ["1/2", "0.5"]);
    assert!(answers(json!(null)).is_empty());
    let digits = serde_json::from_str(r#"{"completion": "", "answer": 0.10000000000000000000000001}"#).unwrap();
    assert_eq!(samples(&digits)[0].answers, ["0.10000000000000000000000001"], "numbers keep every digit");
    assert!(
        error(&json!({"completion": "", "answer": true}))
            .starts_with("the column `answer` must be a string, a number or a list of them, got true")
    );
}

#[test]
fn a_row_without_an_id_has_its_number() {
    assert_eq!(samples(&json!({"completion": ""}))[0].id, json!(7));
    assert_eq!(samples(&json!({"completion": "", "id": "q"}))[0].id, json!("q"));
}

#[test]
fn a_list_of_completions_is_one_group() {
    let several = samples(&json!({"id": "q", "completion": ["a", "b"]}));
    assert_eq!([&several[0].id, &several[1].id], [&json!("q/0"), &json!("q/1")]);
    assert!(several[0].group_key().is_some());
    assert_eq!(several[0].group_key(), several[1].group_key());
    assert_eq!(samples(&json!({"completion": "a"}))[0].group_key(), None, "a sample without a prompt stands alone");
}

#[test]
fn any_column_can_be_mapped() {
    let fields =
        Fields::default().map("completion=choices.0.message.content").unwrap().map("answer=reward_model.ground_truth").unwrap();
    let row = json!({"choices": [{"message": {"content": "x"}}], "reward_model": {"ground_truth": "1"}, "level": 3});
    let sample = fields.samples(&row, 1).unwrap().remove(0);
    assert_eq!((sample.completion.as_str(), sample.answers()), ("x", &["1".to_owned()][..]));
    assert_eq!(Value::Object(sample.fields.to_map().unwrap()), json!({"level": 3}), "the other columns are kept");

    let dotted = json!({"a.b": "dotted", "a": {"b": "nested"}});
    assert_eq!(Fields::default().map("completion=a.b").unwrap().samples(&dotted, 1).unwrap()[0].completion, "dotted");
}

#[test]
fn an_invalid_mapping_is_refused() {
    let error = |assignment: &str| Fields::default().map(assignment).unwrap_err().to_string();
    assert_eq!(error("completion"), "`completion` must be written field=path, for example completion=output.text");
    assert_eq!(error("gold=x"), "`gold=x`: unknown field `gold`; known fields: id, prompt, completion, answer, tests, reward");
    assert_eq!(error("answer="), "`answer=`: the path after = is empty");
}

fn lines(bytes: &[u8]) -> Vec<(u64, Result<String, String>)> {
    let text = |line: Line| line.text.map(|text| String::from_utf8(text).unwrap());
    Lines::new(bytes).longest(8).map(|line| line.unwrap()).map(|line| (line.number, text(line))).collect()
}

#[test]
fn a_line_too_long_is_a_problem_of_that_line_only() {
    let long = Err("the line is longer than 8 bytes and was skipped: split the row into several".to_owned());
    for length in 9..14 {
        let text = format!("{}\nab\n", "x".repeat(length));
        assert_eq!(lines(text.as_bytes()), [(1, long.clone()), (2, Ok("ab".to_owned()))], "{length}");
        assert_eq!(lines("x".repeat(length).as_bytes()), [(1, long.clone())], "{length}");
    }
    assert_eq!(lines(b"12345678\r\n12345678\n12345678"), [1, 2, 3].map(|number| (number, Ok("12345678".to_owned()))));
}

#[test]
fn a_line_that_is_not_utf8_says_which_byte() {
    let problem = Fields::default().read(*b"ab\xff", 1).into_samples().err().map(|error| error.to_string());
    assert_eq!(problem.as_deref(), Some("not UTF-8: byte 3 of the line"));
}

#[test]
fn blank_lines_keep_the_count() {
    assert_eq!(lines(b"\n \t\r\na\n\n"), [(3, Ok("a".to_owned()))]);
    assert!(lines(b"").is_empty());
}

#[test]
fn a_wildcard_gives_the_same_completions_from_text_and_from_values() {
    let row = json!({
        "choices": [{"message": {"role": "assistant", "content": "a"}}, {"message": {"role": "assistant", "content": "b"}}],
        "outputs": [{"text": "c"}, {"other": 1}, {"text": "d"}],
    });
    for (path, expected) in [
        ("choices.*.message", vec![Some("a"), Some("b")]),
        ("choices[].message.content", vec![Some("a"), Some("b")]),
        ("outputs[].text", vec![Some("c"), None, Some("d")]),
        ("outputs[0].text", vec![Some("c")]),
    ] {
        let fields = Fields::default().map(&format!("completion={path}")).unwrap();
        let texts = |row: r1rewards::rows::Row| -> Vec<Option<String>> {
            row.into_samples().unwrap().map(|sample| sample.ok().map(|sample| sample.completion)).collect()
        };
        let expected: Vec<_> = expected.into_iter().map(|text| text.map(str::to_owned)).collect();
        assert_eq!(texts(fields.read(row.to_string(), 1)), expected, "{path} in text");
        assert_eq!(texts(fields.row(&row, 1).unwrap()), expected, "{path} in a value");
    }
}

#[test]
fn a_column_of_a_wildcard_is_no_other_field_of_the_sample() {
    let fields = Fields::default().map("completion=outputs[].text").unwrap();
    let samples = fields.samples(&json!({"outputs": [{"text": "c"}], "other": 1}), 1).unwrap();
    assert_eq!((samples[0].fields.get("outputs"), samples[0].fields.get("other")), (None, Some(&json!(1))));
}
