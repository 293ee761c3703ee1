//! The `verify` command: arguments in, library calls, exit codes out. No logic of its own.
//!
//! Accepts: the arguments of the command, wherever they come from; the `verify` binary and `python -m r1rewards` share it. Refuses: to
//! end the process. Exit codes: 0 fine, 1 different or below the stated threshold, 2 usage, input or output. Data goes to stdout,
//! everything else to stderr.

mod args;
mod completions;
#[cfg(feature = "code")]
mod doctor;
mod math;
#[cfg(feature = "code")]
mod run;
mod score;
mod select;

use std::ffi::OsString;
use std::io;

use clap::Parser as _;

use args::{Args, Command};

/// Equal, or nothing was asked that could be missed.
const FINE: u8 = 0;
/// Different, or below the threshold.
const MISSED: u8 = 1;
/// Usage, input or output.
const FAILED: u8 = 2;

/// Runs the command with these arguments, the first of which is its own name, and gives the exit code.
///
/// ```
/// let missed = r1rewards::cli::run(["verify", "math", "1/2", r"\boxed{0.51}"]);
/// assert_eq!(missed, 1);
/// ```
pub fn run(arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are no errors, and go to stdout; a closed pipe is nobody's fault.
            let _ = error.print();
            return if error.use_stderr() { FAILED } else { FINE };
        }
    };
    let done = match args.command {
        Command::Math(args) => math::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Select(args) => select::run(&args),
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
        // Whoever read our output has seen enough.
        Err(error) if is_broken_pipe(&error) => FINE,
        Err(error) => {
            eprintln!("verify: {error:#}");
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
