//! More requests than can be judged: each is answered or refused, and what is refused says when to try again.

use std::time::{Duration, Instant};

use r1rewards::serve::Limits;
use serde_json::json;

use crate::client::{get, limited, post_json};

#[test]
fn more_than_can_be_judged_is_refused_with_a_time_to_try_again() {
    let server = limited("auto", Limits { queue: 2, ..Limits::default() });
    let address = server.address();
    let body = json!({"code": "sum(range(1_000_000))", "language": "python"});
    let responses: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..24).map(|_| scope.spawn(|| post_json(address, "/run_code", &body))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let (judged, refused): (Vec<_>, Vec<_>) = responses.iter().partition(|response| response.status == 200);
    assert!(!judged.is_empty() && !refused.is_empty(), "{} judged, {} refused", judged.len(), refused.len());
    for response in refused {
        // The client that sends these requests tries again at this status only.
        assert_eq!((response.status, response.code().as_str()), (504, "busy"));
        let after: u64 = response.header("retry-after").expect("a time").parse().expect("seconds");
        assert!((1..=60).contains(&after));
    }
}

#[test]
fn rows_that_cannot_be_judged_in_time_are_refused_until_later() {
    let server = limited("auto", Limits { queue: 2, ..Limits::default() });
    let tests = json!({"kind": "stdio", "tests": [{"output": "1"}]});
    let body = json!({"rows": [{"completion": "sum(range(1_000_000))\nprint(1)", "tests": tests}]});
    let responses: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..24).map(|_| scope.spawn(|| post_json(server.address(), "/score", &body))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let refused: Vec<_> = responses.iter().filter(|response| response.status != 200).collect();
    assert!(!refused.is_empty() && refused.len() < 24, "{} refused", refused.len());
    for response in refused {
        assert_eq!((response.status, response.code().as_str()), (429, "busy"));
        assert!(response.header("retry-after").is_some());
    }
}

#[test]
fn a_request_that_takes_too_long_is_ended() {
    let server = limited("auto", Limits { request_seconds: 1, ..Limits::default() });
    let began = Instant::now();
    let rows: Vec<_> = (0..2000)
        .map(|_| json!({"completion": "while True: pass", "tests": {"kind": "stdio", "tests": [{"output": "1"}], "timeout": 1.0}}))
        .collect();
    let response = post_json(server.address(), "/score", &json!({"rows": rows}));
    assert_eq!((response.status, response.code().as_str()), (504, "time_limit"));
    // The rows that are judged when the time is over are judged to their end.
    let deadline = began + Duration::from_secs(60);
    while get(server.address(), "/ready").json()["running"] != 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Instant::now() < deadline, "the rest was not judged");
}

#[test]
fn a_long_request_does_not_hold_up_a_short_one() {
    let server = limited("auto", Limits::default());
    let address = server.address();
    let tests = json!({"kind": "stdio", "tests": [{"output": "1"}]});
    let row = json!({"completion": "sum(range(200_000))\nprint(1)", "tests": tests});
    let rows: Vec<_> = (0..600).map(|_| &row).collect();
    let long = json!({"rows": rows}).to_string();
    let ended = std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let response = crate::client::post(address, "/score", &["content-type: application/json"], long.as_bytes());
            (response.status, Instant::now())
        });
        while get(address, "/ready").json()["running"] == 0 && !thread.is_finished() {
            std::thread::sleep(Duration::from_millis(2));
        }
        let short = post_json(address, "/score", &json!({"rows": [row]}));
        let answered = Instant::now();
        assert_eq!(short.json()["results"][0]["verdict"], "correct");
        let (status, ended) = thread.join().unwrap();
        assert_eq!(status, 200);
        (answered, ended)
    });
    assert!(ended.0 < ended.1, "the short request was answered first");
}
