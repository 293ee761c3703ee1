//! What a refusal says: the name of what is wrong, what it must be and what it is, in words of JSON.

use std::io::Write as _;

use serde_json::json;

use crate::client::{connect, get, post, post_json, read, request, server};

/// Words of the library that reads JSON, which say nothing to a user.
const WORDS: [&str; 9] =
    ["struct", "expected a sequence", "unit variant", "a map", "invalid type", "missing field", "newtype", "serde", "tuple"];

#[test]
fn a_body_of_another_form_is_refused_with_the_name_of_what_is_wrong() {
    let server = server("math");
    for (path, body, words) in [
        ("/score", json!(7), &["rows"][..]),
        ("/score", json!({"rows": {}}), &["`rows`", "a list", "an object"]),
        ("/score", json!({"spec": {"kind": "math"}}), &["no `rows`"]),
        ("/score", json!({"rows": [], "row": []}), &["`row`"]),
        ("/score", json!({"rows": [], "spec": 7}), &["spec", "7"]),
        ("/run_code", json!(["print(1)", "python"]), &["a JSON object", "a list of 2"]),
        ("/run_code", json!({"code": ["x"], "language": "python"}), &["`code`", "a string", "a list of 1"]),
        ("/run_code", json!({"code": "x"}), &["no `language`"]),
        ("/run_code", json!({"code": "x", "language": "python", "run_timeout": "1"}), &["`run_timeout`", "a number"]),
        ("/run_code", json!({"code": "x", "language": "python", "files": []}), &["`files`", "an object"]),
        ("/run_code", json!({"code": "x", "language": "python", "fetch_files": [1]}), &["`fetch_files`", "item 0"]),
        ("/submit", json!(["x", "y", {}]), &["a JSON object"]),
        ("/submit", json!({"completion": "x", "config": ["python", {}]}), &["`config`", "an object"]),
        ("/openrlhf", json!([["q"], ["p"], ["1"]]), &["a JSON object"]),
        ("/openrlhf", json!({"query": {"a": 1}}), &["`query`", "a list", "an object"]),
        ("/openrlhf", json!({"query": ["a", 7]}), &["`query`: item 1", "a string", "7"]),
        ("/openrlhf", json!({"query": ["a"], "prompts": [[]]}), &["`prompts`: item 0", "a string"]),
        ("/openrlhf", json!({"prompts": []}), &["no `query`"]),
        ("/slime", json!(["p", "r", "l"]), &["a JSON object", "a list of 3"]),
        ("/slime", json!({"prompt": "p"}), &["no `response`"]),
        ("/verify", json!([1]), &["a JSON object"]),
        ("/verify", json!({"response": [1]}), &["`response`", "an object"]),
        ("/seed_session", json!(["s"]), &["a JSON object"]),
        ("/close_session", json!("s"), &["a JSON object"]),
        ("/aggregate_metrics", json!([[]]), &["verify_responses", "a list"]),
        ("/aggregate_metrics", json!({"verify_responses": 7}), &["`verify_responses`", "a list", "a number"]),
        ("/aggregate_metrics", json!({"verify_responses": [{}, []]}), &["`verify_responses`: item 1", "an object"]),
    ] {
        let response = post_json(server.address(), path, &body);
        assert_eq!((response.status, response.code().as_str()), (400, "bad_request"), "{path} {body}: {}", response.text());
        let message = response.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(words.iter().all(|word| message.contains(word)), "{path} {body}: {message}");
        assert!(WORDS.iter().all(|word| !message.contains(word)), "{path} {body}: {message}");
    }
}

#[test]
fn a_row_that_is_no_json_harms_no_other_row() {
    let server = server("math");
    let body = br#"{"rows": [{"completion": "\\boxed{1}", "answer": NaN}, {"completion": "\\boxed{1}", "answer": "1", "loss": NaN}, [1 2], "\ud800"]}"#;
    let response = post(server.address(), "/score", &[], body);
    let results = response.json()["results"].as_array().expect("results").clone();
    let told: Vec<_> = results.iter().map(|row| (row["verdict"].as_str().unwrap(), row["reason"].as_str().unwrap())).collect();
    // A column that no reward reads may hold anything.
    assert_eq!(told, [("unscored", "bad_row"), ("correct", "equal"), ("unscored", "bad_row"), ("unscored", "bad_row")]);
    assert!(results[0]["detail"].as_str().unwrap().contains("NaN"), "{}", results[0]);
}

