//! Processor time of the calling thread: unlike wall-clock time it does not include the time of other programs.

use std::time::Duration;

/// Processor time that the calling thread has used since it started.
pub fn cpu_time() -> Duration {
    cpu_time::ThreadTime::now().as_duration()
}
