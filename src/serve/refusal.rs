//! Why a request has no result: a status, a code that does not change, and a message with the mend, as JSON.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::queue::NotDone;

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub status: StatusCode,
    /// One of the codes in docs/serve.md.
    pub code: &'static str,
    pub message: String,
    /// When to try again.
    pub after: Option<Duration>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), after: None }
    }

    /// The body is not what the route reads.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// There is too much to do.
    pub(super) fn busy(after: Duration) -> Self {
        let message = "there is more to judge than can be done in time: send the request again after `Retry-After` seconds";
        Self { after: Some(after), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", message) }
    }

    /// The request as a whole took too long.
    pub(super) fn too_slow(limit: Duration) -> Self {
        let message = format!("the request was not done in {} seconds: send fewer rows at a time", limit.as_secs());
        Self::new(StatusCode::GATEWAY_TIMEOUT, "time_limit", message)
    }

    /// The refusal as data.
    pub(super) fn to_value(&self) -> serde_json::Value {
        json!({"error": {"code": self.code, "message": self.message}})
    }

    pub(super) fn response(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.to_value().to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(after) = self.after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after.as_secs_f64().ceil().clamp(1.0, 3600.0) as u64));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        // Of a body that was not read to its end the rest would be taken for the next request.
        if matches!(self.status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT | StatusCode::UNSUPPORTED_MEDIA_TYPE) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl From<NotDone> for Refusal {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::Busy(after) => Self::busy(after),
            NotDone::Stopping => {
                let message = "the server stops: send the request to another one";
                Self { after: Some(Duration::from_secs(5)), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message) }
            }
            NotDone::Failed => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "an error of the server; please report it with the request",
            ),
        }
    }
}
