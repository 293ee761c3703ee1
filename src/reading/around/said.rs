//! Prose after a box: another value, a denial, or a closing phrase.

use super::approximate::approximates;
use super::beside::Around;
use super::commands::is_in;
use super::values::{base, begins_value, has_relation, raises, restated};
use crate::reading::denied_value::{Said, said};
use crate::reading::prose::{counts, denies, gives_reason, is_operator, offers, reason_value, sentence_end, words};
use crate::reading::revision::{disowns, names_another};

/// Whether the line after a box begins with a closing phrase and names no value: `Done!`, `Hope this helps!`.
pub(super) fn closes(rest: &str) -> bool {
    const CLOSING: &str = "done qed hope hopefully let therefore hence thus so verified checked confirmed answer final i'm we hooray yay cheers thanks \
        thank great good enjoy feel please note finished complete completed solved voila tada boom bingo";
    let line = rest.lines().next().unwrap_or("");
    let first = words(line).next();
    first.is_some_and(|first| CLOSING.split_whitespace().any(|word| word == first))
        && !line.contains(|c: char| c.is_numeric() || matches!(c, '$' | '\\'))
        && !words(line).any(|word| counts(&word) || denies(&word) || offers(&word))
}

/// Whether the line after a box draws a conclusion that names another value: `So it is 5`.
pub(super) fn concludes_another(rest: &str, inner: &str) -> bool {
    let line = rest.lines().next().unwrap_or("");
    let first = words(line).next();
    first.is_some_and(|first| is_in("so hence thus therefore answer final", &first)) && names_another(line, inner)
}

/// Examines prose after a box for another value that it offers, or a denial.
pub(super) fn prose_right(rest: &str, inner: &str, beside: &mut Around) {
    let rest = rest.trim_start_matches(['*', '_', '`', '"', '”', '}', ')']);
    let formula =
        rest.trim_start().strip_prefix("\\(").and_then(|inner| inner.split_once("\\)")).map(|(formula, _)| formula.trim());
    if operates(formula.unwrap_or(rest.trim_start()), beside) {
        return;
    }
    let sentence = rest[..sentence_end(rest)].trim();
    let sentence = sentence.find("</").map_or(sentence, |end| &sentence[..end]);
    beside.changed |= disowns(sentence) || contrasts(sentence, inner);
    let body = sentence.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | '—' | '–' | '*'));
    beside.changed |= taken_back(body, inner);
    beside.rivals.extend(other_case(body).map(str::to_owned));
    let mut leading = words(body);
    let Some(first) = leading.next() else { return value_right(sentence, beside) };
    if !body.starts_with(char::is_alphabetic) {
        return value_right(sentence, beside);
    }
    beside.rivals.extend(restated(body));
    if gives_reason(body) {
        beside.rivals.extend(reason_value(body).map(str::to_owned));
    }
    // `4 (approximately)` is approximate; `4, approximately 4.02` gives a decimal of the exact value.
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
            // `4 and 5 are the solutions`
            let (first, rest) = value.split_once(' ').unwrap_or((value, ""));
            let both = words(rest).next().is_some_and(|word| is_in("are were both also too", &word));
            let single = rest.is_empty() && is_value(first) || both && begins_value(first);
            if single || (!value.contains(' ') && value.starts_with(['$', '\\'])) {
                beside.rivals.push(offered(first));
            }
        }
        "at" => beside.changed |= leading.find(|word| word != "the").is_some_and(|word| matches!(word.as_str(), "most" | "least")),
        "to" if raises(tail) => beside.changed = true,
        "is" | "was" | "isn't" | "wasn't" | "cannot" | "can't" => {
            const UNMEANT: &str = "wrong incorrect false typo misprint mistake error placeholder guess";
            beside.changed |= words(body).take(3).any(|word| denies(&word) || is_in(UNMEANT, &word));
            predicate(body, beside);
            let value = tail.split_whitespace().next().unwrap_or("").trim_matches('$');
            if value.starts_with(|c: char| c.is_numeric())
                || value.strip_prefix('-').is_some_and(|value| value.starts_with(char::is_numeric))
            {
                beside.rivals.push(value.trim_end_matches([',', '.', ';']).to_owned());
            }
        }
        // `4, which is 5`
        "which" | "that" | "should" | "must" => beside.rivals.extend(said_to_be(tail).map(str::to_owned)),
        word if is_operator(word) => {
            let letter = words(tail).next().is_some_and(|word| word.chars().count() == 1 && word != "a");
            let operand = letter || tail.starts_with(|c: char| c.is_numeric() || matches!(c, '$' | '\\'));
            beside.changed |= operand || words(tail).next().is_some_and(|word| counts(&word));
        }
        word => beside.changed |= counts(word) && word != "percent",
    }
}

/// The value that a clause says the value in front of it to be, where the clause ends with it: `is 5`, `equals 5`.
fn said_to_be(clause: &str) -> Option<&str> {
    let behind =
        ["is ", "be ", "equals ", "means ", "was ", "makes ", "gives "].iter().find_map(|verb| clause.strip_prefix(verb))?;
    let value = behind.trim_matches(['$', ' ', '.', ')', '*']);
    (!value.contains(' ') && begins_value(value)).then_some(value)
}

