//! Values that a text states after its answer without any mark.
//!
//! A reader would take them for another answer: a number that is a whole sentence at the end of a line, a value after a
//! label (`A: 5`, `Final answer - 5`), and a value or an equation for a name that is the whole last line apart from
//! prose. Steps of a check (`2 + 3 = 5`, `The result is 5`) do not count.

use super::prose::{counts, words};
use super::revision::{beginning, denies_phrase};
use super::tongues::{announces, copula};

/// Largest number of values that are compared; more different ones cannot all agree.
const MAX_VALUES: usize = 16;
/// Longest value, in bytes.
const MAX_VALUE: usize = 400;
/// Longest label in front of a value, in characters.
const MAX_LABEL: usize = 60;

/// How many bytes of a text are read, at its beginning and at its end.
const REACH: usize = 16_000;

/// The values that the text after an answer states.
pub(crate) fn stated(behind: &str) -> Vec<&str> {
    let first = beginning(behind, REACH);
    let mut from = behind.len().saturating_sub(REACH).max(first.len());
    while !behind.is_char_boundary(from) {
        from += 1;
    }
    let mut values = of_lines(first);
    let last = &behind[from..];
    if let Some((_, lines)) = last.split_once('\n') {
        values.extend(of_lines(lines));
    }
    values.truncate(MAX_VALUES);
    values.extend(last_line(if last.is_empty() { first } else { last }));
    values
}

/// The values that the lines of a text state. The first sentence of the first line is left out.
fn of_lines(behind: &str) -> Vec<&str> {
    let mut values: Vec<&str> = Vec::new();
    // The rest of the answer's own sentence is examined elsewhere.
    let (first, rest) = behind.split_once('\n').unwrap_or((behind, ""));
    let own = std::iter::once((first, false)).filter(|(line, _)| last_sentence(line).is_some());
    let end = rest.trim_end();
    for (line, whole) in own.chain(end.lines().map(|line| (line, true))) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let sentence = last_sentence(line).or(whole.then_some(line)).unwrap_or("");
        // `1.` on a line alone is the number of a step.
        let counted = line.ends_with(['.', ')']) && sentence.len() == line.len() && !end.ends_with(line);
        let number = lone_number(sentence).filter(|_| !counted);
        if let Some(value) = number.or_else(|| labelled(sentence)).or_else(|| replacing(sentence))
            && !values.contains(&value)
        {
            values.push(value);
        }
        if values.len() >= MAX_VALUES {
            break;
        }
    }
    values
}

/// The last sentence of a line that has several.
fn last_sentence(line: &str) -> Option<&str> {
    let line = line.trim_end().trim_end_matches(['.', '!', '?']);
    let stop = [". ", "! ", "? "].iter().filter_map(|stop| line.rfind(stop)).max()?;
    Some(line[stop + 2..].trim())
}

/// A sentence without the marks around a formula and of bold type.
fn bare(sentence: &str) -> &str {
    let mut rest = sentence;
    loop {
        let length = rest.len();
        rest = rest.trim_matches(['$', '*', '_', '`', '"', ' ', '\t', '\n', '\r']).trim_end_matches(['.', '!', '。']);
        for tag in ["<b>", "<strong>", "<i>", "<em>", "<p>"] {
            rest = rest.strip_prefix(tag).and_then(|inner| inner.rsplit_once("</")).map_or(rest, |(inner, _)| inner);
        }
        for (open, close) in [("\\(", "\\)"), ("\\[", "\\]")] {
            rest = rest.strip_prefix(open).unwrap_or(rest);
            rest = rest.strip_suffix(close).unwrap_or(rest);
        }
        if rest.len() == length {
            return rest;
        }
    }
}

/// The number, where a sentence consists only of a number.
fn lone_number(sentence: &str) -> Option<&str> {
    let value = bare(sentence);
    let number = value.bytes().any(|byte| byte.is_ascii_digit())
        && value.len() <= MAX_VALUE
        && value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-'));
    let spelled =
        || value.chars().all(char::is_alphabetic) && counts(&value.to_lowercase()) && !value.eq_ignore_ascii_case("percent");
    (number || spelled()).then_some(value)
}

