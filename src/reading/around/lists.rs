//! Texts next to a box that have the place of another value in a list: `\boxed{x+1}, x-1`, `$x-1$ and $\boxed{x+1}$`.
//!
//! Whether such a text is a value is decided by the caller, who can read it as an answer.

use super::beside::Around;
use super::offers::lists_values;
use super::values::{has_relation, without_spacing};

/// Longest text that is taken for a value, in bytes.
const LONGEST: usize = 120;
/// The marks around a formula.
const FORMULAS: [(&str, &str); 4] = [("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]"), ("$", "$")];

/// Adds the texts in front of a box and behind it that may be other values of a list.
pub(super) fn look_at_lists(left: &str, right: &str, in_formula: bool, inner: &str, beside: &mut Around) {
    let found = if in_formula {
        [behind_in_formula(right, inner), before_in_formula(left, inner)]
    } else {
        [behind_in_prose(right, inner), before_in_prose(left, inner)]
    };
    beside.candidates.extend(found.into_iter().flatten().filter(|text| text.len() <= LONGEST).map(str::to_owned));
    if in_formula {
        // The formula of the box may end right behind it, or begin right in front of it.
        let ends = FORMULAS.iter().find_map(|(_, close)| right.trim_start().strip_prefix(close));
        let begins = FORMULAS.iter().find_map(|(open, _)| left.trim_end().strip_suffix(open));
        let found = [ends.and_then(|right| behind_in_prose(right, inner)), begins.and_then(|left| before_in_prose(left, inner))];
        beside.candidates.extend(found.into_iter().flatten().filter(|text| text.len() <= LONGEST).map(str::to_owned));
    }
}

/// The value in the same formula behind a comma, a wide space or the end of a row.
fn behind_in_formula<'t>(right: &'t str, inner: &str) -> Option<&'t str> {
    let right = right.trim_start();
    let behind = [",", ";", "\\quad", "\\qquad", "\\\\"].iter().find_map(|mark| right.strip_prefix(mark))?;
    // `\\[2mm]` is the end of a row with a gap.
    let behind = behind.strip_prefix('[').and_then(|gap| gap.split_once(']')).map_or(behind, |(_, behind)| behind);
    let behind = without_spacing(behind.strip_prefix(',').unwrap_or(behind));
    let end = ["\\\\", "\\end", "\\]", "\\)", "$", "\\quad", "\\qquad"].iter().filter_map(|mark| behind.find(mark)).min()?;
    value(&behind[..end], inner)
}

/// The value in the same formula in front of a comma.
fn before_in_formula<'t>(left: &'t str, inner: &str) -> Option<&'t str> {
    let mut rest = left.trim_end();
    for space in ["\\,", "\\;", "\\:", "\\ ", "\\quad", "\\qquad"] {
        rest = rest.strip_suffix(space).unwrap_or(rest).trim_end();
    }
    let before = rest.strip_suffix([',', ';'])?;
    let start = ["\\\\", "\\(", "\\[", "$"].iter().filter_map(|mark| before.rfind(mark).map(|place| place + mark.len())).max()?;
    value(&before[start..], inner)
}

/// The formula behind the box in the same sentence that only a comma or `and` separates from it, and that ends a part of
/// the sentence; or a term without blanks.
fn behind_in_prose<'t>(right: &'t str, inner: &str) -> Option<&'t str> {
    let rest = right.trim_start_matches(['*', '_', ' ']);
    let marked = rest.trim_start_matches([',', ';', '(', ' ']);
    let joined = marked.len() < rest.len() || marked.starts_with("and ");
    let rest = marked.strip_prefix("and ").unwrap_or(marked).trim_start();
    if let Some((formula, behind)) = FORMULAS.iter().find_map(|(open, close)| rest.strip_prefix(open)?.split_once(close)) {
        return value(formula, inner).filter(|_| ends_part(behind));
    }
    let term = rest.split([' ', '\n']).next().unwrap_or(rest);
    let ends = rest.len() == term.len() || rest[term.len()..].starts_with('\n') || term.ends_with(['.', ',', ';', ')']);
    let term = term.trim_end_matches(['.', ',', ';']);
    let term = if term.contains('(') { term } else { term.trim_end_matches(')') };
    let composed = term.contains(['+', '-', '^', '/', '\\', '(', '[']) && term.contains(char::is_alphanumeric);
    (joined && ends && composed).then(|| value(term, inner)).flatten()
}

/// The formula in front of the box that only a comma or `and` separates from it, at the beginning of a list.
fn before_in_prose<'t>(left: &'t str, inner: &str) -> Option<&'t str> {
    let line = &left[left.rfind('\n').map_or(0, |end| end + 1)..];
    let rest = line.trim_end();
    let before =
        rest.strip_suffix([',', ';']).or_else(|| rest.strip_suffix(" and")).or_else(|| rest.strip_suffix(", and"))?.trim_end();
    let before = before.strip_suffix(',').unwrap_or(before);
    let (front, text) = match FORMULAS.iter().find_map(|(open, close)| before.strip_suffix(close)?.rsplit_once(open)) {
        Some(found) => found,
        None => {
            let start = before.rfind([' ', ',', ':']).map_or(0, |place| place + 1);
            let term = &before[start..];
            let composed = term.contains(['+', '-', '^', '/', '\\', '(', '[']) && term.contains(char::is_alphanumeric);
            if !composed {
                return None;
            }
            before.split_at(start)
        }
    };
    let front = front.trim_end_matches([' ', '*', '(']);
    let listed = lists_values(front);
    (front.is_empty() || front.ends_with([',', ';', ':', '.']) || listed).then(|| value(text, inner)).flatten()
}

/// A formula that states a value: no relation, except an equation for the name that the box gives a value to.
fn value<'t>(formula: &'t str, inner: &str) -> Option<&'t str> {
    let formula = formula.trim().trim_end_matches(['.', ',', ';', ' ']);
    let name = |text: &str| text.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.contains('=')));
    let same_name = || name(formula).is_some_and(|(left, chain)| !chain && name(inner).is_some_and(|(right, _)| left == right));
    (formula.contains(char::is_alphanumeric) && (!has_relation(formula) || same_name())).then_some(formula)
}

/// Whether a part of a sentence ends where a text begins.
fn ends_part(behind: &str) -> bool {
    let behind = behind.trim_start_matches([' ', '*', '_']);
    behind.is_empty() || behind.starts_with(['.', ',', ';', ')', '\n', '!'])
}
