//! Fuzzes extraction: any response under any policy gets a verdict, and the same one twice. Under `strict` it is right
//! for at most one of two numbers, and neither prose nor thinking around it makes it right.
#![no_main]

use libfuzzer_sys::fuzz_target;
use r1rewards::math::adversary::response_fault;
use r1rewards::math::{Math, Policy};

fuzz_target!(|response: &str| {
    for name in Policy::NAMES {
        let math = Math::new(name.parse::<Policy>().expect("a policy"));
        let gold = ["42".to_owned()];
        assert_eq!(math.verify(&gold, response), math.verify(&gold, response));
    }
    assert_eq!(response_fault(response), None);
});
