//! The work on an answer is bounded before it is done, for every nesting of grammar productions.
//!
//! The cases are the families of `examples/bounds.rs` at small sizes, and a part of all productions inside each other
//! (`WORK=full`: all of them). That example measures time; here a case that does not end is a failure that names the
//! case.
#![cfg(feature = "math")]

use std::sync::mpsc;
use std::time::Duration;

use r1rewards::math::{Extract, Math, Policy};

use families::{FAMILIES, PRODUCTIONS, nested, repeated};

#[path = "../examples/support/families.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod families;

/// The work allowed for any pair; `WORK_PER_BYTE` is added for each byte of both sides. Twice that of one comparison:
/// one for the answer, and one of the reference with itself, because it may have no value.
const WORK: u64 = 2 * 6_200;
/// Reading costs 8 units for each level of a deep answer, and each byte may be a level.
const WORK_PER_BYTE: u64 = 2 * 5 + 8;
/// A case that takes longer counts as endless: this is thousands of times its expected time in a debug build on a busy
/// machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Judges each answer against itself and against another one, on a thread that is abandoned if a case does not end.
fn bounded(cases: impl Iterator<Item = (String, String)> + Send + 'static) {
    let (sender, receiver) = mpsc::channel();
    let judge = move || {
        let judges = [Policy::strict(), Policy::lenient()].map(|policy| Math::new(Policy { extract: Extract::Whole, ..policy }));
        for (name, text) in cases {
            if sender.send(Err(name.clone())).is_err() {
                return;
            }
            for math in &judges {
                for answer in [text.clone(), format!("{text}+1")] {
                    let outcome = math.verify(std::slice::from_ref(&text), &answer);
                    let allowed = WORK + WORK_PER_BYTE * (text.len() + answer.len()) as u64;
                    if outcome.cost.work > allowed && sender.send(Ok((name.clone(), outcome.cost.work, allowed))).is_err() {
                        return;
                    }
                }
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(judge).expect("a thread");
    let (mut present, mut faults) = (String::new(), Vec::new());
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok(Err(name)) => present = name,
            Ok(Ok((name, work, allowed))) => faults.push(format!("{name}: {work} of {allowed}")),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("does not end: {present}"),
        }
    }
    assert!(thread.join().is_ok(), "a panic at {present}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn full() -> bool {
    std::env::var("WORK").is_ok_and(|size| size == "full")
}

#[test]
fn families_stay_within_the_work_allowed() {
    let sizes: &[usize] = if full() { &[4, 16, 64, 256, 1_024, 4_096] } else { &[4, 16, 64, 256] };
    bounded(FAMILIES.iter().flat_map(|(name, family)| {
        sizes.iter().map(move |size| (format!("{name} {size}"), family(*size))).filter(|(_, text)| text.len() <= 20_000)
    }));
}

#[test]
fn productions_inside_each_other_stay_within_the_work_allowed() {
    let depths: &[usize] = if full() { &[4, 12, 40, 120] } else { &[6, 40] };
    let step = if full() { 1 } else { 23 };
    let rows = PRODUCTIONS.iter().enumerate();
    let pairs = rows.flat_map(move |(place, outer)| {
        let others = PRODUCTIONS.iter().enumerate().filter(move |(other, _)| (place + 5 * other) % step == 0);
        others.map(move |(_, inner)| (*outer, *inner))
    });
    bounded(pairs.flat_map(move |(outer, inner)| {
        depths
            .iter()
            .map(move |depth| (format!("{outer} in {inner} {depth}"), nested(outer, inner, *depth)))
            .filter(|(_, text)| text.len() <= 20_000)
    }));
}

#[test]
fn productions_side_by_side_stay_within_the_work_allowed() {
    let widths: &[usize] = if full() { &[4, 16, 64, 256] } else { &[32] };
    bounded(PRODUCTIONS.iter().flat_map(move |template| {
        ["+", "\\cdot ", ",", "="].into_iter().flat_map(move |joint| {
            widths.iter().map(move |width| (format!("{template} {joint} {width}"), repeated(template, joint, *width)))
        })
    }));
}
