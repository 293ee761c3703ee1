//! What begins after a box: prose, another formula, an operation, or the next option of a list.

use super::commands::{APART, TEXT, is_in};
use super::values::{begins_value, has_relation};
use crate::reading::prose::{is_formula, is_operation};

/// Whether the text after a box is prose, punctuation or a separate formula. False where an operation or a factor
/// follows: `\boxed{4} x`, `\boxed{4} \cdot 2`.
pub(super) fn begins_prose(rest: &str) -> bool {
    const COMMANDS: &str = "quad qquad end tag label checkmark blacksquare square Box boxed fbox begin hfill newline medskip bigskip smallskip par \
        vspace hspace noindent qed text textbf textit mbox colorbox fcolorbox framebox framebox ovalbox";
    let line = rest.lines().next().unwrap_or("");
    let behind = line.trim_start();
    let mut characters = behind.chars();
    let Some(first) = characters.next() else {
        // A next line that begins with an operation continues the formula.
        let next = rest.trim_start().trim_start_matches('$');
        return !next.starts_with(['+', '×', '·', '÷', '/', '^']) || rest.contains("\n\n");
    };
    let next = characters.as_str().trim_start();
    match first {
        // Another formula, without a word between: `\boxed{4} \(5\)`.
        '\\' if next.starts_with(['(', '[']) => {
            let formula = next[1..].split(['\\', ')']).next().unwrap_or("");
            !begins_value(formula) || has_relation(&next[1..next.find("\\)").or_else(|| next.find("\\]")).unwrap_or(next.len())])
        }
        '\\' => {
            let name = next.bytes().take_while(u8::is_ascii_alphabetic).count();
            name == 0 || is_in(COMMANDS, &next[..name]) || is_in(APART, &next[..name]) || is_in(TEXT, &next[..name])
        }
        '+' | '×' | '·' | '⋅' | '÷' | '±' | '∓' | '√' | '^' | '≠' | '~' => false,
        '/' => !next.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\\' | '$')),
        ':' => !next.starts_with(char::is_numeric),
        '*' if behind.len() < line.len() && !behind.starts_with("**") => next.is_empty(),
        '*' => !next.trim_start_matches(['*', ' ']).starts_with(char::is_numeric),
        '–' | '—' | '-' => {
            !next.starts_with(char::is_numeric)
                && (next.chars().nth(1).is_none_or(char::is_alphabetic) || next.starts_with([' ', '-', '>', '$', '\\']))
        }
        '$' => {
            let inner = next.trim_start_matches(['$', ' ']);
            let command = inner.strip_prefix('\\').map(|name| &name[..name.bytes().take_while(u8::is_ascii_alphabetic).count()]);
            match command {
                Some(name) => is_in(APART, name) || is_in(COMMANDS, name) || is_in(TEXT, name) || name.is_empty(),
                None => inner.starts_with(['=', '(', '≈', '<', '>', '.', ',']) || inner.is_empty(),
            }
        }
        sign if is_operation(sign) => false,
        letter if letter.is_alphabetic() && behind.len() < line.len() => {
            let word = &behind[..behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len())];
            let option = letter.is_ascii_uppercase() || is_unit(behind);
            (word.chars().count() > 1 || option || letter == 'a' || !letter.is_lowercase()) && !is_formula(&word.to_lowercase())
        }
        _ => true,
    }
}

/// Whether a text begins with a unit of one small letter, alone or in a quotient: `m`, `s`, `g/mol`, `m/s^2`.
fn is_unit(text: &str) -> bool {
    let Some(behind) = text.strip_prefix(['m', 's', 'g']) else { return false };
    let power = behind.trim_start_matches('^').trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '²' | '³'));
    let quotient = power.strip_prefix('/').is_some_and(|below| below.starts_with(char::is_alphabetic));
    quotient || power.is_empty() || power.starts_with([' ', '.', ',', ';', ')', '!'])
}

/// Whether the next option of a list follows: `\boxed{4} (C) 5`.
pub(super) fn is_next_option(rest: &str) -> bool {
    let mut characters = rest.trim_start().strip_prefix('(').unwrap_or("").chars();
    let label = matches!((characters.next(), characters.next()), (Some('A'..='J'), Some(')')));
    label
        && characters
            .as_str()
            .trim_start_matches(['.', ' ', '$', '*'])
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\\' | '-'))
}
