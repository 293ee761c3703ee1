//! Reads a list with one item a line.
//!
//! Accepts: two or more lines, each of them a value or an equation on its own. Refuses: lines that begin with a sign or
//! end with an operator, which continue each other, and two lines of one integer each without an empty line between
//! them, which may be a fraction or a power that lost its form.

use super::answer::{Answer, Form, Read};
use super::node::Node;

/// Most lines of a list.
const MAX_LINES: usize = 64;

/// The list of the lines.
pub(super) fn list(source: &str, part: &Read<'_>) -> Option<Answer> {
    if !source.contains('\n') || source.contains("\\begin") || source.contains("$$") {
        return None;
    }
    let lines: Vec<&str> = source.lines().map(|line| line.trim().trim_end_matches([',', ';']).trim_end()).collect();
    let items: Vec<&str> = lines.iter().copied().filter(|line| !line.is_empty()).collect();
    let integers = items.iter().all(|item| item.bytes().all(|b| b.is_ascii_digit()));
    if !(2..=MAX_LINES).contains(&items.len()) || (integers && items.len() == 2 && lines.len() == 2) {
        return None;
    }
    let begins = |place: usize, item: &str| {
        item.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | '$' | '√' | '{'))
            || item.starts_with("\\frac")
            || item.starts_with("\\sqrt")
            || (place == 0 && item.starts_with('-'))
    };
    if !items.iter().enumerate().all(|(place, item)| begins(place, item) && is_whole(item, part)) {
        return None;
    }
    part(&items.join(", ")).filter(|answer| matches!(&answer.form, Form::Tree(Node::List(parts)) if parts.len() == items.len()))
}

/// Whether every line is a number with or without a sign, and one of them continues the one before as well as it stands
/// alone: `1` over `-2` may be −1 or two numbers.
pub(super) fn is_stack(source: &str) -> bool {
    let lines = || source.lines().map(str::trim).filter(|line| !line.is_empty());
    let number = |line: &str| {
        let digits = line.strip_prefix(['-', '+']).unwrap_or(line);
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    source.contains('\n') && lines().count() > 1 && lines().all(number) && lines().skip(1).any(|line| line.starts_with(['-', '+']))
}

/// Whether a line is a value, a tuple or an equation on its own.
fn is_whole(line: &str, part: &Read<'_>) -> bool {
    let Some(answer) = part(line) else { return false };
    match answer.form {
        Form::Plain(_) => true,
        Form::Tree(node) => !matches!(node, Node::List(_) | Node::Either(_) | Node::Text(_) | Node::Blank | Node::Quantity(..)),
        Form::Phrase(_) | Form::Notation(_) => false,
    }
}
