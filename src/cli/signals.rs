//! Handles signals to the command.
//!
//! SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1 and SIGUSR2 (batch systems send the last two before they kill a job) end
//! the process after other graders are ended and unfinished outputs are removed (the results of `verify score` stay, for `--resume`), with the exit code that shells give (128 plus the number). Signals
//! that the process was started to ignore (`nohup`) stay ignored. SIGXFSZ (a file larger than `ulimit -f`) becomes an
//! error of the write.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXFSZ};
use signal_hook::iterator::Signals;

use super::shown::say;

const ENDING: [(i32, &str); 6] = [
    (SIGINT, "SIGINT"),
    (SIGTERM, "SIGTERM"),
    (SIGHUP, "SIGHUP"),
    (SIGQUIT, "SIGQUIT"),
    (SIGUSR1, "SIGUSR1"),
    (SIGUSR2, "SIGUSR2"),
];

/// Whether a signal has arrived that ends the process.
static ENDS: AtomicBool = AtomicBool::new(false);

/// Does not return once such a signal has arrived: ending a grader makes its command fail, and the exit code is that of
/// the signal and not of this failure.
pub(super) fn let_signals_end() {
    while ENDS.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

/// Starts a thread that removes unfinished outputs and ends the process when a signal arrives.
pub(super) fn end_without_traces() -> io::Result<()> {
    let ignored = ignored();
    let mut signals = Signals::new(ENDING.map(|(signal, _)| signal).into_iter().filter(|signal| !ignored.contains(signal)))?;
    pass_over(SIGXFSZ)?;
    std::thread::Builder::new().name("r1rewards-signals".to_owned()).spawn(move || {
        let Some(signal) = signals.forever().next() else { return };
        let name = ENDING.iter().find(|(known, _)| *known == signal).map_or("a signal", |(_, name)| name);
        ENDS.store(true, Ordering::SeqCst);
        super::group::end_all();
        let (partial, no_results) = crate::rows::interrupted();
        let removed = crate::rows::abandon_unfinished() > 0 || no_results;
        let left = match partial {
            Some(path) => {
                format!(": the results so far are in {}; the same command with --resume goes on from them", path.display())
            }
            None if removed => ": the incomplete output was removed; an existing file is unchanged".to_owned(),
            None => String::new(),
        };
        say(format_args!("verify: ended by {name}{left}\n"));
        std::process::exit(128 + signal);
    })?;
    Ok(())
}

/// The signals that stop a server.
#[cfg(feature = "serve")]
pub(super) struct Stop(Signals);

#[cfg(feature = "serve")]
impl Stop {
    /// From here on, these signals do not end the process.
    pub(super) fn listen() -> io::Result<Self> {
        let ignored = ignored();
        let stopping = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !ignored.contains(signal));
        pass_over(SIGXFSZ)?;
        Signals::new(stopping).map(Self)
    }

    /// Waits for one of them and gives its name. A second one ends the process at once.
    pub(super) fn wait(mut self) -> &'static str {
        let signal = self.0.forever().next().unwrap_or(SIGTERM);
        let _ = std::thread::Builder::new().name("r1rewards-signals".to_owned()).spawn(move || {
            if let Some(signal) = self.0.forever().next() {
                std::process::exit(128 + signal);
            }
        });
        ENDING.iter().find(|(known, _)| *known == signal).map_or("a signal", |(_, name)| name)
    }
}

/// Ignores SIGINT: Ctrl-C reaches all processes of a terminal, and the parent decides when a worker ends.
#[cfg(feature = "code")]
pub(super) fn leave_interrupts_to_the_parent() -> io::Result<()> {
    pass_over(SIGINT)
}

fn pass_over(signal: i32) -> io::Result<()> {
    // The flag is not read; installing a handler is enough to prevent the default action.
    signal_hook::flag::register(signal, Arc::default()).map(|_| ())
}

/// The signals that this process ignores, from /proc; empty on systems without it.
fn ignored() -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok()).unwrap_or(0);
    (1..=64).filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}
