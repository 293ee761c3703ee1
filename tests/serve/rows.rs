//! `/score`: rows in the forms that it reads, and what a client learns of the server.

use r1rewards::rows::{Fields, ResultRow};
use r1rewards::serve::Config;
use r1rewards::{RewardSpec, Scorer};
use serde_json::{Value, json};

use crate::client::{get, post, post_json, server, start};

fn rows(count: usize) -> Vec<Value> {
    let row =
        |number: usize| json!({"id": format!("q{number}"), "completion": format!("so \\boxed{{{}}}", number % 3), "answer": "1"});
    (0..count).map(row).collect()
}

fn results(body: &Value) -> Vec<Value> {
    body["results"].as_array().expect("a list of results").clone()
}

#[test]
fn rows_get_the_outcomes_that_a_scorer_gives() {
    let server = server("math");
    let scorer = Scorer::from_spec(&RewardSpec::kind("math")).unwrap();
    for count in [0, 1, 3, 128, 129, 1000] {
        let rows = rows(count);
        let response = post_json(server.address(), "/score", &json!({"rows": rows}));
        assert_eq!(response.status, 200, "{}", response.text());
        let body = response.json();
        assert_eq!(body["config_hash"], scorer.config_hash());
        let found: Vec<ResultRow> = results(&body).into_iter().map(|row| serde_json::from_value(row).unwrap()).collect();
        let samples: Vec<_> = (1..).zip(&rows).flat_map(|(number, row)| Fields::default().samples(row, number).unwrap()).collect();
        let expected = scorer.score_batch(&samples);
        assert_eq!(found.iter().map(|row| row.outcome.clone()).collect::<Vec<_>>(), expected);
        let ids: Vec<_> = found.iter().map(|row| row.id.clone()).collect();
        assert_eq!(ids, rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>());
    }
}

#[test]
fn an_object_a_list_and_lines_give_the_same_results() {
    let server = server("math");
    let rows = rows(300);
    let object = results(&post_json(server.address(), "/score", &json!({"rows": rows})).json());
    let list = results(&post_json(server.address(), "/score", &Value::from(rows.clone())).json());
    let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let lines = post(server.address(), "/score", &["content-type: application/x-ndjson"], text.as_bytes());
    let lines: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(object, list);
    assert_eq!(object, lines);
    let accepted =
        post(server.address(), "/score", &["accept: application/x-ndjson"], json!({"rows": rows}).to_string().as_bytes());
    assert_eq!(accepted.text().lines().count(), 300);
}

#[test]
fn a_row_that_cannot_be_read_is_a_result_and_the_others_are_judged() {
    let server = server("math");
    let body = json!({"rows": [{"completion": "\\boxed{1}", "answer": "1"}, {"answer": "1"}, 7, {"completion": "\\boxed{2}", "answer": "1"}]});
    let found = results(&post_json(server.address(), "/score", &body).json());
    let told: Vec<_> = found.iter().map(|row| (row["verdict"].as_str().unwrap(), row["reason"].as_str().unwrap())).collect();
    assert_eq!(told, [("correct", "equal"), ("unscored", "bad_row"), ("unscored", "bad_row"), ("incorrect", "different")]);
    assert!(found[1]["detail"].as_str().unwrap().contains("request: item 2: the column `completion` is missing"), "{}", found[1]);
}

#[test]
fn a_request_may_have_a_spec_of_its_own() {
    let server = server("math");
    let rows = json!([{"completion": "x = 1", "answer": "1"}]);
    let with = |spec: Value| post_json(server.address(), "/score", &json!({"rows": rows, "spec": spec}));
    let length = with(json!({"kind": "length", "max": 100, "unit": "chars"}));
    assert_eq!(length.json()["results"][0]["reason"], "passed", "{}", length.text());
    let wrong = with(json!({"kind": "lenght"}));
    assert_eq!((wrong.status, wrong.code().as_str()), (400, "bad_request"));
    assert!(wrong.text().contains("lenght"), "{}", wrong.text());
}

#[test]
fn rewards_that_compare_the_samples_of_a_prompt_get_all_of_them() {
    let server = server("majority");
    let rows: Vec<_> =
        (0..400).map(|number| json!({"prompt": "p", "completion": format!("\\boxed{{{}}}", u8::from(number >= 150))})).collect();
    let body = post_json(server.address(), "/score", &json!({"rows": rows})).json();
    let right = results(&body).iter().filter(|row| row["verdict"] == "correct").count();
    assert_eq!(right, 250);
}

