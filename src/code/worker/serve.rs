//! The worker's side: reads requests from standard input and writes outcomes to standard output.
//!
//! Accepts: requests until standard input or the parent ends. A request that never ends is handled in `watchdog.rs`.

use std::io;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::watchdog::Watchdog;
use super::{Hello, frame};
use crate::code::judge::Judge;
use crate::code::{CodeOptions, Tests};
use crate::{Outcome, Sample};

/// Samples of one prompt to judge.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) options: CodeOptions,
    pub(super) completions: Vec<String>,
    pub(super) tests: Option<Json>,
}

/// Serves requests of a parent process on the standard streams until they end. A worker's `main` calls this and does
/// nothing else.
///
/// # Errors
/// A stream that cannot be read or written, or that has something other than requests.
pub fn serve_worker() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let watchdog = Watchdog::start()?;
    frame::write(&mut io::stdout().lock(), &Hello::ours())?;
    while let Some(request) = frame::read::<Request>(&mut input)? {
        watchdog.begin(allowance(&request));
        let outcomes = judge(request);
        watchdog.end();
        frame::write(&mut io::stdout().lock(), &outcomes)?;
    }
    Ok(())
}

fn judge(request: Request) -> Vec<Outcome> {
    let judge = Judge { options: request.options };
    let mut sample = Sample::new("");
    sample.tests = request.tests.map(Into::into);
    let tests = judge.read_tests(&sample);
    request.completions.iter().map(|completion| judge.judge(completion, &tests)).collect()
}

/// A bound on processor time that is larger than the fuel of the tests can ever take: the operations that are cheapest
/// in fuel take about sixty times the time that their fuel stands for, and a machine may be ten times slower than an
/// ordinary one.
fn allowance(request: &Request) -> Duration {
    /// Time for compiling the guest and reading the request.
    const START: Duration = Duration::from_secs(600);
    /// Fuel per second on the slowest machine.
    const SLOWEST: u64 = crate::code::FUEL_PER_SECOND / 1000;
    let tests = request.tests.as_ref().and_then(|tests| Tests::read(tests).ok());
    let fuel = tests.map_or(0, |tests| tests.most_fuel(request.options.limits.fuel));
    START.saturating_add(
        Duration::from_secs(fuel / SLOWEST).saturating_mul(u32::try_from(request.completions.len()).unwrap_or(u32::MAX)),
    )
}
