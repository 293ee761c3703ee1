//! The worker's second thread: signs of life for the parent, and an end where there must be one.
//!
//! Accepts: requests that take as long as they need on a machine of any speed at any load: limits are counted in processor time of the judging thread, never by the clock, since
//! what fuel ends must end by fuel. Refuses: to outlive the parent; a request that takes a thousand times the processor time that its fuel stands for, or none at all for ten
//! minutes: a fault of the engine, which no completion causes.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cpu_time::{ProcessTime, ThreadTime};

use super::{OVERDUE, frame};

/// Between two looks. Waits are counted in looks, each of which needs this process to run, so that a machine that stands still counts once.
const LOOK: Duration = Duration::from_millis(500);
/// A request in which no other thread ran at so many looks in a row is a deadlock: ten minutes.
const STILL: u32 = 1200;
/// A thread that runs at all gets about this much.
const SLICE: Duration = Duration::from_millis(1);
/// Of a parent that ended before this process could know who it was, a first request never comes: so many looks, ten minutes.
const FIRST_REQUEST: u32 = 1200;

/// Watches the thread that serves.
pub(super) struct Watchdog {
    watched: Arc<Mutex<Watched>>,
}

#[derive(Default)]
struct Watched {
    request: Option<Request>,
    any_request: bool,
}

/// The request at hand.
struct Request {
    /// Processor time that it may take.
    allowance: Duration,
    /// What the other threads had taken when it was first seen, and when they were last seen to run; and the looks since.
    first: Option<Duration>,
    last: Duration,
    still: u32,
}

impl Watchdog {
    pub(super) fn start() -> io::Result<Watchdog> {
        let watched = Arc::new(Mutex::new(Watched::default()));
        let its = Arc::clone(&watched);
        std::thread::Builder::new().name("r1rewards-watchdog".to_owned()).spawn(move || watch(&its))?;
        Ok(Watchdog { watched })
    }

    /// A request begins, which may take so much processor time.
    pub(super) fn begin(&self, allowance: Duration) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.any_request = true;
        watched.request = Some(Request { allowance, first: None, last: Duration::ZERO, still: 0 });
    }

    /// The request is done: no sign of life comes from now on, so that the reply can be written.
    pub(super) fn end(&self) {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).request = None;
    }
}

fn watch(watched: &Mutex<Watched>) {
    let parent = parent();
    let mut looks = 0_u32;
    loop {
        std::thread::sleep(LOOK);
        // A forked child of the parent may hold the line open for ever; the parent's number changes all the same.
        if self::parent() != parent {
            std::process::exit(0);
        }
        looks = looks.saturating_add(1);
        let mut watched = watched.lock().unwrap_or_else(PoisonError::into_inner);
        if !watched.any_request && looks > FIRST_REQUEST {
            std::process::exit(0);
        }
        let Some(request) = &mut watched.request else { continue };
        if request.is_overdue(time_of_others()) {
            std::process::exit(OVERDUE);
        }
        // Whoever should hear it is gone.
        if frame::sign_of_life(&mut io::stdout().lock()).is_err() {
            std::process::exit(0);
        }
    }
}

impl Request {
    fn is_overdue(&mut self, time: Duration) -> bool {
        let first = *self.first.get_or_insert(time);
        if time >= self.last + SLICE {
            (self.last, self.still) = (time, 0);
        } else {
            self.still += 1;
        }
        time.saturating_sub(first) > self.allowance || self.still >= STILL
    }
}

/// Processor time of this process without the thread that asks.
fn time_of_others() -> Duration {
    let (Ok(process), Ok(thread)) = (ProcessTime::try_now(), ThreadTime::try_now()) else { return Duration::ZERO };
    process.as_duration().saturating_sub(thread.as_duration())
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request { allowance: Duration::from_secs(10), first: None, last: Duration::ZERO, still: 0 }
    }

    #[test]
    fn a_request_is_overdue_by_processor_time_alone() {
        let mut request = request();
        let started = Duration::from_secs(500);
        // However many looks pass meanwhile, a starved thread is not overdue: one that runs a little in each ten minutes.
        for turn in 0..20 {
            for _ in 1..STILL {
                assert!(!request.is_overdue(started + turn * Duration::from_millis(2)));
            }
        }
        assert!(!request.is_overdue(started + Duration::from_secs(10)));
        assert!(request.is_overdue(started + Duration::from_secs(11)));
    }

    #[test]
    fn a_request_in_which_nothing_runs_is_overdue_in_the_end() {
        let mut request = request();
        assert!((0..STILL).all(|_| !request.is_overdue(Duration::from_secs(1))));
        assert!(request.is_overdue(Duration::from_secs(1)));
    }
}
