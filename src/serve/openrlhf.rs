//! OpenRLHF's remote reward model: `POST /openrlhf` and `/get_reward`.
//!
//! Accepts: `{"query": [...], "prompts": [...], "labels": [...]}`, each query a prompt and a response. The answer is `rewards`, `scores`
//! and `extra_logs` with `scored`, `correct`, and each reward of a sum. A sample that could not be judged has reward 0 and `scored` 0.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Map, Value, json};

use super::adapter::{self, Row};
use super::app::App;
use super::form::{self, Form};
use super::refusal::Refusal;
use super::request;
use crate::reading::{after_prompt, without_end_tokens};

struct Batch {
    query: Vec<String>,
    prompts: Option<Vec<Option<String>>>,
    labels: Option<Vec<Value>>,
}

impl Batch {
    fn read(body: &[u8]) -> Result<Self, Refusal> {
        let mut body = Form::read(body)?;
        let text = |name: &str, index: usize, item: Value| form::text(&format!("`{name}`: item {index}"), item);
        let query = body.list("query")?.ok_or_else(|| form::missing("query"))?;
        let query = query.into_iter().enumerate().map(|(index, item)| text("query", index, item)).collect::<Result<_, _>>()?;
        let prompt = |(index, item): (usize, Value)| match item {
            Value::Null => Ok(None),
            item => text("prompts", index, item).map(Some),
        };
        let prompts = body.list("prompts")?.map(|prompts| prompts.into_iter().enumerate().map(prompt).collect::<Result<_, _>>());
        Ok(Self { query, prompts: prompts.transpose()?, labels: body.list("labels")? })
    }
}

/// Answers the request.
pub(super) async fn rewards(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(answer(app, request).await)
}

async fn answer(app: Arc<App>, request: Request) -> Result<Response<Body>, Refusal> {
    let body = request::body(&app, request).await?;
    let judging = Arc::clone(&app);
    app.queue.first(move || batch(&judging, Batch::read(&body.bytes)?)).await?.map(|value| request::json(&value))
}

fn batch(app: &App, Batch { query, prompts, labels }: Batch) -> Result<Value, Refusal> {
    for (name, length) in [("prompts", prompts.as_ref().map(Vec::len)), ("labels", labels.as_ref().map(Vec::len))] {
        if let Some(length) = length.filter(|length| *length != query.len()) {
            return Err(Refusal::bad_request(format!("`query` has {} items and `{name}` has {length}", query.len())));
        }
    }
    let row = |(index, query): (usize, &String)| -> Row {
        let prompt = prompts.as_ref().and_then(|prompts| prompts[index].as_deref());
        let text = match &prompts {
            Some(_) => after_prompt(query, prompt).ok_or("the prompt cannot be separated from the response in the query")?,
            // Without prompts the queries are the responses.
            None => query,
        };
        let mut row = Map::new();
        row.insert("completion".to_owned(), without_end_tokens(text).into());
        if let Some(prompt) = prompt {
            row.insert("prompt".to_owned(), prompt.into());
        }
        if let Some(labels) = &labels {
            row.insert("answer".to_owned(), labels[index].clone());
        }
        Ok(row)
    };
    let outcomes = adapter::judge(app, query.iter().enumerate().map(row).collect());
    let rewards: Vec<f64> = outcomes.iter().map(|outcome| adapter::reward(outcome, "/openrlhf")).collect();
    let truth = |is: bool| if is { 1.0 } else { 0.0 };
    let mut logs = Map::new();
    logs.insert("scored".to_owned(), outcomes.iter().map(|outcome| truth(outcome.value.is_some())).collect());
    logs.insert("correct".to_owned(), outcomes.iter().map(|outcome| truth(outcome.is_correct())).collect());
    let each: Vec<_> = outcomes.iter().map(|outcome| adapter::components(app, outcome, &["scored", "correct"])).collect();
    for (place, (name, _)) in each.first().into_iter().flatten().enumerate() {
        logs.insert(name.clone(), each.iter().map(|values| values[place].1).collect());
    }
    Ok(json!({"rewards": rewards, "scores": rewards, "extra_logs": logs}))
}
