//! The routes for clients of other servers.

use serde_json::{Value, json};

use crate::client::{get, post_json, server};

#[test]
fn sandbox_fusion_runs_programs() {
    let server = server("auto");
    let run = |code: &str, more: &Value| {
        let mut body = json!({"code": code, "language": "python", "compile_timeout": 10});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post_json(server.address(), "/run_code", &body).json()
    };
    let told = |body: &Value| {
        let result = &body["run_result"];
        [&body["status"], &result["status"], &result["return_code"], &result["stdout"]].map(Value::clone)
    };
    let hello = run("print('hello')", &json!({}));
    assert_eq!(told(&hello), [json!("Success"), json!("Finished"), json!(0), json!("hello\n")]);
    assert_eq!(hello["message"], "");
    assert_eq!(told(&run("print(int(input()) * 2)", &json!({"stdin": "21\n"})))[3], "42\n");
    assert_eq!(told(&run("import sys\nsys.exit(3)", &json!({}))), [json!("Failed"), json!("Finished"), json!(3), json!("")]);
    let raised = run("print(1)\n1 / 0", &json!({}));
    assert_eq!(told(&raised), [json!("Failed"), json!("Finished"), json!(1), json!("1\n")]);
    assert!(raised["run_result"]["stderr"].as_str().unwrap().contains("ZeroDivisionError"), "{raised}");
    let endless = run("while True: pass", &json!({"run_timeout": 0.05}));
    assert_eq!(told(&endless), [json!("Failed"), json!("TimeLimitExceeded"), Value::Null, json!("")]);
    let full = run("x = bytearray(10**9)", &json!({"memory_limit_MB": 128}));
    assert_eq!((&full["status"], full["run_result"]["return_code"] == json!(0)), (&json!("Failed"), false));
    for (body, word) in [
        (json!({"code": "", "language": "cpp"}), "cpp"),
        (json!({"code": "", "language": "python", "files": {"a.py": "cHJpbnQoMSk="}}), "a.py"),
    ] {
        let refused = post_json(server.address(), "/run_code", &body).json();
        assert_eq!(refused["status"], "SandboxError");
        assert!(refused["message"].as_str().unwrap().contains(word), "{refused}");
    }
}

#[test]
fn sandbox_fusion_judges_rows_with_tests() {
    let server = server("auto");
    let submit = |completion: &str, data: &Value| {
        post_json(
            server.address(),
            "/submit",
            &json!({"dataset": "x", "id": 7, "completion": completion, "config": {"language": "python", "provided_data": data}}),
        )
    };
    let data = json!({"test": "def check(f):\n    assert f(2) == 4\n", "entry_point": "double"});
    let right = submit("```python\ndef double(x): return 2 * x\n```", &data).json();
    assert_eq!((&right["accepted"], &right["id"], &right["tests"][0]["passed"]), (&json!(true), &json!(7), &json!(true)));
    let wrong = submit("```python\ndef double(x): return x\n```", &data).json();
    assert_eq!((&wrong["accepted"], &wrong["tests"][0]["exec_info"]["status"]), (&json!(false), &json!("Failed")));
    let none = submit("def f(): pass", &json!({"test": "", "entry_point": "f"}));
    assert_eq!((none.status, none.code().as_str()), (422, "unusable_row"), "{}", none.text());
}

#[test]
fn openrlhf_gets_rewards_scores_and_logs() {
    let server = server("math");
    let body = json!({
        "query": ["<s>What is 2 + 2? It is \\boxed{4}.</s>", "What is 3 + 3? \\boxed{7}", "no prompt in it"],
        "prompts": ["What is 2 + 2? ", "What is 3 + 3? ", "What is 5 + 5, in words?"],
        "labels": ["4", "6", "10"],
    });
    for path in ["/openrlhf", "/get_reward"] {
        let found = post_json(server.address(), path, &body).json();
        assert_eq!(found["rewards"], json!([1.0, 0.0, 0.0]));
        assert_eq!(found["scores"], found["rewards"]);
        assert_eq!(found["extra_logs"], json!({"scored": [1.0, 1.0, 0.0], "correct": [1.0, 0.0, 0.0]}));
    }
    let uneven = post_json(server.address(), "/openrlhf", &json!({"query": ["a"], "prompts": [], "labels": ["1"]}));
    assert_eq!(uneven.status, 400);
}

#[test]
fn slime_gets_a_number_or_an_object_with_its_key() {
    let server = server("math");
    let body = json!({"prompt": "2+2?", "response": "\\boxed{4}<|im_end|>", "label": "4"});
    assert_eq!(post_json(server.address(), "/slime", &body).json(), json!(1.0));
    let keyed = post_json(server.address(), "/slime?reward_key=score", &body).json();
    assert_eq!(keyed, json!({"score": 1.0, "acc": 1.0, "scored": 1.0}));
}

#[test]
fn nemo_gym_gets_its_body_with_the_reward() {
    let server = server("math");
    let body = |text: &str, gold: &Value| {
        json!({
            "responses_create_params": {"input": [{"role": "user", "content": "2+2?"}]},
            "response": {"output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}]},
            "expected_answer": gold,
        })
    };
    let right = post_json(server.address(), "/verify", &body("\\boxed{4}", &json!("4"))).json();
    assert_eq!(
        (&right["reward"], &right["reward_components"], &right["reason"]),
        (&json!(1.0), &json!({"math": 1.0}), &json!("equal"))
    );
    assert_eq!(right["response"], body("\\boxed{4}", &json!("4"))["response"]);
    let unscored = post_json(server.address(), "/verify", &body("\\boxed{4}", &Value::Null)).json();
    assert_eq!((&unscored["reward"], &unscored["mask_sample"]), (&json!(0.0), &json!(true)));
    assert!(unscored["failure_reason"].as_str().unwrap().starts_with("gold_missing"), "{unscored}");
    assert_eq!(post_json(server.address(), "/seed_session", &json!({})).json(), json!({}));
    let seeded = post_json(
        server.address(),
        "/seed_session",
        &json!({"resources_session_id": "s", "episode_id": "e", "task_id": "t", "task_data": {}}),
    );
    assert_eq!(seeded.json(), json!({"resources_session_id": "s"}));
    assert_eq!(get(server.address(), "/reverify_mode").json(), json!("stateless"));
    let responses = json!({"verify_responses": [{"reward": 1.0, "_ng_task_index": 0}, {"reward": 0.0, "_ng_task_index": 0}, {"reward": 1.0, "_ng_task_index": 1}]});
    let metrics = post_json(server.address(), "/aggregate_metrics", &responses).json();
    assert_eq!(metrics["key_metrics"]["mean/reward"], json!(2.0 / 3.0));
    assert_eq!(metrics["group_level_metrics"][0]["mean/reward"], json!(0.5));
}
