//! What stands beside a box, and what it does to the box's value.
//!
//! A box is the answer where prose, punctuation or a unit stands beside it. Where a formula goes on beside it (`-\boxed{4}`, `\boxed{4}^2`), the
//! reader sees another value; where another answer is offered (`\boxed{4} or 5`), the reader sees a hedge; where it is denied
//! (`not \boxed{4}`), no answer. Only the paragraph of the box is looked at, and of that a bounded stretch.

use super::BoxSpan;
use super::prose::{counts, denies, is_plain, offers, sentence_end, words};

/// How far behind the box a text is looked at.
const BEHIND: usize = 400;
/// How far in front of it: as far as a formula may have begun.
const BEFORE: usize = 4_000;

/// What the text beside a box does to it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// A formula goes on beside the box, or the box is denied: its content is not the value that is shown.
    pub changed: bool,
    /// Values beside the box that must agree with it.
    pub rivals: Vec<String>,
}

/// Looks at what stands beside a box.
pub(crate) fn around(text: &str, found: &BoxSpan) -> Around {
    let (left, right) = (before(text, found.start), after(text, found.end));
    let inner = text[found.inner.clone()].trim();
    let mut beside = Around::default();
    // A dollar sign too many is a price, and says nothing about formulas.
    let priced = (dollars(left) + dollars(right)) % 2 == 1;
    let in_formula = !priced && is_formula(left);
    look_left(left, in_formula, &mut beside);
    look_right(right, in_formula, inner, &mut beside);
    // Other boxes are compared as such.
    beside.rivals.retain(|rival| !rival.contains("box"));
    beside
}

/// The paragraph in front of a box.
fn before(text: &str, start: usize) -> &str {
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let left = &text[from..start];
    left.rfind("\n\n").map_or(left, |end| &left[end..])
}

/// The paragraph behind a box.
fn after(text: &str, end: usize) -> &str {
    let mut to = text.len().min(end + BEHIND);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let right = &text[end..to];
    right.find("\n\n").map_or(right, |end| &right[..end])
}

fn dollars(text: &str) -> usize {
    memchr::memchr_iter(b'$', text.as_bytes()).filter(|place| *place == 0 || text.as_bytes()[place - 1] != b'\\').count()
}

/// Whether a text ends inside of `$…$`, `\(…\)` or `\[…\]`.
fn is_formula(left: &str) -> bool {
    let mut inside = false;
    let mut characters = left.chars();
    while let Some(c) = characters.next() {
        match c {
            '$' => inside = !inside,
            '\\' => match characters.next() {
                Some('(' | '[') => inside = true,
                Some(')' | ']') => inside = false,
                _ => {}
            },
            _ => {}
        }
    }
    // `$$` counts twice, which is once too often.
    let doubled = left.matches("$$").count() % 2 == 1;
    inside != doubled
}

/// Commands that show nothing of their own or only how their argument looks.
const DECORATION: [&str; 36] = [
    "text",
    "textbf",
    "textit",
    "textrm",
    "mathbf",
    "mathrm",
    "mathit",
    "mathsf",
    "boldsymbol",
    "bm",
    "bf",
    "rm",
    "it",
    "underline",
    "emph",
    "displaystyle",
    "textstyle",
    "large",
    "Large",
    "LARGE",
    "huge",
    "Huge",
    "normalsize",
    "small",
    "color",
    "textcolor",
    "left",
    "right",
    "big",
    "Big",
    "bigg",
    "Bigg",
    "mbox",
    "hbox",
    "bold",
    "strong",
];
/// Commands that stand between two formulas, or in front of one, without changing it.
const APART: [&str; 40] = [
    "therefore",
    "because",
    "implies",
    "impliedby",
    "iff",
    "Rightarrow",
    "rightarrow",
    "Longrightarrow",
    "longrightarrow",
    "Leftrightarrow",
    "leftrightarrow",
    "to",
    "mapsto",
    "approx",
    "sim",
    "simeq",
    "cong",
    "equiv",
    "le",
    "leq",
    "leqslant",
    "ge",
    "geq",
    "geqslant",
    "lt",
    "gt",
    "in",
    "subset",
    "subseteq",
    "quad",
    "qquad",
    "ldots",
    "dots",
    "colon",
    "mid",
    "item",
    "hline",
    "newline",
    "square",
    "triangleq",
];

