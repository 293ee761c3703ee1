//! What a server is started with.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::Deserialize;

use crate::{Error, Result, RewardSpec};

/// What a server is started with; the defaults are those of `verify serve`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address; port 0 is any free port.
    pub listen: SocketAddr,
    /// The rewards.
    pub spec: RewardSpec,
    /// How rows are read: assignments of fields to columns (`answer=gold`).
    pub map: Vec<String>,
    /// The token that clients must send as `Authorization: Bearer TOKEN`.
    pub token: Option<String>,
    /// The threads that judge.
    pub jobs: usize,
    /// The limits.
    pub limits: Limits,
}

/// The limits of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The most bytes of a body.
    pub body: usize,
    /// The most bytes of all bodies together that are being read, wait, or are judged.
    pub memory: usize,
    /// The most rows of a request.
    pub rows: usize,
    /// The most connections at a time; further ones wait to be accepted.
    pub connections: usize,
    /// The most requests that wait to be judged.
    pub queue: usize,
    /// The most milliseconds that a request waits to be judged before it is refused.
    pub wait_ms: u64,
    /// The most seconds in which the headers of a request must arrive, and its body.
    pub read_seconds: u64,
    /// The most seconds from the arrival of a request to its response, and for which a client may take nothing of its response.
    pub request_seconds: u64,
    /// The seconds that requests have to end when the server stops.
    pub stop_seconds: u64,
}

impl Default for Limits {
    /// Bodies of 64 MiB, 512 MiB together; 262,144 rows; 1,024 connections; a queue of 4,096 requests that wait for at most 30 seconds; 30 seconds
    /// to arrive, 600 to be answered, 30 to end.
    fn default() -> Self {
        Self {
            body: 64 << 20,
            memory: 512 << 20,
            rows: 1 << 18,
            connections: 1024,
            queue: 4096,
            wait_ms: 30_000,
            read_seconds: 30,
            request_seconds: 600,
            stop_seconds: 30,
        }
    }
}

impl Limits {
    pub(super) fn wait(&self) -> Duration {
        Duration::from_millis(self.wait_ms)
    }

    pub(super) fn read(&self) -> Duration {
        Duration::from_secs(self.read_seconds)
    }

    pub(super) fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }
}

impl Default for Config {
    /// Port 8000 of this machine, the reward `auto`, a thread for each core.
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000),
            spec: RewardSpec::kind("auto"),
            map: Vec::new(),
            token: None,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            limits: Limits::default(),
        }
    }
}

/// The address in a text such as `127.0.0.1:8000` or `[::1]:8000`.
///
/// # Errors
/// A text without an address or without a port; the message says what to write.
pub(crate) fn address(text: &str) -> Result<SocketAddr> {
    let text = text.trim();
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let fix = match (bare.parse::<IpAddr>(), text.strip_prefix(':').unwrap_or(text).parse::<u16>(), text.rsplit_once(':')) {
        (Ok(ip), ..) => format!("it has no port: write {}", SocketAddr::new(ip, 8000)),
        (_, Ok(port), _) => format!("it has no address: write 127.0.0.1:{port}"),
        (.., Some(("localhost", port))) => format!("write the number of this machine: 127.0.0.1:{port}"),
        (.., Some((ip, port))) if ip.parse::<IpAddr>().is_ok() => format!("`{port}` is no port: give a number from 0 to 65535"),
        _ => "write an IP address and a port, such as 127.0.0.1:8000".to_owned(),
    };
    Err(Error::option("listen", format_args!("`{text}`"), fix))
}

impl Config {
    /// Refuses what would be a mistake.
    ///
    /// # Errors
    /// Another address than this machine's without a token: everybody who reaches it could have programs run; a limit of 0; less memory
    /// than one body may have.
    pub(super) fn check(&self) -> Result<()> {
        if !self.listen.ip().is_loopback() && self.token.is_none() {
            return Err(Error::option(
                "listen",
                self.listen,
                "an address that other machines reach needs a token: write one to a file and give --token-file, or listen on 127.0.0.1",
            ));
        }
        let limits = &self.limits;
        let counts = [
            ("body", limits.body as u64),
            ("memory", limits.memory as u64),
            ("rows", limits.rows as u64),
            ("connections", limits.connections as u64),
            ("queue", limits.queue as u64),
            ("wait_ms", limits.wait_ms),
            ("read_seconds", limits.read_seconds),
            ("request_seconds", limits.request_seconds),
            ("jobs", self.jobs as u64),
        ];
        if let Some((name, value)) = counts.into_iter().find(|(_, value)| *value == 0) {
            return Err(Error::option(name, value, "give at least 1: with 0 every request would be refused"));
        }
        if limits.memory < limits.body {
            let advice = format!("all bodies together need room for one of `body` bytes: give at least {}", limits.body);
            return Err(Error::option("memory", limits.memory, advice));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_incomplete_is_refused_with_what_to_write() {
        assert_eq!(address(" [::1]:0 ").expect("an address"), SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 0)));
        for (text, fix) in [
            ("127.0.0.1", "write 127.0.0.1:8000"),
            ("::1", "write [::1]:8000"),
            ("[::1]", "write [::1]:8000"),
            ("8080", "write 127.0.0.1:8080"),
            (":8080", "write 127.0.0.1:8080"),
            ("localhost:8080", "127.0.0.1:8080"),
            ("127.0.0.1:x", "`x` is no port"),
            ("127.0.0.1:65536", "`65536` is no port"),
            ("rewards.example:80", "such as 127.0.0.1:8000"),
            ("", "such as 127.0.0.1:8000"),
        ] {
            let message = address(text).expect_err(text).to_string();
            assert!(message.starts_with("option `listen` got") && message.contains(fix), "{text}: {message}");
        }
    }
}
