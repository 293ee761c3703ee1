//! The text in front of a box.

use super::approximate::ends_approximately;
use super::beside::Around;
use super::commands::{APART, is_in};
use super::ends::{last_command, last_group, prose_group, trim_spacing_end};
use super::offers::{gives_name, listed_before, look_at_words};
use super::values::{begins_value, has_relation};
use crate::reading::unspaced::is_unspaced;

/// Commands that show nothing themselves, or only change the appearance of their argument.
const DECORATION: &str = "text textbf textit textrm mathbf mathrm mathit mathsf boldsymbol bm bf rm it underline emph displaystyle \
    textstyle large Large LARGE huge Huge normalsize small color textcolor left right big Big bigg Bigg mbox hbox \
    bold strong";

/// Length of the longest opening tag, in bytes.
const MAX_TAG: usize = 40;

/// Examines the text in front of the box.
pub(super) fn look_left(left: &str, in_formula: bool, beside: &mut Around) {
    let Some((rest, in_formula)) = leave_openers(left, in_formula) else {
        beside.changed = true;
        return;
    };
    let Some(last) = rest.chars().next_back() else { return };
    // After a word, `~` is a blank: `is~\boxed{4}`.
    let tilde =
        !in_formula && rest.strip_suffix('~').is_some_and(|before| before.is_empty() || before.ends_with(char::is_whitespace));
    beside.approximate |= tilde || ends_approximately(rest, in_formula);
    beside.changed |= touches_box(rest, in_formula);
    beside.changed |= ["~~", "<del>", "<s>", "<strike>"].iter().any(|strike| rest.ends_with(strike))
        || compares(rest, in_formula)
        || operates_before(rest);
    if !in_formula || rest.ends_with([',', ';']) {
        listed_before(rest, beside);
    } else if let Some(above) = rest.strip_suffix("\\\\") {
        beside.rivals.extend(row_above(above).map(str::to_owned));
    }
    if let Some(named) = rest.strip_suffix('=') {
        gives_name(named, beside);
    }
    beside.changed |= match last {
        '^' | '/' | '-' | '+' | '*' | '×' | '·' | '⋅' | '÷' | '±' | '∓' | '−' | '√' | '≠' | '¬' | '∖' => true,
        '_' | '!' | '°' | '\'' | '|' => in_formula,
        '.' => is_decimal_point(rest, in_formula),
        '=' => ["!=", "\\not=", "/="].iter().any(|mark| rest.ends_with(mark)),
        ')' | ']' => !(rest.ends_with("\\)") || rest.ends_with("\\]")),
        '}' => !ends_in_prose(rest),
        c if c.is_numeric() => true,
        c if c.is_alphabetic() => ends_in_factor(rest, in_formula),
        c => alters(c),
    };
    // In a formula, words are in a group, except those of a script without blanks: `$x不等于\boxed{4}$`.
    if !in_formula || last.is_alphabetic() && is_unspaced(last) {
        look_at_words(rest.trim_end(), beside);
    }
    // `\text{not }\boxed{4}`, inside or outside of a formula.
    if let Some(prose) = prose_group(rest.trim_end()) {
        beside.changed |= prose.trim_end().ends_with(['-', '−', '–', '+']);
        look_at_words(prose, beside);
    }
}

/// The text in front of everything that opens directly before the box (a formula, a group, emphasis, a tag), and
/// whether it ends in a formula. `None` where the box is an argument of a formula.
fn leave_openers(left: &str, mut in_formula: bool) -> Option<(&str, bool)> {
    let mut rest = left;
    loop {
        if in_formula {
            rest = trim_spacing_end(rest);
        }
        let length = rest.len();
        for mark in ["$$", "\\(", "\\["] {
            if in_formula && let Some(before) = rest.strip_suffix(mark) {
                (rest, in_formula) = (before, false);
            }
        }
        if rest.ends_with("\\$") {
            rest = &rest[..rest.len() - 2];
        } else if in_formula && let Some(before) = rest.strip_suffix('$') {
            (rest, in_formula) = (before, false);
        }
        match without_opener(rest) {
            Opener::Decoration(before) => rest = before,
            Opener::Formula => return None,
            Opener::None => {}
        }
        if !in_formula {
            rest = without_tag(rest);
            // Emphasis: `**\boxed{4}**`. `2*\boxed{4}` is a product.
            let plain = rest.trim_end_matches(['*', '_', '`', '"', '“']);
            if plain.len() < rest.len() && !plain.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '}')) {
                rest = plain;
            }
        }
        if rest.len() == length {
            return Some((rest, in_formula));
        }
    }
}