/// What stands in front of the box.
fn look_left(left: &str, mut in_formula: bool, beside: &mut Around) {
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
            Opener::Formula => {
                beside.changed = true;
                return;
            }
            Opener::None => {}
        }
        if !in_formula {
            // Emphasis: `**\boxed{4}**`; `2*\boxed{4}` is none.
            let plain = rest.trim_end_matches(['*', '_', '`', '"', '“']);
            if plain.len() < rest.len() && !plain.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '}')) {
                rest = plain;
            }
        }
        if rest.len() == length {
            break;
        }
    }
    let Some(last) = rest.chars().next_back() else { return };
    beside.changed = match last {
        '^' | '/' | '-' | '+' | '*' | '×' | '·' | '⋅' | '÷' | '±' | '∓' | '−' | '√' | '≠' | '¬' | '∖' => true,
        '_' | '!' | '%' | '°' | '\'' => in_formula,
        '=' => ["!=", "\\not=", "/="].iter().any(|mark| rest.ends_with(mark)),
        ')' | ']' => !(rest.ends_with("\\)") || rest.ends_with("\\]")),
        '}' => !ends_in_prose(rest),
        c if c.is_numeric() => true,
        c if c.is_alphabetic() => ends_in_factor(rest, in_formula),
        _ => false,
    };
    if !in_formula {
        look_at_words(rest.trim_end(), beside);
    } else if let Some(prose) = prose_group(rest) {
        look_at_words(prose, beside);
    }
}

/// Blanks and spacing commands at the end.
fn trim_spacing_end(text: &str) -> &str {
    let mut rest = text;
    loop {
        let length = rest.len();
        rest = rest.trim_end();
        for space in ["\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\quad", "\\qquad"] {
            rest = rest.strip_suffix(space).unwrap_or(rest);
        }
        if rest.len() == length {
            return rest;
        }
    }
}

enum Opener<'t> {
    /// What stands in front of it.
    Decoration(&'t str),
    /// The box is an argument: of a root, a fraction, an exponent.
    Formula,
    None,
}

/// An opening brace or bracket, or a command of decoration, at the end.
fn without_opener(text: &str) -> Opener<'_> {
    if let Some(before) = text.strip_suffix('{') {
        let head = before.trim_end();
        if head.is_empty() || head.ends_with(['$', '=', ' ', '{', '(', ':', '&', ',']) {
            return Opener::Decoration(before);
        }
        if let Some((command, front)) = last_command(head) {
            return if DECORATION.contains(&command) { Opener::Decoration(front) } else { Opener::Formula };
        }
        // `\textcolor{red}{`
        return match last_group(head).and_then(last_command) {
            Some((command, front)) if DECORATION.contains(&command) => Opener::Decoration(front),
            _ => Opener::Formula,
        };
    }
    if let Some((command, front)) = last_command(text)
        && DECORATION.contains(&command)
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

/// The command at the end of a text, and what stands in front of it.
fn last_command(text: &str) -> Option<(&str, &str)> {
    let start = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    let front = text[..start].strip_suffix('\\')?;
    (start < text.len()).then_some((&text[start..], front))
}

