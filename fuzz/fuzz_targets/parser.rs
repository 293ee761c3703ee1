//! Any text has a normal form or none, on a stack of 2 MiB, and a normal form is found again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use r1rewards::math::Math;

fuzz_target!(|text: &str| {
    let text = text.to_owned();
    let run = move || assert_eq!(Math::normal_form(&text), Math::normal_form(&text));
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no panic");
});
