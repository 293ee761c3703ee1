//! Python's global lock: released around work, and now and then while long lists are read or written.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use super::errors::EngineError;

/// Long lists are read and written for so long between two pauses. A little more than the 5 ms after which a waiting thread asks for the
/// lock (`sys.getswitchinterval`): only who has asked is sure to get it at a pause, and shorter stretches would wake it too early each time, to
/// find the lock taken again. So nobody waits much longer than 11 ms.
const STRETCH: Duration = Duration::from_millis(6);
/// So many small items are written between two looks at the clock, which takes as long as writing one.
pub(super) const FEW: usize = 64;

/// Runs `work` without the lock. A panic becomes an exception that `except Exception` catches.
pub(super) fn without<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(work)));
    done.map_err(|panic| EngineError::new_err(format!("panic: {}; please report it", message(&*panic))))
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
    /// After an item, or some small ones.
    pub(super) fn after(&mut self, py: Python<'_>) {
        if self.since.elapsed() >= STRETCH {
            py.detach(|| {});
            self.since = Instant::now();
        }
    }
}
