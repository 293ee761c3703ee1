//! Answers that are equal by how they are written: phrases, notation without a meaning, a word once as text and once as letters.
//!
//! Accepts: any two answers that were read. What is compared by value is not compared here.

use super::answer::{Answer, Form};
use super::decision::Decision;
use super::words;
use crate::{Reason, Rule};

/// Phrases and notation are equal only to themselves.
pub fn compare(gold: &Answer, answer: &Answer) -> Decision {
    let same = match (&gold.form, &answer.form) {
        (Form::Phrase(g), Form::Phrase(a)) => !g.is_empty() && g == a,
        (Form::Notation(g), Form::Notation(a)) => bare(g) == bare(a),
        _ if same_letters(gold, answer) => true,
        _ => return Decision::not_equal(Reason::WrongKind, Rule::Kind),
    };
    Decision::of(same, Rule::Text)
}

/// Whether two answers were written the same, decoration aside.
pub fn identical(gold: &Answer, answer: &Answer) -> bool {
    matches!((&gold.normal, &answer.normal), (Some(g), Some(a)) if g.text == a.text)
}

/// The same word, once written as text and once as letters.
pub fn same_letters(gold: &Answer, answer: &Answer) -> bool {
    let spelled = |answer: &Answer| match (&answer.form, &answer.normal) {
        (Form::Phrase(phrase), _) => Some((phrase.clone(), true)),
        (_, Some(normal)) if normal.text.len() > 1 && normal.text.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Some((words::phrase(&normal.text), false))
        }
        _ => None,
    };
    match (spelled(gold), spelled(answer)) {
        (Some((g, gp)), Some((a, ap))) => (gp || ap) && g == a,
        _ => false,
    }
}

/// Notation without the braces around all of it, which a box leaves.
fn bare(notation: &str) -> &str {
    let Some(inner) = notation.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return notation };
    let mut depth = 0_i32;
    let closes = inner.bytes().any(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth < 0
    });
    if closes { notation } else { bare(inner) }
}