/// What stands in front of the group `{…}` at the end of a text.
fn last_group(text: &str) -> Option<&str> {
    let inner = text.strip_suffix('}')?;
    let mut depth = 0usize;
    for (place, byte) in inner.bytes().enumerate().rev() {
        match byte {
            b'}' => depth += 1,
            b'{' if depth == 0 => return Some(&text[..place]),
            b'{' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The words of a `\text{…}` at the end of a text.
fn prose_group(text: &str) -> Option<&str> {
    let head = last_group(text)?;
    let (command, _) = last_command(head)?;
    matches!(command, "text" | "textbf" | "textit" | "textrm" | "mbox" | "hbox" | "mathrm" | "emph")
        .then(|| &text[head.len() + 1..text.len() - 1])
}

/// A group at the end that is no factor: words, the begin or the end of an environment.
fn ends_in_prose(text: &str) -> bool {
    prose_group(text).is_some()
        || last_group(text).and_then(last_command).is_some_and(|(command, _)| matches!(command, "begin" | "end" | "boxed" | "fbox"))
}

/// Letters in front of a box that make a product, a root or a function of it.
fn ends_in_factor(text: &str, in_formula: bool) -> bool {
    if let Some((command, _)) = last_command(text) {
        return !APART.contains(&command);
    }
    let start = text.trim_end_matches(|c: char| c.is_alphanumeric()).len();
    let word = &text[start..];
    word.chars().count() == 1 && (in_formula || !matches!(word, "a" | "I"))
}

/// Words in front of a box that deny it or offer another value.
fn look_at_words(left: &str, beside: &mut Around) {
    let left = left.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '$' | '*' | '_' | '"' | '“' | '(' | ':' | '\\'));
    const FILLERS: [&str; 12] =
        ["be", "equal", "equals", "to", "exactly", "simply", "just", "the", "a", "an", "really", "necessarily"];
    let sentence = left.rfind(['.', '\n', '!', '?', ';']).map_or(left, |end| &left[end + 1..]);
    let Some(word) = words(sentence).rev().take(5).find(|word| !FILLERS.contains(&word.as_str())) else { return };
    // The word must stand beside the box, with nothing but fillers between.
    if !left.ends_with(char::is_alphabetic) {
        return;
    }
    if denies(&word) {
        beside.changed = true;
    }
    if matches!(word.as_str(), "or" | "xor" | "nor") {
        let offered = sentence.rfind(word.as_str()).map_or(sentence, |end| &sentence[..end]);
        let offered = offered.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '(' | '$'));
        let value = offered.rsplit(|c: char| c.is_whitespace() || c == '$').next().unwrap_or(offered);
        beside.rivals.push(value.to_owned());
    }
}

/// What stands behind the box.
fn look_right(right: &str, in_formula: bool, inner: &str, beside: &mut Around) {
    let (rest, in_formula) = leave_formula(right, in_formula);
    if in_formula {
        formula_right(rest, true, inner, beside);
    } else if rest.len() < right.len() {
        beside.changed |= goes_on(rest);
        prose_right(rest, beside);
    } else if sentence_end(rest) > 0 {
        let end = formula_right(rest, false, inner, beside);
        prose_right(&rest[end..], beside);
    }
}

/// The text behind closing braces, percent and degree signs, and the end of the formula; and whether the formula still goes on.
fn leave_formula(right: &str, mut in_formula: bool) -> (&str, bool) {
    let mut rest = right;
    loop {
        let length = rest.len();
        if in_formula {
            rest = rest.trim_start();
            for space in ["\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\quad", "\\qquad", "\\right)", "\\right]", "\\displaystyle"] {
                rest = rest.strip_prefix(space).unwrap_or(rest);
            }
        }
        for sign in ["}", "\\%", "%", "^{\\circ}", "^\\circ", "^{°}", "°", "\\degree", "\\checkmark", "\\blacksquare", "\\square"]
        {
            rest = rest.strip_prefix(sign).unwrap_or(rest);
        }
        if let Some(behind) = rest.strip_prefix("\\end{") {
            rest = behind.split_once('}').map_or("", |(_, behind)| behind);
        }
        for mark in ["\\)", "\\]", "$$", "$"] {
            if let Some(behind) = rest.strip_prefix(mark) {
                return (behind, false);
            }
        }
        if rest.starts_with("\\\\") || rest.starts_with('&') || rest.starts_with("\\tag") || rest.starts_with("\\label") {
            return ("", false);
        }
        if rest.len() == length {
            return (rest, in_formula && !rest.is_empty());
        }
        in_formula = in_formula && !rest.is_empty();
    }
}

