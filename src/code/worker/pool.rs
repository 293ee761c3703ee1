//! The parent's side: workers started when they are needed, kept while they are well.
//!
//! Accepts: a command that runs [`serve_worker`](super::serve_worker). Refuses: a worker of another version or guest. One that ended while it was
//! idle, or ends in the middle of a request, is replaced by a fresh one; if that ends too, the sample is unscored, since no completion is meant to be able to
//! do that.

use std::ffi::OsString;
use std::io::{self, BufReader};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::serve::Request;
use super::{Hello, OVERDUE, frame};
use crate::code::{CodeOptions, Isolation};
use crate::per_process::PerProcess;
use crate::{Outcome, Reason, Sample};

/// Names a `verify` binary that is the worker, before all else.
const VARIABLE: &str = "R1REWARDS_WORKER";

static WORKER: OnceLock<Vec<OsString>> = OnceLock::new();
static IDLE: PerProcess<Mutex<Vec<Worker>>> = PerProcess::new();

/// Says how workers are started: a program and its arguments, which must call [`serve_worker`](super::serve_worker) and print nothing of their own. The first
/// call counts; `false` is a later one. The `verify` command and the Python package have said it already.
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

/// Judges samples in a worker, those in a row that have the same tests by one request.
pub(in crate::code) fn score_group(options: CodeOptions, samples: &[&Sample]) -> Vec<Outcome> {
    samples.chunk_by(|a, b| a.tests == b.tests).flat_map(|same| score_alike(options, same)).collect()
}

fn score_alike(options: CodeOptions, samples: &[&Sample]) -> Vec<Outcome> {
    let request = Request {
        options: CodeOptions { isolation: Isolation::Thread, ..options },
        completions: samples.iter().map(|sample| sample.completion.clone()).collect(),
        tests: samples.first().and_then(|sample| sample.tests.as_deref().cloned()),
    };
    match (ask(&request), samples) {
        (Ok(outcomes), _) => outcomes,
        (Err(lost), [_]) => vec![Outcome::unscored(Reason::Internal).with_detail(format!("isolation = \"process\": {lost}"))],
        // One of them ends the worker: the others are none the worse for it.
        (Err(_), _) => samples.iter().flat_map(|sample| score_alike(options, &[sample])).collect(),
    }
}

fn ask(request: &Request) -> Result<Vec<Outcome>, String> {
    let workers = IDLE.get();
    let idle = || workers.lock().unwrap_or_else(PoisonError::into_inner);
    let waiting = idle().pop();
    let (worker, outcomes) = match waiting.map(|worker| worker.ask(request)) {
        Some(Ok(answered)) => answered,
        // None, or one that died since: others that wait may have died with it.
        Some(Err(_)) | None => Worker::start()?.ask(request)?,
    };
    idle().push(worker);
    Ok(outcomes)
}

struct Worker {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start() -> Result<Worker, String> {
        let command = command()?;
        let failed = |what: &str, error: &dyn std::fmt::Display| {
            let line = command.join(" ".as_ref());
            format!("the worker `{}` {what}: {error}; name a `verify` of this version in {VARIABLE}", line.display())
        };
        let (program, arguments) = command.split_first().ok_or("the worker's command is empty")?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| failed("cannot be started", &error))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("the worker has no pipes".to_owned());
        };
        let mut worker = Worker { child, input, output: BufReader::new(output) };
        match frame::read::<Hello>(&mut worker.output) {
            Ok(Some(hello)) if hello == Hello::ours() => Ok(worker),
            Ok(Some(hello)) => Err(failed("is another version", &hello.engine)),
            Ok(None) => Err(failed("ended at once", &worker.end())),
            Err(error) => Err(failed("is no worker", &error)),
        }
    }

    /// The outcomes, one a completion, and the worker for the next request.
    fn ask(mut self, request: &Request) -> Result<(Worker, Vec<Outcome>), String> {
        match frame::write(&mut self.input, request).and_then(|()| frame::read::<Vec<Outcome>>(&mut self.output)) {
            Ok(Some(outcomes)) if outcomes.len() == request.completions.len() => Ok((self, outcomes)),
            Ok(Some(outcomes)) => Err(format!("the worker gave {} outcomes for {}", outcomes.len(), request.completions.len())),
            Ok(None) => Err(self.end()),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(self.end()),
            Err(error) => Err(format!("the worker's reply cannot be read: {error}")),
        }
    }

    /// How the worker ended, in words.
    fn end(&mut self) -> String {
        match self.child.wait() {
            Ok(status) if status.code() == Some(OVERDUE) => "the worker gave no verdict in any reasonable time".to_owned(),
            Ok(status) => format!("the worker ended with {status}"),
            Err(error) => format!("the worker ended: {error}"),
        }
    }
}

impl Drop for Worker {
    /// An idle worker is never dropped; this one failed.
    fn drop(&mut self) {
        // It may have ended by itself, or been waited for by somebody else.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command() -> Result<Vec<OsString>, String> {
    match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => Ok(vec![path, "worker".into()]),
        None => WORKER.get().cloned().ok_or_else(|| {
            format!(
                "nobody said how a worker is started: call r1rewards::code::set_worker, or name a `verify` binary in {VARIABLE}"
            )
        }),
    }
}
