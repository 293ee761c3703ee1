//! Ten thousand changed requests: bytes of HTTP and bodies of every path. Every response is HTTP, with JSON that has a code where it is
//! a refusal; every connection ends; afterwards the server judges as before and has no more descriptors.
#![cfg(target_os = "linux")]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Response, first, post_json};
use crate::program::Program;

const CLIENTS: u64 = 16;
const EACH: usize = 625;
/// How long a connection may take; the limits of the server are far below it.
const BOUND: Duration = Duration::from_secs(60);

/// Knuth's linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

fn sound_bodies() -> Vec<(&'static str, Value)> {
    let response =
        json!({"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "\\boxed{1}"}]}]});
    let tests = json!({"kind": "stdio", "tests": [{"input": "", "output": "1"}]});
    vec![
        (
            "/score",
            json!({"rows": [{"id": 1, "completion": "so \\boxed{42}", "answer": "42", "prompt": "p"}], "spec": {"kind": "math"}}),
        ),
        ("/score", json!([{"completion": ["\\boxed{1}", "2"], "answer": 1}, {"completion": "x = 1", "answer": [1]}])),
        (
            "/run_code",
            json!({"code": "print(1)", "language": "python", "stdin": "x", "run_timeout": 0.01, "memory_limit_MB": 64, "files": {}, "fetch_files": []}),
        ),
        (
            "/submit",
            json!({"id": 1, "completion": "print(1)", "config": {"language": "python", "provided_data": {"tests": tests}}}),
        ),
        ("/openrlhf", json!({"query": ["p \\boxed{1}", "q 2"], "prompts": ["p ", "q "], "labels": ["1", "2"]})),
        ("/get_reward", json!({"query": ["\\boxed{1}"], "labels": ["1"]})),
        ("/slime", json!({"prompt": "p", "response": "r", "label": 1})),
        ("/slime?reward_key=score", json!({"prompt": "p", "response": "\\boxed{1}", "label": "1"})),
        ("/verify", json!({"response": response, "expected_answer": "1", "verifier_metadata": {"answer": "1"}})),
        ("/seed_session", json!({"resources_session_id": "s", "task_data": {}})),
        ("/close_session", json!({"resources_session_id": "s"})),
        (
            "/aggregate_metrics",
            json!({"verify_responses": [{"reward": 1.0, "_ng_task_index": 0}, {"reward": 0.0, "mask_sample": true}]}),
        ),
    ]
}

/// Texts to stand in place of a value.
fn odd_value(random: &mut Random) -> Vec<u8> {
    let texts: [&[u8]; 26] = [
        b"null",
        b"true",
        b"-1",
        b"1e308",
        b"1e999",
        b"-0",
        b"9007199254740993",
        b"18446744073709551616",
        b"[]",
        b"{}",
        b"\"\"",
        b"[[]]",
        b"NaN",
        b"-Infinity",
        b"\"\\ud800\"",
        b"\"\\u0000\"",
        b"\"\xff\xfe\"",
        b"\"\\x\"",
        b"'a'",
        b"[1,]",
        b"{\"a\":1,\"a\":2}",
        b"undefined",
        b"\"\\\\boxed{\"",
        b"[\"a\", 1, null]",
        b"1 2",
        b"",
    ];
    match random.below(30) {
        0 => [b"[".repeat(2000), b"]".repeat(2000)].concat(),
        1 => b"9".repeat(5000),
        2 => [&b"\""[..], &b"x".repeat(100_000), b"\""].concat(),
        3 => [b"{\"a\":".repeat(300), b"1".to_vec(), b"}".repeat(300)].concat(),
        _ => random.one(&texts).to_vec(),
    }
}

/// The body with another value in a random place, or as another whole.
fn other_value(body: &Value, random: &mut Random) -> Vec<u8> {
    const MARK: &str = "\"@place@\"";
    fn places(value: &mut Value, skip: &mut usize) -> bool {
        if *skip == 0 {
            *value = "@place@".into();
            return true;
        }
        *skip -= 1;
        match value {
            Value::Array(items) => items.iter_mut().any(|item| places(item, skip)),
            Value::Object(members) => members.values_mut().any(|member| places(member, skip)),
            _ => false,
        }
    }
    let mut changed = body.clone();
    let mut skip = random.below(12);
    if !places(&mut changed, &mut skip) {
        changed = "@place@".into();
    }
    let text = changed.to_string();
    let (before, after) = text.split_once(MARK).expect("the place");
    [before.as_bytes(), &odd_value(random), after.as_bytes()].concat()
}

/// A body of another form.
fn other_form(body: &Value, random: &mut Random) -> Vec<u8> {
    let text = body.to_string();
    match random.below(10) {
        // The values of the members in order, as readers that take a list for an object want them.
        0 => body.as_object().map_or_else(Vec::new, |members| Value::from_iter(members.values().cloned()).to_string().into_bytes()),
        1 => format!("[{text}]").into_bytes(),
        2 => format!("{text}{text}").into_bytes(),
        3 => format!("{text}\n{text}\n\n{text}").into_bytes(),
        4 => format!("\u{feff}{text}").into_bytes(),
        5 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        6 => text.replacen('{', "{\"rows\": 1, \"code\": 1, \"query\": 1, \"response\": 1,", 1).into_bytes(),
        7 => text.replace('"', "'").into_bytes(),
        8 => b"[".repeat(100_000),
        _ => random.one(&[&b""[..], b" ", b"0", b"\"", b"null", b"\x1f\x8b\x08\x00", b"code=print(1)&language=python"]).to_vec(),
    }
}

fn other_bytes(mut bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(5) {
            _ if bytes.is_empty() => {}
            0 => bytes[at] = random.below(256) as u8,
            1 => bytes[at] ^= 1 << random.below(8),
            2 => drop(bytes.remove(at)),
            3 => bytes.truncate(at + 1),
            _ => {
                let part = bytes[at..].to_vec();
                bytes.extend(part);
            }
        }
    }
    bytes
}

fn body(random: &mut Random) -> (&'static str, Vec<u8>) {
    let bodies = sound_bodies();
    let (path, sound) = &bodies[random.below(bodies.len())];
    let changed = match random.below(4) {
        0 => other_value(sound, random),
        1 => other_form(sound, random),
        2 => other_bytes(other_value(sound, random), random),
        _ => other_bytes(sound.to_string().into_bytes(), random),
    };
    (path, changed)
}

/// Headers that must not change that there is an answer.
fn headers(random: &mut Random) -> Vec<u8> {
    let lines: [&[u8]; 16] = [
        b"",
        b"content-type: application/json\r\n",
        b"content-type: application/x-ndjson\r\n",
        b"content-type: multipart/form-data; boundary=x\r\n",
        b"content-type: text/plain; charset=utf-16\r\n",
        b"content-type: \xff\r\n",
        b"content-encoding: gzip\r\n",
        b"content-encoding: identity\r\n",
        b"accept: application/x-ndjson\r\n",
        b"accept-encoding: br\r\n",
        b"x-request-id: \xfe\xff\r\n",
        b"x-request-id: a\r\nx-request-id: b\r\n",
        b"expect: 100-continue\r\n",
        b"expect: something\r\n",
        b"upgrade: websocket\r\nconnection: upgrade\r\n",
        b"authorization: Bearer \xff\r\nhost: y\r\n",
    ];
    [random.one(&lines), random.one(&lines)].concat()
}

/// A request with a changed body and sound HTTP.
fn sound_http(random: &mut Random) -> Vec<u8> {
    let (path, body) = body(random);
    let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    let framed = if random.below(4) == 0 {
        let chunks = body
            .chunks(1 + random.below(200))
            .flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat());
        [&b"transfer-encoding: chunked\r\n\r\n"[..], &chunks.collect::<Vec<_>>(), b"0\r\n\r\n"].concat()
    } else {
        [format!("content-length: {}\r\n\r\n", body.len()).as_bytes(), &body].concat()
    };
    [head.as_bytes(), &headers(random), &framed].concat()
}

