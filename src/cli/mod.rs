//! The `verify` command: parses arguments, calls the library, and returns an exit code.
//!
//! The `verify` binary and `python -m r1rewards` share it. [`run()`] never ends the process; [`main`] does so only on a
//! signal. Exit codes: 0 success, 1 different or below the given threshold, 2 wrong usage or an error of input or
//! output, 128 plus the number of the signal. Data goes to standard output, everything else to standard error. If the
//! reader closes a pipe early, an exit code that reports a verdict does not change.

mod args;
mod audit;
mod audit_page;
mod baseline;
mod codes;
mod compare;
mod completions;
#[cfg(feature = "code")]
mod doctor;
mod explain;
mod grader;
mod group;
mod judged_rows;
mod judging;
mod manifest;
mod math;
mod merge;
mod pages;
mod passrate;
mod progress;
mod prompts;
mod redteam;
mod report;
mod results;
#[cfg(feature = "code")]
mod run;
mod score;
mod select;
#[cfg(feature = "serve")]
mod serve;
mod shown;
#[cfg(unix)]
mod signals;
mod tally;
mod templates;
mod votes;

use std::ffi::OsString;
use std::io;

use clap::Parser as _;

use args::{Args, Command};
use codes::{FAILED, FINE};
use shown::say;

/// Runs the command with these arguments (the first is the name of the program) and returns the exit code.
///
/// ```
/// let missed = r1rewards::cli::run(["verify", "math", "1/2", r"\boxed{0.51}"]);
/// assert_eq!(missed, 1);
/// ```
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    parse(arguments).map_or_else(|code| code, |args| execute(args.command))
}

/// As [`run()`], for the main function of a process: before a signal (Ctrl-C, SIGTERM, a closed terminal) ends the
/// process, unfinished outputs are removed.
pub fn main(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    let args = match parse(arguments) {
        Ok(args) => args,
        Err(code) => return code,
    };
    #[cfg(unix)]
    let listening = args.command.signals();
    #[cfg(unix)]
    if let Err(error) = listening {
        say(format_args!("verify: cannot listen for signals: {error}\n"));
        return FAILED;
    }
    execute(args.command)
}

/// The arguments, or the exit code if there is nothing to execute.
fn parse(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Args, u8> {
    Args::try_parse_from(arguments).map_err(|error| {
        // Help and version are not errors and go to standard output. A failed write (a closed pipe) is ignored.
        let _ = error.print();
        if error.use_stderr() { FAILED } else { FINE }
    })
}

impl Command {
    /// Installs the signal handlers for the command.
    #[cfg(unix)]
    fn signals(&self) -> io::Result<()> {
        match self {
            // The parent handles Ctrl-C; a worker ends when its parent ends.
            #[cfg(feature = "code")]
            Self::Worker => signals::leave_interrupts_to_the_parent(),
            // It stops by itself, after the requests that it has.
            #[cfg(feature = "serve")]
            Self::Serve(_) => Ok(()),
            _ => signals::end_without_traces(),
        }
    }
}

/// Lets the allocator of glibc keep memory that is freed instead of returning it to the system, from which it would be taken again
/// page by page: large buffers come and go with every page of a table. Freeing one large block has this effect (`mallopt(3)`: the
/// threshold of `M_MMAP_THRESHOLD` is dynamic), at most up to 62 MiB for each thread that reads or judges. The block is never touched.
/// The binary `verify` has an allocator of its own, which keeps it anyway; the command of the Python package has the system's.
fn keep_freed_memory() {
    const LARGE: usize = 31 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
}

fn execute(command: Command) -> u8 {
    if cfg!(target_env = "gnu") {
        keep_freed_memory();
    }
    let done = match command {
        Command::Math(args) => math::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Redteam(args) => redteam::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Passrate(args) => passrate::run(&args),
        Command::Select(args) => select::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Templates(args) => templates::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Kinds(args) => explain::kinds(&args),
        #[cfg(feature = "code")]
        Command::Run(args) => run::run(&args),
        #[cfg(feature = "code")]
        Command::Doctor => doctor::run(),
        #[cfg(feature = "code")]
        Command::Worker => crate::code::serve_worker().map(|()| FINE).map_err(Into::into),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Completions(args) => completions::run(&args),
    };
    #[cfg(unix)]
    signals::let_signals_end();
    match done {
        Ok(code) => code,
        // The reader closed the pipe early. Commands whose exit code is a verdict ignore this error earlier (`unread`).
        Err(error) if is_broken_pipe(&error) => FINE,
        Err(error) => {
            say(format_args!("verify: {error:#}\n"));
            FAILED
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(broken)
            || cause.downcast_ref::<crate::Error>().is_some_and(crate::Error::is_broken_pipe)
    })
}
