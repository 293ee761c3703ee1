//! The worker's second thread: sends heartbeats to the parent, and ends the worker when it must end.
//!
//! Requests may take as long as they need on a machine of any speed at any load: limits are counted in processor time
//! of the judging thread and not by the clock, since a run must end by fuel on every machine. The worker ends itself
//! when its parent has ended, and when a request takes a thousand times the processor time that its fuel stands for, or
//! no processor time at all for ten minutes. Both are faults of the engine, which no completion causes.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cpu_time::{ProcessTime, ThreadTime};

use super::{OVERDUE, frame};

/// The time between two checks. Waits are counted in checks, each of which needs this process to run, so that a pause
/// of the machine counts as one check.
const LOOK: Duration = Duration::from_millis(500);
/// Checks in a row in which no other thread ran that mean a deadlock: ten minutes.
const STILL: u32 = 1200;
/// A thread that runs at all gets about this much processor time between two checks.
const SLICE: Duration = Duration::from_millis(1);
/// Checks without a first request before the worker ends: ten minutes. A parent that ended before this process could
/// read its id never sends one.
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

/// The current request.
struct Request {
    /// Processor time that it may take.
    allowance: Duration,
    /// `first`: the processor time of the other threads when the request was first checked. `last`: that time when they
    /// were last found running. `still`: checks since then.
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

    /// Marks the begin of a request, which may take `allowance` of processor time.
    pub(super) fn begin(&self, allowance: Duration) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.any_request = true;
        watched.request = Some(Request { allowance, first: None, last: Duration::ZERO, still: 0 });
    }

    /// Marks the end of a request: no heartbeat is sent from now on, so that the reply can be written.
    pub(super) fn end(&self) {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner).request = None;
    }
}

fn watch(watched: &Mutex<Watched>) {
    let parent = parent();
    let mut looks = 0_u32;
    loop {
        std::thread::sleep(LOOK);
        // A forked child of the parent may hold the socket open for ever, but the parent's id changes when the parent
        // ends.
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
        // The parent has closed its end.
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

/// Processor time of this process without the calling thread.
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
        // A starved thread, which runs a little in each ten minutes, is not overdue, however many checks pass.
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
