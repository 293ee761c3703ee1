//! The paths that are answered.

/// All paths.
pub(super) const PATHS: [&str; 16] = [
    "/health",
    "/ready",
    "/metrics",
    "/config",
    "/openapi.json",
    "/score",
    "/run_code",
    "/submit",
    "/openrlhf",
    "/get_reward",
    "/slime",
    "/verify",
    "/seed_session",
    "/close_session",
    "/aggregate_metrics",
    "/reverify_mode",
];

/// The path as the label of counts; paths that are not answered share one label.
pub(super) fn label(path: &str) -> &'static str {
    PATHS.into_iter().find(|known| *known == path).unwrap_or("other")
}

/// Whether a path needs no token: the probes of the machine that runs the server.
pub(super) fn is_open(path: &str) -> bool {
    matches!(path, "/health" | "/ready")
}
