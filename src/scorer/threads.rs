//! Which threads do the work.
//!
//! Nothing starts at import. The first batch that needs threads builds a pool of its own, shared by every scorer of the process that
//! asks for the same number of jobs. A forked child has none of its parent's threads and builds its own.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;

use crate::core::per_process::PerProcess;

/// The most threads that a scorer may be given: more than a machine has cores for, and as many as the sandbox has room for.
pub const MAX_JOBS: usize = 256;

/// The threads of a scorer.
#[derive(Debug, Clone, Default)]
pub(crate) enum Threads {
    /// As many as the machine has cores.
    #[default]
    Auto,
    /// This many, at most [`MAX_JOBS`]; with 1, the calling thread.
    Jobs(usize),
    /// The caller's pool.
    Pool(Arc<ThreadPool>),
}

impl Threads {
    /// Runs `work` inside the pool, or on the calling thread where there is none.
    pub fn run<R: Send>(&self, work: impl FnOnce(bool) -> R + Send) -> R {
        let pool = match self {
            Self::Pool(pool) => Some(Arc::clone(pool)),
            Self::Jobs(jobs) => own_pool(*jobs),
            Self::Auto => own_pool(std::thread::available_parallelism().map_or(1, usize::from).min(MAX_JOBS)),
        };
        match pool {
            Some(pool) => pool.install(|| work(true)),
            None => work(false),
        }
    }
}

/// Pools of one process, by their number of threads.
type Pools = Mutex<Vec<(usize, Arc<ThreadPool>)>>;

static POOLS: PerProcess<Pools> = PerProcess::new();

/// Leaves the pools to what runs on them, which nobody waits for any more: the next batch builds its own instead of waiting.
pub fn leave_pools() {
    POOLS.get().lock().unwrap_or_else(PoisonError::into_inner).clear();
}

fn own_pool(jobs: usize) -> Option<Arc<ThreadPool>> {
    if jobs <= 1 {
        return None;
    }
    let pools = POOLS.get();
    let mut pools = pools.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, pool)) = pools.iter().find(|(threads, _)| *threads == jobs) {
        return Some(Arc::clone(pool));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).thread_name(|index| format!("r1rewards-{index}")).build();
    let pool = Arc::new(pool.ok()?);
    pools.push((jobs, Arc::clone(&pool)));
    Some(pool)
}
