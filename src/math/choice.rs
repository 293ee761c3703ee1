//! Multiple choice: an option's letter, alone or with its text.
//!
//! Accepts: `C`, `(C)`, `C.`, `(C) 12`, `C: twelve`. Refuses: several options in one answer, whatever names the second (`C. the first option`,
//! `C: all of these`), text that denies the letter, and letters that begin a word.

use std::borrow::Cow;

use crate::reading::options::named;
use crate::reading::prose::{counts, denies, excludes, offers, words};
use crate::reading::revision::disowns;

/// An option: its letter, and its text where that stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// `A` to `Z`.
    pub letter: char,
    /// The option's text.
    pub text: Option<String>,
}

/// Reads an option.
pub fn read(text: &str) -> Option<Choice> {
    // Most answers are numbers.
    if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) {
        return None;
    }
    let text = text.trim().trim_matches('$').trim();
    let text = unwrap_command(text);
    let text = ["Option ", "option ", "Choice ", "choice "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(&text);
    let open = text.starts_with('(');
    let rest = text.strip_prefix('(').unwrap_or(text);
    let rest = strip_text_command(rest).unwrap_or(rest);
    let letter = rest.chars().next().filter(char::is_ascii_uppercase)?;
    let rest = &rest[1..];
    let (marked, rest) = match (open, rest.strip_prefix(')')) {
        (true, Some(rest)) => (true, rest),
        (true, None) => return None,
        (false, Some(rest)) => (true, rest),
        (false, None) => match rest.strip_prefix(['.', ':']) {
            Some(behind) if begins_text(behind, rest.starts_with(':')) => (true, behind),
            _ => (false, rest),
        },
    };
    let shown = rest.trim_start_matches(['.', ' ', '~']).trim_end_matches(['.', '\\', ' ', '~']);
    let shown = shown.strip_prefix("\\ ").unwrap_or(shown).trim();
    if shown.trim_matches('\\').is_empty() {
        return Some(Choice { letter, text: None });
    }
    (marked && says_only(shown, letter)).then(|| Choice { letter, text: Some(shown.to_owned()) })
}

/// Whether an option's text begins behind `C.` or `C:`. Without a blank it is more than one letter: `A:B` is a ratio, `C.D` a product.
fn begins_text(behind: &str, colon: bool) -> bool {
    let mut characters = behind.chars();
    match (characters.next(), characters.next()) {
        (None | Some(' '), _) => true,
        (Some(first), second) => first.is_ascii_digit() || first == '\\' || (colon && second.is_some() && !matches!(first, '=' | '/' | ':')),
    }
}

/// The option that a sentence states: the first one named after an answer phrase, at the beginning, or after `therefore`; none where several are listed.
///
/// A heuristic for evaluation, where nothing learns from the verdict: `It's not A, therefore I think it's B` states B.
pub fn stated(text: &str) -> Option<char> {
    let after = |cue: &str| text.rfind(cue).map(|place| &text[place + cue.len()..]);
    let phrase = ["nswer is", "nswer:", "NSWER:", "nswer would be", "I choose", "I select", "I pick"].into_iter().find_map(after).and_then(first_named);
    let begins = named(text.get(..2).unwrap_or(text), 'Z').next().is_some() && text.get(1..2) != Some(" ");
    let opening = || begins.then(|| first_named(text)).flatten();
    let conclusion =
        || ["herefore", "Thus", "thus", "Hence", "hence", "So ", "so "].into_iter().find_map(after).and_then(first_named);
    phrase.or_else(opening).or_else(conclusion)
}

/// The first option that is named and not denied (`not A`, `all but A`); none where a list goes on behind it (`A, C and E`).
fn first_named(text: &str) -> Option<char> {
    let stated = |(place, _): &(usize, char)| {
        let before = text[..*place].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '*' | '"'));
        text[*place..].starts_with(|c: char| c.is_ascii_uppercase()) && !(before.ends_with(char::is_alphabetic) && excludes(before))
    };
    let (place, first) = named(text, 'Z').find(stated)?;
    let listed = named(&text[place + 1..], 'Z').find(|(_, other)| *other != first).is_some_and(|(next, _)| {
        let (between, behind) = text[place + 1..].split_at(next);
        let joined = words(between).all(|word| matches!(word.as_str(), "and" | "option" | "also") || offers(&word));
        // `B. A is wrong` begins a sentence.
        joined
            && !(between.contains(['.', '\n'])
                && behind.split_once(' ').is_some_and(|(_, rest)| rest.starts_with(char::is_alphabetic)))
    });
    (!listed).then_some(first)
}

