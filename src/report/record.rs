//! A row as the page unpacks it: one line of JSON with short names and cut texts.
//!
//! | name | is |
//! |---|---|
//! | `i` | the id |
//! | `p` | the messages of the prompt, each with its role and its pieces |
//! | `c`, `h` | the pieces of the completion, and what is marked in them |
//! | `a` | the reference answers |
//! | `o`, `x` | the judgement, and that of the other side |
//! | `n` | further texts with their titles |
//! | `f` | other columns |

use serde::Serialize;
use serde_json::Value;

use super::cut::{Piece, cut, last_place};
use super::row::Row;
use crate::{Outcome, Verdict};

/// The most characters of an answer, a detail or a message's role.
const SHORT: usize = 1000;
/// The most characters of tests.
const TESTS: usize = 4000;
/// The most reference answers, further columns, bytes of such a column, and components of an outcome.
const ANSWERS: usize = 20;
const COLUMNS: usize = 24;
const COLUMN: usize = 300;
const COMPONENTS: usize = 40;
/// The most levels of components in components.
const DEPTH: usize = 4;

/// The number of a verdict in records and in the index; [`UNJUDGED`] is none.
pub(super) fn verdict_number(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Correct => 0,
        Verdict::Incorrect => 1,
        Verdict::Unscored => 2,
    }
}

/// The number of a row without a judgement.
pub(super) const UNJUDGED: u8 = 3;

#[derive(Serialize)]
struct Record {
    i: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    p: Vec<(Option<String>, Vec<Piece>)>,
    c: Vec<Piece>,
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<[usize; 3]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    a: Vec<Vec<Piece>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<Judged>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<Judged>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    n: Vec<(String, Vec<Piece>)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    f: Vec<(String, String)>,
}

/// An outcome: verdict, reason (its number), reward, extracted answer, rule, detail, work, components.
#[derive(Serialize)]
struct Judged {
    v: u8,
    r: u16,
    w: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<Vec<Piece>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    u: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<Vec<Piece>>,
    k: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    t: Vec<(String, Judged)>,
}

/// Appends the line of a row, with texts of at most `most` characters, and returns the length of the completion.
pub(super) fn write(row: &Row<'_>, most: usize, out: &mut Vec<u8>) -> usize {
    let sample = row.sample;
    let extracted = [row.outcome, row.other].into_iter().flatten().find_map(|outcome| outcome.extracted.as_deref());
    let mark = extracted.and_then(|answer| last_place(&sample.completion, answer));
    let completion = cut(&sample.completion, most, mark);
    let mut notes: Vec<_> = row.notes.iter().map(|(title, text)| (title.clone(), cut(text, most, None).pieces)).collect();
    if let Some(tests) = &sample.tests {
        notes.push(("tests".to_owned(), cut(&plain(tests), TESTS, None).pieces));
    }
    let record = Record {
        i: plain(&sample.id),
        p: sample.prompt.as_deref().map(|prompt| messages(prompt, most)).unwrap_or_default(),
        c: completion.pieces,
        h: completion.mark,
        a: answers(sample.answers()),
        o: row.outcome.map(|outcome| judged(outcome, 0)),
        x: row.other.map(|outcome| judged(outcome, 0)),
        n: notes,
        f: columns(row),
    };
    // Numbers, texts and lists always have JSON, and writing to memory cannot fail.
    let _ = serde_json::to_writer(&mut *out, &record);
    out.push(b'\n');
    completion.length
}

fn judged(outcome: &Outcome, depth: usize) -> Judged {
    let short = |text: &str| cut(text, SHORT, None).pieces;
    let components = outcome.components.iter().take(if depth < DEPTH { COMPONENTS } else { 0 });
    Judged {
        v: verdict_number(outcome.verdict),
        r: outcome.reason as u16,
        w: outcome.value.filter(|value| value.is_finite()),
        e: outcome.extracted.as_deref().map(short),
        u: outcome.rule.as_deref().map(|rule| rule.chars().take(SHORT).collect()),
        d: outcome.detail.as_deref().map(short),
        k: outcome.cost.work,
        t: components.map(|(name, one)| (name.chars().take(SHORT).collect(), judged(one, depth + 1))).collect(),
    }
}

