//! Python's global lock: released around work, and now and then while long lists are read or written.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;

use super::errors::EngineError;

/// So many items are read or written between two pauses: some milliseconds, so that no other thread waits long.
const ITEMS: usize = 4096;
/// So much text is copied between two pauses.
const BYTES: usize = 8 << 20;

/// Runs `work` without the lock. A panic becomes an exception that `except Exception` catches.
pub(super) fn without<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> PyResult<R> {
    py.detach(|| catch_unwind(AssertUnwindSafe(work))).map_err(|panic| EngineError::new_err(message(&*panic)))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panic: {}; please report it", text.unwrap_or("no message"))
}

/// Lets other threads run between the items of a long loop that needs the lock.
#[derive(Default)]
pub(super) struct Pause {
    items: usize,
    bytes: usize,
}

impl Pause {
    /// After an item of so many bytes.
    pub(super) fn after(&mut self, py: Python<'_>, bytes: usize) {
        self.items += 1;
        self.bytes += bytes;
        if self.items >= ITEMS || self.bytes >= BYTES {
            *self = Self::default();
            py.detach(|| {});
        }
    }
}
