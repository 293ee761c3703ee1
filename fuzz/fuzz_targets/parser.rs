//! Fuzzes the parser on a stack of 2 MiB: any text has one normal form or none, and the normal form is not read as
//! another value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use r1rewards::math::adversary::normal_form_fault;

fuzz_target!(|text: &str| {
    let text = text.to_owned();
    let run = move || assert_eq!(normal_form_fault(&text), None);
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no fault");
});
