//! A program that is run without tests: what it wrote, and how it ended.

use serde::{Deserialize, Serialize};

use super::engine::Guest;
use super::limits::Limits;
use super::message::{self, Fault, Raised};
use super::program::{Failure, Program};
use super::slots::Slot;
use super::stop::Stop;
use super::value::Value;
use crate::{Reason, Result};

/// What a program did that ran without tests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    /// What it wrote to standard output, whole; bytes that are not UTF-8 are replaced.
    pub stdout: String,
    /// What it wrote to standard error, and the traceback of the exception that ended it.
    pub stderr: String,
    /// Why it did not end normally, and what happened.
    pub failed: Option<(Reason, String)>,
    /// The code that it ended with, as a process has it; `None` if it was stopped.
    pub exit_code: Option<i32>,
    /// Fuel spent.
    pub fuel: u64,
    /// The largest size of the instance's memory, in bytes.
    pub memory: usize,
}

/// Runs a program with this input.
///
/// # Errors
/// The engine cannot be built here.
pub(super) fn execute(program: &str, stdin: &str, limits: Limits) -> Result<Execution> {
    let guest = Guest::python()?;
    let _slot = Slot::take();
    let mut instance = match Program::new(&guest, program, limits) {
        Ok(instance) => instance,
        Err(Failure { reason, detail }) => return Ok(Execution::stopped(reason, detail)),
    };
    instance.instance.set_stdin(stdin.as_bytes());
    let ended = end(&mut instance, program);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let instance = &instance.instance;
    let mut stderr = text(instance.stderr());
    stderr.push_str(&ended.traceback);
    Ok(Execution {
        stdout: text(instance.stdout()),
        stderr,
        failed: ended.failure.map(|Failure { reason, detail }| (reason, detail)),
        exit_code: ended.exit_code,
        fuel: instance.fuel,
        memory: instance.memory(),
    })
}

/// How a program ended.
#[derive(Default)]
struct Ended {
    failure: Option<Failure>,
    traceback: String,
    exit_code: Option<i32>,
}

fn end(program: &mut Program, source: &str) -> Ended {
    let reply = match program.instance.handle(&message::request(vec![Value::str("run"), Value::str(source)])) {
        Ok(reply) => reply,
        Err(Stop::Exit(0)) => return Ended { exit_code: Some(0), ..Ended::default() },
        Err(stop) => {
            let exit_code = if let Stop::Exit(code) = stop { Some(code) } else { None };
            return Ended { failure: Some(stop.into()), exit_code, ..Ended::default() };
        }
    };
    match message::reply(&reply) {
        Err(stop) => Ended { failure: Some(stop.into()), ..Ended::default() },
        Ok(Ok(_)) => Ended { exit_code: Some(0), ..Ended::default() },
        Ok(Err(raised)) => raised_code(program.blame(raised.clone()), &raised),
    }
}

/// `sys.exit` ends a process with its number, or with 1 and its text on standard error; any other exception with 1 and its traceback.
fn raised_code(failure: Failure, raised: &Raised) -> Ended {
    match (raised.fault, raised.message.trim().parse()) {
        (Fault::ExitZero, _) => Ended { exit_code: Some(0), ..Ended::default() },
        (Fault::Exit, Ok(code)) => Ended { failure: Some(failure), exit_code: Some(code), ..Ended::default() },
        (Fault::Exit, Err(_)) => Ended { failure: Some(failure), exit_code: Some(1), traceback: format!("{}\n", raised.message) },
        _ => Ended { failure: Some(failure), exit_code: Some(1), traceback: raised.traceback.clone() },
    }
}

impl Execution {
    fn stopped(reason: Reason, detail: String) -> Self {
        Self { failed: Some((reason, detail)), ..Self::default() }
    }
}
