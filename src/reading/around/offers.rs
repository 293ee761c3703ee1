//! Words and values in front of a box that offer another value or deny it.

use super::beside::Around;
use super::ends::is_mark;
use crate::reading::belief::denies_claim;
use crate::reading::lead::{Lead, is_denied, lead};
use crate::reading::prose::{denies, last_sentence, words};
use crate::reading::revision::{disowns_behind, supposes};
use crate::reading::tongues::{Effect, effect};

/// Adds a value in front of the box that a list or its position makes another answer: `5, \boxed{4}`,
/// `5 and \boxed{4}`, `5 \boxed{4}`. A number after a word is the number of something (`Step 3`), and so is one at the
/// beginning of a line (`1. \boxed{4}`).
pub(super) fn listed_before(text: &str, beside: &mut Around) {
    let line = &text[text.rfind('\n').map_or(0, |end| end + 1)..];
    let mut rest = line.trim_end_matches(is_mark);
    let mut joined = false;
    loop {
        let length = rest.len();
        let trimmed = rest.trim_end_matches([',', ';', '&', '/', '|', ' ', '(']);
        joined |= trimmed.len() < rest.len();
        rest = trimmed;
        for word in ["and", "or", "maybe", "possibly", "perhaps", "alternatively", "else", "otherwise", "vs", "versus", "also"] {
            if let Some(before) = rest.strip_suffix(word).filter(|before| before.ends_with([' ', ',', '$'])) {
                (rest, joined) = (before, true);
            }
        }
        if rest.len() == length {
            break;
        }
    }
    let rest = rest.trim_end_matches('$');
    let value = &rest[rest.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-')).len()..];
    let before = rest[..rest.len() - value.len()].trim_end_matches(['$', '(', '\\']);
    let decimal = line.strip_suffix('.').is_some_and(|whole| !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit()));
    beside.changed |= decimal;
    // `f(43, \boxed{4})`, `the solutions are 43 and \boxed{4}`
    let within = joined && rest[..rest.len() - value.len()].ends_with('(');
    let plural = joined && lists_values(before);
    let begins = before.trim().is_empty() || before.trim_end().ends_with([',', ';', ':', '.']) || within || plural;
    if value.contains(|c: char| c.is_ascii_digit())
        && !value.ends_with('.')
        && begins
        && (joined || !line.ends_with(['.', ')', ':']))
    {
        beside.rivals.push(value.to_owned());
    }
}

/// Whether a text ends like one that lists values: `the solutions are`, `either`.
pub(super) fn lists_values(before: &str) -> bool {
    const VALUES: &str = "solutions answers roots zeros values options possibilities either both";
    let is_value = |word: &str| VALUES.split(' ').any(|known| known == word);
    let last = words(before).next_back();
    last.is_some_and(|word| matches!(word.as_str(), "are" | "were" | "either" | "both"))
        && words(last_sentence(before)).any(|word| is_value(&word))
}

/// Examines the words in front of the name that a box gives its value to: `41 or x =`, `not x =`.
pub(super) fn gives_name(named: &str, beside: &mut Around) {
    let said = without_name(named);
    offered_before(said, beside);
    let sentence = last_sentence(said).trim_end_matches(is_mark);
    beside.changed |= is_untrue(sentence)
        || words(sentence).next_back().is_some_and(|word| denies(&word))
        || effect(sentence) == Some(Effect::Denies);
}

/// The text without a name at its end: `41 or` from `41 or x`.
fn without_name(text: &str) -> &str {
    text.trim_end().trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '{' | '}' | '\\' | '\''))
}

/// Examines words in front of a box that change it, deny it or offer another value.
pub(super) fn look_at_words(left: &str, beside: &mut Around) {
    let lines = without_brackets(left.trim_end_matches(is_mark)).trim_end_matches(is_mark);
    let sentence = last_sentence(lines);
    beside.changed |= is_untrue(sentence);
    // The words must be next to the box; a heading above it does not refer to it.
    let heading = left.contains('\n') && left[lines.len()..].contains('\n') && sentence.trim_start().starts_with(['#', '*']);
    if !lines.ends_with(char::is_alphabetic) || heading {
        return;
    }
    if left[lines.len()..].contains([':', '：']) {
        // `certainly not: 4`, `this is not the answer: 4`, `rejected: 4`
        const REFUSED: &str = "rejected excluded eliminated discarded dismissed invalid";
        const NAMES: &str = "this that it these the a an correct right final answer solution value result number";
        let mut last = words(sentence).rev().skip_while(|word| NAMES.split(' ').any(|known| known == word));
        let clause = sentence.rsplit(',').next().unwrap_or(sentence);
        let alone = words(clause).count() == 1;
        beside.changed |= last.next().is_some_and(|word| word == "not" || (alone && REFUSED.split(' ').any(|known| known == word)));
        return;
    }
    match effect(lines) {
        Some(Effect::Approximates) => beside.approximate = true,
        Some(_) => beside.changed = true,
        None => {}
    }
    match lead(sentence) {
        Lead::Plain => {}
        Lead::Changes => beside.changed = true,
        Lead::Offers => offered_before(lines, beside),
    }
}

/// The text with a closing tag or bracket at its end opened: `<b>not</b>`, `(not)`.
fn without_brackets(text: &str) -> &str {
    if let Some(open) = text.strip_suffix('>').and_then(|inner| inner.rfind("</")) {
        return &text[..open];
    }
    let within =
        text.strip_suffix(')').filter(|inner| inner.rfind('(').is_some_and(|open| words(&inner[open..]).all(|word| denies(&word))));
    within.unwrap_or(text)
}

/// Examines the paragraph in front of the one that begins with a box. Where it ends without a stop, its sentence goes on:
/// `The answer is not` denies the box below it.
pub(super) fn look_at_paragraph(before: &str, beside: &mut Around) {
    let lines = before.trim_end();
    let stated = lines.trim_end_matches([':', '：']).trim_end();
    let sentence = last_sentence(stated);
    if sentence.trim_start().starts_with(['#', '*', '_', '-']) || !stated.ends_with(char::is_alphabetic) {
        return;
    }
    // `If not` begins a case.
    let mut last = words(sentence).rev();
    let case = last.next().is_some_and(|word| word == "not")
        && last.next().is_some_and(|word| matches!(word.as_str(), "if" | "or" | "why"));
    // `The equation holds if and only if` states the box below it.
    if words(sentence).next_back().is_some_and(|word| matches!(word.as_str(), "if" | "unless" | "when")) {
        return;
    }
    beside.changed |= (!case && is_denied(sentence)) || is_untrue(sentence) || effect(sentence) == Some(Effect::Denies);
}

/// Whether a clause in front of a value only supposes its claim, or calls it untrue.
fn is_untrue(sentence: &str) -> bool {
    disowns_behind(sentence) || supposes(sentence) || denies_claim(sentence)
}

/// Adds the value in front of an `or` that ends a text.
fn offered_before(text: &str, beside: &mut Around) {
    let text = text.trim_end_matches(is_mark);
    let Some(offered) = ["or", "xor", "nor"].iter().rev().find_map(|word| text.strip_suffix(word)) else { return };
    if offered.ends_with(char::is_alphabetic) {
        return;
    }
    let offered = offered.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | '$'));
    let value = offered.rsplit(|c: char| c.is_whitespace() || matches!(c, '$' | '=')).next().unwrap_or(offered);
    beside.rivals.push(value.to_owned());
}