/// The value after a label that announces the answer: `A: 5`, `Final: 5`, `The final answer would be 5`.
fn labelled(sentence: &str) -> Option<&str> {
    const VERBS: [&str; 8] = [" would be ", " must be ", " should be ", " will be ", " is now ", " equals ", " becomes ", " is "];
    let near = sentence.char_indices().nth(MAX_LABEL).map_or(sentence, |(end, _)| &sentence[..end]);
    let verb = VERBS.iter().find_map(|verb| near.find(verb).map(|place| (place, place + verb.len()))).or_else(|| copula(near));
    let sign = near.char_indices().find(|(_, c)| matches!(c, ':' | '：' | '=' | '–' | '—' | '→') || *c == '-');
    // `Answer 5`
    let number =
        || near.find(|c: char| c.is_numeric()).filter(|place| words(&near[..*place]).count() == 1).map(|place| (place, place));
    let (end, start) = verb.or_else(|| sign.map(|(place, sign)| (place, place + sign.len_utf8()))).or_else(number)?;
    let value = bare(&sentence[start..]);
    let colon = verb.is_none() && sign.is_some_and(|(_, sign)| matches!(sign, ':' | '：'));
    // `Solution: x = 5`
    let value = value
        .split_once('=')
        .filter(|(name, _)| colon && is_name(name) && is_alone(value))
        .map_or(value, |(_, value)| value.trim());
    let formula = is_one_formula(&sentence[start..]) && shows_a_term(value) && !value.contains(['=', '!', '<', '>', ',']);
    if !(formula || begins_value(value)) || value.len() > MAX_VALUE || near[..end].contains(char::is_numeric) {
        return None;
    }
    let label: Vec<String> = words(&near[..end]).collect();
    let label: Vec<&str> = label.iter().map(String::as_str).collect();
    let named = match label.as_slice() {
        ["a" | "correct" | "corrected" | "correction" | "so" | "hence" | "thus" | "therefore"]
        | [.., "final" | "result" | "solution" | "conclusion"] => label.len() <= 2 && verb.is_none(),
        // `So it is 5`
        ["so" | "thus" | "hence" | "therefore", "it"] => verb.is_some() && is_alone(value),
        // `My final choice: 5`
        [.., "choice" | "pick" | "decision"] if label.len() <= 4 && verb.is_none() => true,
        label => label.len() <= 6 && label.iter().any(|word| matches!(*word, "answer" | "ans")),
    };
    let abroad = || label.len() <= 6 && announces(&label, colon) && is_alone(value);
    ((named || abroad()) && !is_other(&near[..end])).then_some(value)
}

/// The formula that is all of a sentence behind words that take something back: `No, $\frac54$`, `Wait, actually \(5\)`.
fn replacing(sentence: &str) -> Option<&str> {
    const WORDS: &str =
        "no nope wait actually sorry correction rather instead hmm oops i mean meant make that it it's is should be";
    let start = ["$", "\\("].iter().filter_map(|mark| sentence.find(mark)).min()?;
    let (before, formula) = sentence.split_at(start);
    let inner = formula.trim_end_matches(['.', '!', ' ']);
    let inner = [("$", "$"), ("\\(", "\\)")].iter().find_map(|(open, close)| inner.strip_prefix(open)?.strip_suffix(close))?.trim();
    let mut said = words(before).peekable();
    let taken_back = said.peek().is_some() && said.all(|word| is_in(WORDS, &word));
    (taken_back && !inner.contains(['$', '=']) && inner.len() <= MAX_VALUE && begins_value(inner)).then_some(inner)
}

/// Whether the words in front of a value say that it is another one than the answer.
fn is_other(label: &str) -> bool {
    const OTHERS: &str = "other another common previous usual first second possible check";
    words(label).any(|word| is_in(OTHERS, &word)) || denies_phrase(label)
}

