//! Clients that send what is no request, too much, too slowly, or go away: nothing hangs, and the next client is answered.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};
use std::time::{Duration, Instant};

use r1rewards::serve::{Limits, Stopped};
use serde_json::json;

use crate::client::{connect, get, limited, post, post_json, read, request, server};

/// Whether the server still judges.
fn is_well(address: SocketAddr) -> bool {
    let body = json!({"rows": [{"completion": "\\boxed{1}", "answer": "1"}]});
    post_json(address, "/score", &body).json()["results"][0]["verdict"] == "correct"
}

/// Knuth's linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }
}

#[test]
fn a_refused_request_is_json_with_a_code() {
    let server = limited("math", Limits { body: 1000, ..Limits::default() });
    let address = server.address();
    for (method, path, body, status, code) in [
        ("POST", "/score", &b"{"[..], 400, "bad_request"),
        ("POST", "/score", b"\xff\xfe", 400, "bad_request"),
        ("POST", "/score", b"", 400, "bad_request"),
        ("POST", "/score", b"{\"rows\": 7}", 400, "bad_request"),
        ("POST", "/score", b"{\"rows\": [], \"more\": 1}", 400, "bad_request"),
        ("POST", "/run_code", b"{\"language\": \"python\"}", 400, "bad_request"),
        ("POST", "/run_code", b"{\"language\": \"python\", \"code\": \"\", \"run_timeout\": -1}", 400, "bad_request"),
        ("POST", "/openrlhf", b"[]", 400, "bad_request"),
        ("POST", "/verify", b"{}", 400, "bad_request"),
        ("POST", "/score", &[b' '; 1001], 413, "too_large"),
        ("GET", "/score", b"", 405, "wrong_method"),
        ("POST", "/nothing", b"", 404, "no_route"),
    ] {
        let response = request(address, method, path, &[], body);
        assert_eq!((response.status, response.code().as_str()), (status, code), "{method} {path} {}", response.text());
    }
    assert!(is_well(address));
}

