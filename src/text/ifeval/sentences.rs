//! Sentences by a stated rule.

use crate::text::trim;

/// Words after which a full stop ends no sentence.
const ABBREVIATIONS: [&str; 18] =
    ["mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "inc", "ltd", "co", "no", "fig", "ph.d"];

/// The sentences of a text.
///
/// A sentence ends at a run of `.`, `!`, `?` (with closing quotes or brackets) before white space or the end, and at a full-width
/// mark; a single letter or a known abbreviation before a stop ends none. Text without an end mark is a sentence.
///
/// ```
/// use r1rewards::text::ifeval::split_sentences;
/// assert_eq!(split_sentences("Dr. Lee ran 3.5 km! \"Really?\" Yes"), ["Dr. Lee ran 3.5 km!", "\"Really?\"", "Yes"]);
/// ```
pub fn split_sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let full_width = matches!(character, '。' | '！' | '？');
        if !full_width && !matches!(character, '.' | '!' | '?') {
            continue;
        }
        let mut end = at + character.len_utf8();
        while let Some((next, mark)) = characters
            .next_if(|(_, mark)| matches!(mark, '.' | '!' | '?' | '"' | '\'' | ')' | ']' | '”' | '’' | '。' | '！' | '？' | '」'))
        {
            end = next + mark.len_utf8();
        }
        let before_gap = characters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if !full_width && (!before_gap || (character == '.' && end == at + 1 && is_abbreviation(&text[start..at]))) {
            continue;
        }
        sentences.push(trim(&text[start..end]));
        start = end;
    }
    let rest = trim(&text[start..]);
    if !rest.is_empty() {
        sentences.push(rest);
    }
    sentences
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(['(', '"', '\'']);
    let mut characters = word.chars();
    let initial = characters.next().is_some_and(char::is_uppercase) && characters.next().is_none() && word != "I";
    initial || (word.len() <= LONGEST_ABBREVIATION && ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

const LONGEST_ABBREVIATION: usize = 4;