/// Whether a formula goes on directly behind one that ended: `$4$,000`, `$4$/$5$`, `$4$0`.
fn goes_on(rest: &str) -> bool {
    let mut characters = rest.chars();
    let (first, second) = (characters.next(), characters.next());
    match first {
        Some(c) if c.is_numeric() => true,
        Some('^' | '_' | '/' | '·' | '×' | '÷') => true,
        Some('-' | '+' | '*' | '−') => second.is_some_and(|c| c.is_numeric() || matches!(c, '$' | '\\')),
        Some(',' | '.') => second.is_some_and(char::is_numeric),
        _ => false,
    }
}

/// What touches the box behind it; returns where that ends.
fn formula_right(rest: &str, in_formula: bool, inner: &str, beside: &mut Around) -> usize {
    let end = run_end(rest, in_formula);
    if in_formula {
        text_right(&rest[end..], beside);
    }
    let run = rest[..end].trim();
    let Some(first) = run.chars().next() else { return end };
    let word = run.chars().take_while(|c| c.is_alphabetic()).count();
    match first {
        '=' => {
            let sides = run.split('=').map(str::trim).filter(|side| !side.is_empty());
            beside.rivals.extend(sides.map(str::to_owned));
        }
        '<' | '>' | '≈' | '≤' | '≥' | '≠' | ':' | '|' | ')' | ']' | '(' if in_formula => beside.changed |= first == '(',
        ',' | ';' if in_formula => {
            let value = run[1..].trim();
            if value.starts_with(|c: char| c.is_numeric() || c == '-') || value.starts_with("\\frac") {
                beside.rivals.push(value.to_owned());
            }
        }
        '!' if in_formula => beside.rivals.push(format!("({inner}){run}")),
        '.' | '!' | '?' | ',' | ';' | ':' | '"' | '\'' | ')' | ']' | '<' | '>' | '—' | '–' | '…' | '`' | '(' | '|' | '”' => {
            let decimals = matches!(first, '.' | ',') && run[1..].starts_with(char::is_numeric);
            beside.changed |= decimals || run.starts_with("!=");
        }
        '*' | '_' if !in_formula => {
            let behind = run.trim_start_matches(['*', '_']);
            beside.changed |= behind.starts_with(char::is_numeric) || (first == '_' && run.starts_with("_{"));
        }
        '-' if !in_formula && !run[1..].starts_with(|c: char| c.is_numeric() || matches!(c, '\\' | '$' | '(')) => {}
        '\\' if command_apart(run) => {}
        '\\' if run.starts_with("\\text") || run.starts_with("\\mathrm") || run.starts_with("\\mbox") => {}
        // A word: a unit, or prose.
        c if c.is_alphabetic() && word >= 2 => {
            beside.changed |= words(run).next().is_some_and(|word| counts(&word));
        }
        // `4^2`, `40`, `4x`, `4\pi`: the value is that of the whole.
        _ => {
            let simple = inner.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
            beside.rivals.push(if simple { format!("{inner}{run}") } else { format!("({inner}){run}") });
        }
    }
    end
}