#[test]
fn a_body_without_a_length_is_cut_at_the_limit() {
    let server = limited("math", Limits { body: 10_000, ..Limits::default() });
    let mut stream = connect(server.address());
    stream.write_all(b"POST /score HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
    let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
    // The server closes the connection, so that writing fails at some time.
    let sent = (0..1000).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    let response = read(stream);
    assert!(sent < 1000 || response.as_ref().is_some_and(|response| response.status == 413));
    assert!(is_well(server.address()));
}

#[test]
fn a_hundred_megabytes_are_refused_before_they_are_read() {
    let server = server("math");
    let mut stream = connect(server.address());
    stream.write_all(b"POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: 104857600\r\n\r\n").unwrap();
    let response = read(stream).expect("a response");
    assert_eq!((response.status, response.code().as_str()), (413, "too_large"));
}

#[test]
fn slow_clients_are_ended_and_hold_up_nobody() {
    let server = limited("math", Limits { read_seconds: 1, ..Limits::default() });
    let address = server.address();
    let began = Instant::now();
    let slow: Vec<_> = (0..50)
        .map(|number| {
            let mut stream = connect(address);
            let part: &[u8] = match number % 3 {
                0 => b"",
                1 => b"POST /score HTTP/1.1\r\nhost:",
                _ => b"POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{\"rows\"",
            };
            stream.write_all(part).unwrap();
            stream
        })
        .collect();
    assert!(is_well(address));
    for (number, mut stream) in slow.into_iter().enumerate() {
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        if number % 3 == 2 {
            assert!(String::from_utf8_lossy(&rest).contains("slow_body"), "{}", String::from_utf8_lossy(&rest));
        }
    }
    assert!(began.elapsed() < Duration::from_secs(30), "they were ended after a second");
}

#[test]
fn more_connections_than_the_limit_wait_their_turn() {
    let server = limited("math", Limits { connections: 2, read_seconds: 1, ..Limits::default() });
    let idle: Vec<_> = (0..2).map(|_| connect(server.address())).collect();
    assert!(is_well(server.address()), "the idle ones were ended");
    drop(idle);
}

#[test]
fn a_client_that_goes_away_is_not_judged_for() {
    let server = server("auto");
    let address = server.address();
    // Forty seconds of fuel each, if they were run to their end.
    let body = json!({"code": "while True: pass", "language": "python", "run_timeout": 0.5}).to_string();
    for _ in 0..40 {
        let mut stream = connect(address);
        let head = format!("POST /run_code HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        stream.shutdown(Shutdown::Both).unwrap();
    }
    assert!(is_well(address));
    let deadline = Instant::now() + Duration::from_secs(60);
    while get(address, "/ready").json()["waiting"] != 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    let counts = get(address, "/metrics").text();
    let runs: u64 = counts
        .lines()
        .find_map(|line| line.strip_prefix("r1rewards_sandbox_runs_total "))
        .expect("a count")
        .parse()
        .expect("a number");
    assert!(runs < 40, "{runs} programs ran although nobody waited");
}

#[test]
fn changed_requests_get_an_answer_and_harm_nobody() {
    let server = limited("auto", Limits { read_seconds: 2, ..Limits::default() });
    let address = server.address();
    let bodies = [
        (
            "/score",
            json!({"rows": [{"id": 1, "completion": "so \\boxed{42}", "answer": "42", "prompt": "p"}], "spec": {"kind": "math"}}),
        ),
        ("/run_code", json!({"code": "print(1)", "language": "python", "stdin": "x", "run_timeout": 0.01, "memory_limit_MB": 64})),
        ("/openrlhf", json!({"query": ["p \\boxed{1}"], "prompts": ["p "], "labels": ["1"]})),
        ("/slime", json!({"prompt": "p", "response": "r", "label": 1})),
        ("/verify", json!({"response": {"output": [{"type": "message", "role": "assistant", "content": "1"}]}, "answer": 1})),
        (
            "/submit",
            json!({"id": 1, "completion": "x", "config": {"provided_data": {"tests": {"kind": "stdio", "tests": [{"output": "1"}]}}}}),
        ),
        ("/aggregate_metrics", json!({"verify_responses": [{"reward": 1.0}]})),
    ];
    let mut random = Random(7);
    for round in 0..1000 {
        let (path, body) = &bodies[random.below(bodies.len())];
        let mut bytes = body.to_string().into_bytes();
        for _ in 0..1 + random.below(4) {
            let at = random.below(bytes.len());
            match random.below(4) {
                _ if bytes.is_empty() => {}
                0 => bytes[at] = random.below(256) as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.truncate(at + 1),
                _ => {
                    let part = bytes[at..].to_vec();
                    bytes.extend(part);
                }
            }
        }
        let response = post(address, path, &[], &bytes);
        assert!(
            response.status == 200 || !response.code().is_empty(),
            "round {round}: {path} {} gave {} {}",
            String::from_utf8_lossy(&bytes),
            response.status,
            response.text()
        );
    }
    // What is no HTTP may be answered or not; the connection ends.
    for _ in 0..200 {
        let mut bytes =
            b"POST /score HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 12\r\n\r\n{\"rows\": []}".to_vec();
        for _ in 0..1 + random.below(6) {
            let at = random.below(bytes.len());
            bytes[at] = random.below(256) as u8;
        }
        let mut stream = connect(address);
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    }
    assert!(is_well(address));
}

#[test]
fn a_server_that_stops_answers_what_it_took() {
    let server = server("auto");
    let address = server.address();
    let taken = std::thread::spawn(move || {
        post_json(address, "/run_code", &json!({"code": "sum(range(3_000_000))\nprint('done')", "language": "python"}))
    });
    while get(address, "/ready").json()["running"] == 0 && !taken.is_finished() {
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(server.stop(), Stopped::Whole);
    assert_eq!(taken.join().unwrap().json()["run_result"]["stdout"], "done\n");
    assert!(std::net::TcpStream::connect(address).is_err());
}
