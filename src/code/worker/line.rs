//! The parent's end of the line to a worker: a socket that is never waited at for ever.
//!
//! Accepts: bytes to and from a process that may be killed, stopped or starved at any moment. Refuses: to wait for a process that is stopped, for one that has been silent
//! for ten minutes, or where the caller has given up. How long a request takes is not limited here: a worker at work says so each second (`serve.rs`), however slow it is.

use std::io::{self, ErrorKind, Read, Write};
#[cfg(unix)]
use std::os::unix::net::UnixStream as Stream;
use std::process::Stdio;
use std::time::Duration;

use crate::core::cancel;

/// Never opened.
#[cfg(not(unix))]
type Stream = std::fs::File;

/// Between two looks at a silent worker. Waits are counted in looks and not by the clock, so that a pause of this process itself counts once.
const LOOK: Duration = Duration::from_millis(200);
/// A worker found stopped at so many looks in a row is given up: two seconds.
const STOPPED: u32 = 10;
/// A worker silent at so many looks in a row is given up: ten minutes. Only one that never gets to run is silent for so long.
const SILENT: u32 = 3000;

/// The parent's end.
pub(super) struct Line {
    stream: Stream,
    /// The process at the other end, once it is known.
    pub(super) process: Option<u32>,
}

impl Line {
    /// A line, and what its other end uses as standard input and output.
    #[cfg(unix)]
    pub(super) fn open() -> io::Result<(Line, Stdio, Stdio)> {
        use std::os::fd::OwnedFd;
        // Both ends are closed by an exec, so that no other child keeps them.
        let (ours, theirs) = Stream::pair()?;
        ours.set_read_timeout(Some(LOOK))?;
        ours.set_write_timeout(Some(LOOK))?;
        let input = OwnedFd::from(theirs.try_clone()?);
        Ok((Line { stream: ours, process: None }, input.into(), OwnedFd::from(theirs).into()))
    }

    /// There are no such sockets here.
    #[cfg(not(unix))]
    pub(super) fn open() -> io::Result<(Line, Stdio, Stdio)> {
        Err(io::Error::new(ErrorKind::Unsupported, "workers need the sockets of Unix; use isolation = \"thread\""))
    }

    /// Does a step until it is done or the other end is given up.
    fn patiently(&mut self, mut step: impl FnMut(&mut Stream) -> io::Result<usize>) -> io::Result<usize> {
        let (mut silent, mut stopped) = (0, 0);
        loop {
            match step(&mut self.stream) {
                // A signal came; its handler is somebody else's.
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
                return Err(io::Error::other("nobody waits for it any more"));
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

/// Whether a process is stopped (SIGSTOP); known on Linux only, elsewhere its silence must do.
fn is_stopped(process: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else { return false };
    // The name before it may hold anything.
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
        assert_eq!(waiting.join().expect("no panic"), Err("nobody waits for it any more".to_owned()));
    }

    #[test]
    fn a_process_that_runs_is_not_stopped() {
        assert!(!is_stopped(std::process::id()));
        assert!(!is_stopped(u32::MAX), "there is none of this number");
    }
}
