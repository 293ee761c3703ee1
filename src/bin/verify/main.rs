//! The `verify` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The command is its own worker. Where it cannot find itself, R1REWARDS_WORKER can say it.
    #[cfg(feature = "code")]
    if let Ok(itself) = std::env::current_exe() {
        r1rewards::code::set_worker([itself.into_os_string(), "worker".into()]);
    }
    ExitCode::from(r1rewards::cli::main(std::env::args_os()))
}
