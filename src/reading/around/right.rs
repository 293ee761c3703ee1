//! What stands behind a box.

use super::approximate::approximates;
use super::begins::{begins_prose, is_next_option};
use super::values::{base, begins_value, is_factor, raises, restated, row};
use super::{APART, Around, TEXT, is_in};
use crate::reading::prose::{
    counts, denies, gives_reason, is_operator, is_plain, leading_words, offers, reason_value, sentence_end, words,
};
use crate::reading::revision::{disowns, names_another};

/// What stands behind the box.
pub(super) fn look_right(right: &str, in_formula: bool, inner: &str, beside: &mut Around) {
    let (rest, in_formula) = leave_formula(right, in_formula, beside);
    // `\boxed{4}?` and `\boxed{4}~~` state nothing.
    let asks = rest[sentence_end(rest)..].starts_with('?');
    beside.changed |= asks || rest.starts_with("~~");
    if !in_formula {
        // What touches the box is looked at as a formula.
        let touches = rest.len() == right.len() && !rest.starts_with(char::is_whitespace);
        next_alone(&rest[sentence_end(rest)..], beside);
        beside.changed |= is_next_option(rest) || !(touches || begins_prose(rest));
        beside.label = leading_words(rest).to_owned();
        beside.closes = closes(rest);
        beside.changed |= concludes_another(rest, inner);
        text_right(rest.trim_start(), beside);
    }
    if in_formula {
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

/// The text behind closing braces, percent and degree signs, and the end of the formula; and whether the formula still goes on.
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
                return (behind, false);
            }
        }
        // What stands apart may still be words: `\quad\text{or}\quad 5`.
        let apart = rest.trim_start_matches(' ');
        if let Some(behind) = apart.strip_prefix("\\quad").or_else(|| apart.strip_prefix("\\qquad"))
            && (apart.len() == rest.len() || begins_value(behind))
        {
            let behind = behind.trim_start();
            // A number that stands apart in the same formula is another value.
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

/// Signs behind a box that belong to its value, and how they are written in it.
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

/// Whether a formula goes on directly behind one that ended: `$4$,000`, `$4$/$5$`, `$4$0`.
fn goes_on(rest: &str) -> bool {
    let mut characters = rest.chars();
    let (first, second) = (characters.next(), characters.next());
    match first {
        Some(c) if c.is_numeric() => true,
        Some('^' | '_' | '/' | '·' | '×' | '÷') => true,
        Some('-' | '+' | '*' | '−') => second.is_some_and(|c| c.is_numeric() || matches!(c, '$' | '\\')),
        Some(',' | '.' | '(') => second.is_some_and(char::is_numeric),
        _ => false,
    }
}

/// What touches the box behind it; returns where that ends.
fn formula_right(rest: &str, in_formula: bool, inner: &str, beside: &mut Around) -> usize {
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
        '<' | '>' | '≈' | '≤' | '≥' | '≠' | ':' | '|' | ')' | ']' | '(' if in_formula => {
            beside.changed |= first == '('
                && !["(\\bmod", "(\\mod", "(\\text{mod", "(\\mathrm{mod", "(mod"]
                    .iter()
                    .any(|modulus| rest.trim_start().starts_with(modulus))
        }
        ',' | ';' if in_formula => {
            let value = run[1..].trim();
            if value.starts_with(|c: char| c.is_numeric() || c == '-') || value.starts_with("\\frac") {
                beside.rivals.push(value.to_owned());
            }
        }
        '\'' if in_formula => beside.changed = true,
        '!' if in_formula => beside.rivals.push(format!("({inner}){run}")),
        '.' | '!' | '?' | ',' | ';' | ':' | '"' | '\'' | ')' | ']' | '<' | '>' | '—' | '–' | '…' | '`' | '(' | '|' | '”' => {
            beside.changed |= match first {
                ')' | ']' => goes_on(&run[1..]),
                // `4(5)` is a product.
                '(' => is_factor(&run[1..]),
                _ => false,
            };
            let decimals = matches!(first, '.' | ',' | '!' | '–' | '—')
                && run.trim_start_matches(['.', ',', '!', '–', '—']).starts_with(char::is_numeric);
            beside.changed |= decimals || run.starts_with("!=");
        }
        '*' | '_' if !in_formula => {
            let behind = run.trim_start_matches(['*', '_']);
            beside.changed |= behind.starts_with(char::is_numeric) || (first == '_' && run.starts_with("_{"));
        }
        '-' if !in_formula && !run[1..].starts_with(|c: char| c.is_numeric() || matches!(c, '\\' | '$' | '(')) => {
            // `4-ish`
            beside.changed |= run[1..].starts_with(char::is_alphabetic);
        }
        '\\' if command_apart(run) => {}
        '\\' if run.starts_with("\\text") || run.starts_with("\\mathrm") || run.starts_with("\\mbox") => {}
        // A picture, or what a broken decoder left: `4✅`.
        c if decorates(c) => beside.changed |= run.contains(char::is_alphanumeric),
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

/// Whether the line behind a box begins with what a text says when it is done, and names no value: `Done!`, `Hope this helps!`.
fn closes(rest: &str) -> bool {
    const CLOSING: &str = "done qed hope hopefully let therefore hence thus so verified checked confirmed answer final i'm we hooray yay cheers thanks \
        thank great good enjoy feel please note finished complete completed solved voila tada boom bingo";
    let line = rest.lines().next().unwrap_or("");
    let first = words(line).next();
    first.is_some_and(|first| CLOSING.split_whitespace().any(|word| word == first))
        && !line.contains(|c: char| c.is_numeric() || matches!(c, '$' | '\\'))
        && !words(line).any(|word| counts(&word) || denies(&word) || offers(&word))
}

/// Whether the line behind a box draws a conclusion that names another value: `So it is 5`.
fn concludes_another(rest: &str, inner: &str) -> bool {
    let line = rest.lines().next().unwrap_or("");
    let first = words(line).next();
    first.is_some_and(|first| is_in("so hence thus therefore answer final", &first)) && names_another(line, inner)
}

/// Whether a character says nothing about a value: pictures, joiners and control characters. Crosses and signs of operations among the pictures do.
fn decorates(c: char) -> bool {
    let says = matches!(c, '✕'..='✘' | '✝' | '❌' | '❎' | '➕'..='➗' | '✚' | '✛' | '✜' | '☒') || c.is_numeric();
    let picture =
        matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' | '\u{fe0f}' | '\u{200b}'..='\u{200d}' | '\u{fffd}');
    (picture || c.is_control()) && !says
}

fn command_apart(run: &str) -> bool {
    let name = run[1..].bytes().take_while(u8::is_ascii_alphabetic).count();
    is_in(APART, &run[1..=name]) || matches!(&run[1..=name], "neq" | "ne" | "colon" | "text" | "because")
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
    if !is_in(TEXT, command.trim_end().trim_start_matches('\\')) {
        return;
    }
    let (inner, _) = behind.split_once('}').unwrap_or((behind, ""));
    // A modulus says where the value is counted.
    if inner.trim_start_matches(['(', ' ']).starts_with("mod") {
        return;
    }
    // A unit may hold signs that prose has not: `m/s`, `cm^2`, `/5` does not.
    let unit =
        inner.replace("\\,", " ").trim().chars().all(|c| c.is_alphabetic() || matches!(c, '/' | ' ' | '.' | '^' | '~' | '°' | '%'))
            || (inner.contains("^{-")
                && inner
                    .replace("\\,", "")
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'^' | b'{' | b'-' | b' ')));
    // Signs make an expression of units, which is looked at here.
    beside.label = if inner.contains(['^', '\\']) { String::new() } else { inner.trim().to_owned() };
    beside.changed |= !(is_plain(inner) || (unit && words(inner).all(|word| !(denies(&word) || offers(&word) || counts(&word)))));
}

