//! Laws of reading: text around a response does not make it right, and a normal form has the meaning of the text that
//! it came from.
//!
//! Accepts: any text. A broken law is described in words.

use crate::math::{Extract, Math, Policy};
use crate::{Reason, Rule};

/// Prose without an answer.
const PROSE: &str = "\nThat is all there is to say.";
/// Thinking without an answer.
const THINKING: &str = "<think>hm</think>";

/// The law that a response breaks, if any. A response may be right for at most one of two numbers. Appending prose or
/// thinking, or putting the response inside a thinking block, must not make it right.
pub fn response_fault(response: &str) -> Option<String> {
    let math = Math::strict();
    let right = |text: &str, gold: &str| math.verify(&[gold.to_owned()], text).is_correct();
    let own = right(response, "42");
    if own && right(response, "43") {
        return Some("right for 42 and for 43".into());
    }
    for tail in [PROSE, THINKING] {
        if !own && right(&format!("{response}{tail}"), "42") {
            return Some(format!("right with {tail:?} behind it"));
        }
    }
    // Thinking tags in the response would end the block around it.
    let mut untagged = response.to_owned();
    while untagged.contains("think") {
        untagged = untagged.replace("think", "");
    }
    right(&format!("<think>{untagged}</think>{PROSE}"), "42").then(|| "right inside thinking, its own tags broken".into())
}

/// The law that an answer's normal form breaks, if any: it must be the same each time, and where it can be read, it
/// must not be proved a different value.
pub fn normal_form_fault(text: &str) -> Option<String> {
    // A reference with a box is what is in the box; a normal form is of the whole text.
    if text.contains("\\boxed") {
        return None;
    }
    let form = Math::normal_form(text)?;
    if Math::normal_form(text).as_ref() != Some(&form) {
        return Some("two normal forms".into());
    }
    let math = Math::new(Policy { extract: Extract::Whole, ..Policy::strict() });
    let kind = |text: &str| math.parse(text).kind;
    let scalar = |text: &str| matches!(kind(text), Some("number" | "formula"));
    if !scalar(text) || !scalar(&form) {
        return None;
    }
    let outcome = math.verify(&[text.to_owned()], &form);
    // A normal form sorts its factors, although capitals alone may be matrices, whose product depends on the order; the
    // form does not record that.
    (outcome.reason == Reason::Different && outcome.rule.as_deref() != Some(Rule::Notation.name()))
        .then(|| format!("its normal form is {form:?}, which is proved different by {:?}", outcome.rule))
}
