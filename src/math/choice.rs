//! Multiple choice: an option's letter, alone or with its text.
//!
//! Accepts: `C`, `(C)`, `C.`, `(C) 12`, `C: twelve`. Refuses: several letters in one answer, and letters that begin a word.

use std::borrow::Cow;

/// The option letter of an answer and whether text follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// `A` to `Z`.
    pub letter: char,
    /// Whether the option's text stands behind the letter.
    pub with_text: bool,
}

/// Reads an option.
pub fn read(text: &str) -> Option<Choice> {
    let text = text.trim().trim_matches('$').trim();
    let text = unwrap_command(text);
    let text = text.as_ref();
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
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => (true, rest),
            _ => (false, rest),
        },
    };
    let rest = rest.trim_matches(['.', '\\', ' ', '~']);
    if rest.is_empty() {
        return Some(Choice { letter, with_text: false });
    }
    (marked && !names_another(rest)).then_some(Choice { letter, with_text: true })
}

/// The option that a sentence states: the first letter standing alone after an answer phrase, at the beginning, or after `therefore`.
///
/// A heuristic for evaluation, where nothing learns from the verdict: `It's not A, therefore I think it's B` states B.
pub fn stated(text: &str) -> Option<char> {
    let after = |cue: &str| text.rfind(cue).map(|place| &text[place + cue.len()..]);
    let phrase = ["nswer is", "nswer:", "nswer would be"].into_iter().find_map(after).and_then(first_alone);
    let opening = || first_alone(text.get(..2).unwrap_or(text)).filter(|_| text.get(1..2) != Some(" "));
    let conclusion =
        || ["herefore", "Thus", "thus", "Hence", "hence", "So ", "so "].into_iter().find_map(after).and_then(first_alone);
    phrase.or_else(opening).or_else(conclusion)
}

/// The first capital letter that stands alone; `A` before a word is an article.
fn first_alone(text: &str) -> Option<char> {
    text.char_indices().filter(|(_, letter)| letter.is_ascii_uppercase()).find_map(|(place, letter)| {
        let before = text[..place].chars().next_back();
        let after = &text[place + 1..];
        let alone = before.is_none_or(|c| !c.is_alphanumeric() && c != '\'')
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '\'');
        let article =
            matches!(letter, 'A' | 'I') && after.strip_prefix(' ').is_some_and(|next| next.starts_with(char::is_alphabetic));
        (alone && !article).then_some(letter)
    })
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

/// Whether the text behind an option names a second one: `(A) or (B)`, `A) B) C)`.
fn names_another(rest: &str) -> bool {
    let mut letters = rest.char_indices().filter(|(_, c)| c.is_ascii_uppercase());
    let option = letters.any(|(place, _)| {
        let before = rest[..place].chars().next_back();
        let after = rest[place + 1..].chars().next();
        let alone = before.is_none_or(|c| !c.is_alphanumeric()) && after.is_none_or(|c| !c.is_alphanumeric());
        alone
            && (before == Some('(')
                || matches!(after, Some(')' | '.' | ':'))
                || (before.is_none_or(|c| c == ' ') && after.is_none()))
    });
    let hedge = rest.split(|c: char| !c.is_alphabetic()).any(|word| matches!(word, "or" | "and" | "not"));
    option || hedge
}
