//! Text that touches the end of a box: the rest of a formula, a unit, a sign.

use super::beside::Around;
use super::commands::{APART, TEXT, is_in};
use super::values::{begins_value, has_relation, is_factor, next_of_list, without_spacing};
use crate::reading::prose::{counts, denies, is_plain, offers, words};

/// Whether a formula continues directly after one that ended: `$4$,000`, `$4$/$5$`, `$4$0`.
pub(super) fn goes_on(rest: &str) -> bool {
    let mut characters = rest.chars();
    let (first, second) = (characters.next(), characters.next());
    match first {
        Some(c) if c.is_numeric() => true,
        Some('^' | '_' | '/' | '·' | '×' | '÷') => true,
        Some('-' | '+' | '*' | '−') => second.is_some_and(|c| c.is_numeric() || matches!(c, '$' | '\\')),
        Some(',' | '.' | '(') => second.is_some_and(char::is_numeric),
        Some(':' | '∶' | '：') => is_ratio(rest),
        _ => false,
    }
}

/// Whether a colon that touches a value, and a value that touches the colon, make a ratio or a time: `4:5`, `4:30`.
/// `4: 2+2` explains.
fn is_ratio(run: &str) -> bool {
    let Some(behind) = run.strip_prefix([':', '∶', '：']) else { return false };
    let second = behind.trim_start_matches('$');
    let value = second.split(|c: char| c.is_whitespace() || matches!(c, '$' | '。')).next().unwrap_or(second);
    value.starts_with(|c: char| c.is_numeric() || c == '\\') && begins_value(value) && !value.contains(['=', '+', '-', '*', ')'])
}

/// Examines the text that touches the end of the box; returns where that text ends.
pub(super) fn formula_right(rest: &str, in_formula: bool, inner: &str, beside: &mut Around) -> usize {
    let end = run_end(rest, in_formula);
    text_right(&rest[end..], beside);
    let run = rest[..end].trim();
    let Some(first) = run.chars().next() else { return end };
    let word = run.chars().take_while(|c| c.is_alphabetic()).count();
    match first {
        '=' => {
            let sides = run.split('=').map(str::trim).filter(|side| !side.is_empty());
            beside.rivals.extend(sides.map(str::to_owned));
        }
        '|' if begins_value(&run[1..]) => beside.rivals.push(run[1..].trim_matches(['|', ' ']).to_owned()),
        // The letter of an option is no term of a ratio.
        ':' | '∶' | '：' if is_ratio(run) && !(inner.len() == 1 && inner.starts_with(|c: char| c.is_ascii_uppercase())) => {
            beside.changed = true
        }
        '<' | '>' | '≈' | '≤' | '≥' | '≠' | ':' | '|' | ')' | ']' | '(' if in_formula => {
            beside.changed |= first == '('
                && !["(\\bmod", "(\\mod", "(\\text{mod", "(\\mathrm{mod", "(mod"]
                    .iter()
                    .any(|modulus| rest.trim_start().starts_with(modulus))
        }
        ',' | ';' if in_formula => beside.rivals.extend(next_of_list(&rest.trim_start()[1..]).map(str::to_owned)),
        '\'' if in_formula => beside.changed = true,
        '!' if in_formula => beside.rivals.push(format!("({inner}){run}")),
        '.' | '!' | '?' | ',' | ';' | ':' | '"' | '\'' | ')' | ']' | '<' | '>' | '—' | '–' | '…' | '`' | '(' | '|' | '”' => {
            beside.changed |= mark_goes_on(first, run);
        }
        '*' | '_' if !in_formula => {
            let behind = run.trim_start_matches(['*', '_']);
            beside.changed |= behind.starts_with(char::is_numeric) || (first == '_' && run.starts_with("_{"));
        }
        '-' if !in_formula && !run[1..].starts_with(|c: char| c.is_numeric() || matches!(c, '\\' | '$' | '(')) => {
            // `4-ish`
            beside.changed |= run[1..].starts_with(char::is_alphabetic);
        }
        '\\' if command_apart(run) => concludes(rest.trim_start(), beside),
        '\\' if run.starts_with("\\text") || run.starts_with("\\mathrm") || run.starts_with("\\mbox") => {}
        // A picture, or a character left by a faulty decoder: `4✅`.
        c if decorates(c) => beside.changed |= run.contains(char::is_alphanumeric),
        // A word: a unit, or prose.
        c if c.is_alphabetic() && word >= 2 => {
            beside.changed |= words(run).next().is_some_and(|word| counts(&word));
        }
        // `4^2`, `40`, `4x`, `4\pi`: the value is that of the whole expression.
        _ => {
            let simple = inner.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
            beside.rivals.push(if simple { format!("{inner}{run}") } else { format!("({inner}){run}") });
        }
    }
    end
}