fn answers(answers: &[String]) -> Vec<Vec<Piece>> {
    let mut shown: Vec<_> = answers.iter().take(ANSWERS).map(|answer| cut(answer, SHORT, None).pieces).collect();
    if answers.len() > ANSWERS {
        shown.push(vec![Piece::Text(format!("and {} more", answers.len() - ANSWERS))]);
    }
    shown
}

/// A prompt as its messages; one that is a text is one message without a role.
fn messages(prompt: &Value, most: usize) -> Vec<(Option<String>, Vec<Piece>)> {
    let is_message = |item: &Value| item.get("role").is_some_and(Value::is_string);
    match prompt {
        Value::Array(items) if !items.is_empty() && items.iter().all(is_message) => {
            let role = |item: &Value| item["role"].as_str().map(|role| role.chars().take(SHORT).collect());
            items.iter().map(|item| (role(item), cut(&content(&item["content"]), most, None).pieces)).collect()
        }
        other => vec![(None, cut(&plain(other), most, None).pieces)],
    }
}

/// The text of a message; parts that are not text stay JSON.
fn content(value: &Value) -> String {
    match value {
        Value::Array(parts) => {
            let text = |part: &Value| part.get("text").and_then(Value::as_str).map_or_else(|| plain(part), str::to_owned);
            parts.iter().map(text).collect::<Vec<_>>().join("\n")
        }
        other => plain(other),
    }
}

fn columns(row: &Row<'_>) -> Vec<(String, String)> {
    let fields = &row.sample.fields;
    let text = |name: &str| {
        let json = fields.brief(name, COLUMN)?;
        Some(serde_json::from_str::<String>(&json).unwrap_or(json))
    };
    fields.keys().filter_map(|name| Some((name.chars().take(SHORT).collect(), text(name)?))).take(COLUMNS).collect()
}

/// A text as it is, any other value as JSON.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::run::Place;
    use crate::{Reason, Sample};
    use serde_json::json;

    fn line(row: &Row<'_>) -> Value {
        let mut out = Vec::new();
        write(row, 1000, &mut out);
        assert_eq!(out.pop(), Some(b'\n'));
        assert!(!out.contains(&b'\n'));
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_row_has_its_texts_its_judgements_and_its_other_columns() {
        let mut sample = Sample::new("so \\boxed{42}\n").with_prompt("6*7").with_answer("42").with_id("q");
        sample.fields.insert("level".to_owned(), json!(3));
        sample.fields.insert("tokens".to_owned(), json!(vec![0; 1000]));
        let part = ("math".to_owned(), Outcome::correct(Reason::Equal).with_rule("integer"));
        let outcome = Outcome { components: vec![part], ..Outcome::correct(Reason::Equal).with_extracted("42").with_work(7) };
        let other = Outcome::unscored(Reason::NoTests).with_detail("none");
        let record = line(&Row::new(Place::line("f", 1), &sample).judged(&outcome).against(&other).note("why", "because"));
        assert_eq!(record["p"], json!([[null, ["6*7"]]]));
        assert_eq!((&record["c"], &record["h"]), (&json!(["so \\boxed{42}\n"]), &json!([0, 10, 2])));
        assert_eq!((&record["i"], &record["a"], &record["f"]), (&json!("q"), &json!([["42"]]), &json!([["level", "3"]])));
        assert_eq!(record["o"]["t"][0], json!(["math", {"v": 0, "r": 0, "w": 1.0, "u": "integer", "k": 0}]));
        let reason = Reason::ALL[usize::try_from(record["x"]["r"].as_u64().unwrap()).unwrap()];
        assert_eq!((reason, &record["x"]["w"], &record["x"]["v"]), (Reason::NoTests, &Value::Null, &json!(2)));
        assert_eq!(record["n"], json!([["why", ["because"]]]));
    }

    #[test]
    fn a_message_list_is_shown_by_role() {
        let mut sample = Sample::new("");
        sample.prompt = Some(json!([{"role": "system", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "u"}, {"type": "image"}]}]).into());
        let record = line(&Row::new(Place::line("f", 1), &sample));
        assert_eq!(record["p"], json!([["system", ["s"]], ["user", ["u\n{\"type\":\"image\"}"]]]));
    }

    #[test]
    fn every_reason_has_the_number_of_its_place_in_the_table() {
        for (place, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(*reason as usize, place);
        }
        let numbers: Vec<_> = Verdict::ALL.iter().map(|verdict| verdict_number(*verdict)).collect();
        assert_eq!(numbers, [0, 1, 2]);
    }
}
