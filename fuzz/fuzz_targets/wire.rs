//! Fuzzes the wire format: any bytes that a guest sends decode to one value, which encodes to the same bytes, or are
//! refused.
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
#[allow(dead_code, unused_imports)]
mod wire;
#[path = "../../src/code/words.rs"]
mod words;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let parts = wire::check(bytes);
    if let Ok(value) = wire::decode(bytes) {
        assert_eq!(parts.ok(), Some(value.parts()));
        assert_eq!(wire::encode(&value), bytes);
        // The host's other operations on a value: display and comparison.
        let _ = value.to_string();
        let _ = equality::Equality::default().holds(&value, &value);
    }
});
