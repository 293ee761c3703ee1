//! The `verify` command.

use std::process::ExitCode;

/// Judging answers makes many small allocations, which take less time with it than with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // The command also runs as its own worker process. If its path cannot be found, R1REWARDS_WORKER can name the
    // worker.
    #[cfg(feature = "code")]
    if let Ok(itself) = std::env::current_exe() {
        r1rewards::code::set_worker([itself.into_os_string(), "worker".into()]);
    }
    ExitCode::from(r1rewards::cli::main(std::env::args_os()))
}
