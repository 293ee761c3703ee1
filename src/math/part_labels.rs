//! Labels of a part of a problem before its answer: `(b) 8 min`, `\text{(b)}\; 8 min`, `\text{He: } 1s^2`.
//!
//! Accepts: one of the letters a to h or a small Roman numeral in round brackets, in a font of words or with a blank and a number
//! behind it; in a font of words also a capital or the symbol of a chemical element with a colon. Refuses: letters that may be a
//! factor of what follows (`(b) x`, `(a) - 5`), words, labels without anything behind them. Whether a label may be left out is for
//! the policy to say.

use super::answer::Answer;
use super::compare::hedging_label;
use super::policy::Policy;

const FONTS: [&str; 6] = ["\\text{", "\\textbf{", "\\textrm{", "\\mathrm{", "\\mathbf{", "\\mbox{"];
const BLANKS: [&str; 9] = ["\\quad", "\\qquad", "\\ ", "\\,", "\\;", "\\:", "\\!", "~", " "];
const NUMERALS: [&str; 10] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
/// Symbols of elements with two letters, without those that are also English words (As, At, In, No).
const ELEMENTS: &str = "He Li Be Ne Na Mg Al Si Cl Ar Ca Sc Ti Cr Mn Fe Co Ni Cu Zn Ga Ge Se Br Kr Rb Sr Zr Nb Mo Tc Ru Rh Pd Ag Cd Sn Sb Te Xe Cs \
    Ba La Ce Nd Sm Eu Gd Dy Er Yb Hf Ta Re Os Ir Pt Au Hg Tl Pb Bi Rn Ra Th Pu";

/// Both answers without the labels of their parts, where one of them has a label or both have the same.
pub(super) fn left_out(policy: &Policy, gold: &Answer, answer: &Answer) -> Option<(Answer, Answer)> {
    let read = |text: &str| {
        let answer = Answer::read_as(text, &policy.declared).ok()?;
        let grouped = answer.normal.as_ref().is_some_and(|normal| normal.space_grouped) && !policy.space_thousands;
        (!grouped && !answer.node().is_some_and(|node| hedging_label(&node))).then_some(answer)
    };
    match (split(&gold.source), split(&answer.source)) {
        (Some((_, g)), None) => Some((read(&g)?, answer.clone())),
        (None, Some((_, a))) => Some((gold.clone(), read(&a)?)),
        (Some((of, g)), Some((same, a))) if of == same => Some((read(&g)?, read(&a)?)),
        _ => None,
    }
}

/// The letter of an option that a label may be, as a capital.
pub(crate) fn option_letter(text: &str) -> Option<char> {
    let (label, _) = split(text)?;
    let mut letters = label.chars();
    letters.next().filter(|_| letters.next().is_none()).map(|letter| letter.to_ascii_uppercase())
}

/// The label and what follows it.
fn split(text: &str) -> Option<(&str, String)> {
    let (label, rest) = match FONTS.iter().find_map(|font| text.strip_prefix(font)) {
        Some(styled) => {
            let (words, rest) = styled.split_once('}').filter(|(words, _)| !words.contains('{'))?;
            let words = words.trim();
            match in_brackets(words) {
                Some((label, "")) => (label, rest.to_owned()),
                Some((label, tail)) => (label, format!("{}{rest}", unstyled(tail))),
                None => (words.strip_suffix(':').map(str::trim_end).filter(|name| is_symbol(name))?, rest.to_owned()),
            }
        }
        None => {
            let (label, rest) = in_brackets(text)?;
            let number = without_blanks(rest).filter(|tail| tail.starts_with(|c: char| c.is_ascii_digit()))?;
            (label, number.to_owned())
        }
    };
    let rest = without_blanks(&rest).unwrap_or(&rest).to_owned();
    // `\text{(b)}^2`, `\text{H: }, 5`
    let follows = rest
        .starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '\\' | '(' | '[' | '{' | '-' | '$' | '.') || !c.is_ascii());
    (follows || rest.starts_with("^{") || rest.starts_with("^2") || rest.starts_with("^3")).then_some((label, rest))
}

/// The letter of `(b)`, and the text behind the bracket.
fn in_brackets(text: &str) -> Option<(&str, &str)> {
    let (label, rest) = text.strip_prefix('(')?.split_once(')')?;
    let letter = matches!(label.as_bytes(), [b'a'..=b'h']) || NUMERALS.contains(&label);
    letter.then_some((label, rest))
}

/// A capital, or the symbol of an element.
fn is_symbol(name: &str) -> bool {
    matches!(name.as_bytes(), [b'A'..=b'Z']) || ELEMENTS.split(' ').any(|element| element == name)
}

/// The text without blanks before it; `None` where there are none.
fn without_blanks(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(tail) = BLANKS.iter().find_map(|blank| rest.strip_prefix(blank)) {
        rest = tail;
    }
    (rest.len() < text.len()).then_some(rest)
}

/// The rest of a text in a font of words: single letters and numbers are read without the font.
fn unstyled(text: &str) -> String {
    let text = without_blanks(text).unwrap_or(text);
    let single = |word: &str| word.len() < 2 || word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if text.split([' ', ',']).all(single) { text.to_owned() } else { format!("\\text{{{text}}}") }
}
