//! Any bytes that a guest sends are one value, written in one way, or none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use r1rewards::code::wire;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(value) = wire::decode(bytes) {
        assert_eq!(wire::encode(&value), bytes);
    }
});
