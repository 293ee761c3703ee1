//! Splits a text into sentences by a stated rule.

use crate::reading::trim;

/// Words after which a full stop does not end a sentence.
const ABBREVIATIONS: [&str; 18] =
    ["mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "etc", "e.g", "i.e", "inc", "ltd", "co", "no", "fig", "ph.d"];

/// The sentences of a text.
///
/// A sentence ends at a run of `.`, `!`, `?` (with closing quotes or brackets) before white space or the end, and at a
/// full-width mark. A single letter or a known abbreviation before a stop does not end it. Text without an end mark is
/// one sentence.
///
/// ```
/// use r1rewards::text::ifeval::split_sentences;
/// assert_eq!(split_sentences("Dr. Lee ran 3.5 km! \"Really?\" Yes"), ["Dr. Lee ran 3.5 km!", "\"Really?\"", "Yes"]);
/// ```
pub fn split_sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut from = 0;
    while let Some(at) = next_mark(text.as_bytes(), from) {
        let Some(character) = text[at..].chars().next() else { break };
        let mut end = at + character.len_utf8();
        from = end;
        let full_width = matches!(character, '。' | '！' | '？');
        if !full_width && !matches!(character, '.' | '!' | '?') {
            continue;
        }
        let closes = |mark: &char| matches!(mark, '.' | '!' | '?' | '"' | '\'' | ')' | ']' | '”' | '’' | '。' | '！' | '？' | '」');
        end += text[end..].chars().take_while(closes).map(char::len_utf8).sum::<usize>();
        from = end;
        let before_gap = text[end..].chars().next().is_none_or(char::is_whitespace);
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

/// The next byte that is, or may begin, a mark that ends a sentence.
fn next_mark(bytes: &[u8], from: usize) -> Option<usize> {
    let place = bytes[from..].iter().position(|byte| MARKS[usize::from(*byte)])?;
    Some(from + place)
}

/// ASCII marks, and the first bytes of the full-width ones.
static MARKS: [bool; 256] = {
    let mut marks = [false; 256];
    marks[b'.' as usize] = true;
    marks[b'!' as usize] = true;
    marks[b'?' as usize] = true;
    marks[0xe3] = true;
    marks[0xef] = true;
    marks
};

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default().trim_start_matches(['(', '"', '\'']);
    let mut characters = word.chars();
    let initial = characters.next().is_some_and(char::is_uppercase) && characters.next().is_none() && word != "I";
    initial || (word.len() <= LONGEST_ABBREVIATION && ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

const LONGEST_ABBREVIATION: usize = 4;
