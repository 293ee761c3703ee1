//! Programs judged in other processes: `isolation = "process"`.
//!
//! Accepts: one request at a time a worker: options, completions of one prompt, their tests; the reply is the outcomes, the same bytes that this process would give. Refuses: a worker
//! of another version, and to wait for ever: a worker that was killed or stopped is replaced and its request tried again; one whose engine is at fault ends itself, which is
//! unscored. No wait is measured by the clock, so that a busy machine changes no outcome.
//!
//! Why: threads of one process share its address space, and giving back the pages of an instance stops all of them for a moment, so that two threads run no more
//! programs than one. Processes don't wait for each other; and a fault of the engine costs a worker instead of the trainer.
//!
//! A thread that scores takes an idle worker or starts one, so there are never more workers than threads that score at once. They end when the process
//! that started them does, even where a forked child of it holds their lines open.

mod frame;
mod line;
mod pool;
mod serve;
mod watchdog;

pub use pool::set_worker;
pub use serve::serve_worker;

pub(super) use pool::score_group;

use serde::{Deserialize, Serialize};

/// What a worker says first.
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
