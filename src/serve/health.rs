//! Whether the server lives, whether it takes requests, what it counts, and its description.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::app::App;
use super::request;

/// `GET /health`: the process lives.
pub(super) async fn health(State(app): State<Arc<App>>) -> Response<Body> {
    request::json(&json!({"status": "ok", "engine": crate::engine_version(), "config_hash": app.judging.scorer.config_hash()}))
}

/// `GET /ready`: it takes requests.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response<Body> {
    let (waiting, running) = app.queue.load();
    let is_ready = !app.is_stopping() && waiting < app.limits.queue;
    let status = if is_ready { "ready" } else { "not ready" };
    let mut response = request::json(&json!({"status": status, "waiting": waiting, "running": running, "jobs": app.queue.jobs()}));
    if !is_ready {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    response
}

/// `GET /metrics`: counts for Prometheus.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response<Body> {
    let mut response = Response::new(Body::from(app.metrics.text(app.queue.load())));
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// `GET /config`: the spec of the server, with defaults filled in, and its hash.
pub(super) async fn config(State(app): State<Arc<App>>) -> Response<Body> {
    request::json(&json!({
        "engine": crate::engine_version(),
        "config": app.judging.scorer.config(),
        "config_hash": app.judging.scorer.config_hash(),
        "names": app.judging.scorer.names().collect::<Vec<_>>(),
        "needs_whole_group": app.judging.scorer.needs_whole_group(),
    }))
}

/// `GET /openapi.json`: the description of all routes.
pub(super) async fn openapi() -> Response<Body> {
    let mut response = Response::new(Body::from(include_str!("../../docs/openapi.json")));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
