//! What is around every request: its id, the token, the time limit, counts and the log.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response};
use axum::middleware::Next;

use super::app::App;
use super::refusal::Refusal;
use super::{access, paths};

const ID: HeaderName = HeaderName::from_static("x-request-id");
/// The most bytes of the id that a client gives.
const LONGEST_ID: usize = 128;

/// Answers a request: checks the token, sets the id, and counts and logs the response.
pub(super) async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let began = Instant::now();
    let id = id(&request);
    let route = paths::label(request.uri().path());
    let method = request.method().clone();
    let open = paths::is_open(route);
    let allowed = if open { Ok(()) } else { access::check(request.headers(), app.token.as_deref()) };
    let mut response = match allowed {
        Ok(()) => tokio::time::timeout(app.limits.request(), next.run(request))
            .await
            .unwrap_or_else(|_| Refusal::too_slow(app.limits.request()).response()),
        Err(refusal) => refusal.response(),
    };
    let (status, seconds) = (response.status().as_u16(), began.elapsed().as_secs_f64());
    app.metrics.answered(route, status, seconds);
    tracing::info!(id = id.to_str().unwrap_or_default(), %method, route, status, seconds, "request");
    response.headers_mut().insert(ID, id);
    response
}

/// The id that the client gave, if it is one, or a new one.
fn id(request: &Request) -> HeaderValue {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let is_id = |id: &&HeaderValue| id.len() <= LONGEST_ID && !id.is_empty() && id.as_bytes().iter().all(u8::is_ascii_graphic);
    if let Some(id) = request.headers().get(ID).filter(is_id) {
        return id.clone();
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_millis());
    let mut text = String::new();
    let _ = write!(text, "{now:x}-{:x}", NEXT.fetch_add(1, Ordering::Relaxed));
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("none"))
}
