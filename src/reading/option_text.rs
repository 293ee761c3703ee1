//! Checks of the text that follows an option's letter.

use super::options::named;
use super::prose::{counts, denies, offers, words};
use super::revision::disowns;

/// The last letter that a bare text may name as an option: multiple choices go no further, and later letters are names
/// of quantities.
const LAST_OPTION: char = 'J';

/// Whether the text after an option's letter names only this option: it must not name a second letter (`(A) or (B)`,
/// `B) D,E`) or a second option by its place (`the first`), must not mean all or none of them, and must not deny or
/// doubt the option.
pub(crate) fn says_only(rest: &str, letter: char) -> bool {
    !names_another(rest, letter) && (is_last_option(rest, letter) || !widens(rest)) && !disowns(rest) && !is_lone_sign(rest)
}

/// `None of these` and `All of the above` as the text of an option: such options come last, after at least three
/// others, so the letter must be D or later.
fn is_last_option(rest: &str, letter: char) -> bool {
    let all: Vec<String> = words(rest).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    letter >= 'D'
        && matches!(
            all.as_slice(),
            ["none" | "all", "of", "these" | "those" | "them"] | ["none" | "all", "of", "the", "above" | "others"]
        )
}

fn names_another(rest: &str, letter: char) -> bool {
    let marked = named(rest, 'Z').any(|(place, other)| {
        let bracketed = rest[..place].ends_with('(') || rest[place..].chars().nth(1).is_some_and(|c| matches!(c, ')' | '.' | ':'));
        other != letter && bracketed && !is_operand(rest, place)
    });
    marked || named(rest, LAST_OPTION).any(|(place, other)| other != letter && !is_operand(rest, place))
}

/// Whether a letter is part of a formula: an operator is next to it, with an operand on the other side.
fn is_operand(text: &str, place: usize) -> bool {
    let before = text[..place].trim_end();
    // `\text{C}` names an option, `x_{C}` a quantity.
    let before = ["\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "\\mbox{"]
        .iter()
        .find_map(|command| before.strip_suffix(command))
        .unwrap_or(before);
    let after = text[place..].chars().next().map_or("", |c| &text[place + c.len_utf8()..]).trim_start();
    let called = before.strip_suffix('(').is_some_and(|name| name.ends_with(char::is_alphanumeric));
    let left =
        called || before.ends_with(['+', '-', '*', '^', '_', '=', '{']) && before.contains(|c: char| c.is_ascii_alphanumeric());
    let right = after.starts_with(['+', '-', '*', '^', '_', '=', '(', '}']) && after.contains(|c: char| c.is_ascii_alphanumeric());
    left || right
}

/// Whether a text contains words that name other options, deny this one or doubt it.
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
            || word == "and"
            || offers(word)
            || is_in(OPTIONS, word)
            || (is_in(PLACES, word) && pointing && !formula)
            || (is_in(QUANTITIES, word)
                && matches!(next, "of")
                && all[place + 2..]
                    .iter()
                    .take(2)
                    .any(|word| matches!(word.as_str(), "the" | "these" | "those" | "them" | "above"))
                && !counts(&all[all.len() - 1]))
    }) || matches!(all.first().map(String::as_str), Some("is" | "was" | "isn" | "because"))
}

/// Whether a text is a single sign other than a digit or the name of a quantity, such as a look-alike of a letter or a
/// mark of denial.
fn is_lone_sign(rest: &str) -> bool {
    let mut shown = rest.chars().filter(|c| !c.is_whitespace() && !matches!(c, '$' | '{' | '}' | '(' | ')' | '.'));
    let (first, second) = (shown.next(), shown.next());
    match (first, second) {
        (Some(sign), None) => {
            !(sign.is_numeric() || ('k'..='z').contains(&sign) || ('K'..='Z').contains(&sign) || ('α'..='ω').contains(&sign))
        }
        _ => !rest.contains(char::is_alphanumeric) && !rest.contains('\\'),
    }
}
