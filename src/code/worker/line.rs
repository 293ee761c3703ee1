//! The parent's end of the connection to a worker: a socket with bounded waits.
//!
//! Accepts: bytes to and from a process that may be killed, stopped or starved at any moment. Refuses to wait for a
//! process that is stopped, for one that has been silent for ten minutes, and when the caller has cancelled. The time
//! of a request is not limited here: a working worker sends a heartbeat every half second (`watchdog.rs`), however slow
//! it is.

use std::io::{self, ErrorKind, Read, Write};
#[cfg(unix)]
use std::os::unix::net::UnixStream as Stream;
use std::process::Stdio;
use std::time::Duration;

use crate::core::cancel;

/// A placeholder that is never opened.
#[cfg(not(unix))]
type Stream = std::fs::File;

/// The time between two checks of a silent worker. Waits are counted in checks and not by the clock, so that a pause of
/// this process itself counts as one check.
const LOOK: Duration = Duration::from_millis(200);
/// Checks in a row that find the worker stopped before it is given up: two seconds.
const STOPPED: u32 = 10;
/// Checks in a row without a byte from the worker before it is given up: ten minutes. Only a worker that gets no
/// processor time is silent for that long.
const SILENT: u32 = 3000;

/// The parent's end.
pub(super) struct Line {
    stream: Stream,
    /// The process id of the worker, after it was started.
    pub(super) process: Option<u32>,
}

impl Line {
    /// A connection, and what its other end uses as standard input and output.
    #[cfg(unix)]
    pub(super) fn open() -> io::Result<(Line, Stdio, Stdio)> {
        use std::os::fd::OwnedFd;
        // Both ends are closed by an exec, so that no other child inherits them.
        let (ours, theirs) = Stream::pair()?;
        ours.set_read_timeout(Some(LOOK))?;
        ours.set_write_timeout(Some(LOOK))?;
        let input = OwnedFd::from(theirs.try_clone()?);
        Ok((Line { stream: ours, process: None }, input.into(), OwnedFd::from(theirs).into()))
    }

    /// Not supported on this system.
    #[cfg(not(unix))]
    pub(super) fn open() -> io::Result<(Line, Stdio, Stdio)> {
        Err(io::Error::new(ErrorKind::Unsupported, "workers need the sockets of Unix; use isolation = \"thread\""))
    }

    /// Repeats a step until it is done, the other end is given up, or the caller cancels.
    fn patiently(&mut self, mut step: impl FnMut(&mut Stream) -> io::Result<usize>) -> io::Result<usize> {
        let (mut silent, mut stopped) = (0, 0);
        loop {
            match step(&mut self.stream) {
                // A signal arrived; the process's own handler deals with it.
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    silent += 1;
                    stopped = if self.process.is_some_and(is_stopped) { stopped + 1 } else { 0 };
                    if stopped >= STOPPED {
                        return Err(io::Error::new(ErrorKind::TimedOut, "the worker was stopped by a signal and not continued"));
                    }
                    if silent >= SILENT {
                        return Err(io::Error::new(ErrorKind::TimedOut, "the worker gave no sign of life for ten minutes"));
                    }
                }
                done => return done,
            }
            if cancel::cancelled() {
                return Err(io::Error::other("the caller cancelled the request"));
            }
        }
    }
}

impl Read for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.patiently(|stream| stream.read(buffer))
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.patiently(|stream| stream.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a process is stopped (SIGSTOP). Known on Linux only; on other systems the limit on silence applies.
fn is_stopped(process: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    // The process name in parentheses comes before the state and may contain any character.
    stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('T'))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::core::cancel::Cancel;

    #[test]
    fn a_line_without_a_word_is_left_where_the_caller_gives_up() {
        let (mut line, _input, _output) = Line::open().expect("a socket");
        let cancel = Cancel::default();
        let raised = cancel.clone();
        let waiting = std::thread::spawn(move || raised.over(|| line.read(&mut [0]).map_err(|error| error.to_string())));
        cancel.cancel();
        assert_eq!(waiting.join().expect("no panic"), Err("the caller cancelled the request".to_owned()));
    }

    #[test]
    fn a_process_that_runs_is_not_stopped() {
        assert!(!is_stopped(std::process::id()));
        assert!(!is_stopped(u32::MAX), "there is none of this number");
    }
}
