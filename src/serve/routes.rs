//! The routes.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, get, post};

use super::app::App;
use super::refusal::Refusal;
use super::{health, nemo_gym, openrlhf, request, sandbox_fusion, score, slime};

/// The paths, and what answers them.
fn table() -> [(&'static str, MethodRouter<Arc<App>>); 16] {
    [
        ("/health", get(health::health)),
        ("/ready", get(health::ready)),
        ("/metrics", get(health::metrics)),
        ("/config", get(health::config)),
        ("/openapi.json", get(health::openapi)),
        ("/score", post(score::score)),
        ("/run_code", post(sandbox_fusion::run_code)),
        ("/submit", post(sandbox_fusion::submit)),
        ("/openrlhf", post(openrlhf::rewards)),
        ("/get_reward", post(openrlhf::rewards)),
        ("/slime", post(slime::reward)),
        ("/verify", post(nemo_gym::verify)),
        ("/seed_session", post(nemo_gym::seed_session)),
        ("/close_session", post(nemo_gym::close_session)),
        ("/aggregate_metrics", post(nemo_gym::aggregate_metrics)),
        ("/reverify_mode", get(nemo_gym::reverify_mode)),
    ]
}

/// The path as the label of counts; paths that are no route share one label.
pub(super) fn label(path: &str) -> &'static str {
    table().iter().map(|(route, _)| *route).find(|route| *route == path).unwrap_or("other")
}

/// Whether a route needs no token: the probes of the machine that runs it.
pub(super) fn is_open(route: &str) -> bool {
    matches!(route, "/health" | "/ready")
}

/// All routes.
pub(super) fn router(app: &Arc<App>) -> Router {
    let routes = table().into_iter().fold(Router::new(), |router, (path, answer)| router.route(path, answer));
    let unknown = || async {
        let known = table().map(|(path, _)| path).join(", ");
        Refusal::new(StatusCode::NOT_FOUND, "no_route", format!("there is no such path; known paths: {known}")).response()
    };
    let wrong_method = || async {
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "the path takes another method; see /openapi.json").response()
    };
    routes
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(app), request::around))
        .with_state(Arc::clone(app))
}