fn command_apart(run: &str) -> bool {
    let name = run[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
    APART.contains(&&run[1..=name]) || matches!(&run[1..=name], "neq" | "ne" | "colon" | "text" | "because")
}

/// Where what touches the box ends: at the end of the formula, at words, or, outside of formulas, at a blank.
fn run_end(rest: &str, in_formula: bool) -> usize {
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
        // A relation ends what touches the box, but is looked at where it comes first.
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

/// `\text{…}` behind a box: a unit or prose.
fn text_right(rest: &str, beside: &mut Around) {
    let Some((command, behind)) = rest.split_once('{').filter(|(command, _)| command.starts_with('\\') && command.len() < 12)
    else {
        return;
    };
    if !matches!(command.trim_end(), "\\text" | "\\textbf" | "\\textit" | "\\textrm" | "\\mbox" | "\\mathrm") {
        return;
    }
    let (inner, _) = behind.split_once('}').unwrap_or((behind, ""));
    // A unit may hold signs that prose has not: `m/s`, `cm^2`, `/5` does not.
    let unit = inner.trim().chars().all(|c| c.is_alphabetic() || matches!(c, '/' | ' ' | '.' | '^' | '~' | '°' | '%'));
    beside.changed |= !(is_plain(inner) || (unit && words(inner).all(|word| !(denies(&word) || offers(&word) || counts(&word)))));
}

/// Prose behind a box: another value that it offers, or a denial.
fn prose_right(rest: &str, beside: &mut Around) {
    let rest = rest.trim_start_matches(['*', '_', '`', '"', '”', '}', ')']);
    if operates(rest.trim_start(), beside) {
        return;
    }
    let sentence = rest[..sentence_end(rest)].trim();
    let sentence = sentence.find("</").map_or(sentence, |end| &sentence[..end]);
    let body = sentence.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | '—' | '–' | '*'));
    let mut leading = words(body);
    let Some(first) = leading.next() else { return value_right(sentence, beside) };
    if !body.starts_with(char::is_alphabetic) {
        return value_right(sentence, beside);
    }
    let tail = body.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '\'' | '’')).trim();
    match first.as_str() {
        "or" | "xor" | "nor" | "vs" | "versus" | "maybe" | "perhaps" | "possibly" | "alternatively" | "else" => {
            beside.rivals.push(offered(tail))
        }
        "and" => {
            let value = tail.trim_end_matches(')');
            if !value.contains(' ') && value.starts_with(|c: char| c.is_numeric() || matches!(c, '$' | '-' | '\\')) {
                beside.rivals.push(offered(value));
            }
        }
        "is" | "was" | "isn't" | "wasn't" | "cannot" | "can't" => {
            let denied = words(body).take(4).any(|word| denies(&word) || matches!(word.as_str(), "wrong" | "incorrect" | "false"));
            beside.changed |= denied;
        }
        word => beside.changed |= counts(word) && word != "percent" && word != "more" && word != "point" && word != "over",
    }
}

/// A sign and a value behind a box, outside of formulas: `\boxed{4} - 1`, `\boxed{4} = 5`.
fn operates(rest: &str, beside: &mut Around) -> bool {
    let mut characters = rest.chars();
    let Some(sign) = characters.next() else { return false };
    let value = characters.as_str().trim_start();
    let operand = value.starts_with(|c: char| c.is_numeric() || matches!(c, '\\' | '$'));
    match sign {
        '=' if operand => {
            let sides = value[..sentence_end(value)].split('=').map(|side| side.trim().trim_matches('$').to_owned());
            beside.rivals.extend(sides.filter(|side| !side.is_empty()));
        }
        '+' | '-' | '−' | '×' | '·' | '÷' | '/' | '^' if operand => beside.changed = true,
        _ => return false,
    }
    true
}

/// A value that follows the box without a word: `\boxed{4}, 5.`
fn value_right(sentence: &str, beside: &mut Around) {
    let value = sentence
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '/' | '|' | '&'))
        .trim_end_matches(')');
    let value = value.trim_matches('$').trim();
    let single = !value.is_empty() && !value.contains([' ', '$']) && !value.contains("box");
    if single && value.starts_with(|c: char| c.is_numeric() || c == '-') && value.chars().any(char::is_numeric) {
        beside.rivals.push(value.to_owned());
    }
}

