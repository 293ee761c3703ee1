//! Python's global lock: released around work, and regularly while long lists are read or written. Also Ctrl-C, which
//! only Python's main thread can handle.

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

/// Long lists are read and written for this long between two pauses. It is slightly more than the 5 ms after which a
/// waiting thread requests the lock (`sys.getswitchinterval`): only a thread that has requested the lock is sure to get
/// it at a pause, and shorter stretches would wake it too early, when the lock is taken again. So a thread waits at
/// most about 11 ms.
const STRETCH: Duration = Duration::from_millis(6);
/// Small items written between two reads of the clock, since a read takes as long as writing one.
pub(super) const FEW: usize = 64;

/// Runs `work` without the lock. A panic becomes an exception that `except Exception` catches.
pub(super) fn without<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    done.map_err(|panic| panicked(&*panic))
}

/// The time between two checks of signals while work runs.
const LOOK: Duration = Duration::from_millis(50);
/// The time that cancelled work has to end; after that it is no longer waited for, and it ends soon after by itself.
const GRACE: Duration = Duration::from_millis(300);

/// Runs `work` on a separate thread while this thread lets Python handle signals. If a handler raises (Ctrl-C), `until`
/// returns true, or the work itself cancels, the work is not waited for: it reads the flag before it begins more
/// work, and its result is dropped. `until` is called with the number of samples judged so far and the total.
pub(super) fn interruptibly<R: Send + 'static>(
    py: Python<'_>,
    cancel: &Cancel,
    until: Option<(&Bound<'_, PyAny>, usize)>,
    work: impl FnOnce() -> R + Send + 'static,
) -> PyResult<R> {
    let (done, result) = channel();
    let flag = cancel.clone();
    let body = move || {
        // Fails if the receiver was dropped after a cancellation.
        let _ = done.send(catch_unwind(AssertUnwindSafe(|| flag.over(work))));
    };
    let started = Builder::new().name("r1rewards-batch".to_owned()).spawn(body);
    started.map_err(|error| EngineError::new_err(format!("cannot start a thread for the batch: {error}")))?;
    let result = Mutex::new(result);
    let wait = |time| py.detach(|| result.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(time));
    let ended = || PyRuntimeError::new_err("the batch was cancelled");
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

/// The message of a panic.
pub(super) fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message")
}

/// Lets other threads run between the items of a long loop that needs the lock.
///
/// The time since the last pause decides, not a number of items, since a row may have a word or a megabyte. No result
/// depends on it.
pub(super) struct Pause {
    since: Instant,
}

impl Default for Pause {
    fn default() -> Self {
        Self { since: Instant::now() }
    }
}

impl Pause {
    /// Call after an item of a list that may take long to read; Ctrl-C raises here.
    pub(super) fn or_interrupt(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.since.elapsed() >= STRETCH {
            py.check_signals()?;
        }
        self.after(py);
        Ok(())
    }

    /// Call after an item, or after a few small ones.
    pub(super) fn after(&mut self, py: Python<'_>) {
        if self.since.elapsed() >= STRETCH {
            py.detach(|| {});
            self.since = Instant::now();
        }
    }
}
