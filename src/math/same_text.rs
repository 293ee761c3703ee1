//! Compares answers by how they are written: phrases, notation without a meaning, and a word written once as text and
//! once as letters.
//!
//! Accepts any two answers that were read. Comparison by value is in [`super::compare`].

use super::answer::{Answer, Form};
use super::decision::Decision;
use super::words;
use crate::{Reason, Rule};

/// Compares phrases and notation, which are equal only to the same phrase or notation.
pub fn compare(gold: &Answer, answer: &Answer) -> Decision {
    let same = match (&gold.form, &answer.form) {
        (Form::Phrase(g), Form::Phrase(a)) => !g.is_empty() && g == a,
        (Form::Notation(g), Form::Notation(a)) => bare(g) == bare(a) || scripts(&levels(bare(g))) == scripts(&levels(bare(a))),
        _ if same_letters(gold, answer) => true,
        _ => return Decision::not_equal(Reason::WrongKind, Rule::Kind),
    };
    Decision::of(same, Rule::Text)
}

/// Whether two answers have the same normalised text.
pub fn identical(gold: &Answer, answer: &Answer) -> bool {
    matches!((&gold.normal, &answer.normal), (Some(g), Some(a)) if g.text == a.text)
}

/// Whether both answers are the same word, written as text in one of them at least; the other may write it as letters.
pub fn same_letters(gold: &Answer, answer: &Answer) -> bool {
    let spelled = |answer: &Answer| match (&answer.form, &answer.normal) {
        (Form::Phrase(phrase), _) => Some((phrase.clone(), true)),
        (_, Some(normal)) if normal.text.len() > 1 && normal.text.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Some((words::phrase(&words::with_capitals(&normal.text)), false))
        }
        _ => None,
    };
    match (spelled(gold), spelled(answer)) {
        (Some((g, gp)), Some((a, ap))) => (gp || ap) && g == a,
        _ => false,
    }
}

/// The notation without braces around all of it; extraction from a box can leave such braces.
fn bare(notation: &str) -> &str {
    let Some(inner) = notation.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return notation };
    let mut depth = 0_i32;
    let closes = inner.bytes().any(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth < 0
    });
    if closes { notation } else { bare(inner) }
}

/// The notation with the fractions of two whole numbers in its indices on one line: `S_{\frac{1}{2}}` as `S_{1/2}`.
fn levels(notation: &str) -> String {
    let mut out = String::with_capacity(notation.len());
    let mut rest = notation;
    while let Some(place) = rest.find("_{\\frac{") {
        let inner = &rest[place + 8..];
        out.push_str(&rest[..place + 2]);
        let parts =
            inner.split_once("}{").and_then(|(above, tail)| tail.split_once("}}").map(|(below, tail)| (above, below, tail)));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        match parts {
            Some((above, below, tail)) if digits(above) && digits(below) => {
                out.push_str(&format!("{above}/{below}}}"));
                rest = tail;
            }
            _ => rest = &rest[place + 2..],
        }
    }
    out + rest
}

/// The notation without braces around an index or exponent of one letter or digit: `P_{0}` is `P_0`.
fn scripts(notation: &str) -> String {
    let bytes = notation.as_bytes();
    let one = |at: usize| {
        matches!(bytes.get(at), Some(b'_' | b'^'))
            && bytes.get(at + 1) == Some(&b'{')
            && bytes.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)
            && bytes.get(at + 3) == Some(&b'}')
            // `P_{1}0`: without the braces the two digits would join.
            && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit)
    };
    let (mut out, mut at) = (String::with_capacity(notation.len()), 0);
    for (place, letter) in notation.char_indices() {
        if place < at {
            continue;
        }
        if one(place) {
            out.push(letter);
            out.push(char::from(bytes[place + 2]));
            at = place + 4;
        } else {
            out.push(letter);
        }
    }
    out
}