/// What is offered behind `or`, without the words that introduce it.
fn offered(tail: &str) -> String {
    let mut rest = tail.trim_end_matches([')', '*', ' ']);
    for word in ["equivalently", "simply", "just", "rather", "in decimal form", "about", "approximately", ","] {
        rest = rest.strip_prefix(word).map_or(rest, str::trim_start);
    }
    rest.trim_matches('$').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::find_boxes;
    use super::*;

    fn last(text: &str) -> Around {
        let boxes = find_boxes(text);
        around(text, boxes.closed.last().expect("a box"))
    }

    #[test]
    fn prose_punctuation_and_units_leave_a_box_as_it_is() {
        for text in [
            r"\boxed{4}",
            r"The answer is $\boxed{4}$.",
            r"\[ x = \boxed{4} \]",
            r"$$x=\boxed{4}.$$",
            r"**\boxed{4}**",
            r"- \boxed{4}",
            r"1. \boxed{4}",
            r"so \$\boxed{4} in all",
            r"$\$\boxed{4}$",
            r"$\boxed{4}\text{ cm}$",
            r"$\boxed{4}\text{ m/s}$",
            r"$\boxed{4}^\circ$",
            r"$\boxed{4}\%$",
            r"$\boxed{4} \approx 3.99$",
            r"\boxed{4}, since 3+1=4.",
            r"\boxed{4}. Check: 5-1.",
            r"$\therefore \boxed{4}$",
            r"$\text{Area} = \boxed{4}$",
            r"$\text{so }\boxed{4}$",
            r"$\textbf{\boxed{4}}$",
            r"$\color{red}{\boxed{4}}$",
            r"$\textcolor{red}{\boxed{4}}$",
            "\\begin{aligned} x &= 3+1 \\\\ &= \\boxed{4} \\end{aligned}",
            r"<answer>\boxed{4}</answer>",
            r"(\boxed{4})",
            r"The value is\boxed{4}",
            r"not 5 but rather $\boxed{4}$",
            r"\boxed{4} and we are done",
            r"\boxed{4} is the answer",
            r"\boxed{4}, not 5",
            r"Question 3: \boxed{4}",
            r"$x \in \boxed{4}$",
            "the total is\n$$\\boxed{4}$$\nas asked",
            r"\(\boxed{4}\) dollars every day",
            r"\boxed{4}!",
        ] {
            assert_eq!(last(text), Around::default(), "{text}");
        }
    }

    #[test]
    fn a_formula_that_goes_on_or_a_denial_changes_a_box() {
        for text in [
            r"-\boxed{4}",
            r"$-\boxed{4}$",
            r"$- \boxed{4}$",
            r"-$\boxed{4}$",
            r"1\boxed{4}",
            r"$2\boxed{4}$",
            r"$3 \cdot \boxed{4}$",
            r"$\sqrt{\boxed{4}}$",
            r"$\frac{1}{\boxed{4}}$",
            r"$x^{\boxed{4}}$",
            r"$x\boxed{4}$",
            r"$\pi\boxed{4}$",
            r"$x \neq \boxed{4}$",
            r"not \boxed{4}",
            r"it is not $\boxed{4}$",
            r"It isn't \boxed{4}",
            r"cannot be equal to \boxed{4}",
            r"\boxed{4} is not the answer",
            r"\boxed{4} hundred",
            r"$\boxed{4}\text{ thousand}$",
            r"$\boxed{4}\text{ or }5$",
            r"$\boxed{4}$,000",
            r"$\boxed{4}$/$5$",
            r"$\boxed{4}$0",
            r"2*\boxed{4}",
            r"$f(\boxed{4})$",
            r"$\boxed{4}.5$",
            r"\boxed{4} - 1",
        ] {
            assert!(last(text).changed, "{text}");
        }
    }

    #[test]
    fn other_values_beside_a_box_are_rivals() {
        for (text, rival) in [
            (r"\boxed{4} or 5", "5"),
            (r"$\boxed{4}$ or $5$.", "5"),
            (r"\boxed{4} (or 5)", "5"),
            (r"\boxed{4}, or equivalently 8/2.", "8/2"),
            (r"\boxed{4}, maybe 5", "5"),
            (r"\boxed{4}, 5", "5"),
            (r"\boxed{4} and 5", "5"),
            (r"\boxed{4}0", "40"),
            (r"\boxed{4}^2", "4^2"),
            (r"$\boxed{4}^2$", "4^2"),
            (r"$\boxed{4}x$", "4x"),
            (r"$\boxed{4}+1$", "4+1"),
            (r"$\boxed{x}\cdot 2$", r"(x)\cdot 2"),
            (r"$\boxed{4}=5$", "5"),
            (r"5 or \boxed{4}", "5"),
            (r"$5$ or $\boxed{4}$", "5"),
            (r"\boxed{4}/5", "4/5"),
        ] {
            let found = last(text);
            assert_eq!((found.changed, found.rivals), (false, vec![rival.to_owned()]), "{text}");
        }
    }
}
