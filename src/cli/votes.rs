//! Which answers agree in a vote.

use crate::math::Math;
use crate::{Outcome, Reason};

/// The key of an answer: two forms of the same value are one vote, also if the answer is incorrect; all answers that equal
/// the reference agree.
pub(super) fn answer_key(outcome: &Outcome) -> Option<String> {
    if outcome.is_correct() && outcome.reason == Reason::Equal {
        return Some(String::new());
    }
    let answer = outcome.extracted.as_deref()?;
    Math::normal_form(answer).or_else(|| Some(answer.to_owned()))
}
