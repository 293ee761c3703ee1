//! `isolation = "process"` if no worker can be started. This is a separate test program because the command for workers
//! can be set only once in a process.
#![cfg(feature = "code")]

use r1rewards::code::{Code, CodeOptions, Isolation, set_worker};
use r1rewards::{Reward, Sample};
use serde_json::json;

#[test]
fn a_sample_without_a_worker_is_unscored_and_the_detail_names_the_fix() {
    let code = Code::new(CodeOptions { isolation: Isolation::Process, ..CodeOptions::default() });
    let mut sample = Sample::new("print(1)");
    sample.tests = Some(json!({"kind": "stdio", "tests": [{"output": "1"}]}).into());
    let said = |code: &Code| {
        let outcome = code.score(&sample);
        assert_eq!((outcome.value, outcome.reason.code()), (None, "internal"));
        outcome.detail.expect("a detail")
    };
    assert!(said(&code).contains("set_worker"), "{}", said(&code));
    // A program that ends at once and writes nothing.
    assert!(set_worker(["true"]), "the first call counts");
    assert!(!set_worker(["verify", "worker"]), "and no other");
    assert!(said(&code).contains("ended at once"), "{}", said(&code));
    assert!(said(&code).contains("R1REWARDS_WORKER"), "{}", said(&code));
}