/// A request whose HTTP is changed.
fn changed_http(random: &mut Random) -> Vec<u8> {
    let (path, body) = body(random);
    let length = body.len();
    let line = match random.below(8) {
        0 => format!("{} {path} HTTP/1.1", random.one(&["GET", "PUT", "HEAD", "OPTIONS", "CONNECT", "get", "PO ST", ""])),
        1 => format!("POST {} HTTP/1.1", random.one(&["/..", "*", "http://x/score", "/%2e%2e/score", "score", "", "/score?a b"])),
        2 => format!("POST {path} {}", random.one(&["HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "http/1.1", ""])),
        3 => format!("POST /{} HTTP/1.1", "a".repeat(10_000 * random.below(9))),
        _ => format!("POST {path} HTTP/1.1"),
    };
    let framing = match random.below(14) {
        0 => format!("content-length: {}\r\n", length + 1 + random.below(1000)),
        1 => format!("content-length: {}\r\n", length.saturating_sub(1 + random.below(20))),
        2 => "content-length: -1\r\n".to_owned(),
        3 => "content-length: 99999999999999999999999\r\n".to_owned(),
        4 => format!("content-length: {length}\r\ncontent-length: {}\r\n", length + random.below(2)),
        5 => format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
        6 => "transfer-encoding: gzip\r\n".to_owned(),
        7 => "transfer-encoding: chunked\r\n".to_owned(),
        8 => String::new(),
        9 => format!("content-length : {length}\r\n"),
        10 => format!("x: {}\r\ncontent-length: {length}\r\n", "a".repeat(10_000 * random.below(9))),
        11 => format!("{}content-length: {length}\r\n", "x: a\r\n".repeat(random.below(200))),
        12 => format!("content-length: {length}\n"),
        _ => format!("content-length: {length}\r\n"),
    };
    let head = format!("{line}\r\nhost: x\r\nconnection: close\r\n{framing}\r\n").into_bytes();
    let bytes = [head, body].concat();
    if random.below(2) == 0 { other_bytes(bytes, random) } else { bytes }
}

/// Sends bytes and gives what came back. A request that its length says is incomplete is ended by closing this side.
fn sent(address: SocketAddr, bytes: &[u8], is_complete: bool) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_write_timeout(Some(BOUND)).expect("a socket");
    // The server may refuse before it has read everything.
    let _ = stream.write_all(bytes);
    let mut found = Vec::new();
    if !is_complete {
        stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a socket");
        let _ = stream.read_to_end(&mut found);
        let _ = stream.shutdown(Shutdown::Write);
    }
    stream.set_read_timeout(Some(BOUND)).expect("a socket");
    let began = Instant::now();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut found);
    assert!(began.elapsed() < BOUND, "the connection does not end after {}", shown(bytes));
    found
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(600)]).into_owned()
}