/// Prose behind a box: another value that it offers, or a denial.
fn prose_right(rest: &str, inner: &str, beside: &mut Around) {
    let rest = rest.trim_start_matches(['*', '_', '`', '"', '”', '}', ')']);
    if operates(rest.trim_start(), beside) {
        return;
    }
    let sentence = rest[..sentence_end(rest)].trim();
    let sentence = sentence.find("</").map_or(sentence, |end| &sentence[..end]);
    beside.changed |= disowns(sentence) || contrasts(sentence, inner);
    let body = sentence.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | '—' | '–' | '*'));
    let mut leading = words(body);
    let Some(first) = leading.next() else { return value_right(sentence, beside) };
    if !body.starts_with(char::is_alphabetic) {
        return value_right(sentence, beside);
    }
    beside.rivals.extend(restated(body));
    if gives_reason(body) {
        beside.rivals.extend(reason_value(body).map(str::to_owned));
    }
    // `4 (approximately)`; `4, approximately 4.02` says more about it.
    beside.approximate |= approximates(&first) && words(body).nth(1).is_none() && !body.contains(char::is_numeric);
    beside.rivals.extend(base(body).map(|base| format!("{inner}_{{{base}}}")));
    let tail = body.trim_start_matches(|c: char| c.is_alphabetic() || matches!(c, '\'' | '’')).trim();
    match first.as_str() {
        "or" | "xor" | "nor" | "vs" | "versus" | "maybe" | "perhaps" | "possibly" | "alternatively" | "else" | "no" | "wait"
        | "sorry" => beside.rivals.push(offered(tail)),
        "and" => {
            let value = tail.trim_end_matches(')');
            let mut next = words(tail).filter(|word| word != "a" && word != "an");
            beside.changed |= next.next().is_some_and(|word| counts(&word) || is_in("half third quarter", &word));
            // `4 and up`
            let mut bound = words(tail);
            beside.changed |=
                bound.next().is_some_and(|word| is_in("up above over more below under less", &word)) && bound.next().is_none();
            if !value.contains(' ') && value.starts_with(|c: char| c.is_numeric() || matches!(c, '$' | '-' | '\\')) {
                beside.rivals.push(offered(value));
            }
        }
        "at" => beside.changed |= leading.find(|word| word != "the").is_some_and(|word| matches!(word.as_str(), "most" | "least")),
        "to" if raises(tail) => beside.changed = true,
        "is" | "was" | "isn't" | "wasn't" | "cannot" | "can't" => {
            const UNMEANT: &str = "wrong incorrect false typo misprint mistake error placeholder guess";
            beside.changed |= words(body).take(3).any(|word| denies(&word) || is_in(UNMEANT, &word));
            let value = tail.split_whitespace().next().unwrap_or("").trim_matches('$');
            if value.starts_with(|c: char| c.is_numeric())
                || value.strip_prefix('-').is_some_and(|value| value.starts_with(char::is_numeric))
            {
                beside.rivals.push(value.trim_end_matches([',', '.', ';']).to_owned());
            }
        }
        word if is_operator(word) => {
            let letter = words(tail).next().is_some_and(|word| word.chars().count() == 1 && word != "a");
            let operand = letter || tail.starts_with(|c: char| c.is_numeric() || matches!(c, '$' | '\\'));
            beside.changed |= operand || words(tail).next().is_some_and(|word| counts(&word));
        }
        word => beside.changed |= counts(word) && word != "percent",
    }
}

