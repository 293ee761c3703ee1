//! Fuzzes equality: a pair that the verifier calls equal must have equal values by the oracle, and the verifier must be
//! symmetric and reflexive. Both policies are tested without their one-sided switches, on a stack of 2 MiB.
//!
//! The bytes select a pair of formulas from the grammar, from identities, and from identities whose condition is
//! violated; a text that contains `;;` is the pair itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use r1rewards::math::Math;
use r1rewards::math::adversary::{Choices, Origin, Pair, check, check_texts, policies};

fuzz_target!(|bytes: &[u8]| {
    let bytes = bytes.to_vec();
    let run = move || {
        let texts = std::str::from_utf8(&bytes).ok().and_then(|text| text.split_once(";;"));
        for math in policies().map(Math::new) {
            let finding = match texts {
                Some((gold, answer)) => check_texts(&math, Origin::Text, gold, answer),
                None => check(&math, &Pair::draw(&mut Choices::Bytes(&bytes))),
            };
            if let Some(finding) = finding.filter(|finding| finding.law.is_certain()) {
                panic!("{} {finding}", math.policy().name);
            }
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no fault");
});