/// Whether a value is one word, apart from a name: `5`, `x = 5`; not the steps `3 + 2 = 5`.
fn is_alone(value: &str) -> bool {
    let value = value.split_once('=').filter(|(name, _)| is_name(name)).map_or(value, |(_, value)| value.trim());
    !value.contains([' ', '=', '，'])
}

/// The letter of an option that ends a text: the whole last sentence, or what a label that names the answer is followed by (`I changed my mind:
/// (C)`, `Antwort: C`, `The correct option is C`, `I pick C`). The first line is skipped, because it is the answer's own.
pub(crate) fn closing_letter(text: &str) -> Option<&str> {
    const ELSEWHERE: &str = "grade difficulty level section class confidence group team type category subject topic eliminate eliminated excluded exclude reject \
        rejected distractor trap compare see note not hint next like point vertex line angle set matrix unlike and or";
    const NAMES: &str = "answer option choice";
    /// Words of a label that names the answer.
    const DECIDES: &str = "answer choice pick decision final mind correct select choose conclusion instead";
    let (_, line) = text.trim_end().rsplit_once('\n')?;
    let sentence = bare(line);
    let sentence = last_sentence(sentence).unwrap_or(sentence).trim_end_matches('。');
    let end = sentence.strip_suffix(" it is").unwrap_or(sentence).trim_end_matches([')', ' ', '*', '$', '"']);
    let start = end.char_indices().next_back().map(|(place, _)| place)?;
    let letter = &end[start..];
    let before = end[..start].trim_end_matches(['(', '*', '$', '"']);
    if !letter.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    if before.is_empty() {
        return Some(letter);
    }
    let label = before.trim_end();
    let said: Vec<String> = words(label).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let states = match said.as_slice() {
        // `故选：D`
        _ if label.trim_end_matches([':', '：']).ends_with('选') => true,
        // `On reflection, (C)`
        _ if label.ends_with([',', '，']) && end[..start].ends_with('(') => true,
        _ if label.ends_with([':', '：']) => {
            said.iter().any(|word| is_in(DECIDES, word))
                || announces(&[label.trim_end_matches([':', '：'])], true)
                || announces(&said, true)
        }
        ["so" | "thus" | "hence" | "therefore" | "actually" | "no" | "wait" | "sorry", ..] if label.ends_with([',', '，']) => {
            said.len() <= 3
        }
        _ if label.ends_with('是') => announces(&[label.trim_end_matches('是')], false),
        ["i" | "we" | "i'll" | "i’ll" | "i'd", .., "pick" | "choose" | "select" | "with" | "say"]
        | ["so" | "then", "i" | "we" | "i'll" | "i’ll" | "i'd", .., "pick" | "choose" | "select" | "with" | "say"] => true,
        [said @ .., "is" | "ist" | "est" | "es" | "é" | "è"] => {
            said.iter().any(|word| is_in(NAMES, word)) || announces(said, false)
        }
        _ => false,
    };
    let elsewhere = || said.iter().any(|word| is_in(ELSEWHERE, word) || (word.len() == 1 && !matches!(*word, "a" | "i")));
    let near = label.len() <= MAX_LABEL && before.len() > label.len()
        || label.ends_with(['：', '，', '是'])
        || end[..start].ends_with('(');
    (states && near && !label.contains(char::is_numeric) && !elsewhere() && !is_other(label)).then_some(letter)
}

fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// The value that is the whole last line, or the whole formula that ends the text. The first line is skipped, because
/// it is the answer's own. Lines without a number or a formula are ignored.
fn last_line(text: &str) -> Option<&str> {
    let says = |c: char| c.is_numeric() || matches!(c, '\\' | '$' | '=');
    let end = text.rfind(says)?;
    let end = text[end..].find('\n').map_or(text.len(), |newline| end + newline);
    let followed = !text[end..].trim().is_empty();
    let (_, text) = text[..end].trim_end().split_once('\n')?;
    let ended = text.trim_end_matches(['.', '*', ' ']);
    let display = display(ended);
    let displayed = display.map(|(front, inner)| {
        let line = front.rsplit('\n').next().unwrap_or("").trim_start_matches(['*', ' ']);
        let alone = line.is_empty() || line.ends_with(['.', '!', '?', ' ']) && line.trim_end().ends_with(['.', '!', '?']);
        if alone { inner } else { "" }
    });
    let line = match displayed.or_else(|| last_row(ended)) {
        Some(inner) => inner,
        None => text.rsplit('\n').next().map(str::trim).filter(|line| !is_item(line, followed)).map_or("", bare),
    };
    let line = unwrapped(concluded(line.trim()));
    // The value after a sign of approximation is less exact than the one in front of it.
    let line = ["\\approx", "≈"].iter().filter_map(|sign| line.find(sign)).min().map_or(line, |sign| line[..sign].trim());
    let value = match line.split_once('=') {
        None => line,
        // `x &= 5`
        Some((name, value)) => {
            Some(value).filter(|value| is_name(name.trim_end_matches(['&', ' '])) && !value.contains('='))?.trim()
        }
    };
    let relation =
        value.contains(['<', '>', '≤', '≥', '&']) || value.contains("\\le") || value.contains("\\ge") || value.contains("\\ne");
    // `17 is prime.` says something of a value and states none.
    let said = value.split_ascii_whitespace().any(|word| matches!(word, "is" | "are" | "was" | "isn't"));
    // Right behind the answer a formula is another one; after words (`where`, `We used`) it may be a step.
    let alone = display.is_some_and(|(front, _)| !has_words(front));
    let formula = displayed.is_some() && alone && shows_a_term(value) && !value.contains("\\text");
    (value.len() <= MAX_VALUE && (formula || begins_value(value)) && !relation && !said).then_some(value)
}

/// The formula that ends a text, behind the text in front of it.
fn display(ended: &str) -> Option<(&str, &str)> {
    [("\\[", "\\]"), ("$$", "$$"), ("\\(", "\\)"), ("$", "$")]
        .iter()
        .find_map(|(open, close)| ended.strip_suffix(close)?.rsplit_once(open))
}

/// Whether a text has letters that are not in the name of a command or an environment.
fn has_words(text: &str) -> bool {
    let mut rest = text;
    while let Some(place) = rest.find(|c: char| c == '\\' || c.is_alphabetic()) {
        if !rest[place..].starts_with('\\') {
            return true;
        }
        let name = &rest[place + 1..];
        let behind = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let environment = ["end{", "begin{"].iter().any(|command| name.starts_with(command));
        rest = if environment { behind.split_once('}').map_or("", |(_, behind)| behind) } else { behind };
    }
    false
}

/// Whether a text is one formula between dollar signs, perhaps with a full stop.
fn is_one_formula(text: &str) -> bool {
    let inner = text.trim_matches([' ', '*', '.']);
    let inner = inner.strip_prefix('$').and_then(|inner| inner.strip_suffix('$'));
    inner.is_some_and(|inner| !inner.contains('$') && !inner.ends_with('!'))
}

/// Whether a formula has a digit, or one or two letters together, that are not in the name of a command; `QED` is a word.
fn shows_a_term(formula: &str) -> bool {
    let mut shown = String::new();
    let mut command = false;
    for c in formula.chars() {
        command = c == '\\' || (command && c.is_ascii_alphabetic());
        shown.push(if command { ' ' } else { c });
    }
    let mut runs = shown.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty());
    runs.any(|run| run.chars().count() <= 2 || run.contains(char::is_numeric))
}

/// The last row of the environment that ends a text: `\begin{align*} x &= 5 \end{align*}`.
fn last_row(text: &str) -> Option<&str> {
    let (inner, name) = text.strip_suffix('}')?.rsplit_once("\\end{")?;
    let start = inner.rfind("\\begin{").filter(|start| inner[start + 7..].starts_with(name))? + 8 + name.len();
    let rows = inner.get(start..)?.trim().trim_end_matches('\\');
    rows.rsplit("\\\\").next().map(|row| row.trim_matches(['&', ' ', '\n', '}']))
}

