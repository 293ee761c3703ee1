//! The parent's side: starts workers when they are needed and keeps them while they work.
//!
//! Accepts: a command that runs [`serve_worker`](super::serve_worker). Refuses: a worker of another version or guest. A
//! worker that ended while it was idle, was stopped, or ends in the middle of a request is replaced and the request
//! tried again. If four fresh ones end by themselves (or sixteen are killed), the sample is unscored, since no
//! completion should be able to end a worker.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, BufReader};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::line::Line;
use super::serve::Request;
use super::{Hello, OVERDUE, frame};
use crate::code::{CodeOptions, forms};
use crate::core::cancel;
use crate::core::per_process::PerProcess;
use crate::{Outcome, Reason, Sample};

/// Names a `verify` binary to run as the worker; it has priority over [`set_worker`].
const VARIABLE: &str = "R1REWARDS_WORKER";

static WORKER: OnceLock<Vec<OsString>> = OnceLock::new();
static IDLE: PerProcess<Mutex<Vec<Worker>>> = PerProcess::new();

/// Sets how workers are started: a program and its arguments, which must call [`serve_worker`](super::serve_worker) and
/// print nothing else. The first call is used; later ones return `false`. The `verify` command and the Python package
/// have already made it.
///
/// ```no_run
/// // The program is its own worker:
/// if std::env::args().nth(1).as_deref() == Some("worker") {
///     return r1rewards::code::serve_worker();
/// }
/// r1rewards::code::set_worker([std::env::current_exe()?.into_os_string(), "worker".into()]);
/// # std::io::Result::Ok(())
/// ```
pub fn set_worker(command: impl IntoIterator<Item = impl Into<OsString>>) -> bool {
    WORKER.set(command.into_iter().map(Into::into).collect()).is_ok()
}

/// Judges samples in a worker. Consecutive samples with the same tests are sent in one request.
pub(in crate::code) fn score_group(options: CodeOptions, samples: &[&Sample]) -> Vec<Outcome> {
    samples.chunk_by(|a, b| forms::same_row(a, b)).flat_map(|same| score_alike(options, same)).collect()
}

fn score_alike(options: CodeOptions, samples: &[&Sample]) -> Vec<Outcome> {
    // The worker is sent the tests and no other column.
    let tests = match samples.first().map_or(Ok(None), |sample| forms::of_row(sample)) {
        Ok(tests) => tests.map(Cow::into_owned),
        Err(bad) => return vec![Outcome::unscored(bad.reason).with_detail(bad.detail); samples.len()],
    };
    let request = Request { options, completions: samples.iter().map(|sample| sample.completion.clone()).collect(), tests };
    match (ask(&request), samples) {
        (Ok(outcomes), _) => outcomes,
        (Err(_), _) if cancel::cancelled() => vec![cancel::no_outcome(); samples.len()],
        (Err(lost), [_]) => vec![Outcome::unscored(Reason::Internal).with_detail(format!("isolation = \"process\": {}", lost.why))],
        // One of the samples ends the worker: each is asked alone, so that the others are still judged.
        (Err(_), _) => samples.iter().flat_map(|sample| score_alike(options, &[sample])).collect(),
    }
}

/// A request that got no reply.
struct Lost {
    why: String,
    /// How much of [`PATIENCE`] it uses.
    cost: u32,
}

/// The budget of one request: sixteen workers killed or stopped from outside, or four that ended by themselves. A
/// request that ends its worker would end every worker.
const PATIENCE: u32 = 16;
const KILLED: u32 = 1;
const ENDED: u32 = 4;

impl Lost {
    /// An error that another worker would not avoid.
    fn for_good(why: impl Into<String>) -> Lost {
        Lost { why: why.into(), cost: PATIENCE }
    }
}

fn ask(request: &Request) -> Result<Vec<Outcome>, Lost> {
    let workers = IDLE.get();
    let idle = || workers.lock().unwrap_or_else(PoisonError::into_inner);
    let waiting = idle().pop();
    // An idle worker may have died since its last request, and other idle ones too; after one failure fresh ones are
    // started.
    let mut asked = waiting.map(|worker| worker.ask(request)).filter(Result::is_ok);
    let mut patience = PATIENCE;
    let (worker, outcomes) = loop {
        match asked.take() {
            Some(Ok(answered)) => break answered,
            Some(Err(lost)) => {
                patience = patience.saturating_sub(lost.cost);
                if patience == 0 || cancel::cancelled() {
                    return Err(lost);
                }
            }
            None => {}
        }
        asked = Some(Worker::start().and_then(|worker| worker.ask(request)));
    };
    idle().push(worker);
    Ok(outcomes)
}