/// Whether a text without blanks may be a value: a number, a formula between `$`, or terms with an operation.
fn is_value(text: &str) -> bool {
    let text = text.trim_end_matches(['.', ',']);
    begins_value(text) || text.starts_with('$') || (text.contains(['+', '-', '^', '/']) && text.chars().any(|c| c.is_ascii_digit()))
}

/// Whether the rest of the box's own sentence takes the value back: `\boxed{4}, which is not right`.
fn taken_back(body: &str, inner: &str) -> bool {
    let clause = match body.strip_prefix("which ") {
        Some(clause) => format!("that {clause}"),
        None => body.to_owned(),
    };
    said(&clause, inner) == Some(Said::Denied)
}

/// The value of another case: `\boxed{4} if n is even, and 5 if n is odd`, `if n is even; otherwise 5`.
fn other_case(body: &str) -> Option<&str> {
    const CASES: &str = "if when";
    if !words(body).next().is_some_and(|first| is_in(CASES, &first)) {
        return None;
    }
    let pieces = body.split([',', ';']).skip(1).flat_map(|piece| piece.split(" and "));
    pieces
        .filter_map(|piece| {
            let plain = piece.trim_start_matches(|c: char| c.is_whitespace() || c == '$');
            let (otherwise, rest) =
                ["and ", "otherwise ", "else "].iter().fold((false, plain), |(otherwise, rest), word| {
                    match rest.strip_prefix(word) {
                        Some(behind) => (otherwise || *word != "and ", behind.trim_start_matches(['$', ' '])),
                        None => (otherwise, rest),
                    }
                });
            let (value, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let value = value.trim_matches(['$', '.']);
            let number = value.starts_with(|c: char| c.is_numeric());
            let cased = otherwise || words(behind).next().is_some_and(|word| is_in(CASES, &word));
            (number && cased).then_some(value)
        })
        .next()
}

/// Examines what a sentence that begins with `is` says about the value: that it is ruled out, only a bound, or an
/// approximation. `the greatest lower bound` describes the value.
fn predicate(body: &str, beside: &mut Around) {
    const REFUSING: &str = "excluded rejected eliminated discarded ruled too unacceptable extraneous";
    const FILLERS: &str =
        "is was a an just only merely simply at best still but clearly also probably likely no more than rough crude far much way";
    let all: Vec<String> = words(body).take(12).collect();
    let said = all.iter().skip_while(|word| is_in(FILLERS, word)).map(String::as_str).collect::<Vec<_>>();
    let only = all.iter().any(|word| is_in("just only merely simply best", word));
    let article = all.get(1).is_some_and(|word| is_in("a an", word));
    match said.as_slice() {
        ["impossible", rest @ ..] => beside.changed |= rest.first() != Some(&"to"),
        ["lower" | "upper", "bound", rest @ ..] => {
            let answer = rest.len() <= 4 && rest.last().is_none_or(|word| is_in("answer value", word));
            beside.changed |= only || (article && answer);
        }
        ["bound", ..] => beside.changed |= only,
        ["approximation" | "estimate" | "approximate", ..] => beside.approximate = true,
        // `is only a guess`; right behind `is` it was found before
        ["guess" | "placeholder" | "mistake", ..] | ["my", "guess"] | ["my", _, "guess"] => beside.changed = true,
        [first, ..] if is_in(REFUSING, first) => beside.changed = true,
        // `is less than the answer`
        [comparing @ .., "answer"] => beside.changed |= comparing.iter().any(|word| is_in("than most least below above", word)),
        _ => {}
    }
}

/// Whether a sentence contrasts the box with another value: `\boxed{4}, but the true value is 5`. A value that the
/// sentence rejects (`rather than 5`, `not 5`) does not count.
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

/// Adds the value that is the whole next sentence: `\boxed{4}. 5.`
pub(super) fn next_alone(rest: &str, beside: &mut Around) {
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

/// Examines a sign followed by a value after a box, outside of formulas: `\boxed{4} - 1`, `\boxed{4} = 5`. Returns
/// whether there is one.
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

/// Adds a value that follows the box without a word: `\boxed{4}, 5.`
fn value_right(sentence: &str, beside: &mut Around) {
    let value = sentence
        .trim_start_matches(|c: char| c.is_whitespace() || is_in(", ; ( { < / | & @ # ' \" “", c.encode_utf8(&mut [0; 4])))
        .trim_end_matches([')', '}', '>', '\'', '"', '”']);
    let value = value.split(';').next().unwrap_or(value);
    let value = value.trim_matches('$').trim();
    let single = !value.is_empty() && !value.contains([' ', '$']) && !value.contains("box");
    let formula = || {
        begins_value(value)
            || (sentence.trim_start_matches([',', ';', ' ']).starts_with('$') && value.contains(['+', '-', '^', '/']))
    };
    if single && value.chars().any(char::is_numeric) && !has_relation(value) && (value.starts_with('-') || formula()) {
        beside.rivals.push(value.to_owned());
    }
}

/// The value after `or`, without the words that introduce it.
fn offered(tail: &str) -> String {
    let mut rest = tail.trim_end_matches([')', '*', ' ']);
    for word in ["equivalently", "simply", "just", "rather", "in decimal form", "about", "approximately", ","] {
        rest = rest.strip_prefix(word).map_or(rest, str::trim_start);
    }
    rest.trim_matches('$').to_owned()
}
