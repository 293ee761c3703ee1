//! The `verify` command: arguments in, library calls, exit codes out. No logic of its own.
//!
//! Accepts: the arguments of the command, wherever they come from; the `verify` binary and `python -m r1rewards` share it. Refuses: to
//! end the process, but where it is the process ([`main`]) and a signal ends it. Exit codes: 0 fine, 1 different or below the stated threshold, 2 usage, input or output,
//! 128 and the number of the signal. Data goes to stdout, everything else to stderr. A reader that leaves early changes no exit code that is a verdict.

mod args;
mod codes;
mod completions;
#[cfg(feature = "code")]
mod doctor;
mod explain;
mod math;
mod pages;
#[cfg(feature = "code")]
mod run;
mod score;
mod select;
mod shown;
#[cfg(unix)]
mod signals;

use std::ffi::OsString;
use std::io;

use clap::Parser as _;

use args::{Args, Command};
use codes::{FAILED, FINE};
use shown::say;

/// Runs the command with these arguments, the first of which is its own name, and gives the exit code.
///
/// ```
/// let missed = r1rewards::cli::run(["verify", "math", "1/2", r"\boxed{0.51}"]);
/// assert_eq!(missed, 1);
/// ```
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    parse(arguments).map_or_else(|code| code, |args| execute(args.command))
}

/// The same as what the process is there for: a signal that ends it (Ctrl-C, SIGTERM, a terminal that closes) removes unfinished outputs first.
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

/// The arguments, or the exit code where there is nothing to execute.
fn parse(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Args, u8> {
    Args::try_parse_from(arguments).map_err(|error| {
        // Help and version are no errors, and go to stdout; a closed pipe is nobody's fault.
        let _ = error.print();
        if error.use_stderr() { FAILED } else { FINE }
    })
}

impl Command {
    /// What signals do while it is executed.
    #[cfg(unix)]
    fn signals(&self) -> io::Result<()> {
        match self {
            // Ctrl-C is the parent's to handle: a worker ends when its parent does.
            #[cfg(feature = "code")]
            Self::Worker => signals::leave_interrupts_to_the_parent(),
            _ => signals::end_without_traces(),
        }
    }
}

fn execute(command: Command) -> u8 {
    let done = match command {
        Command::Math(args) => math::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Select(args) => select::run(&args),
        Command::Explain(args) => explain::run(&args),
        #[cfg(feature = "code")]
        Command::Run(args) => run::run(&args),
        #[cfg(feature = "code")]
        Command::Doctor => doctor::run(),
        #[cfg(feature = "code")]
        Command::Worker => crate::code::serve_worker().map(|()| FINE).map_err(Into::into),
        Command::Completions(args) => completions::run(&args),
    };
    match done {
        Ok(code) => code,
        // Whoever read our output has seen enough, and no exit code was asked for (`unread`).
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
