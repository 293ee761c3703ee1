//! slime's remote reward model (`--rm-type remote_rm --rm-url http://HOST:PORT/slime`).
//!
//! Accepts: `{"prompt": ..., "response": ..., "label": ...}`. The answer is the reward as a number; with `?reward_key=NAME`, as
//! `--reward-key` needs it, an object with the reward under that name, `acc` and `scored`. A sample that could not be judged has
//! reward 0, since slime has no other.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Map, Value};

use super::adapter;
use super::app::App;
use super::form::Form;
use super::refusal::Refusal;
use super::request;

/// Answers the request.
pub(super) async fn reward(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(answer(app, request).await)
}

async fn answer(app: Arc<App>, request: Request) -> Result<Response<Body>, Refusal> {
    let key = request.uri().query().and_then(|query| query.split('&').find_map(|part| part.strip_prefix("reward_key=")));
    let key = key.map(str::to_owned);
    let body = request::body(&app, request).await?;
    let judging = Arc::clone(&app);
    app.queue.first(move || one(&judging, Form::read(&body.bytes)?, key.as_deref())).await?.map(|value| request::json(&value))
}

fn one(app: &App, mut sample: Form, key: Option<&str>) -> Result<Value, Refusal> {
    let mut row = Map::new();
    row.insert("prompt".to_owned(), sample.take("prompt"));
    row.insert("completion".to_owned(), adapter::reply(sample.needed("response")?));
    row.insert("answer".to_owned(), sample.take("label"));
    let outcome = adapter::judge(app, vec![Ok(row)]).remove(0);
    let reward = adapter::reward(&outcome, "/slime");
    let Some(key) = key else { return Ok(Value::from(reward)) };
    let truth = |is: bool| Value::from(if is { 1.0 } else { 0.0 });
    let mut result: Map<String, Value> =
        adapter::components(app, &outcome, &[key, "acc", "scored"]).into_iter().map(|(name, value)| (name, value.into())).collect();
    result.insert("acc".to_owned(), truth(outcome.is_correct()));
    result.insert("scored".to_owned(), truth(outcome.value.is_some()));
    result.insert(key.to_owned(), reward.into());
    Ok(result.into())
}
