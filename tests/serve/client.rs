//! A server on a free port, and a client that sends bytes as they are.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use r1rewards::RewardSpec;
use r1rewards::serve::{Config, Limits, Server};
use serde_json::Value;

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The code of a refusal.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A server with this reward.
pub fn server(kind: &str) -> Server {
    limited(kind, Limits::default())
}

pub fn limited(kind: &str, limits: Limits) -> Server {
    start(Config { spec: RewardSpec::kind(kind), limits, ..Config::default() })
}

pub fn start(config: Config) -> Server {
    Server::start(Config { listen: ([127, 0, 0, 1], 0).into(), jobs: 2, ..config }).expect("a server")
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a socket");
    stream
}

/// Sends a body and gives the response.
pub fn post(address: SocketAddr, path: &str, headers: &[&str], body: &[u8]) -> Response {
    request(address, "POST", path, headers, body)
}

pub fn post_json(address: SocketAddr, path: &str, body: &Value) -> Response {
    post(address, path, &["content-type: application/json"], body.to_string().as_bytes())
}

pub fn get(address: SocketAddr, path: &str) -> Response {
    request(address, "GET", path, &[], b"")
}

pub fn request(address: SocketAddr, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Response {
    let mut stream = connect(address);
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for header in headers {
        head += &format!("{header}\r\n");
    }
    // The server may refuse before it has read the whole body.
    let _ = stream.write_all(format!("{head}\r\n").as_bytes()).and_then(|()| stream.write_all(body));
    read(stream).expect("a response")
}

/// Reads to the end of the connection and gives the first response; `None` if there is none.
pub fn read(mut stream: TcpStream) -> Option<Response> {
    let mut bytes = Vec::new();
    // What came before a reset counts.
    let _ = stream.read_to_end(&mut bytes);
    first(&bytes)
}

/// The first response in these bytes that is no interim one.
pub fn first(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next()?.strip_prefix("HTTP/1.1 ").or(head.strip_prefix("HTTP/1.0 "))?.split(' ').next()?.parse().ok()?;
    if (100..200).contains(&status) {
        return first(&bytes[end + 4..]);
    }
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let mut response = Response { status, headers, body: bytes[end + 4..].to_vec() };
    if response.header("transfer-encoding") == Some("chunked") {
        response.body = unchunked(&response.body);
    }
    if let Some(length) = response.header("content-length").and_then(|length| length.parse().ok()) {
        response.body.truncate(length);
    }
    Some(response)
}

fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|two| two == b"\r\n") {
        let length = usize::from_str_radix(&String::from_utf8_lossy(&bytes[..end]), 16).expect("a length");
        if length == 0 {
            break;
        }
        whole.extend(&bytes[end + 2..end + 2 + length]);
        bytes = &bytes[end + 4 + length..];
    }
    whole
}
