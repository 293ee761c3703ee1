//! Any bytes that a guest sends are one value, written in one way, or none.
#![no_main]

#[path = "../../src/code/value.rs"]
#[allow(dead_code)]
mod value;
#[path = "../../src/code/number.rs"]
mod number;
#[path = "../../src/code/equality.rs"]
mod equality;
#[path = "../../src/code/reader.rs"]
mod reader;
#[path = "../../src/code/wire.rs"]
#[allow(dead_code)]
mod wire;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let parts = wire::check(bytes);
    if let Ok(value) = wire::decode(bytes) {
        assert_eq!(parts.ok(), Some(value.parts()));
        assert_eq!(wire::encode(&value), bytes);
        // What the host does with a value: shows it, and compares it.
        let _ = value.to_string();
        let _ = equality::Equality::default().holds(&value, &value);
    }
});
