//! Other values after a box, and the words that introduce them.

use crate::reading::prose::{counts, words};

/// Whether a text begins with a value: a number, or a command that shows a number.
pub(super) fn begins_value(text: &str) -> bool {
    let text = text.trim_start_matches(['$', ' ', '\\']);
    let unsigned = text.trim_start_matches(['-', '−', '+', '.', ' ']);
    unsigned.starts_with(char::is_numeric)
        || unsigned.starts_with("frac")
        || unsigned.starts_with("sqrt")
        || unsigned.starts_with("dfrac")
}

/// Whether a formula is a relation, so that it states no value alone: `x=4`, `n \in \mathbb{Z}`, `x \neq 0`.
pub(super) fn has_relation(formula: &str) -> bool {
    const COMMANDS: &str = "ne neq le leq leqslant ge geq geqslant lt gt in notin ni subset subseteq approx equiv sim mid forall exists to rightarrow Rightarrow implies iff mod \
        pmod bmod text mathrm mbox textbf quad qquad ldots dots cdots";
    let sign = |c: char| matches!(c, '=' | '<' | '>' | ':' | '|' | '≤' | '≥' | '≠' | '∈' | '≈' | '≡' | '→' | '…');
    formula.contains(sign)
        || formula.split('\\').skip(1).any(|rest| {
            let name = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
            COMMANDS.split_whitespace().any(|known| known == &rest[..name])
        })
}

/// The text without blanks, spacing commands and words that join (`\text{ and }`) at its beginning.
pub(super) fn without_spacing(text: &str) -> &str {
    const SPACES: [&str; 9] = ["\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\quad", "\\qquad", "&"];
    let mut rest = text;
    loop {
        let length = rest.len();
        rest = rest.trim_start();
        for space in SPACES {
            rest = rest.strip_prefix(space).unwrap_or(rest);
        }
        if let Some((words, behind)) = rest.strip_prefix("\\text{").and_then(|inner| inner.split_once('}'))
            && matches!(words.trim(), "and" | "or" | "")
        {
            rest = behind;
        }
        if rest.len() == length {
            return rest;
        }
    }
}

/// The value that a formula has after a comma or a semicolon: `, \quad 5`, `,\ x-1`. The text is what follows the mark.
pub(super) fn next_of_list(behind: &str) -> Option<&str> {
    let rest = without_spacing(behind);
    let end = ["\\\\", "\\end", "\\]", "\\)", "$", "\n\n"].iter().filter_map(|mark| rest.find(mark)).min().unwrap_or(rest.len());
    let piece = rest[..end].trim().trim_end_matches(['.', ',', ';', ' ']);
    let first = piece.split([',', ';']).next().unwrap_or(piece).trim().trim_end_matches(['\\', ' ']);
    let shows = begins_value(first) || (first.contains(char::is_alphanumeric) && first.contains(['+', '-', '^', '/', '_', '(']));
    (shows && !has_relation(piece)).then_some(first)
}

/// Whether a bracket after a value contains a factor of it, and not words or the name of an option: `4(5)`, `4(x+1)`.
pub(super) fn is_factor(behind: &str) -> bool {
    let inner = behind.split(')').next().unwrap_or(behind);
    let operation = inner.contains(['+', '-', '*', '/', '^']) && words(inner).all(|word| word.chars().count() == 1);
    begins_value(inner) || operation
}

/// The value that is the whole next row of a formula: `\boxed{4} \\ 5`. A row that is an equation has its own left
/// side, so it does not count.
pub(super) fn row(behind: &str) -> Option<&str> {
    let end = ["\\\\", "\\end", "\\]", "\\)", "$", "\n"].iter().filter_map(|mark| behind.find(mark)).min().unwrap_or(behind.len());
    let row = behind[..end].trim_start_matches(['&', '=', ' ']).trim_end_matches(['.', ' ']);
    (begins_value(row) && !row.contains('=')).then_some(row)
}

/// The value after words that announce a restatement: `that is, 5`, `namely 5`.
pub(super) fn restated(body: &str) -> Option<String> {
    const RESTATING: [&str; 9] = [
        "that is, ",
        "that is: ",
        "namely ",
        "namely, ",
        "meaning ",
        "meaning: ",
        "in other words, ",
        "to be precise, ",
        "more precisely, ",
    ];
    let lower = body.get(..20).unwrap_or(body).to_ascii_lowercase();
    let behind = RESTATING.iter().find(|words| lower.starts_with(**words)).map(|words| &body[words.len()..])?;
    let value = behind.split([')', ';']).next().unwrap_or(behind).rsplit('=').next().unwrap_or(behind).trim();
    let spelled = words(value).next().is_some_and(|word| counts(&word)) && value.starts_with(char::is_alphabetic);
    (spelled || begins_value(value)).then(|| value.trim_matches('$').to_owned())
}

/// The base that the text gives for a value: `in base 5`, `in binary`.
pub(super) fn base(body: &str) -> Option<&str> {
    let behind = body.strip_prefix("in ").unwrap_or(body);
    for (name, base) in [("binary", "2"), ("ternary", "3"), ("octal", "8"), ("hexadecimal", "16")] {
        if behind.starts_with(name) {
            return Some(base);
        }
    }
    let behind = behind.strip_prefix("base ")?.trim_start_matches(['$', ' ']);
    let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| &behind[..digits])
}

/// Whether a text after `to` makes the number in front of it the base of a power: `the fifth`, `the power of 5`.
/// `to the nearest tenth` and `to the fifth decimal` describe rounding.
pub(super) fn raises(tail: &str) -> bool {
    let mut all = words(tail);
    let (Some(article), Some(word)) = (all.next(), all.next()) else { return false };
    let ordinal = word.ends_with("th") || matches!(word.as_str(), "first" | "second" | "third" | "power");
    let digits = tail.strip_prefix("the ").is_some_and(|rest| rest.starts_with(char::is_numeric));
    let rounded = |word: &str| ["decimal", "digit", "place", "significant", "figure"].iter().any(|noun| word.starts_with(noun));
    article == "the" && (ordinal || digits) && !words(tail).any(|word| rounded(&word))
}
