//! The queue: requests that wait for one of the threads that judge.
//!
//! Accepts: work, as long as the requests before it will be done in time. Refuses: more requests than the limit, and work that would
//! wait longer than the limit, by the mean time that work took lately. Work whose wait was longer after all is refused when its turn
//! comes, and work whose client has gone is dropped.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::core::cancel::Cancel;

/// This many requests may wait whatever the mean time of work: one slow program is no reason to refuse the next request.
const ALWAYS: usize = 64;
/// The weight of the last work in the mean.
const LAST: f64 = 0.05;

/// Why work was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotDone {
    /// There is too much to do: try again after this time.
    Busy(Duration),
    /// The server stops.
    Stopping,
    /// The work panicked: a fault of this program.
    Failed,
}

/// Cancels the work of a request when it is dropped: the client has gone, or the time is over.
pub(super) struct Guard(Cancel);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The threads that judge, and what waits for them.
pub(super) struct Queue {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    jobs: usize,
    most: usize,
    wait: Duration,
}

struct Shared {
    state: Mutex<State>,
    ready: Condvar,
    wait: Duration,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    running: usize,
    stopping: bool,
    /// The mean seconds of work.
    mean: f64,
}

struct Job {
    since: Instant,
    /// Whether it may be refused when its turn comes; the later parts of a request are not.
    is_first: bool,
    cancel: Cancel,
    /// Called with whether there is still time.
    work: Box<dyn FnOnce(bool) + Send>,
}