/// The line without a word or a sign of conclusion at its beginning: `So x = 5`, `= 5`.
fn concluded(line: &str) -> &str {
    let mut rest = line;
    for sign in ["\\therefore", "∴", "\\implies", "\\Rightarrow", "=>", "⇒", "→", "=", ">", "So ", "Thus", "Hence", "Therefore"]
    {
        rest = rest.strip_prefix(sign).unwrap_or(rest).trim_start_matches([' ', ',', '$']);
    }
    rest.trim_end_matches('$')
}

/// The argument of a command (such as one of type or colour) that spans the whole line: `5` from `\mathbf{5}`.
fn unwrapped(line: &str) -> &str {
    let command = line.strip_prefix('\\').map_or("", |rest| &rest[..rest.bytes().take_while(u8::is_ascii_alphabetic).count()]);
    let inner = line.get(command.len() + 1..).and_then(|rest| rest.strip_prefix('{')?.strip_suffix('}'));
    inner.filter(|inner| !command.is_empty() && !inner.contains(['{', '}'])).unwrap_or(line)
}

/// Whether a line is an item of a list: `2. Add.`, and `2.` where the item is on the next line.
fn is_item(line: &str, followed: bool) -> bool {
    let behind = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let label = behind.starts_with(". ") || behind.starts_with(") ") || (followed && matches!(behind, "." | ")"));
    behind.len() < line.len() && label
}

/// Whether the left side of an equation is a name: `x`, `x_1`, `\theta`.
fn is_name(side: &str) -> bool {
    let side = side.trim();
    let name = side.strip_prefix('\\').unwrap_or(side);
    let base = name.split(['_', '(']).next().unwrap_or(name);
    let letters = base.chars().count();
    base.chars().all(char::is_alphabetic) && letters > 0 && (letters == 1 || name.len() < side.len()) && side.len() <= 24
}

/// Whether a text begins like a value: with a number, or with a command that shows a number.
fn begins_value(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['-', '−', '+', '.', ' ', '(', '$', '\\']);
    unsigned.starts_with(char::is_numeric)
        || ["frac", "dfrac", "tfrac", "sqrt", "pi", "infty", "emptyset"]
            .iter()
            .any(|command| unsigned.starts_with(command) && text.contains('\\'))
}

#[cfg(test)]
mod tests {
    use super::stated;

    #[test]
    fn values_without_a_mark_are_found() {
        for (text, values) in [
            ("\nA: 5", vec!["5"]),
            (". Final: 5", vec!["5"]),
            ("\nFinal answer - 5", vec!["5"]),
            ("\nThe final answer would be $5$.", vec!["5"]),
            ("\n\\[x=5\\]", vec!["5"]),
            ("\n\\[\n\\frac{5}{2}\n\\]", vec!["\\frac{5}{2}"]),
            ("\n\n5\nDone.", vec!["5"]),
            (". Strike that. 5.", vec!["5"]),
            (". No, $\\frac54$.", vec!["\\frac54"]),
            ("\nx = 5/2\nThat is all.", vec!["5/2"]),
            ("\n5 apples", vec!["5 apples"]),
        ] {
            let mut found = stated(text);
            found.dedup();
            assert_eq!(found, values, "{text}");
        }
    }

    #[test]
    fn checks_steps_and_remarks_state_none() {
        for text in [
            ".",
            "$ and so $x=4$.",
            "\n\nCheck:\n\\[ 2 + 3 = 5 \\]",
            "\n\\[ 2x > 5 \\]",
            "\nSteps:\n1.\nAdd.\n2.\nDone.",
            "\nSteps:\n1. Add.\n2. Done.",
            ". The result is 5.",
            "$ (see 3. above), as 2. says.",
            "\n$\\blacksquare$",
            "\nNote that 5 is prime.",
            " \\]\nas asked.",
        ] {
            assert!(stated(text).is_empty(), "{text}");
        }
    }
}
