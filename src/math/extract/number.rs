//! Finds the last formula or number of a text that marks no answer.

use super::found::{Extracted, MAX_BARE};
use crate::math::units;
use crate::reading::lead::{Lead, lead};
use crate::reading::prose::{counts, denies, offers, sentence_end, words};
use crate::reading::revision::disowns;
use crate::reading::tongues::{Effect, effect};

/// Longest sentence, in bytes, that is searched for its only number.
const MAX_SENTENCE: usize = 4_000;

/// The last `$…$`, `\(…\)` or `\[…\]`, where no number follows it.
pub(super) fn last_formula(text: &str) -> Option<Extracted> {
    let mut best: Option<(usize, usize)> = None;
    for (open, close) in [("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")] {
        let Some(end) = text.rfind(close) else { continue };
        let Some(start) = text[..end].rfind(open) else { continue };
        let inner = (start + open.len(), end);
        if inner.0 < inner.1 && best.is_none_or(|(_, e)| inner.1 > e) && !text[inner.0..inner.1].trim().is_empty() {
            best = Some(inner);
        }
    }
    let (start, end) = best?;
    let behind = text[end..].bytes().any(|b| b.is_ascii_digit());
    let sentence = sentence_before(text, start);
    let denied = is_denied(sentence) || effect(sentence.trim_end_matches([' ', '$'])) == Some(Effect::Denies);
    (!behind && !denied && end - start <= MAX_BARE).then(|| Extracted::new(&text[start..end], "formula"))
}

/// The last number, with its sign, separators, fraction, percent sign and unit. `None` where that number is denied, is one of
/// two alternatives or counts a step; the number before it is then not used either.
pub(super) fn last_number(text: &str) -> Option<Extracted> {
    let bytes = text.as_bytes();
    let end = bytes.iter().rposition(u8::is_ascii_digit)? + 1;
    let mut start = end;
    while start > 0 {
        let byte = bytes[start - 1];
        let inside = byte.is_ascii_digit()
            || (matches!(byte, b'.' | b',' | b'/') && start >= 2 && bytes[start - 2].is_ascii_digit())
            || byte == b'.';
        if !inside {
            break;
        }
        start -= 1;
    }
    if bytes[..start].last().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    let sentence = sentence_before(text, start);
    let behind = &text[end..end + sentence_end(&text[end..])];
    let denied = disowns(behind) || words(behind).take(2).any(|word| denies(&word));
    let asks = denied || text[end + sentence_end(&text[end..])..].starts_with('?');
    // `\sfrac{1}{2}`, `5\sqrt`: a text without blanks is read as a whole or not at all.
    if asks
        || (text.is_ascii() && !text.trim().contains(char::is_whitespace))
        || is_part(sentence)
        || is_denied(sentence)
        || is_alternative(sentence)
        || effect(sentence.trim_end_matches([' ', '$', '*'])).is_some_and(|effect| effect != Effect::Approximates)
        || is_label(sentence, &text[end..])
    {
        return None;
    }
    let mut sign = start;
    while sign > 0 && (bytes[sign - 1] == b'$' || bytes[sign - 1] == b' ') && start - sign < 2 {
        sign -= 1;
    }
    let negative = sign > 0 && bytes[sign - 1] == b'-' && (sign < 2 || !bytes[sign - 2].is_ascii_digit());
    let percent = text[end..].starts_with('%') || text[end..].starts_with("\\%");
    let unit = if percent { None } else { unit_behind(&text[end..]) };
    let number = format!(
        "{}{}{}{}",
        if negative { "-" } else { "" },
        text[start..end].trim_end_matches(['.', ',']),
        if percent { "\\%" } else { "" },
        unit.map(|unit| format!("\\text{{ {unit}}}")).unwrap_or_default()
    );
    Some(Extracted::new(&number, "last_number"))
}

