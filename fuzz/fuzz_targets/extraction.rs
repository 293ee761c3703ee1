//! Any response under any policy is judged, and twice the same way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use r1rewards::math::{Math, Policy};

fuzz_target!(|response: &str| {
    for name in Policy::NAMES {
        let math = Math::new(Policy::named(name).expect("a policy"));
        let gold = ["42".to_owned()];
        assert_eq!(math.verify(&gold, response), math.verify(&gold, response));
    }
});
