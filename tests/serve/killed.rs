//! Processes that are killed, and signals: the worker of a sandbox, the server with a stream, two servers on one port.
#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::process::Command;
use std::time::{Duration, Instant};

use r1rewards::serve::{Config, Server};
use serde_json::{Value, json};

use crate::client::{connect, post_json, server};
use crate::program::{Program, signal};

/// Waits for something.
fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited a minute for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn stdio(code: &str, timeout: f64) -> Value {
    json!({"task": "code", "completion": code, "tests": {"kind": "stdio", "timeout": timeout, "tests": [{"output": "1"}]}})
}

fn sum() -> Value {
    json!({"task": "math", "completion": "\\boxed{1}", "answer": "1"})
}

/// Sends rows to be judged in workers, and gives the verdicts and reasons.
fn judged(program: &Program, rows: &[Value]) -> Vec<(String, String)> {
    let cases = json!({"code": {"kind": "code", "isolation": "process"}, "math": {"kind": "math"}});
    let spec = json!({"kind": "route", "field": "task", "cases": cases});
    let response = post_json(program.address, "/score", &json!({"rows": rows, "spec": spec}));
    assert_eq!(response.status, 200, "{}", response.text());
    let word = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    response.json()["results"].as_array().unwrap().iter().map(|row| (word(row, "verdict"), word(row, "reason"))).collect()
}

#[test]
fn a_worker_that_is_killed_is_replaced_and_its_row_judged_again() {
    let program = Program::start(&[]);
    let rows = [stdio("while True: pass", 1.0), stdio("print(1)", 1.0), sum()];
    let found = std::thread::scope(|scope| {
        let judged = scope.spawn(|| judged(&program, &rows));
        let worker = until("a worker", || program.workers().pop().or_else(|| judged.is_finished().then(String::new)));
        // It is in the middle of its request.
        std::thread::sleep(Duration::from_millis(200));
        signal("-9", &worker);
        judged.join().unwrap()
    });
    assert_eq!(found[0], ("incorrect".to_owned(), "out_of_fuel".to_owned()));
    assert_eq!((found[1].0.as_str(), found[2].0.as_str()), ("correct", "correct"));
}

#[test]
fn a_row_all_of_whose_workers_are_killed_is_unscored_and_the_others_are_judged() {
    let program = Program::start(&[]);
    let rows = [stdio("while True: pass", 30.0), sum()];
    let found = std::thread::scope(|scope| {
        let judged = scope.spawn(|| judged(&program, &rows));
        let mut killed = Vec::new();
        while !judged.is_finished() {
            for worker in program.workers() {
                if !killed.contains(&worker) {
                    signal("-9", &worker);
                    killed.push(worker);
                }
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        judged.join().unwrap()
    });
    assert_eq!(found[0], ("unscored".to_owned(), "internal".to_owned()));
    assert_eq!(found[1].0, "correct");
    assert_eq!(judged(&program, &[stdio("print(1)", 1.0)])[0].0, "correct");
}

#[test]
fn a_server_that_is_told_to_stop_sends_the_rest_of_a_stream() {
    let mut program = Program::start(&[]);
    let rows = 400;
    let body: String = (0..rows).map(|_| format!("{}\n", stdio("sum(range(100_000))\nprint(1)", 1.0))).collect();
    let mut stream = connect(program.address);
    let head = "POST /score HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/x-ndjson\r\n";
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    let mut first = [0; 1];
    stream.read_exact(&mut first).expect("the first results");
    program.signal("-TERM");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("the others");
    assert_eq!(text.matches("\"verdict\":\"correct\"").count(), rows);
    assert!(text.ends_with("0\r\n\r\n"), "the stream is complete");
    assert_eq!(program.code(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = server("math");
    let message = Server::start(Config { listen: taken.address(), ..Config::default() }).err().expect("it is taken").to_string();
    assert!(message.contains(&taken.address().to_string()), "{message}");
    let address = taken.address().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_verify")).args(["serve", "--listen", &address]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains(&address), "{said}");
}

#[test]
fn a_configuration_that_is_wrong_is_refused_with_its_file_and_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("serve.toml");
    for (text, words) in [
        ("listen = \"127.0.0.1\"", &["serve.toml", "write 127.0.0.1:8000"][..]),
        ("listen = \"0.0.0.0:0\"", &["--token-file"]),
        ("port = 8000", &["serve.toml", "port", "listen"]),
        ("[limits]\nbdy = 1", &["serve.toml", "bdy", "body"]),
        ("[limits]\nrows = 0", &["rows", "at least 1"]),
    ] {
        std::fs::write(&path, text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_verify")).arg("serve").arg("--config").arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{text}: {said}");
    }
}
