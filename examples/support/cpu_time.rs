//! Processor time of the calling thread: unlike the clock on the wall it does not count what other programs took.

use std::time::Duration;

/// Processor time that the calling thread has used since it started.
pub fn cpu_time() -> Duration {
    cpu_time::ThreadTime::now().as_duration()
}