#[test]
fn a_client_learns_of_the_spec_the_health_the_counts_and_the_routes() {
    let server = server("math");
    let config = get(server.address(), "/config").json();
    assert_eq!(config["config"]["reward"][0]["kind"], "math");
    assert_eq!(get(server.address(), "/health").json()["status"], "ok");
    assert_eq!(get(server.address(), "/ready").json()["status"], "ready");
    post_json(server.address(), "/score", &json!({"rows": rows(3)}));
    let counts = get(server.address(), "/metrics").text();
    for line in [
        r#"r1rewards_outcomes_total{verdict="correct",reason="equal"} 1"#,
        r#"r1rewards_outcomes_total{verdict="incorrect",reason="different"} 2"#,
        r#"r1rewards_requests_total{route="/score",status="200"} 1"#,
        r#"r1rewards_request_seconds_count{route="/score",status="200"} 1"#,
        "r1rewards_queue_waiting 0",
    ] {
        assert!(counts.contains(line), "{line} is not in\n{counts}");
    }
    let outcomes = post_json(server.address(), "/score", &json!({"rows": rows(3)})).json();
    let work: u64 = results(&outcomes).iter().map(|row| row["cost"]["work"].as_u64().unwrap()).sum();
    assert!(get(server.address(), "/metrics").text().contains(&format!("r1rewards_work_total {}", 2 * work)));
    let described = get(server.address(), "/openapi.json").json();
    let mut paths: Vec<_> = described["paths"].as_object().unwrap().keys().cloned().collect();
    let unknown = get(server.address(), "/none");
    let mut known: Vec<_> = unknown.json()["error"]["message"]
        .as_str()
        .unwrap()
        .split("known paths: ")
        .nth(1)
        .unwrap()
        .split(", ")
        .map(str::to_owned)
        .collect();
    paths.sort();
    known.sort();
    assert_eq!(paths, known, "docs/openapi.json describes all routes");
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let response = crate::client::request(server.address(), &method.to_uppercase(), path, &[], b"{}");
            assert!(![404, 405].contains(&response.status), "{method} {path}: {}", response.status);
        }
    }
}

#[test]
fn the_id_of_a_request_comes_back() {
    let server = server("math");
    let given = post(server.address(), "/score", &["x-request-id: step-7.3"], b"[]");
    assert_eq!(given.header("x-request-id"), Some("step-7.3"));
    let [first, second] = [(); 2].map(|()| post(server.address(), "/score", &[], b"[]").header("x-request-id").map(str::to_owned));
    assert!(first.is_some() && first != second);
}

#[test]
fn only_requests_with_the_token_are_answered_and_probes() {
    let server = start(Config { token: Some("0123456789abcdef".to_owned()), ..Config::default() });
    let refused = post(server.address(), "/score", &[], b"[]");
    assert_eq!((refused.status, refused.code().as_str()), (401, "no_token"));
    assert_eq!(post(server.address(), "/score", &["authorization: Bearer 0123456789abcdeX"], b"[]").status, 401);
    assert_eq!(post(server.address(), "/score", &["authorization: Bearer 0123456789abcdef"], b"[]").status, 200);
    assert_eq!(get(server.address(), "/health").status, 200);
    assert_eq!(get(server.address(), "/metrics").status, 401);
}

#[test]
fn an_address_that_others_reach_needs_a_token() {
    let refused = r1rewards::serve::Server::start(Config { listen: ([0, 0, 0, 0], 0).into(), ..Config::default() });
    let message = refused.err().expect("no token").to_string();
    assert!(message.contains("--token-file"), "{message}");
}

#[test]
fn limits_with_which_every_request_would_be_refused_are_refused() {
    use r1rewards::serve::Limits;
    let usual = Limits::default();
    for (limits, name) in [
        (Limits { body: 0, ..usual }, "body"),
        (Limits { queue: 0, ..usual }, "queue"),
        (Limits { wait_ms: 0, ..usual }, "wait_ms"),
        (Limits { read_seconds: 0, ..usual }, "read_seconds"),
        (Limits { request_seconds: 0, ..usual }, "request_seconds"),
        (Limits { memory: usual.body - 1, ..usual }, "memory"),
    ] {
        let message = r1rewards::serve::Server::start(Config { limits, listen: ([127, 0, 0, 1], 0).into(), ..Config::default() });
        let message = message.err().expect(name).to_string();
        assert!(message.contains(name) && message.contains("at least"), "{name}: {message}");
    }
}
