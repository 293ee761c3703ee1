//! Reads an exponent in round brackets, `x^(n+1)` and `2**(1/4)`, as a group.
//!
//! Accepts: one expression in a bracket behind `^` or `**`. Leaves everything else as it is written, which the grammar
//! does not cover: several items, and brackets whose next character may belong to the exponent or to the whole power
//! (`2^(3)^2`, `2^(3)!`) or may make the bracket the order of a derivative (`f^(4)(x)`).

use super::{Open, Refusal, Scanner};
use crate::math::functions;
use crate::math::unicode;

/// Letters that are not the name of a function: `x^(2)(y+1)` is a product.
const FACTORS: &str = "abcdekmnpqrstxz";

impl Scanner<'_> {
    /// Writes `^`, and opens a group where the exponent is in a round bracket.
    pub(super) fn power_mark(&mut self) {
        let rest = self.rest();
        let tail = rest.trim_start();
        let group = tail.strip_prefix('(').and_then(inside).is_some_and(|(inner, behind)| {
            is_one_expression(inner)
                && !goes_on(behind)
                && (!opens(behind) || takes_no_argument(&self.out))
                && !is_iterated(&self.out)
        });
        let skipped = rest.len() - tail.len() + 1;
        self.run += 1;
        self.put("^");
        if group {
            self.at += skipped;
            self.open("{", Open::Exponent);
        }
    }

    /// `)`: closes a round bracket, or the group of an exponent.
    pub(super) fn closing_paren(&mut self) -> Result<(), Refusal> {
        let innermost = self.stack.iter().rev().find(|open| !matches!(open, Open::Bar(_)));
        let token = if innermost == Some(&Open::Exponent) { "}" } else { ")" };
        self.close(token, |kind| matches!(kind, Open::Paren | Open::Exponent)).map(drop)
    }
}

/// The text up to the bracket that closes, and the text behind it.
fn inside(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (place, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return Some((&text[..place], text[place + 1..].trim_start())),
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

fn is_one_expression(inner: &str) -> bool {
    inner.contains(|c: char| c.is_ascii_alphanumeric()) && !inner.contains([',', ';', ':', '=', '<', '>', '$', '&', '"', '|'])
}

/// Whether a mark comes next that may apply to the exponent or to the power.
fn goes_on(behind: &str) -> bool {
    behind.starts_with(['^', '!', '%', '\'', '_', '°', 'º', '’', '′'])
        || behind.starts_with("**")
        || behind.starts_with(unicode::is_script)
}

fn opens(behind: &str) -> bool {
    ["(", "[", "{", "\\left", "\\big", "\\Big"].iter().any(|bracket| behind.starts_with(bracket))
}

/// `\log^(2)`: the logarithm of the logarithm, or its square.
fn is_iterated(out: &str) -> bool {
    ["\\log", "\\ln", "\\lg", "\\exp"].iter().any(|name| out.ends_with(name))
}

/// Whether the base is not a name that may take the bracket behind the exponent as its argument.
fn takes_no_argument(out: &str) -> bool {
    if out.ends_with(')') {
        return true;
    }
    let head = out.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '.');
    let base = &out[head.len()..];
    if head.ends_with('\\') {
        return base == "pi" || functions::is_name(base);
    }
    !head.ends_with(['_', '{', '}']) && base.ends_with(|c: char| c.is_ascii_digit() || FACTORS.contains(c))
}
