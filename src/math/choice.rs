//! Reads an option of a multiple choice: a letter, alone or with the option's text.
//!
//! Accepts: `C`, `(C)`, `C.`, `(C) 12`, `C: twelve`. Refuses: several options in one answer, in whatever way the second
//! is named (`C. the first option`, `C: all of these`), text that denies the letter or has a box, and letters that begin a word.

use std::borrow::Cow;

use memchr::memmem;

use crate::reading::boxes::{Boxes, find_boxes};
use crate::reading::option_text::says_only;
use crate::reading::options::named;
use crate::reading::prose::{denies, excludes, last_sentence, offers, words};
use crate::reading::revision::{beginning, denies_phrase};

/// Longest option, in bytes: a longer text is not a line of a multiple choice.
const MAX_OPTION: usize = 1_000;

/// An option: its letter, and its text where one follows the letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// `A` to `Z`.
    pub letter: char,
    /// The option's text.
    pub text: Option<String>,
}

/// Reads an option.
pub fn read(text: &str) -> Option<Choice> {
    // Most answers are numbers and return here.
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
    // `(B)+1`, `(B)^2`: a factor in brackets.
    if marked && rest.starts_with(['+', '-', '/', '^', '_', '*', '=']) {
        return None;
    }
    let shown = rest.trim_start_matches(['.', ' ', '~']).trim_end_matches(['.', '\\', ' ', '~']);
    let shown = shown.strip_prefix("\\ ").unwrap_or(shown).trim();
    if shown.trim_matches('\\').is_empty() {
        return Some(Choice { letter, text: None });
    }
    // A box in the text is the answer, and the letter before it belongs to prose.
    let option = marked && says_only(shown, letter) && find_boxes(shown) == Boxes::default();
    option.then(|| Choice { letter, text: Some(shown.to_owned()) })
}

/// An option as a reference: `(B) 12`, or the letter where its text cannot stand behind one.
pub fn option(letter: char, text: &str) -> String {
    let option = format!("({letter}) {text}");
    match read(&option) {
        Some(Choice { text: Some(_), .. }) => option,
        _ => letter.to_string(),
    }
}

/// Whether an option's text begins after `C.` or `C:`. Text that follows without a blank must be more than one letter:
/// `A:B` is a ratio, `C.D` a product.
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

/// The option that a sentence states: the first one named after an answer phrase, at the beginning, or after
/// `therefore`. `None` where several are listed.
///
/// A heuristic for evaluation, not for training: `It's not A, therefore I think it's B` states B.
pub fn stated(text: &str) -> Option<char> {
    let after = |cue: &str| memmem::rfind(text.as_bytes(), cue.as_bytes()).map(|place| &text[place + cue.len()..]);
    let cues = ["nswer is", "nswer:", "NSWER:", "ption is", "hoice is", "nswer would be", "I choose", "I select", "I pick"];
    let said = cues.into_iter().find_map(|cue| memmem::rfind(text.as_bytes(), cue.as_bytes()).map(|place| (place, cue)));
    // `It is not true that the answer is A`
    if said.is_some_and(|(place, _)| is_denied(&text[..place])) {
        return None;
    }
    let phrase = said.and_then(|(place, cue)| first_named(&text[place + cue.len()..]));
    let begins = named(text.get(..2).unwrap_or(text), 'Z').next().is_some() && text.get(1..2) != Some(" ");
    let opening = || begins.then(|| first_named(text)).flatten();
    let conclusion =
        || ["herefore", "Thus", "thus", "Hence", "hence", "So ", "so "].into_iter().find_map(after).and_then(first_named);
    phrase.or_else(opening).or_else(conclusion)
}

/// Whether the clause in front of an answer phrase, of which the last word is cut, denies it.
fn is_denied(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let sentence = last_sentence(before);
    denies_phrase(sentence.rsplit(',').next().unwrap_or(sentence))
}

/// The first option that is named and not denied (`not A`, `all but A`); `None` where a list continues after it (`A, C
/// and E`).
fn first_named(text: &str) -> Option<char> {
    let text = beginning(text, MAX_OPTION);
    let stated = |(place, _): &(usize, char)| {
        let before = text[..*place].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '*' | '"'));
        text[*place..].starts_with(|c: char| c.is_ascii_uppercase())
            && !is_refused(&text[place + 1..])
            && !(before.ends_with(char::is_alphabetic) && excludes(before))
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

/// Whether the words behind an option's letter refuse it: `) is eliminated`, ` is not right`.
fn is_refused(behind: &str) -> bool {
    const REFUSED: &str = "eliminated wrong incorrect excluded false invalid rejected ruled impossible discarded";
    let behind = behind.trim_start_matches([')', '.', '*', '"']);
    let mut said = words(beginning(behind, 60))
        .skip_while(|word| matches!(word.as_str(), "is" | "was" | "are" | "therefore" | "clearly" | "also" | "can" | "be"));
    let verb = words(beginning(behind, 60))
        .next()
        .is_some_and(|word| matches!(word.as_str(), "is" | "was" | "isn't" | "can" | "can't" | "cannot"));
    behind.starts_with(' ')
        && verb
        && said.next().is_some_and(|word| denies(&word) || REFUSED.split(' ').any(|known| known == word))
}

/// The letter of `(e)` or `{(e)}`: one letter in brackets, small or capital, returned as a capital.
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
