//! What answers each path.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, get, post};

use super::app::App;
use super::paths::PATHS;
use super::refusal::Refusal;
use super::{around, health, nemo_gym, openrlhf, sandbox_fusion, score, slime};

/// What answers a path.
fn answer(path: &str) -> Option<MethodRouter<Arc<App>>> {
    Some(match path {
        "/health" => get(health::health),
        "/ready" => get(health::ready),
        "/metrics" => get(health::metrics),
        "/config" => get(health::config),
        "/openapi.json" => get(health::openapi),
        "/score" => post(score::score),
        "/run_code" => post(sandbox_fusion::run_code),
        "/submit" => post(sandbox_fusion::submit),
        "/openrlhf" | "/get_reward" => post(openrlhf::rewards),
        "/slime" => post(slime::reward),
        "/verify" => post(nemo_gym::verify),
        "/seed_session" => post(nemo_gym::seed_session),
        "/close_session" => post(nemo_gym::close_session),
        "/aggregate_metrics" => post(nemo_gym::aggregate_metrics),
        "/reverify_mode" => get(nemo_gym::reverify_mode),
        _ => return None,
    })
}

/// All routes.
pub(super) fn router(app: &Arc<App>) -> Router {
    let routes = PATHS.into_iter().filter_map(|path| Some((path, answer(path)?)));
    let unknown = || async {
        let message = format!("there is no such path; known paths: {}", PATHS.join(", "));
        Refusal::new(StatusCode::NOT_FOUND, "no_route", message).response()
    };
    let wrong_method = || async {
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "the path takes another method; see /openapi.json").response()
    };
    routes
        .fold(Router::new(), |router, (path, answer)| router.route(path, answer))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(app), around::around))
        .with_state(Arc::clone(app))
}
