//! The label of a part of the question before an answer: `(a) 41.3 GeV`, `\text{(b) } 8`, `\text{H: } {}^2S_{1/2}`.
//!
//! Accepts: a small letter or a small Roman number in brackets, or the symbol of an element before a colon, with a blank behind it,
//! on one side alone or the same one on both sides. Refuses: capitals in brackets, which are options; letters that a formula follows
//! without a blank, which are factors.

use crate::math::answer::Answer;
use crate::math::policy::Policy;

/// Longest label, in bytes.
const LONGEST: usize = 4;
/// Blanks, as they are written in LaTeX.
const BLANKS: [&str; 8] = ["\\,", "\\;", "\\:", "\\!", "\\quad", "\\qquad", "\\ ", "~"];

/// The two answers without their labels; `None` where neither has one, or the labels differ.
pub(super) fn left_out(policy: &Policy, gold: &Answer, answer: &Answer) -> Option<(Answer, Answer)> {
    let (g, a) = (parts(&gold.source), parts(&answer.source));
    let without = |whole: &Answer, parts: Option<&(&str, String)>| match parts {
        Some((_, rest)) => Answer::read_as(rest, &policy.declared).ok(),
        None => Some(whole.clone()),
    };
    match (&g, &a) {
        (None, None) => None,
        (Some((one, _)), Some((other, _))) if one != other => None,
        _ => Some((without(gold, g.as_ref())?, without(answer, a.as_ref())?)),
    }
}

/// Whether an answer begins with such a label.
pub(in crate::math) fn has_label(source: &str) -> bool {
    parts(source).is_some()
}

/// The label of an answer and what follows it.
fn parts(source: &str) -> Option<(&str, String)> {
    let text = ["\\text{", "\\textbf{", "\\mathrm{"].iter().find_map(|command| source.strip_prefix(command));
    let (label, rest) = match text {
        Some(inner) => {
            let (inside, behind) = inner.split_once('}')?;
            let (label, rest) = label(inside.trim_start())?;
            // `\text{(b) 8 min}`: the text goes on behind the label.
            let rest = if without_blanks(rest).is_empty() {
                behind.to_owned()
            } else {
                format!("{}{rest}}}{behind}", &source[..source.len() - inner.len()])
            };
            (label, rest)
        }
        None => {
            let (label, rest) = label(source)?;
            let spaced = rest.starts_with(char::is_whitespace) || BLANKS.iter().any(|blank| rest.starts_with(blank));
            (spaced && label.starts_with('(')).then(|| (label, rest.to_owned()))?
        }
    };
    let rest = without_blanks(&rest);
    (!rest.is_empty()).then(|| (label, rest.to_owned()))
}

/// `(a)`, `(iii)` or `H:` at the beginning, and what follows.
fn label(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('(') {
        let (name, rest) = inner.split_once(')').filter(|(name, _)| name.len() <= LONGEST)?;
        let letter = matches!(name.as_bytes(), [b'a'..=b'h']);
        let roman = !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'i' | b'v'));
        return (letter || roman).then(|| (&text[..name.len() + 2], rest));
    }
    let (name, rest) = text.split_once(':')?;
    let element = matches!(name.as_bytes(), [b'A'..=b'Z'] | [b'A'..=b'Z', b'a'..=b'z']);
    element.then_some((name, rest))
}

/// The text without blanks at its beginning.
fn without_blanks(mut text: &str) -> &str {
    loop {
        let rest = text.trim_start();
        match BLANKS.iter().find_map(|blank| rest.strip_prefix(blank)) {
            Some(next) => text = next,
            None => return rest,
        }
    }
}
