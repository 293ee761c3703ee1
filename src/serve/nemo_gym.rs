//! NeMo Gym's resources server: `/verify`, `/seed_session`, `/close_session`, `/aggregate_metrics`, `/reverify_mode`.
//!
//! Accepts: the bodies of its agents. The answer to `/verify` is the body with `reward`, `reward_components`, `verdict` and `reason`. A
//! sample that could not be judged has reward 0, `mask_sample` and a `failure_reason`. Sessions have no state.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use serde_json::{Map, Value, json};

use super::adapter;
use super::app::App;
use super::form::{self, Form};
use super::refusal::Refusal;
use super::request;
use crate::core::json_text;

/// Fields of a task that hold its reference, the first one that is there.
const REFERENCES: [&str; 6] = ["expected_answer", "ground_truth", "answer", "unit_tests", "test_list", "assertions"];

/// Answers `POST /verify`.
pub(super) async fn verify(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(verified(app, request).await)
}

async fn verified(app: Arc<App>, request: Request) -> Result<Response<Body>, Refusal> {
    let body = request::body(&app, request).await?;
    let judging = Arc::clone(&app);
    app.queue.first(move || one(&judging, Form::read(&body.bytes)?.into_members())).await?.map(|value| request::json(&value))
}

fn one(app: &App, mut body: Map<String, Value>) -> Result<Value, Refusal> {
    let response = body.get("response").ok_or_else(|| form::missing("response"))?;
    if !response.is_object() {
        return Err(form::wrong("`response`", "an object", response));
    }
    let completion = adapter::reply(text(response));
    let inner = body.get("verifier_metadata").and_then(Value::as_object).cloned().unwrap_or_default();
    let is_set = |value: &&Value| !value.is_null();
    let gold = REFERENCES.iter().find_map(|name| body.get(*name).filter(is_set));
    let gold = gold.or_else(|| REFERENCES.iter().find_map(|name| inner.get(*name).filter(is_set))).cloned();
    let tokens = tokens(response);
    let prompt = body.get("responses_create_params").and_then(|parameters| parameters.get("input")).cloned();
    let own = body.iter().filter(|(name, _)| !["response", "responses_create_params"].contains(&name.as_str()));
    let mut row: Map<String, Value> = inner.into_iter().chain(own.map(|(name, value)| (name.clone(), value.clone()))).collect();
    row.extend(tokens);
    row.insert("completion".to_owned(), completion);
    row.insert("answer".to_owned(), gold.unwrap_or_default());
    row.insert("prompt".to_owned(), prompt.unwrap_or_default());
    let outcome = adapter::judge(app, vec![Ok(row)]).remove(0);
    let reward = adapter::reward(&outcome, "/verify");
    let mut each = adapter::components(app, &outcome, &[]);
    if each.is_empty() {
        each.extend(app.judging.scorer.names().map(|name| (name.to_owned(), reward)));
    }
    body.insert("reward".to_owned(), reward.into());
    body.insert("reward_components".to_owned(), each.into_iter().collect());
    body.insert("verdict".to_owned(), outcome.verdict.code().into());
    body.insert("reason".to_owned(), outcome.reason.code().into());
    if outcome.value.is_none() {
        let detail = outcome.detail.as_deref().unwrap_or_else(|| outcome.reason.describe());
        body.insert("mask_sample".to_owned(), true.into());
        body.insert("failure_reason".to_owned(), format!("{}: {detail}", outcome.reason.code()).into());
    }
    Ok(body.into())
}

/// The text of the last message of the assistant in a response of the Responses API. A content that is not text is unchanged.
fn text(response: &Value) -> Value {
    let items = response.get("output").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let is_reply = |item: &&Value| item["type"] == "message" && item["role"] == "assistant";
    let Some(item) = items.iter().rev().find(is_reply) else { return Value::from("") };
    match &item["content"] {
        Value::Null => Value::from(""),
        Value::Array(parts) => {
            let texts: Vec<&Value> = parts.iter().map(|part| &part["text"]).filter(|text| !text.is_null()).collect();
            match texts.iter().find(|text| !text.is_string()) {
                Some(other) => (**other).clone(),
                None => texts.iter().filter_map(|text| text.as_str()).collect::<String>().into(),
            }
        }
        other => other.clone(),
    }
}

/// The columns with the tokens of a response, if it has them.
fn tokens(response: &Value) -> Map<String, Value> {
    let items = response.get("output").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let ids: Vec<Value> = items.iter().filter_map(|item| item["generation_token_ids"].as_array()).flatten().cloned().collect();
    let count = if ids.is_empty() { response["usage"]["output_tokens"].clone() } else { ids.len().into() };
    let mut columns = Map::new();
    if !count.is_null() {
        columns.insert("completion_tokens".to_owned(), count);
    }
    if !ids.is_empty() {
        columns.insert("completion_ids".to_owned(), ids.into());
    }
    columns
}

