//! Reads requests and makes responses: bodies, JSON, JSON Lines.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Response, header};
use serde::Serialize;

use super::app::App;
use super::body::Whole;
use super::refusal::Refusal;

/// Reads the body of a request.
///
/// # Errors
/// As [`Memory::read`](super::body::Memory::read).
pub(super) async fn body(app: &App, request: Request) -> Result<Whole, Refusal> {
    let (parts, body) = request.into_parts();
    app.memory.read(&parts.headers, body, &app.limits).await
}

/// Whether the content of a request, or what it accepts, is JSON Lines.
pub(super) fn is_lines(request: &Request, name: HeaderName) -> bool {
    let value = request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    ["ndjson", "jsonl", "jsonlines"].iter().any(|kind| value.contains(kind))
}

/// A response with JSON.
pub(super) fn json(value: &impl Serialize) -> Response<Body> {
    // Serializing to memory fails only for values that JSON lacks, and no response has one.
    bytes(serde_json::to_vec(value).unwrap_or_default())
}

/// A response with the bytes of JSON.
pub(super) fn bytes(json: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The response of a result, or the refusal.
pub(super) fn answer(result: Result<Response<Body>, Refusal>) -> Response<Body> {
    result.unwrap_or_else(|refusal| refusal.response())
}
