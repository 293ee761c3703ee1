//! Multiple choice: an option's letter, alone or with its text.
//!
//! Accepts: `C`, `(C)`, `C.`, `(C) 12`, `C: twelve`. Refuses: several options in one answer, whatever names the second (`C. the first option`,
//! `C: all of these`), text that denies the letter, and letters that begin a word.

use std::borrow::Cow;

use memchr::memmem;

use super::answer::Answer;
use super::decision::Decision;
use crate::Rule;
use crate::reading::option_text::says_only;
use crate::reading::options::named;
use crate::reading::prose::{excludes, offers, words};
use crate::reading::revision::beginning;

/// Longest option: what is longer is no line of a multiple choice.
const MAX_OPTION: usize = 1_000;

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
    if text.len() > MAX_OPTION || text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) {
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
        (Some(first), second) => {
            first.is_ascii_digit()
                || first == '\\'
                || (colon && second.is_some_and(|second| !matches!(second, '=' | '/' | ':')) && !matches!(first, '=' | '/' | ':'))
        }
    }
}

/// What two sides are as options of a multiple choice.
pub(super) enum Options {
    /// Judged by their letters.
    Judged(Decision),
    /// The same letter: their texts must agree.
    Texts(Box<[Answer; 2]>),
    /// No options.
    Other,
}

/// Multiple choice: where either side is an option's letter and the other names an option.
pub(super) fn options(gold: &Answer, answer: &Answer) -> Options {
    let Some(g) = read(&gold.source) else { return Options::Other };
    let Some(a) = read(&answer.source) else {
        let same = in_brackets(&answer.source) == Some(g.letter);
        return if same { Options::Judged(Decision::equal(Rule::Choice)) } else { Options::Other };
    };
    if g.letter != a.letter {
        return Options::Judged(Decision::different(Rule::Choice));
    }
    match (g.text, a.text) {
        (Some(g), Some(a)) => {
            let plain = |text: &str| Answer::read(text).ok().filter(|answer| read(&answer.source).is_none());
            match (plain(&g), plain(&a)) {
                (Some(g), Some(a)) => Options::Texts(Box::new([g, a])),
                _ => Options::Other,
            }
        }
        // A lone letter on both sides may be a symbol: equal letters are equal either way.
        _ => Options::Judged(Decision::equal(Rule::Choice)),
    }
}

/// The option that a sentence states: the first one named after an answer phrase, at the beginning, or after `therefore`; none where several are listed.
///
/// A heuristic for evaluation, where nothing learns from the verdict: `It's not A, therefore I think it's B` states B.
pub fn stated(text: &str) -> Option<char> {
    let after = |cue: &str| memmem::rfind(text.as_bytes(), cue.as_bytes()).map(|place| &text[place + cue.len()..]);
    let phrase = ["nswer is", "nswer:", "NSWER:", "nswer would be", "I choose", "I select", "I pick"]
        .into_iter()
        .find_map(after)
        .and_then(first_named);
    let begins = named(text.get(..2).unwrap_or(text), 'Z').next().is_some() && text.get(1..2) != Some(" ");
    let opening = || begins.then(|| first_named(text)).flatten();
    let conclusion =
        || ["herefore", "Thus", "thus", "Hence", "hence", "So ", "so "].into_iter().find_map(after).and_then(first_named);
    phrase.or_else(opening).or_else(conclusion)
}

/// The first option that is named and not denied (`not A`, `all but A`); none where a list goes on behind it (`A, C and E`).
fn first_named(text: &str) -> Option<char> {
    let text = beginning(text, MAX_OPTION);
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