impl Queue {
    /// Starts the threads.
    ///
    /// # Errors
    /// A thread cannot be started.
    pub(super) fn start(jobs: usize, most: usize, wait: Duration) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), ready: Condvar::new(), wait });
        let thread = |index| {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("judge-{index}")).spawn(move || shared.run())
        };
        let threads = Mutex::new((0..jobs).map(thread).collect::<std::io::Result<_>>()?);
        Ok(Self { shared, threads, jobs, most, wait })
    }

    /// Does work for a new request, when its turn comes. Dropping the future cancels it.
    pub(super) async fn first<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotDone> {
        self.submit(true, work)?.await
    }

    /// Does further work for a request that was admitted.
    pub(super) async fn further<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotDone> {
        self.submit(false, work)?.await
    }

    fn submit<T: Send + 'static>(
        &self,
        is_first: bool,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<impl Future<Output = Result<T, NotDone>>, NotDone> {
        let (sender, receiver) = oneshot::channel();
        let cancel = Cancel::default();
        let over = cancel.clone();
        let busy = NotDone::Busy(self.wait);
        let run = move |in_time: bool| {
            let done =
                if in_time { catch_unwind(AssertUnwindSafe(|| over.over(work))).map_err(|_| NotDone::Failed) } else { Err(busy) };
            // The client has gone if nobody receives it.
            let _ = sender.send(done);
        };
        let mut state = self.shared.lock();
        if state.stopping {
            return Err(NotDone::Stopping);
        }
        if is_first {
            let waiting = state.waiting.len();
            #[expect(clippy::cast_precision_loss, reason = "few requests wait")]
            let expected = state.mean * waiting as f64 / self.jobs as f64;
            if waiting >= self.most || (waiting >= ALWAYS && expected > self.wait.as_secs_f64()) {
                return Err(NotDone::Busy(Duration::from_secs_f64(expected.clamp(1.0, 60.0))));
            }
        }
        let job = Job { since: Instant::now(), is_first, cancel: cancel.clone(), work: Box::new(run) };
        // In turn also for the later parts of a long request: others wait for a part and not for the whole.
        state.waiting.push_back(job);
        drop(state);
        self.shared.ready.notify_one();
        Ok(async move {
            let _guard = Guard(cancel);
            receiver.await.unwrap_or(Err(NotDone::Stopping))
        })
    }

    /// How many requests wait, and how many are judged.
    pub(super) fn load(&self) -> (usize, usize) {
        let state = self.shared.lock();
        (state.waiting.len(), state.running)
    }

    /// The number of threads that judge.
    pub(super) fn jobs(&self) -> usize {
        self.jobs
    }

    /// Takes no more work. What waits or runs is dropped with `now`, and else done.
    pub(super) fn stop(&self, now: bool) {
        let mut state = self.shared.lock();
        state.stopping = true;
        if now {
            state.waiting.clear();
        }
        drop(state);
        self.shared.ready.notify_all();
    }

    /// Waits until the threads have ended; [`stop`](Self::stop) comes first.
    pub(super) fn join(&self) {
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread that panicked has ended.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        while let Some(Job { since, is_first, cancel, work }) = self.next() {
            let began = Instant::now();
            // What nobody waits for is not begun: dropping it drops the sender.
            let in_time = !is_first || began.duration_since(since) <= self.wait;
            if !cancel.is_cancelled() {
                work(in_time);
            }
            let mut state = self.lock();
            state.running -= 1;
            if in_time && !cancel.is_cancelled() {
                state.mean += LAST * (began.elapsed().as_secs_f64() - state.mean);
            }
        }
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.waiting.pop_front() {
                state.running += 1;
                return Some(job);
            }
            if state.stopping {
                return None;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap()
    }

    /// Work that runs until the sender is dropped.
    fn held() -> (mpsc::Sender<()>, impl FnOnce() + Send + 'static) {
        let (sender, receiver) = mpsc::channel::<()>();
        (sender, move || {
            let _ = receiver.recv();
        })
    }

    /// Submits work and waits until the queue has this load.
    async fn submitted<T: Send + 'static>(
        queue: &Arc<Queue>,
        load: (usize, usize),
        work: impl FnOnce() -> T + Send + 'static,
    ) -> tokio::task::JoinHandle<Result<T, NotDone>> {
        let sending = Arc::clone(queue);
        let task = tokio::spawn(async move { sending.first(work).await });
        while queue.load() != load {
            tokio::task::yield_now().await;
        }
        task
    }

    #[test]
    fn work_beyond_the_limit_is_refused_at_once() {
        runtime().block_on(async {
            let queue = Arc::new(Queue::start(1, 1, Duration::from_secs(30)).unwrap());
            let (end, work) = held();
            let running = submitted(&queue, (0, 1), work).await;
            let waiting = submitted(&queue, (1, 1), || 2).await;
            assert!(matches!(queue.first(|| 3).await, Err(NotDone::Busy(_))));
            drop(end);
            assert_eq!(running.await.unwrap(), Ok(()));
            assert_eq!(waiting.await.unwrap(), Ok(2));
            queue.stop(false);
            queue.join();
            assert_eq!(queue.first(|| 4).await, Err(NotDone::Stopping));
        });
    }

    #[test]
    fn work_that_waited_too_long_is_refused_and_work_without_a_client_is_not_done() {
        runtime().block_on(async {
            let queue = Arc::new(Queue::start(1, 100, Duration::from_millis(20)).unwrap());
            let (end, work) = held();
            let running = submitted(&queue, (0, 1), work).await;
            let late = submitted(&queue, (1, 1), || 2).await;
            let (seen, done) = mpsc::channel();
            let gone = submitted(&queue, (2, 1), move || seen.send(())).await;
            gone.abort();
            let _ = gone.await;
            tokio::time::sleep(Duration::from_millis(40)).await;
            drop(end);
            assert_eq!(running.await.unwrap(), Ok(()));
            assert!(matches!(late.await.unwrap(), Err(NotDone::Busy(_))));
            assert!(done.recv().is_err());
        });
    }

    #[test]
    fn work_that_panics_fails_alone() {
        runtime().block_on(async {
            let queue = Queue::start(1, 100, Duration::from_secs(1)).unwrap();
            assert_eq!(queue.first(|| -> u8 { panic!("on purpose") }).await, Err(NotDone::Failed));
            assert_eq!(queue.first(|| 1).await, Ok(1));
        });
    }
}