/// The text without an opening tag at its end: `<b>`, `<answer>`. Tags of struck-out text are kept, because they are
/// examined separately.
fn without_tag(text: &str) -> &str {
    let Some(open) = text.strip_suffix('>').and_then(|before| before.rfind('<')) else { return text };
    let name = &text[open + 1..text.len() - 1];
    let opens = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.len() <= MAX_TAG;
    if opens && !matches!(name, "del" | "s" | "strike") { &text[..open] } else { text }
}

/// Whether the point at the end of a text begins a decimal, `$.\boxed{5}$`: nothing that a sentence may end with is in front of it.
fn is_decimal_point(text: &str, in_formula: bool) -> bool {
    let before = text.strip_suffix('.').and_then(|before| before.chars().next_back());
    before.is_none_or(|c| c.is_whitespace() || "([{=+-*/<>,:&~".contains(c) || (in_formula && c == '$'))
}

/// Whether another box ends directly in front of this one, or in front of a colon or point between them:
/// `\boxed{4}\boxed{4}` shows 44, `\boxed{4}:\boxed{4}` a ratio.
fn touches_box(text: &str, in_formula: bool) -> bool {
    let joined = text.strip_suffix([':', '.']);
    let before = joined.unwrap_or(text);
    let before = if in_formula { trim_spacing_end(before) } else { before };
    let ratio = in_formula && text.ends_with(':') && before.ends_with(|c: char| c.is_numeric());
    ratio || last_group(before).and_then(last_command).is_some_and(|(name, _)| name.ends_with("boxed") || name.ends_with("fbox"))
}

enum Opener<'t> {
    /// A decoration; holds the text in front of it.
    Decoration(&'t str),
    /// The box is an argument: of a root, a fraction, an exponent.
    Formula,
    None,
}

/// An opening brace or bracket, or a command of decoration, at the end of a text.
fn without_opener(text: &str) -> Opener<'_> {
    if let Some(before) = text.strip_suffix('{') {
        let head = before.trim_end();
        if head.is_empty() || head.ends_with(['$', '=', ' ', '{', '(', ':', '&', ',']) {
            return Opener::Decoration(before);
        }
        if let Some((command, front)) = last_command(head) {
            return if is_in(DECORATION, command) { Opener::Decoration(front) } else { Opener::Formula };
        }
        // `\textcolor{red}{`
        return match last_group(head).and_then(last_command) {
            Some((command, front)) if is_in(DECORATION, command) => Opener::Decoration(front),
            _ => Opener::Formula,
        };
    }
    if let Some((command, front)) = last_command(text)
        && is_in(DECORATION, command)
    {
        return Opener::Decoration(front);
    }
    if text.ends_with('}')
        && let Some(head) = last_group(text)
        && let Some((command @ ("color" | "hspace" | "vspace" | "phantom" | "label" | "tag"), front)) = last_command(head)
    {
        let _ = command;
        return Opener::Decoration(front);
    }
    if let Some(before) = text.strip_suffix(['(', '[']) {
        let called = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '}' | ')'));
        let mark = before.ends_with('\\');
        return if mark {
            Opener::None
        } else if called {
            Opener::Formula
        } else {
            Opener::Decoration(before)
        };
    }
    Opener::None
}

/// Whether the group at the end of a text is not a factor: words, the begin or the end of an environment, another box.
fn ends_in_prose(text: &str) -> bool {
    prose_group(text).is_some()
        || last_group(text).and_then(last_command).is_some_and(|(command, _)| matches!(command, "begin" | "end" | "boxed" | "fbox"))
}

/// Whether letters in front of a box make a product, a root or a function of it. A Chinese character between formulas is a word.
fn ends_in_factor(text: &str, in_formula: bool) -> bool {
    if let Some((command, _)) = last_command(text) {
        return !is_in(APART, command);
    }
    let start = text.trim_end_matches(|c: char| c.is_alphanumeric()).len();
    let word = &text[start..];
    word.chars().count() == 1 && (in_formula || !(matches!(word, "a" | "I") || word.contains(is_unspaced)))
}