struct Worker {
    child: Child,
    line: BufReader<Line>,
}

impl Worker {
    fn start() -> Result<Worker, Lost> {
        let command = command().map_err(Lost::for_good)?;
        let failed = |what: &str, error: &dyn std::fmt::Display| {
            let line = command.join(" ".as_ref());
            format!("the worker `{}` {what}: {error}; name a `verify` of this version in {VARIABLE}", line.display())
        };
        let (program, arguments) = command.split_first().ok_or_else(|| Lost::for_good("the worker's command is empty"))?;
        let (mut line, input, output) = Line::open().map_err(|error| Lost::for_good(format!("no line to a worker: {error}")))?;
        // `Command` holds the worker's end of the socket, and is dropped after this statement.
        let child = Command::new(program).args(arguments).stdin(input).stdout(output).spawn();
        let child = child.map_err(|error| Lost::for_good(failed("cannot be started", &error)))?;
        line.process = Some(child.id());
        let mut worker = Worker { child, line: BufReader::new(line) };
        match frame::read::<Hello>(&mut worker.line) {
            Ok(Some(hello)) if hello == Hello::ours() => Ok(worker),
            Ok(Some(hello)) => Err(Lost::for_good(failed("is another version", &hello.engine))),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Lost::for_good(failed("is no worker", &error))),
            Err(error) if !is_end(&error) => Err(Lost { why: failed("does not begin", &error), cost: KILLED }),
            Ok(None) | Err(_) => {
                let lost = worker.end();
                Err(Lost { why: failed("ended at once", &lost.why), ..lost })
            }
        }
    }

    /// The outcomes, one for each completion, and the worker for the next request.
    fn ask(mut self, request: &Request) -> Result<(Worker, Vec<Outcome>), Lost> {
        match frame::write(self.line.get_mut(), request).and_then(|()| frame::read::<Vec<Outcome>>(&mut self.line)) {
            Ok(Some(outcomes)) if outcomes.len() == request.completions.len() => Ok((self, outcomes)),
            Ok(Some(outcomes)) => {
                let (given, asked) = (outcomes.len(), request.completions.len());
                Err(Lost { why: format!("the worker gave {given} outcomes for {asked}"), cost: ENDED })
            }
            Err(error) if !is_end(&error) => Err(Lost { why: format!("no reply of the worker: {error}"), cost: KILLED }),
            Ok(None) | Err(_) => Err(self.end()),
        }
    }

    /// Ends the worker and says how it ended.
    fn end(&mut self) -> Lost {
        // It closed its end of the socket and is about to end; it is killed if it does not end within a second.
        for _ in 0..100 {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
                _ => break,
            }
        }
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(status) if status.code() == Some(OVERDUE) => {
                Lost::for_good("the worker gave no verdict in a thousand times the time of its fuel")
            }
            Ok(status) => {
                Lost { why: format!("the worker ended with {status}"), cost: if is_killed(status) { KILLED } else { ENDED } }
            }
            Err(error) => Lost { why: format!("the worker ended: {error}"), cost: ENDED },
        }
    }
}

/// Whether it was ended by a signal that only another process sends: SIGKILL, SIGTERM, SIGHUP or SIGINT.
#[cfg(unix)]
fn is_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    matches!(status.signal(), Some(1 | 2 | 9 | 15))
}

#[cfg(not(unix))]
fn is_killed(_: ExitStatus) -> bool {
    false
}

/// Whether the other end of the socket is closed.
fn is_end(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof)
}

impl Drop for Worker {
    /// Idle workers are never dropped: this one failed, or its caller cancelled.
    fn drop(&mut self) {
        // It may have ended already, or been waited for elsewhere.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command() -> Result<Vec<OsString>, String> {
    match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => Ok(vec![path, "worker".into()]),
        None => WORKER.get().cloned().ok_or_else(|| {
            format!("no worker command is set: call r1rewards::code::set_worker, or name a `verify` binary in {VARIABLE}")
        }),
    }
}
