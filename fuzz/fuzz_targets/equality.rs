//! Equality under `strict` is reflexive and symmetric, on a stack of 2 MiB; the two answers stand on the two sides of the first `;;`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use r1rewards::math::{Extract, Math, Policy};
use r1rewards::{Reason, Verdict};

fuzz_target!(|pair: &str| {
    let Some((left, right)) = pair.split_once(";;") else { return };
    let (left, right) = (left.to_owned(), right.to_owned());
    let run = move || {
        let math = Math::new(Policy { extract: Extract::None, ..Policy::strict() });
        let judge = |gold: &str, answer: &str| math.verify(&[gold.to_owned()], answer);
        let (forth, back) = (judge(&left, &right), judge(&right, &left));
        // Units and approximations are the reference's to give: the law is for what has neither.
        // `a.m` and `p.m` are units too, of one letter each.
        let plain = |text: &str| {
            !text.contains(".m") && !text.contains(['"', '~', '≈', '$', '%', '°']) && !text.contains("\\t") && text.is_ascii()
        };
        let letters = |text: &str| text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word.len() > 1);
        let unit = |outcome: &r1rewards::Outcome| outcome.rule.as_deref() == Some("unit");
        if !unit(&forth)
            && !unit(&back)
            && plain(&left)
            && plain(&right)
            && !letters(&left)
            && !letters(&right)
            && forth.verdict != Verdict::Unscored
            && back.verdict != Verdict::Unscored
        {
            assert_eq!(forth.is_correct(), back.is_correct(), "{forth:?} {back:?}");
        }
        let own = judge(&left, &left);
        let without_value = matches!(
            own.reason,
            Reason::Undefined | Reason::Hedged | Reason::Unparsable | Reason::NoAnswer | Reason::GoldUnparsable
        );
        // A list with an entry without a value is reported as different.
        let partial = left.contains(['/', '^', '\\', ',', ';', '±']);
        assert!(own.is_correct() || without_value || partial, "{own:?}");
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread").join().expect("no panic");
});
