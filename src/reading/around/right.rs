//! The text after a box.

use super::begins::{begins_prose, is_next_option};
use super::beside::Around;
use super::commands::TEXT;
use super::said::{closes, concludes_another, next_alone, prose_right};
use super::touches::{formula_right, goes_on, run_end, text_right};
use super::values::{begins_value, row};
use crate::reading::prose::{leading_words, sentence_end};
use crate::reading::tongues::bounds_behind;

/// Examines the text after the box.
pub(super) fn look_right(right: &str, in_formula: bool, inner: &str, beside: &mut Around) {
    let (rest, in_formula) = leave_formula(right, in_formula, beside);
    // `\boxed{4}?` and `\boxed{4}~~` do not state an answer.
    let asks = rest[sentence_end(rest)..].starts_with('?');
    beside.changed |= asks || rest.starts_with("~~");
    if !in_formula {
        // Text that touches the box is examined as a formula.
        let touches = rest.len() == right.len() && !rest.starts_with(char::is_whitespace);
        next_alone(&rest[sentence_end(rest)..], beside);
        beside.changed |= is_next_option(rest) || !(touches || begins_prose(rest));
        beside.label = leading_words(rest).replace('$', "").replace('²', "^2").replace('³', "^3");
        beside.changed |= bounds_behind(rest.trim_start_matches([' ', '}', '*']));
        beside.closes = closes(rest);
        beside.changed |= concludes_another(rest, inner);
        text_right(rest.trim_start(), beside);
    }
    if in_formula {
        beside.changed |= bounds_behind(rest);
        formula_right(rest, true, inner, beside);
    } else if rest.len() < right.len() {
        beside.changed |= goes_on(rest);
        text_right(rest, beside);
        prose_right(rest, inner, beside);
    } else if sentence_end(rest) > 0 {
        let end = formula_right(rest, false, inner, beside);
        prose_right(&rest[end..], inner, beside);
    }
}

/// The text after closing braces, percent and degree signs, and the end of the formula; and whether the formula still
/// continues.
fn leave_formula<'t>(right: &'t str, mut in_formula: bool, beside: &mut Around) -> (&'t str, bool) {
    let mut rest = right;
    loop {
        let length = rest.len();
        if in_formula {
            rest = rest.trim_start();
            for space in ["\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\right)", "\\right]", "\\displaystyle"] {
                rest = rest.strip_prefix(space).unwrap_or(rest);
            }
        }
        for sign in ["}", "\\checkmark", "\\blacksquare", "\\square"] {
            rest = rest.strip_prefix(sign).unwrap_or(rest);
        }
        for (written, sign) in SIGNS {
            if let Some(behind) = rest.strip_prefix(written) {
                (rest, beside.sign) = (behind, sign);
            }
        }
        if let Some(behind) = rest.strip_prefix("\\end{") {
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        for mark in ["\\)", "\\]", "$$", "$"] {
            if let Some(behind) = rest.strip_prefix(mark) {
                return (leave_sign(behind, beside), false);
            }
        }
        // Text after a wide space may still be words: `\quad\text{or}\quad 5`.
        let apart = rest.trim_start_matches(' ');
        if let Some(behind) = apart.strip_prefix("\\quad").or_else(|| apart.strip_prefix("\\qquad"))
            && (apart.len() == rest.len() || begins_value(behind))
        {
            let behind = behind.trim_start();
            // A number after a wide space in the same formula is another value.
            let end = run_end(behind, true);
            if begins_value(behind) && !behind[end..].starts_with('=') {
                beside.rivals.push(behind[..end].trim().to_owned());
            }
            let words = TEXT.split_whitespace().any(|name| behind.strip_prefix('\\').is_some_and(|rest| rest.starts_with(name)));
            return if words { (behind, in_formula) } else { ("", false) };
        }
        if let Some(behind) = rest.strip_prefix("\\\\") {
            beside.rivals.extend(row(behind).map(str::to_owned));
            return ("", false);
        }
        if (in_formula && rest.starts_with('&')) || rest.starts_with("\\tag") || rest.starts_with("\\label") {
            return ("", false);
        }
        if rest.len() == length {
            return (rest, in_formula && !rest.is_empty());
        }
        in_formula = in_formula && !rest.is_empty();
    }
}

/// The text after a percent sign behind the end of a formula, and after spacing that touches that end: `$\boxed{4}$%`, `$\boxed{4}$\,000`.
fn leave_sign<'t>(behind: &'t str, beside: &mut Around) -> &'t str {
    for (written, sign) in SIGNS {
        let whole = |rest: &&str| sign != "\\%" || !rest.starts_with(char::is_alphabetic);
        if let Some(rest) = behind.strip_prefix(written).filter(whole) {
            beside.sign = sign;
            return rest;
        }
    }
    ["\\,", "\\;", "\\:", "\\!", "{,}", "{}"].iter().fold(behind, |rest, space| rest.strip_prefix(space).unwrap_or(rest))
}

/// Signs after a box that belong to its value, and their spelling in the value.
const SIGNS: [(&str, &str); 11] = [
    (" \\%", "\\%"),
    (" %", "\\%"),
    ("\\%", "\\%"),
    ("%", "\\%"),
    ("^{\\circ}", "^\\circ"),
    ("^\\circ", "^\\circ"),
    ("^{°}", "^\\circ"),
    ("°", "^\\circ"),
    ("\\degree", "^\\circ"),
    (" percent", "\\%"),
    (" per cent", "\\%"),
];