/// Whether a sentence sets another value against the box: `\boxed{4}, but the true value is 5`. What it is not (`rather than 5`, `not 5`) does not.
fn contrasts(sentence: &str, inner: &str) -> bool {
    let lower = sentence.to_ascii_lowercase();
    [
        "or", "also", "as well", "becomes", "equals", "through", "i.e", "guess", "but", "however", "though", "although", "yet",
        "wait", "actually", "instead", "rather", "while", "whereas",
    ]
    .iter()
    .any(|word| {
        let Some(place) = lower.find(word).filter(|place| *word != "or" || words(&lower[..*place]).next().is_some()) else {
            return false;
        };
        let behind = &sentence[place + word.len()..];
        let whole = !lower[..place].ends_with(char::is_alphabetic) && !behind.starts_with(char::is_alphabetic);
        let refused = [" than", " of", " not"].iter().any(|word| behind.starts_with(word));
        whole && !refused && names_another(behind, inner)
    })
}

/// A value that is all of the next sentence: `\boxed{4}. 5.`
fn next_alone(rest: &str, beside: &mut Around) {
    let next = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!' | '$' | '*'));
    let line = next.lines().next().unwrap_or("").trim_end_matches(['.', '$', '*', ' ', ')']);
    if next.len() < rest.len()
        && line.starts_with(|c: char| c.is_numeric() || c == '-')
        && !line.contains([' ', '/', ':'])
        && line.contains(char::is_numeric)
    {
        beside.rivals.push(line.to_owned());
    }
}

/// A sign and a value behind a box, outside of formulas: `\boxed{4} - 1`, `\boxed{4} = 5`.
fn operates(rest: &str, beside: &mut Around) -> bool {
    let bare = rest.trim_start_matches(['$', ' ']);
    let arrow = ["\\rightarrow", "\\Rightarrow", "\\to", "\\implies", "\\mapsto"].iter().find_map(|arrow| bare.strip_prefix(arrow));
    if let Some(behind) =
        arrow.map(|behind| behind.trim_start_matches(['$', ' '])).filter(|behind| behind.starts_with(char::is_numeric))
    {
        beside.rivals.push(behind[..sentence_end(behind)].trim_matches('$').to_owned());
        return true;
    }
    let mut characters = rest.chars();
    let Some(sign) = characters.next() else { return false };
    let value = characters
        .as_str()
        .trim_start_matches(|c: char| c.is_whitespace() || (matches!(c, '>' | '=') && matches!(sign, '-' | '=')));
    let arrow = rest.starts_with("->") || rest.starts_with("=>");
    let operand = value.starts_with(|c: char| c.is_numeric() || matches!(c, '\\' | '$'));
    match sign {
        '=' | '→' | '⇒' if operand => {
            let sides = value[..sentence_end(value)].split('=').map(|side| side.trim().trim_matches('$').to_owned());
            beside.rivals.extend(sides.filter(|side| !side.is_empty()));
        }
        '-' if operand && arrow => beside.rivals.push(value[..sentence_end(value)].trim_matches('$').to_owned()),
        '+' | '-' | '−' | '×' | '·' | '÷' | '/' | '^' if operand => beside.changed = true,
        _ => return false,
    }
    true
}

/// A value that follows the box without a word: `\boxed{4}, 5.`
fn value_right(sentence: &str, beside: &mut Around) {
    let value = sentence
        .trim_start_matches(|c: char| c.is_whitespace() || is_in(", ; ( { < / | & @ # ' \" “", c.encode_utf8(&mut [0; 4])))
        .trim_end_matches([')', '}', '>', '\'', '"', '”']);
    let value = value.split(';').next().unwrap_or(value);
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