#[test]
fn a_compressed_body_is_refused_and_never_taken_as_it_is() {
    let server = server("math");
    for coding in ["gzip", "deflate", "br", "zstd", "x-gzip", "identity, gzip", "GZIP", "\u{fe}"] {
        let response = post(server.address(), "/score", &[&format!("content-encoding: {coding}")], b"[]");
        assert_eq!((response.status, response.code().as_str()), (415, "content_encoding"), "{coding}: {}", response.text());
        assert!(response.text().contains("without compression"), "{}", response.text());
        assert_eq!(response.header("accept-encoding"), Some("identity"));
    }
    assert_eq!(post(server.address(), "/score", &["content-encoding: identity"], b"[]").status, 200);
}

#[test]
fn a_path_or_method_that_is_not_answered_is_refused_with_those_that_are() {
    let server = server("math");
    for path in ["/../score", "/score/", "/score/..", "//score", "/%73core", "/score%00", "/SCORE", "*"] {
        let response = request(server.address(), "POST", path, &[], b"[]");
        assert_eq!((response.status, response.code().as_str()), (404, "no_route"), "{path}");
    }
    for (method, path, allowed) in [("OPTIONS", "/score", "POST"), ("PUT", "/score", "POST"), ("DELETE", "/config", "GET,HEAD")] {
        let response = request(server.address(), method, path, &[], b"");
        assert_eq!((response.status, response.code().as_str()), (405, "wrong_method"), "{method} {path}");
        assert_eq!(response.header("allow"), Some(allowed), "{method} {path}");
    }
    let head = request(server.address(), "HEAD", "/health", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(get(server.address(), "/health?x=%ff").status, 200);
}

#[test]
fn an_id_that_could_be_taken_for_another_header_does_not_come_back() {
    let server = server("math");
    for given in ["a b", "a\tb", "a\u{e4}", "", &"x".repeat(200)] {
        let response = post(server.address(), "/score", &[&format!("x-request-id: {given}")], b"[]");
        let id = response.header("x-request-id").expect("an id");
        assert!(id != given && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{given:?}: {id:?}");
    }
    // A line end within the header is a header of its own, or no HTTP; either way it is not in the response.
    for given in ["a\r\nset-cookie: x=1", "a\nset-cookie: x=1", "a\rset-cookie: x=1"] {
        let response = post(server.address(), "/score", &[&format!("x-request-id: {given}")], b"[]");
        assert_eq!(response.header("set-cookie"), None);
    }
}

#[test]
fn what_is_no_http_is_refused_as_json() {
    let server = server("math");
    let long = "a".repeat(60_000);
    let many: String = (0..200).map(|number| format!("x-{number}: a\r\n")).collect();
    for (bytes, code) in [
        ("hello\r\n\r\n".to_owned(), "no_http"),
        ("GET /health HTTP/9.9\r\nhost: x\r\n\r\n".to_owned(), "no_http"),
        ("POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_owned(), "no_http"),
        ("POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n[]".to_owned(), "no_http"),
        ("POST /score HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n".to_owned(), "no_http"),
        (format!("GET /{long}{long} HTTP/1.1\r\nhost: x\r\n\r\n"), "long_head"),
        (format!("GET /health HTTP/1.1\r\nhost: x\r\nx: {long}{long}\r\n\r\n"), "long_head"),
        (format!("GET /health HTTP/1.1\r\nhost: x\r\n{many}\r\n"), "long_head"),
    ] {
        let mut stream = connect(server.address());
        // The server may refuse before it has read everything.
        let _ = stream.write_all(bytes.as_bytes());
        let shown = &bytes[..bytes.len().min(60)];
        let response = read(stream).expect(shown);
        assert_eq!(response.code(), code, "{shown}: {} {}", response.status, response.text());
        let statuses: &[u16] = if code == "no_http" { &[400] } else { &[414, 431] };
        assert!(statuses.contains(&response.status), "{shown}: {}", response.status);
    }
}