/// Whether a sign of mathematics in front of the box is an operation, a root, a comparison or a denial. An arrow, a sign of
/// equality, of membership or of a conclusion leaves the box as it is.
fn alters(sign: char) -> bool {
    let of_mathematics = matches!(sign,
        '\u{2200}'..='\u{22ff}' | '\u{27c0}'..='\u{27ef}' | '\u{2980}'..='\u{2aff}' | '\u{2795}'..='\u{2797}');
    // Minus, plus, less and greater in forms for other uses: superscript, small, full width.
    let of_another_form = matches!(sign,
        '\u{ff0b}' | '\u{ff0d}' | '\u{ff1c}' | '\u{ff1e}' | '\u{ffe2}' | '\u{fe62}'..='\u{fe65}' | '\u{207a}' | '\u{207b}' | '\u{208a}' | '\u{208b}'
        | '\u{2010}'..='\u{2012}' | '\u{2d7}'
        // What turns the direction of the text behind it.
        | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2068}');
    const APART_SIGNS: &str = "∈∋∎∴∵∼≃≅≈≐≒≔≕≗≙≜≝≡⊢⊨⊂⊆∶∷⋮⋯⋰⋱";
    let apart = APART_SIGNS.contains(sign);
    (of_mathematics || of_another_form) && !apart
}

/// The value that is the whole row of a formula above the row that begins with the box: `43 \\ \boxed{4}`.
fn row_above(formula: &str) -> Option<&str> {
    let start = ["\\\\", "\\[", "\\(", "$"]
        .iter()
        .filter_map(|mark| formula.rfind(mark).map(|place| place + mark.len()))
        .max()
        .unwrap_or(0);
    let row = formula[start..].trim();
    let row = row.strip_prefix("\\begin{").and_then(|rest| rest.split_once('}')).map_or(row, |(_, row)| row);
    let row = row.trim_matches(['&', ' ', '.', ',', ';', '\n']);
    (begins_value(row) && !has_relation(row)).then_some(row)
}

/// Whether a comparison or a percent sign is in front of the box: `x > \boxed{4}`. The end of a tag, an arrow, and the
/// mark of a quotation do not count.
fn compares(text: &str, in_formula: bool) -> bool {
    if let Some((command, _)) = last_command(text) {
        return negated(text, command)
            || is_in(
                "lt gt le leq leqq leqslant ge geq geqq geqslant ne neq nleq ngeq nless ngtr ll gg lneq gneq lnsim gnsim prec succ \
                lesssim gtrsim ncong nsim notin nmid",
                command,
            );
    }
    let text = text.trim_end();
    if text.ends_with('%') || ["<=", ">=", "=<"].iter().any(|sign| text.ends_with(sign)) {
        return true;
    }
    let Some(before) = text.strip_suffix(['<', '>', '≤', '≥']) else { return false };
    let tag = text.ends_with('>') && before.rfind('<').is_some_and(|open| !before[open..].contains(char::is_whitespace));
    let arrow = text.ends_with('>') && before.ends_with(['-', '=', '|']);
    let quotation = text.ends_with('>') && (before.trim_end().is_empty() || before.ends_with('\n'));
    in_formula || !(tag || arrow || quotation)
}

/// Whether the relation at the end of a text is crossed out: `\not\equiv`.
fn negated(text: &str, command: &str) -> bool {
    text.strip_suffix(command).and_then(|front| front.strip_suffix('\\')).is_some_and(|front| front.trim_end().ends_with("\\not"))
}

/// Whether an operation is in front of the box, whatever blanks are between: `1 + \boxed{4}`, `-\quad\boxed{4}`. A dash
/// after words and the mark of a list item do not count.
fn operates_before(text: &str) -> bool {
    let mut rest = text.trim_end_matches([' ', '$', '\t']);
    while let Some(before) = ["\\quad", "\\qquad", "\\ ", "\\"].iter().find_map(|space| rest.strip_suffix(space)) {
        rest = before.trim_end();
    }
    let spaced = rest.len() < text.len();
    let Some(sign) = rest.chars().next_back() else { return false };
    let before = rest[..rest.len() - sign.len_utf8()].trim_end_matches([' ', '$']);
    let valued = before.ends_with(|c: char| c.is_numeric() || matches!(c, ')' | '}'));
    match sign {
        '+' | '/' | '×' | '·' | '⋅' | '÷' | '±' | '∓' | '√' | '≠' | '¬' | '−' => true,
        '-' if before.ends_with(['/', '+']) => true,
        '-' | '*' => valued || (spaced && rest.len() < text.trim_end().len()),
        '–' => valued || !spaced,
        '—' => !spaced && !before.ends_with(char::is_alphabetic),
        _ => false,
    }
}
