//! Clients that send too much, too slowly, or go away: nothing hangs, and the next client is answered. `mutations.rs` sends what is
//! no request.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr};
use std::time::{Duration, Instant};

use r1rewards::serve::{Limits, Stopped};
use serde_json::json;

use crate::client::{connect, get, limited, post_json, read, request, server};

/// Whether the server still judges.
fn is_well(address: SocketAddr) -> bool {
    let body = json!({"rows": [{"completion": "\\boxed{1}", "answer": "1"}]});
    post_json(address, "/score", &body).json()["results"][0]["verdict"] == "correct"
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
        ("POST", "/score", b"{\"rows\": [], \"rows\": [7]}", 400, "bad_request"),
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
fn a_client_that_sends_all_before_it_reads_gets_the_refusal() {
    let server = limited("math", Limits { body: 1000, ..Limits::default() });
    let token = "a".repeat(20);
    let locked = crate::client::start(r1rewards::serve::Config { token: Some(token), ..r1rewards::serve::Config::default() });
    // More than the buffers of the sockets hold: a server that closed at once would reset the connection.
    let body = vec![b' '; 20 << 20];
    for (address, path, header, code) in [
        (server.address(), "/score", "accept: */*", "too_large"),
        (server.address(), "/nothing", "accept: */*", "no_route"),
        (server.address(), "/score", "content-encoding: gzip", "content_encoding"),
        (locked.address(), "/score", "accept: */*", "no_token"),
    ] {
        let mut stream = connect(address);
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\n{header}\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).expect(code);
        assert_eq!(read(stream).expect(code).code(), code);
    }
}

#[test]
fn a_client_that_takes_nothing_of_its_response_is_given_up() {
    let server = limited("math", Limits { connections: 1, request_seconds: 3, ..Limits::default() });
    for accept in ["application/json", "application/x-ndjson"] {
        // The results of these are more than the buffers of the sockets hold, and take no time.
        let body = format!("[{}7]", "7,".repeat(80_000));
        let mut stream = connect(server.address());
        let head = format!("POST /score HTTP/1.1\r\nhost: x\r\naccept: {accept}\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        // The only connection is free again although this one is not closed here.
        assert!(is_well(server.address()), "{accept}");
    }
}

#[test]
fn a_request_that_asks_before_it_sends_its_body_is_told_to_go_on_or_refused() {
    let server = limited("math", Limits { body: 100, ..Limits::default() });
    let ask = |length: usize| {
        let mut stream = connect(server.address());
        let head = "POST /score HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\n";
        stream.write_all(format!("{head}content-length: {length}\r\n\r\n").as_bytes()).unwrap();
        stream
    };
    let mut stream = ask(2);
    let mut told = [0; 25];
    stream.read_exact(&mut told).expect("an interim response");
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"[]").unwrap();
    assert_eq!(read(stream).expect("a response").status, 200);
    assert_eq!(read(ask(1000)).expect("a response").code(), "too_large");
}

#[test]
fn requests_that_are_sent_before_the_response_to_the_first_are_answered_in_order() {
    let server = server("math");
    let mut stream = connect(server.address());
    let one = |gold: &str, more: &str| {
        let body = json!([{"completion": "\\boxed{1}", "answer": gold}]).to_string();
        format!("POST /score HTTP/1.1\r\nhost: x\r\n{more}content-length: {}\r\n\r\n{body}", body.len())
    };
    let all = [one("1", ""), one("2", ""), one("1", "connection: close\r\n")].concat();
    stream.write_all(all.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("text");
    let found: Vec<_> =
        text.match_indices("\"verdict\":\"").map(|(at, word)| text[at + word.len()..].split('"').next().unwrap()).collect();
    assert_eq!(found, ["correct", "incorrect", "correct"]);
}

#[test]
fn a_request_with_more_rows_or_results_than_the_limits_is_refused() {
    let server = limited("math", Limits { rows: 10, body: 100_000, memory: 100_000, ..Limits::default() });
    let send = |rows: Vec<serde_json::Value>| post_json(server.address(), "/score", &json!({"rows": rows}));
    assert_eq!(send(vec![json!(1); 10]).status, 200);
    let many = send(vec![json!(1); 11]);
    assert_eq!((many.status, many.code().as_str()), (413, "too_large"), "{}", many.text());
    let lines = crate::client::post(server.address(), "/score", &["content-type: application/x-ndjson"], &b"1\n".repeat(11));
    assert_eq!((lines.status, lines.code().as_str()), (413, "too_large"));
    // A row of ten thousand bytes may have thousands of results.
    let row = json!({"completion": vec![""; 3000], "answer": "1"});
    let long = send(vec![row; 10]);
    assert_eq!((long.status, long.code().as_str()), (413, "too_large"), "{}", long.text().len());
    assert!(is_well(server.address()));
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