/// The unit that follows a number, or a word that multiplies it: `5 g`, `18 cents`, `3 dozen`.
fn unit_behind(behind: &str) -> Option<&str> {
    const MULTIPLES: [&str; 6] = ["dozen", "hundred", "thousand", "million", "billion", "trillion"];
    let text = behind.strip_prefix('$').unwrap_or(behind).trim_start_matches([' ', '~']);
    let inside = |c: char| c.is_alphabetic() || matches!(c, '/' | '^' | '²' | '³' | 'Ω');
    let word = &text[..text.find(|c: char| !inside(c)).unwrap_or(text.len())];
    // `5 in total`, `5 a day`.
    let ambiguous = matches!(word, "in" | "a");
    (!ambiguous && (MULTIPLES.contains(&word) || units::read(word, 1).is_some())).then_some(word)
}

/// The only number of a sentence, where no word denies it or offers another.
pub(super) fn only_number(sentence: &str) -> Option<Extracted> {
    let changes = |word: &str| {
        let compares =
            matches!(word, "minus" | "plus" | "than" | "least" | "most" | "negative" | "half" | "false" | "wrong" | "doubled");
        denies(word) || offers(word) || compares || (counts(word) && word != "one" && word != "percent")
    };
    if sentence.len() > MAX_SENTENCE || words(sentence).any(|word| changes(&word)) {
        return None;
    }
    let found = last_number(sentence)?;
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    (digits(&found.answer) == digits(sentence)).then_some(found)
}

/// The part of a sentence before a place in it.
fn sentence_before(text: &str, place: usize) -> &str {
    let before = &text[..place];
    let start = before.rfind(". ").map_or(0, |end| end + 2).max(before.rfind('\n').map_or(0, |end| end + 1));
    &before[start..]
}

/// Whether the words before a number bound it or make it part of another number: `minus 4`, `the square of 4`, `at most
/// 4`.
fn is_part(before: &str) -> bool {
    const WORDS: &str =
        "minus negative twice thrice plus over base than least most below under above near between times of modulo mod root";
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '$' | '(' | '*'));
    if before.ends_with(['+', '±', '/', '^', '√', '×', '{']) {
        return true;
    }
    let mut ends = words(before).rev();
    let (last, previous) = (ends.next().unwrap_or_default(), ends.next().unwrap_or_default());
    let divides = last == "by" && matches!(previous.as_str(), "divisible" | "divided" | "multiplied");
    if divides || (last == "to" && words(before).any(|word| word == "from")) {
        return true;
    }
    before.ends_with(char::is_alphabetic) && WORDS.split(' ').any(|word| word == last) && lead(before) == Lead::Changes
}

/// Whether the words before a value deny it: `not 4`, `isn't equal to 4`.
fn is_denied(before: &str) -> bool {
    const FILLERS: [&str; 8] = ["be", "equal", "equals", "to", "the", "a", "is", "necessarily"];
    let value = |c: char| c.is_whitespace() || matches!(c, '$' | '(' | '*' | '-' | '"' | ':');
    let before = before.trim_end_matches(value);
    before.ends_with(char::is_alphabetic)
        && words(before).rev().take(4).find(|word| !FILLERS.contains(&word.as_str())).is_some_and(|word| denies(&word))
}

/// Whether the value is the second of two alternatives: `4 or 5`.
fn is_alternative(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '$' | '(' | '*' | '-'));
    words(before).next_back().is_some_and(|word| matches!(word.as_str(), "or" | "xor" | "nor")) && before.ends_with(['r', 'R'])
}

/// Whether the number counts a step or a part: `Step 5:`, `5.` at the beginning of a line.
fn is_label(before: &str, behind: &str) -> bool {
    let counted = words(before).next_back().is_some_and(|word| {
        matches!(
            word.as_str(),
            "step"
                | "part"
                | "case"
                | "question"
                | "problem"
                | "exercise"
                | "section"
                | "chapter"
                | "figure"
                | "equation"
                | "option"
                | "example"
                | "table"
                | "lemma"
                | "theorem"
        )
    }) && before.trim_end().ends_with(char::is_alphabetic);
    let begins = before.trim_matches(['#', '*', ' ', '(']).is_empty() && (behind.starts_with(") ") || behind.starts_with(". "));
    counted || begins
}
