//! The `verify` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(r1rewards::cli::run(std::env::args_os()))
}
