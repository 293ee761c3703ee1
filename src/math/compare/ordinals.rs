//! Ordinal numbers: `second`, `3rd`, `5^{th}`.
//!
//! An ordinal is equal to its number, `3rd` to 3. It measures nothing, so a unit or a currency on the other side makes a
//! difference: `second` is not `2 s`, and `3rd` is not `\$3`.

use super::{Decision, Node};
use crate::math::answer::Answer;
use crate::math::{numbers, words};
use crate::{Reason, Rule};

/// A difference where one answer is an ordinal and the other has a unit.
pub(super) fn differ(gold: &Answer, answer: &Answer) -> Option<Decision> {
    let measured = |answer: &Answer| {
        answer.normal.as_ref().is_some_and(|normal| normal.currency.is_some())
            || answer.node().is_some_and(|node| match node.as_ref() {
                // `12\text{th}`
                Node::Quantity(_, words, _) => !matches!(words.as_str(), "st" | "nd" | "rd" | "th"),
                node => matches!(node, Node::Degrees(_) | Node::Percent(_)),
            })
    };
    let differ = match (is_ordinal(gold), is_ordinal(answer)) {
        (true, false) => measured(answer),
        (false, true) => measured(gold),
        // `12\text{th}` may be read as a value with a label.
        _ => false,
    };
    differ.then_some(Decision::not_equal(Reason::WrongKind, Rule::Label))
}

fn is_ordinal(answer: &Answer) -> bool {
    // The last letter of every ordinal is one of these, and that of few other answers.
    let end = answer.source.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    if !end.ends_with(['t', 'T', 'h', 'H', 'd', 'D']) {
        return false;
    }
    let text = answer.source.trim_matches('$');
    let text =
        ["\\text{", "\\mathrm{", "\\textrm{"].iter().find_map(|font| text.strip_prefix(font)?.strip_suffix('}')).unwrap_or(text);
    let text = text.trim().trim_end_matches('.');
    let text = text.strip_prefix("the ").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let suffix: String = text[digits..].chars().filter(char::is_ascii_alphabetic).collect();
        return matches!(suffix.trim_start_matches("text").trim_start_matches("mathrm"), "st" | "nd" | "rd" | "th");
    }
    // Most answers are no words that end like an ordinal, and return here.
    let ends = |end: &&str| text.get(text.len().saturating_sub(end.len())..).is_some_and(|tail| tail.eq_ignore_ascii_case(end));
    if !["th", "first", "second", "third"].iter().any(ends) {
        return false;
    }
    let phrase = words::phrase(text);
    let word = phrase.rsplit([' ', '-']).next().unwrap_or(&phrase);
    // `one second` is a time, and `one third` a fraction.
    let alone = word == phrase || !matches!(word, "second" | "third" | "fourth" | "fifth");
    alone && numbers::is_ordinal(word) && numbers::spelled(&phrase).is_some()
}
