//! `verify serve` as a program of its own, which can be killed and whose descriptors can be counted.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// A running `verify serve`; it is killed when this is dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    /// Starts it on a free port.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_verify"))
            .args(["serve", "--listen", "127.0.0.1:0", "--jobs", "2"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .expect("verify");
        let mut log = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut line = String::new();
        log.read_line(&mut line).expect("text");
        let address = line.trim().rsplit_once("http://").unwrap_or_else(|| panic!("it does not listen: {line}")).1;
        let address = address.parse().expect("an address");
        // The log is read, or the server would wait for room in the pipe.
        std::thread::spawn(move || log.read_to_end(&mut Vec::new()));
        Self { child, address }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, by its name.
    pub fn signal(&self, name: &str) {
        signal(name, &self.id().to_string());
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    /// Waits for its end and gives the exit code.
    pub fn code(&mut self) -> Option<i32> {
        self.child.wait().expect("a child").code()
    }

    /// The number of its open files and sockets.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).expect("Linux").count()
    }

    /// The ids of its sandbox workers.
    pub fn workers(&self) -> Vec<String> {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.id())).expect("Linux");
        tasks
            .filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok())
            .flat_map(|children| children.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .filter(|id| std::fs::read_to_string(format!("/proc/{id}/cmdline")).is_ok_and(|line| line.ends_with("\0worker\0")))
            .collect()
    }
}

pub fn signal(name: &str, id: &str) {
    // The process may have ended already.
    let _ = Command::new("kill").args([name, id]).stderr(Stdio::null()).status().expect("kill");
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
