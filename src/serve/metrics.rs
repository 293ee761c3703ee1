//! Counts for Prometheus: requests by route and status, their duration, verdicts by reason, and the queue.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::rows::run::RunSummary;
use crate::{Outcome, Reason, Verdict};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Judged {
    verdict: &'static str,
    reason: &'static str,
}

/// The counts of a server.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Answered, Histogram, fn() -> Histogram>,
    outcomes: Family<Judged, Counter>,
    work: Counter,
    runs: Counter,
    waiting: Gauge,
    running: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("r1rewards");
        let requests = Family::default();
        registry.register("requests", "Requests that were answered or refused, by route and status.", requests.clone());
        // From half a millisecond to a quarter of an hour.
        let buckets: fn() -> Histogram = || Histogram::new(exponential_buckets(0.0005, 2.0, 22));
        let seconds = Family::new_with_constructor(buckets);
        registry.register(
            "request_seconds",
            "Seconds from the arrival of a request to its response, by route and status.",
            seconds.clone(),
        );
        let outcomes = Family::default();
        registry.register("outcomes", "Completions that were judged, by verdict and reason.", outcomes.clone());
        let work = Counter::default();
        registry.register(
            "work",
            "Units of work of these outcomes: grammar calls and steps of math, fuel of programs.",
            work.clone(),
        );
        let runs = Counter::default();
        registry.register("sandbox_runs", "Programs that ran for /run_code.", runs.clone());
        let (waiting, running) = (Gauge::default(), Gauge::default());
        registry.register("queue_waiting", "Requests that wait to be judged.", waiting.clone());
        registry.register("queue_running", "Requests that are judged.", running.clone());
        Self { registry, requests, seconds, outcomes, work, runs, waiting, running }
    }
}

impl Metrics {
    /// Counts a response.
    pub(super) fn answered(&self, route: &'static str, status: u16, seconds: f64) {
        let answered = Answered { route, status };
        self.requests.get_or_create(&answered).inc();
        self.seconds.get_or_create(&answered).observe(seconds);
    }

    /// Counts the outcomes of rows.
    pub(super) fn judged(&self, summary: &RunSummary) {
        for (verdict, reason, count) in summary.reasons() {
            self.outcomes.get_or_create(&judged(verdict, reason)).inc_by(count);
        }
        self.work.inc_by(summary.work_sum);
    }

    /// Counts one outcome.
    pub(super) fn one(&self, outcome: &Outcome) {
        self.outcomes.get_or_create(&judged(outcome.verdict, outcome.reason)).inc();
        self.work.inc_by(outcome.cost.work);
    }

    /// Counts a program that ran without tests.
    pub(super) fn ran(&self) {
        self.runs.inc();
    }

    /// All counts as text, with this load of the queue.
    pub(super) fn text(&self, (waiting, running): (usize, usize)) -> String {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        self.waiting.set(number(waiting));
        self.running.set(number(running));
        let mut text = String::new();
        // Writing to text does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

fn judged(verdict: Verdict, reason: Reason) -> Judged {
    Judged { verdict: verdict.code(), reason: reason.code() }
}