/// Whether a punctuation mark or bracket that touches the box continues its value: `4.5`, `4(5)`, `4!=5`.
fn mark_goes_on(first: char, run: &str) -> bool {
    let operand = match first {
        ')' | ']' => goes_on(&run[1..]),
        // `4(5)` is a product.
        '(' => is_factor(&run[1..]),
        '.' | ',' | '!' | '–' | '—' => run.trim_start_matches(['.', ',', '!', '–', '—']).starts_with(char::is_numeric),
        _ => false,
    };
    operand || run.starts_with("!=")
}

/// Examines a `\text{…}` after a box, which may be a unit or prose.
pub(super) fn text_right(rest: &str, beside: &mut Around) {
    let Some((command, behind)) = rest.split_once('{').filter(|(command, _)| command.starts_with('\\') && command.len() < 12)
    else {
        return;
    };
    if !is_in(TEXT, command.trim_end().trim_start_matches('\\')) {
        return;
    }
    let (inner, _) = behind.split_once('}').unwrap_or((behind, ""));
    // A modulus does not change the value.
    if inner.trim_start_matches(['(', ' ']).starts_with("mod") {
        return;
    }
    // A unit may contain signs that prose does not: `m/s`, `cm^2`. `/5` is not a unit.
    let unit =
        inner.replace("\\,", " ").trim().chars().all(|c| c.is_alphabetic() || matches!(c, '/' | ' ' | '.' | '^' | '~' | '°' | '%'))
            || (inner.contains("^{-")
                && inner
                    .replace("\\,", "")
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'^' | b'{' | b'-' | b' ')));
    // With `^` or `\`, the text is an expression of units, which is checked here and not passed on as a label.
    beside.label = if inner.contains(['^', '\\']) { String::new() } else { inner.trim().to_owned() };
    beside.changed |= !(is_plain(inner) || (unit && words(inner).all(|word| !(denies(&word) || offers(&word) || counts(&word)))));
}

/// Whether a character has no effect on a value: pictures, joiners and control characters. Pictures of crosses and of
/// operation signs do have one.
fn decorates(c: char) -> bool {
    let says = matches!(c, '✕'..='✘' | '✝' | '❌' | '❎' | '➕'..='➗' | '✚' | '✛' | '✜' | '☒') || c.is_numeric();
    let picture =
        matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' | '\u{fe0f}' | '\u{200b}'..='\u{200d}' | '\u{fffd}');
    (picture || c.is_control()) && !says
}

/// Examines a command between two values: `\to 5` and `\newline 5` show another one, `\colon 5` a ratio.
fn concludes(rest: &str, beside: &mut Around) {
    const ARROWS: &str = "to rightarrow longrightarrow Rightarrow Longrightarrow implies mapsto leadsto newline linebreak";
    let name = rest[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
    let behind = without_spacing(&rest[1 + name..]);
    let behind = behind.strip_prefix("\\text{").unwrap_or(behind);
    let end = behind.find(['$', '}', '\n', ',', ';']).unwrap_or(behind.len());
    let value = behind[..end].trim().trim_matches(['.', '(', ')']);
    match &rest[1..=name] {
        "colon" => beside.changed |= begins_value(value),
        arrow if is_in(ARROWS, arrow) && begins_value(value) && !has_relation(value) => beside.rivals.push(value.to_owned()),
        _ => {}
    }
}

fn command_apart(run: &str) -> bool {
    let name = run[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
    is_in(APART, &run[1..=name]) || matches!(&run[1..=name], "neq" | "ne" | "colon" | "text" | "because")
}

/// The end of the text that touches the box: the end of the formula, words, or, outside of formulas, a blank.
pub(super) fn run_end(rest: &str, in_formula: bool) -> usize {
    let mut end = rest.len();
    let mut marks = vec!["$", "\\)", "\\]", "\\text", "\\mbox", "\\mathrm", "\\quad", "\\\\", "\\end", "\\boxed", "\\fbox", "\n\n"];
    if !in_formula {
        marks.extend([" ", "\n"]);
    }
    for mark in marks {
        if let Some(place) = rest.find(mark) {
            end = end.min(place);
        }
    }
    if in_formula {
        // A relation ends this text, unless it comes first.
        for mark in ["\\approx", "\\leq", "\\le ", "\\geq", "\\ge ", "\\implies", "\\Rightarrow", "<", ">", "≈"] {
            if let Some(place) = rest.find(mark).filter(|place| *place > 0) {
                end = end.min(place);
            }
        }
        if !rest.starts_with('=')
            && let Some(place) = rest.find('=').filter(|place| *place > 0)
        {
            end = end.min(place);
        }
    }
    end
}
