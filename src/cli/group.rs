//! A process with all processes that it starts: they end together.
//!
//! On Unix the process leads a group of its own, which its children belong to unless they leave it. Elsewhere only the process
//! itself is ended.

use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The groups that run, for the end of this command by a signal.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// A process and its children.
pub(super) struct Group {
    child: Child,
    /// How it ended, once that is known.
    ended: Option<ExitStatus>,
}

impl Group {
    /// Starts a command as the leader of a new group.
    pub(super) fn start(command: &mut Command) -> std::io::Result<Self> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        // The list is locked meanwhile, so that a signal does not miss the new group.
        let mut running = running();
        let child = command.spawn()?;
        running.push(child.id());
        Ok(Self { child, ended: None })
    }

    /// The process that leads it.
    pub(super) fn leader(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits for the end of the leader; `None` if it goes on for longer than `patience`.
    pub(super) fn wait(&mut self, patience: Duration) -> std::io::Result<Option<ExitStatus>> {
        const PAUSE: Duration = Duration::from_millis(5);
        let start = Instant::now();
        loop {
            if self.ended.is_none() {
                self.ended = self.child.try_wait()?;
            }
            if self.ended.is_some() || start.elapsed() >= patience {
                return Ok(self.ended);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Ends all of its processes.
    pub(super) fn end(&mut self) {
        let mut running = running();
        let Some(place) = running.iter().position(|group| *group == self.child.id()) else { return };
        running.remove(place);
        kill(self.child.id());
        if self.ended.is_none() {
            let _ = self.child.kill();
            self.ended = self.child.wait().ok();
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends all groups that run.
pub(super) fn end_all() {
    running().drain(..).for_each(kill);
}

/// How a process ended, in words.
pub(super) fn in_words(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("killed by signal {signal}");
    }
    status.code().map_or_else(|| "no exit code".to_owned(), |code| format!("exit code {code}"))
}

/// Kills the processes of a group. The number of a group is not given to another one while it has a process; of an empty group,
/// nothing is killed. The shell does it, because the standard library cannot.
#[cfg(unix)]
fn kill(group: u32) {
    let null = std::process::Stdio::null;
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -s KILL -- \"-$1\"", "sh", &group.to_string()]).stdin(null()).stdout(null()).stderr(null());
    let _ = shell.status();
}

#[cfg(not(unix))]
fn kill(_: u32) {}

fn running() -> std::sync::MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
