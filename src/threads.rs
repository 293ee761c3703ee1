//! Which threads do the work.
//!
//! Nothing starts at import. The first batch that needs threads builds a pool of its own, shared by every scorer of the process that
//! asks for the same number of jobs. A forked child has none of its parent's threads, so pools are kept by process id and a child
//! builds its own. The lock is held only to look a pool up; a child forked at that very moment scores on the calling thread.

use std::sync::{Arc, Mutex, TryLockError};

use rayon::ThreadPool;

/// The threads of a scorer.
#[derive(Debug, Clone, Default)]
pub(crate) enum Threads {
    /// As many as the machine has cores.
    #[default]
    Auto,
    /// So many; with 1, the calling thread.
    Jobs(usize),
    /// The caller's pool.
    Pool(Arc<ThreadPool>),
}

impl Threads {
    /// Runs `work` inside the pool, or on the calling thread where there is none.
    pub(crate) fn run<R: Send>(&self, work: impl FnOnce(bool) -> R + Send) -> R {
        let pool = match self {
            Self::Pool(pool) => Some(Arc::clone(pool)),
            Self::Jobs(jobs) => own_pool(*jobs),
            Self::Auto => own_pool(std::thread::available_parallelism().map_or(1, usize::from)),
        };
        match pool {
            Some(pool) => pool.install(|| work(true)),
            None => work(false),
        }
    }
}

/// A pool of this process.
struct Own {
    process: u32,
    jobs: usize,
    pool: Arc<ThreadPool>,
}

static POOLS: Mutex<Vec<Own>> = Mutex::new(Vec::new());

fn own_pool(jobs: usize) -> Option<Arc<ThreadPool>> {
    if jobs <= 1 {
        return None;
    }
    if let Some(found) = with_pools(|pools| find(pools, jobs))? {
        return Some(found);
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).thread_name(|index| format!("r1rewards-{index}")).build();
    let pool = Arc::new(pool.ok()?);
    with_pools(|pools| {
        find(pools, jobs).unwrap_or_else(|| {
            pools.push(Own { process: std::process::id(), jobs, pool: Arc::clone(&pool) });
            pool
        })
    })
}

fn find(pools: &mut [Own], jobs: usize) -> Option<Arc<ThreadPool>> {
    let process = std::process::id();
    pools.iter().find(|own| own.process == process && own.jobs == jobs).map(|own| Arc::clone(&own.pool))
}

/// Looks into the pools; `None` where the lock stays taken, which only happens after a fork in the middle of a look-up.
fn with_pools<R>(look: impl FnOnce(&mut Vec<Own>) -> R) -> Option<R> {
    /// Look-ups take nanoseconds: so many turns are only waited for a lock that nobody will release.
    const TURNS: usize = 10_000;
    for _ in 0..TURNS {
        match POOLS.try_lock() {
            Ok(mut pools) => return Some(look(&mut pools)),
            Err(TryLockError::Poisoned(poisoned)) => return Some(look(&mut poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    None
}
