//! Judges programs in other processes: `isolation = "process"`.
//!
//! Accepts: one request at a time for each worker: options, the completions of one prompt, and their tests. The reply
//! is the outcomes, identical to those that this process would give. Refuses a worker of another version. A worker that
//! was killed or stopped is replaced and its request tried again. A worker whose engine is at fault ends itself, and
//! the sample is unscored. No wait depends on elapsed wall-clock time alone, so that a busy machine changes no outcome.
//!
//! Reason: threads of one process share its address space, and returning the pages of an instance to the system stops
//! all of them for a moment, so that two threads run no more programs than one. Processes don't wait for each other,
//! and a fault of the engine ends a worker instead of the trainer.
//!
//! A thread that scores takes an idle worker or starts one, so there are never more workers than threads that score at
//! once. Workers end when the process that started them ends, even if a forked child of it holds their connections
//! open.

mod frame;
mod line;
mod pool;
mod serve;
mod watchdog;

pub use pool::set_worker;
pub use serve::serve_worker;

pub(super) use pool::score_group;

use serde::{Deserialize, Serialize};

/// The first message of a worker.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Hello {
    engine: String,
    guest: String,
}

impl Hello {
    fn ours() -> Hello {
        Hello { engine: crate::engine_version().to_owned(), guest: super::guest_sha256().to_owned() }
    }
}

/// The exit code of a worker that ended itself because a request took too long.
const OVERDUE: i32 = 86;
