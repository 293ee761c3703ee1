//! The `verify` command: arguments in, library calls, exit codes out. No logic of its own.
//!
//! Exit codes: 0 fine, 1 different or below the stated threshold, 2 usage, input or output. Data goes to stdout, everything else to stderr.

mod args;
mod completions;
#[cfg(feature = "code")]
mod doctor;
mod math;
#[cfg(feature = "code")]
mod run;
mod score;
mod select;

use std::io;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};

/// Equal, or nothing was asked that could be missed.
const FINE: u8 = 0;
/// Different, or below the threshold.
const MISSED: u8 = 1;
/// Usage, input or output.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Math(args) => math::run(&args),
        Command::Score(args) => score::run(&args),
        Command::Select(args) => select::run(&args),
        #[cfg(feature = "code")]
        Command::Run(args) => run::run(&args),
        #[cfg(feature = "code")]
        Command::Doctor => doctor::run(),
        Command::Completions(args) => completions::run(&args),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // Whoever read our output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::from(FINE),
        Err(error) => {
            eprintln!("verify: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(broken)
            || cause.downcast_ref::<r1rewards::Error>().is_some_and(r1rewards::Error::is_broken_pipe)
    })
}
