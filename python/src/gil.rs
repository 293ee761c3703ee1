//! Python's global lock: released around work, and now and then while long lists are read or written; and Ctrl-C, which only Python's main thread can see.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use super::errors::EngineError;
use r1rewards::internal::Cancel;
use r1rewards::internal::leave_pools;

/// Long lists are read and written for so long between two pauses. A little more than the 5 ms after which a waiting thread asks for the
/// lock (`sys.getswitchinterval`): only who has asked is sure to get it at a pause, and shorter stretches would wake it too early each time, to
/// find the lock taken again. So nobody waits much longer than 11 ms.
const STRETCH: Duration = Duration::from_millis(6);
/// So many small items are written between two looks at the clock, which takes as long as writing one.
pub(super) const FEW: usize = 64;

/// Runs `work` without the lock. A panic becomes an exception that `except Exception` catches.
pub(super) fn without<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    done.map_err(|panic| panicked(&*panic))
}

/// Between two looks at signals while work goes on.
const LOOK: Duration = Duration::from_millis(50);
/// What was cancelled may take so long to end; then it is left to itself, and ends soon after.
const GRACE: Duration = Duration::from_millis(300);

/// Runs `work` on a thread of its own, while this one lets Python handle signals. Where a handler raises (Ctrl-C), `until` (called with the number of samples judged so far, and of all) says true, or the work itself cancels, it is not
/// waited for: it sees the flag before it begins anything new, and its result is dropped.
pub(super) fn interruptibly<R: Send + 'static>(
    py: Python<'_>,
    cancel: &Cancel,
    until: Option<(&Bound<'_, PyAny>, usize)>,
    work: impl FnOnce() -> R + Send + 'static,
) -> PyResult<R> {
    let (done, result) = channel();
    let flag = cancel.clone();
    let body = move || {
        // Nobody may be listening any more.
        let _ = done.send(catch_unwind(AssertUnwindSafe(|| flag.over(work))));
    };
    let started = Builder::new().name("r1rewards-batch".to_owned()).spawn(body);
    started.map_err(|error| EngineError::new_err(format!("cannot start a thread for the batch: {error}")))?;
    let result = Mutex::new(result);
    let wait = |time| py.detach(|| result.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(time));
    let ended = || PyRuntimeError::new_err("nobody waits for the outcomes any more");
    loop {
        match wait(LOOK) {
            Ok(done) => return done.map_err(|panic| panicked(&*panic)),
            Err(RecvTimeoutError::Disconnected) => return Err(EngineError::new_err("the thread of the batch ended")),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let stopped = py.check_signals().and_then(|()| match until {
            Some((until, count)) if until.call1((cancel.done(), count))?.is_truthy()? => Err(ended()),
            _ if cancel.is_cancelled() => Err(ended()),
            _ => Ok(()),
        });
        if let Err(error) = stopped {
            cancel.cancel();
            if wait(GRACE).is_err() {
                py.detach(leave_pools);
            }
            return Err(error);
        }
    }
}

/// The exception for a panic.
fn panicked(panic: &(dyn Any + Send)) -> PyErr {
    EngineError::new_err(format!("panic: {}; please report it", message(panic)))
}

/// What a panic says.
pub(super) fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message")
}

/// Lets other threads run between the items of a long loop that needs the lock.
///
/// Time decides when, not a number of items: a row may hold a word or a megabyte. No result depends on it.
pub(super) struct Pause {
    since: Instant,
}

impl Default for Pause {
    fn default() -> Self {
        Self { since: Instant::now() }
    }
}

impl Pause {
    /// After an item of a list that may be long to read: Ctrl-C ends it.
    pub(super) fn or_interrupt(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.since.elapsed() >= STRETCH {
            py.check_signals()?;
        }
        self.after(py);
        Ok(())
    }

    /// After an item, or some small ones.
    pub(super) fn after(&mut self, py: Python<'_>) {
        if self.since.elapsed() >= STRETCH {
            py.detach(|| {});
            self.since = Instant::now();
        }
    }
}