/// Answers `POST /seed_session`: the id that an environment server gives, or nothing. There is no state to prepare.
pub(super) async fn seed_session(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(session(&app, request).await)
}

/// Answers `POST /close_session` as `/seed_session`.
pub(super) async fn close_session(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(session(&app, request).await)
}

async fn session(app: &App, request: Request) -> Result<Response<Body>, Refusal> {
    let body = request::body(app, request).await?;
    let blank = body.bytes.trim_ascii().is_empty();
    let mut given = if blank { Default::default() } else { Form::read(&body.bytes)?.into_members() };
    Ok(request::json(&match given.remove("resources_session_id") {
        Some(id) => json!({"resources_session_id": id}),
        None => json!({}),
    }))
}

/// Answers `GET /reverify_mode`: judging a rollout again gives the same reward.
pub(super) async fn reverify_mode() -> Response<Body> {
    request::json(&"stateless")
}

/// Answers `POST /aggregate_metrics`: the mean of each number of the answers to `/verify`, for each task and for all.
pub(super) async fn aggregate_metrics(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    request::answer(aggregated(app, request).await)
}

async fn aggregated(app: Arc<App>, request: Request) -> Result<Response<Body>, Refusal> {
    let body = request::body(&app, request).await?;
    app.queue.first(move || aggregate(&body.bytes)).await?.map(|value| request::json(&value))
}

fn aggregate(body: &[u8]) -> Result<Value, Refusal> {
    let body = form::without_mark(body);
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Refusal::bad_request(format!("the body must be an object with `verify_responses`, got {}", form::sort(body))));
    }
    let members = form::members(body)?;
    let responses = members.into_iter().find(|(name, _)| name == "verify_responses");
    let responses = &body[responses.ok_or_else(|| form::missing("verify_responses"))?.1];
    if responses.first() != Some(&b'[') {
        return Err(Refusal::bad_request(format!("`verify_responses` must be a list, got {}", form::sort(responses))));
    }
    let (mut tasks, mut all) = (BTreeMap::<u64, Means>::new(), Means::default());
    for (index, place) in json_text::items(responses).enumerate() {
        let place = place.map_err(|problem| form::broken("`verify_responses`", problem))?;
        let (task, numbers) = numbers(&responses[place])
            .map_err(|problem| Refusal::bad_request(format!("`verify_responses`: item {index} {problem}")))?;
        all.add(&numbers);
        tasks.entry(task).or_default().add(&numbers);
    }
    let groups = tasks.into_iter().map(|(task, means)| {
        let mut means = means.to_map();
        means.insert("_ng_task_index".to_owned(), task.into());
        means.into()
    });
    let groups: Vec<Value> = groups.collect();
    let all = all.to_map();
    let key = all.get("mean/reward").map(|reward| json!({"mean/reward": reward})).unwrap_or_else(|| json!({}));
    Ok(json!({"group_level_metrics": groups, "agent_metrics": all, "key_metrics": key}))
}

/// The task of an answer to `/verify`, and the numbers and truth values among its members. The others, which hold whole
/// conversations, are not parsed.
fn numbers(response: &[u8]) -> Result<(u64, Vec<(String, f64)>), String> {
    if response.first() != Some(&b'{') {
        return Err(format!("must be an object, got {}", form::sort(response)));
    }
    let (mut task, mut found) = (0, Vec::new());
    for member in json_text::members(response) {
        let (name, value) = member.map_err(|problem| format!("is not JSON: {}", problem.what))?;
        let (name, value) = (json_text::name(&response[name]), &response[value]);
        let number: Option<f64> = match value {
            b"true" => Some(1.0),
            b"false" => Some(0.0),
            text => serde_json::from_slice(text).ok(),
        };
        if name == "_ng_task_index" {
            task = serde_json::from_slice(value).unwrap_or(0);
        } else if let Some(number) = number.filter(|number| number.is_finite() && !name.starts_with('_')) {
            found.push((name.into_owned(), number));
        }
    }
    Ok((task, found))
}

/// The sums and counts of numbers by name.
#[derive(Default)]
struct Means(BTreeMap<String, (f64, f64)>);

impl Means {
    fn add(&mut self, numbers: &[(String, f64)]) {
        for (name, number) in numbers {
            let (sum, count) = self.0.entry(name.clone()).or_default();
            (*sum, *count) = (*sum + number, *count + 1.0);
        }
    }

    fn to_map(&self) -> Map<String, Value> {
        self.0.iter().map(|(name, (sum, count))| (format!("mean/{name}"), Value::from(sum / count))).collect()
    }
}
