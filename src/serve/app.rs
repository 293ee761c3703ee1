//! What all requests share.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::body::Memory;
use super::config::{Config, Limits};
use super::metrics::Metrics;
use super::queue::Queue;
use super::refusal::Refusal;
use crate::rows::Fields;
use crate::{Result, RewardSpec, Scorer};

/// The most scorers of specs in requests that are kept.
const SCORERS: usize = 32;

/// What all requests share.
pub(super) struct App {
    /// The scorer of the server's spec; it judges on the thread that calls it.
    pub scorer: Arc<Scorer>,
    pub fields: Arc<Fields>,
    pub queue: Queue,
    pub memory: Memory,
    pub limits: Limits,
    pub metrics: Metrics,
    pub token: Option<String>,
    /// The scorers of specs in requests, the last one first.
    others: Mutex<Vec<(String, Arc<Scorer>)>>,
    stopping: AtomicBool,
}

impl App {
    /// # Errors
    /// A spec or an assignment that is refused; threads that cannot be started.
    pub(super) fn new(config: &Config) -> Result<Self> {
        let fields = config.map.iter().try_fold(Fields::default(), |fields, assignment| fields.map(assignment))?;
        let queue = Queue::start(config.jobs, config.limits.queue, config.limits.wait());
        Ok(Self {
            scorer: Arc::new(scorer(&config.spec)?),
            fields: Arc::new(fields.preset("none")?),
            queue: queue
                .map_err(|error| crate::Error::backend(format_args!("the threads that judge cannot be started: {error}")))?,
            memory: Memory::of(&config.limits),
            limits: config.limits,
            metrics: Metrics::default(),
            token: config.token.clone(),
            others: Mutex::default(),
            stopping: AtomicBool::new(false),
        })
    }

    /// The scorer of a request: that of its own spec, if it has one.
    ///
    /// # Errors
    /// A spec that is refused.
    pub(super) fn scorer_of(&self, spec: Option<&Value>) -> std::result::Result<Arc<Scorer>, Refusal> {
        let Some(spec) = spec else { return Ok(Arc::clone(&self.scorer)) };
        let text = spec.to_string();
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let known = others.iter().position(|(known, _)| *known == text);
        let found = match known.map(|place| others.remove(place)) {
            Some(found) => found,
            None => {
                let built = RewardSpec::from_value(spec).and_then(|spec| scorer(&spec));
                let built = built.map_err(|error| Refusal::bad_request(format!("`spec`: {error}")))?;
                (text, Arc::new(built))
            }
        };
        let scorer = Arc::clone(&found.1);
        others.insert(0, found);
        others.truncate(SCORERS);
        Ok(scorer)
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

fn scorer(spec: &RewardSpec) -> Result<Scorer> {
    Scorer::builder().spec(spec)?.jobs(1).build()
}
