//! The worker's side: requests from standard input, outcomes to standard output.
//!
//! Accepts: requests until standard input ends. Refuses: to outlive a request that takes far longer than its fuel can last (a fault of the engine or of the
//! machine; no completion causes it, since fuel ends every program): the process ends with a code of its own.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{Hello, OVERDUE, frame};
use crate::code::{Code, CodeOptions, Tests};
use crate::{Outcome, Reward as _, Sample};

/// Samples of one prompt to judge.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) options: CodeOptions,
    pub(super) completions: Vec<String>,
    pub(super) tests: Option<Json>,
}

/// Serves requests of a parent process on the standard streams until they end: what a worker's `main` does, and all that it does.
///
/// # Errors
/// A stream that cannot be read or written, or that carries something else than requests.
pub fn serve_worker() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let watchdog = Watchdog::start()?;
    frame::write(&mut output, &Hello::ours())?;
    while let Some(request) = frame::read::<Request>(&mut input)? {
        watchdog.expect_within(allowance(&request));
        let outcomes = judge(request);
        watchdog.rest();
        frame::write(&mut output, &outcomes)?;
    }
    Ok(())
}

fn judge(request: Request) -> Vec<Outcome> {
    let code = Code::new(request.options);
    let mut sample = Sample::new("");
    sample.tests = request.tests.map(Into::into);
    let score = |completion| {
        sample.completion = completion;
        code.score(&sample)
    };
    request.completions.into_iter().map(score).collect()
}

/// Longer than any honest load makes of the fuel that the tests can spend.
fn allowance(request: &Request) -> Duration {
    /// Starting, compiling the guest, waiting for a busy machine.
    const START: Duration = Duration::from_secs(120);
    /// Fuel a second on a machine thirty times slower than an ordinary core.
    const SLOWEST: u64 = crate::code::FUEL_PER_SECOND / 30;
    let tests = request.tests.as_ref().and_then(|tests| Tests::read(tests).ok());
    let fuel = tests.map_or(0, |tests| tests.most_fuel(request.options.limits.fuel));
    START.saturating_add(
        Duration::from_secs(fuel / SLOWEST).saturating_mul(u32::try_from(request.completions.len()).unwrap_or(u32::MAX)),
    )
}

/// Ends the process when a request is overdue.
struct Watchdog {
    /// When the request at hand must be done, in milliseconds since `started`; `u64::MAX` between requests.
    deadline: &'static AtomicU64,
    started: Instant,
}

const NEVER: u64 = u64::MAX;

impl Watchdog {
    fn start() -> io::Result<Watchdog> {
        static DEADLINE: AtomicU64 = AtomicU64::new(NEVER);
        let started = Instant::now();
        std::thread::Builder::new().name("r1rewards-watchdog".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(Duration::from_secs(1));
                if milliseconds(started.elapsed()) > DEADLINE.load(Ordering::Relaxed) {
                    std::process::exit(OVERDUE);
                }
            }
        })?;
        Ok(Watchdog { deadline: &DEADLINE, started })
    }

    fn expect_within(&self, time: Duration) {
        self.deadline.store(milliseconds(self.started.elapsed().saturating_add(time)), Ordering::Relaxed);
    }

    fn rest(&self) {
        self.deadline.store(NEVER, Ordering::Relaxed);
    }
}

/// Never [`NEVER`].
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(NEVER).min(NEVER - 1)
}
