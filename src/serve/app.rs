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
use crate::spec::problem_columns;
use crate::{Result, RewardSpec, Scorer};

/// The most scorers of specs in requests that are kept.
const SCORERS: usize = 32;

/// What all requests share.
pub(super) struct App {
    /// Those of the server's spec.
    pub judging: Arc<Judging>,
    pub queue: Queue,
    pub memory: Memory,
    pub limits: Limits,
    pub metrics: Metrics,
    pub token: Option<String>,
    /// The scorers of specs in requests, the last one first.
    others: Mutex<Vec<(String, Arc<Judging>)>>,
    /// How rows are read, but for the columns that the rewards read.
    fields: Fields,
    stopping: AtomicBool,
}

/// A scorer, which judges on the thread that calls it, and how it reads rows.
pub(super) struct Judging {
    pub scorer: Scorer,
    pub fields: Arc<Fields>,
}

impl App {
    /// # Errors
    /// A spec or an assignment that is refused; threads that cannot be started.
    pub(super) fn new(config: &Config) -> Result<Self> {
        let fields = config.map.iter().try_fold(Fields::default(), |fields, assignment| fields.map(assignment))?.preset("none")?;
        let queue = Queue::start(config.jobs, config.limits.queue, config.limits.wait());
        Ok(Self {
            judging: Arc::new(judging(&config.spec, &fields)?),
            fields,
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

    /// What judges a request: its own spec, if it has one.
    ///
    /// # Errors
    /// A spec that is refused.
    pub(super) fn judging_of(&self, spec: Option<&Value>) -> std::result::Result<Arc<Judging>, Refusal> {
        let Some(spec) = spec else { return Ok(Arc::clone(&self.judging)) };
        let text = spec.to_string();
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let known = others.iter().position(|(known, _)| *known == text);
        let found = match known.map(|place| others.remove(place)) {
            Some(found) => found,
            None => {
                let built = RewardSpec::from_value(spec).and_then(|spec| judging(&spec, &self.fields));
                let built = built.map_err(|error| Refusal::bad_request(format!("`spec`: {error}")))?;
                (text, Arc::new(built))
            }
        };
        let judging = Arc::clone(&found.1);
        others.insert(0, found);
        others.truncate(SCORERS);
        Ok(judging)
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

fn judging(spec: &RewardSpec, fields: &Fields) -> Result<Judging> {
    let scorer = Scorer::builder().spec(spec)?.jobs(1).build()?;
    let fields = fields.clone().with_context(&problem_columns(scorer.config()));
    Ok(Judging { scorer, fields: Arc::new(fields) })
}