/// `(e)` and `{(e)}`: a letter in brackets, small or capital.
pub fn in_brackets(text: &str) -> Option<char> {
    let text = text.trim().trim_start_matches('{').trim_end_matches('}').trim();
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut letters = inner.trim().chars();
    let letter = letters.next().filter(char::is_ascii_alphabetic)?;
    letters.next().is_none().then_some(letter.to_ascii_uppercase())
}

fn strip_text_command(text: &str) -> Option<&str> {
    for command in ["\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "\\mbox{"] {
        if let Some(inner) = text.strip_prefix(command).and_then(|t| t.strip_suffix('}')) {
            return (!inner.contains(['{', '}'])).then_some(inner.trim());
        }
    }
    None
}

/// `\textbf{(E)} 30` as `(E) 30`.
fn unwrap_command(text: &str) -> Cow<'_, str> {
    for command in ["\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "\\mbox{"] {
        if let Some((inner, rest)) = text.strip_prefix(command).and_then(|t| t.split_once('}')) {
            return if inner.contains('{') { Cow::Borrowed(text) } else { Cow::Owned(format!("{}{rest}", inner.trim())) };
        }
    }
    Cow::Borrowed(text)
}

/// Options that a bare text may name: no multiple choice goes further, and later letters are names of quantities.
const LAST_OPTION: char = 'J';

/// Whether the text behind an option leaves it the only one: no second letter (`(A) or (B)`, `B) D,E`), no second option by its place (`the first`),
/// not all or none of them, no denial and no doubt.
fn says_only(rest: &str, letter: char) -> bool {
    !names_another(rest, letter) && !widens(rest) && !disowns(rest) && !is_lone_sign(rest)
}

fn names_another(rest: &str, letter: char) -> bool {
    let marked = named(rest, 'Z').any(|(place, other)| {
        let bracketed = rest[..place].ends_with('(') || rest[place..].chars().nth(1).is_some_and(|c| matches!(c, ')' | '.' | ':'));
        other != letter && bracketed && !is_operand(rest, place)
    });
    marked || named(rest, LAST_OPTION).any(|(place, other)| other != letter && !is_operand(rest, place))
}

/// Whether a letter is part of a formula: an operator stands beside it, and more than it on the other side.
fn is_operand(text: &str, place: usize) -> bool {
    let before = text[..place].trim_end();
    let after = text[place..].chars().next().map_or("", |c| &text[place + c.len_utf8()..]).trim_start();
    let left = before.ends_with(['+', '-', '*', '^', '_', '=', '{']) && before.contains(|c: char| c.is_ascii_alphanumeric());
    let right = after.starts_with(['+', '-', '*', '^', '_', '=', '(', '}']) && after.contains(|c: char| c.is_ascii_alphanumeric());
    left || right
}

/// Words that name other options, deny this one or doubt it.
fn widens(rest: &str) -> bool {
    const OPTIONS: &str = "option options choice choices answer answers above below everything anything nothing neither either both others \
        unsure uncertain unknown guess likely probably maybe";
    const PLACES: &str = "first second third fourth fifth sixth seventh last next previous other others another";
    const QUANTITIES: &str = "all any none most some each one two three";
    let is_in = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
    let all: Vec<String> = words(rest).collect();
    let formula = rest.contains(['$', '\\', '=']);
    all.iter().enumerate().any(|(place, word)| {
        let next = all.get(place + 1).map_or("", String::as_str);
        let alone = all.len() == 1;
        let pointing = matches!(next, "" | "option" | "choice" | "one" | "answer" | "of");
        let denied = denies(word) && (word != "no" || alone || next.is_empty());
        denied
            || offers(word)
            || is_in(OPTIONS, word)
            || (is_in(PLACES, word) && pointing && !formula)
            || (is_in(QUANTITIES, word) && matches!(next, "of") && all[place + 2..].iter().take(2).any(|word| matches!(word.as_str(), "the" | "these" | "those" | "them" | "above")) && !counts(&all[all.len() - 1]))
    }) || matches!(all.first().map(String::as_str), Some("is" | "was" | "isn" | "because"))
}

/// Whether a text is one sign, and no digit and no name of a quantity: a look-alike of a letter, a mark of a denial.
fn is_lone_sign(rest: &str) -> bool {
    let mut shown = rest.chars().filter(|c| !c.is_whitespace() && !matches!(c, '$' | '{' | '}' | '(' | ')' | '.'));
    let (first, second) = (shown.next(), shown.next());
    match (first, second) {
        (Some(sign), None) => !(sign.is_numeric() || ('k'..='z').contains(&sign) || ('K'..='Z').contains(&sign) || ('α'..='ω').contains(&sign)),
        _ => !rest.contains(char::is_alphanumeric) && !rest.contains('\\'),
    }
}