/// Fails for a response that is no JSON, or a refusal without a code.
fn check(request: &[u8], response: &Response) {
    let told = || format!("{}\nis answered {} {}", shown(request), response.status, response.text());
    let is_head = request.starts_with(b"HEAD");
    if response.status >= 400 {
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        let code = body.as_ref().and_then(|body| body["error"]["code"].as_str()).unwrap_or_default();
        assert!(is_head || !code.is_empty() && code != "internal", "{}", told());
    } else {
        assert_eq!(response.status, 200, "{}", told());
        let lines = response.body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let is_json = response.header("content-type").is_some_and(|kind| kind.contains("json"));
        assert!(!is_json || lines.into_iter().all(|line| serde_json::from_slice::<Value>(line).is_ok()), "{}", told());
    }
}

#[test]
fn ten_thousand_changed_requests_are_answered_and_harm_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("serve.toml");
    std::fs::write(&config, "[limits]\nread_seconds = 2\nbody = 1048576\nconnections = 64\n").unwrap();
    let mut program = Program::start(&["--config", config.to_str().unwrap()]);
    let address = program.address;
    let rows = json!([{"completion": "\\boxed{1}", "answer": "1"}, {"completion": "\\boxed{2}", "answer": "1"}]);
    let code = json!({"code": "print(21 * 2)", "language": "python"});
    let is_well = || {
        let results = post_json(address, "/score", &rows).json()["results"].clone();
        assert_eq!((&results[0]["verdict"], &results[1]["verdict"]), (&json!("correct"), &json!("incorrect")));
        assert_eq!(post_json(address, "/run_code", &code).json()["run_result"]["stdout"], "42\n");
    };
    is_well();
    let before = program.descriptors();
    let (answered, total) = std::thread::scope(|scope| {
        let clients: Vec<_> = (1..=CLIENTS)
            .map(|seed| {
                scope.spawn(move || {
                    let mut random = Random(seed);
                    let mut answered = 0;
                    for round in 0..EACH {
                        let is_sound = round % 4 != 0;
                        let bytes = if is_sound { sound_http(&mut random) } else { changed_http(&mut random) };
                        match first(&sent(address, &bytes, is_sound)) {
                            Some(response) => {
                                check(&bytes, &response);
                                answered += 1;
                            }
                            None => assert!(!is_sound, "no answer to {}", shown(&bytes)),
                        }
                    }
                    answered
                })
            })
            .collect();
        let answered: usize = clients.into_iter().map(|client| client.join().expect("a client")).sum();
        (answered, CLIENTS as usize * EACH)
    });
    assert_eq!(total, 10_000);
    assert!(answered >= 9_000, "{answered} were answered");
    assert!(program.is_running());
    is_well();
    let deadline = Instant::now() + BOUND;
    while program.descriptors() > before && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(program.descriptors() <= before, "{} descriptors, {before} before", program.descriptors());
}
