//! Laws of reading: what a response says does not depend on what surrounds it, and a normal form is read as what it stands for.
//!
//! Accepts: any text. What breaks a law is told in words.

use crate::math::{Extract, Math, Policy};
use crate::{Reason, Rule};

/// Prose without an answer.
const PROSE: &str = "\nThat is all there is to say.";
/// Thinking without an answer.
const THINKING: &str = "<think>hm</think>";

/// The law that a response breaks, if it breaks one: it is right for one of two numbers at most, and neither prose, nor thinking behind it, nor a block of
/// thinking around it makes it right.
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
    // Tags of its own would end the block around it.
    let mut untagged = response.to_owned();
    while untagged.contains("think") {
        untagged = untagged.replace("think", "");
    }
    right(&format!("<think>{untagged}</think>{PROSE}"), "42").then(|| "right inside thinking, its own tags broken".into())
}

/// The law that an answer's normal form breaks: it is the same each time, and what it reads as, if it can be read, is not another value.
pub fn normal_form_fault(text: &str) -> Option<String> {
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
    // A form sorts its factors; capitals alone may be matrices, which it does not say.
    (outcome.reason == Reason::Different && outcome.rule.as_deref() != Some(Rule::Notation.name()))
        .then(|| format!("its normal form is {form:?}, which is proved different by {:?}", outcome.rule))
}
