//! The threads that a scorer uses.
//!
//! No thread is started at import. The first batch that needs threads builds a pool, which all scorers of the process
//! with the same number of jobs share. A forked child has none of its parent's threads and builds new pools.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;

use crate::core::per_process::PerProcess;

/// The most threads of a scorer: more than most machines have cores, and as many as the sandbox supports.
pub const MAX_JOBS: usize = 256;

/// The threads of a scorer.
#[derive(Debug, Clone, Default)]
pub(crate) enum Threads {
    /// One per core.
    #[default]
    Auto,
    /// This number, at most [`MAX_JOBS`]; 1 is the calling thread.
    Jobs(usize),
    /// The caller's pool.
    Pool(Arc<ThreadPool>),
}

impl Threads {
    /// Runs `work` inside the pool (its argument is `true`), or on the calling thread if there is no pool (`false`).
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

/// The pools of one process, by number of threads.
type Pools = Mutex<Vec<(usize, Arc<ThreadPool>)>>;

static POOLS: PerProcess<Pools> = PerProcess::new();

/// Forgets the pools, whose threads may still run cancelled work: the next batch builds a new pool and does not wait.
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
