//! Whether a response satisfies a constraint: one rule for each type, linear in the response.

use memchr::memmem;

use super::{Constraint, Response, split_sentences};
use crate::reading::{trim, words};

/// The answers that "constrained response" allows.
const CONSTRAINED: [&str; 3] = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

impl Constraint {
    /// Whether the response satisfies it.
    pub(super) fn holds(&self, whole: &Response<'_>) -> bool {
        let response = whole.text;
        let lower = || whole.lower();
        match self {
            Self::KeywordsExistence { keywords } => keywords.iter().all(|keyword| contains(lower(), keyword)),
            Self::KeywordsFrequency { keyword, frequency, relation } => {
                relation.holds(count(lower(), &keyword.to_lowercase()), *frequency)
            }
            Self::KeywordsForbidden { forbidden_words } => !forbidden_words.iter().any(|word| has_word(lower(), word)),
            Self::LetterFrequency { letter, frequency, relation } => {
                relation.holds(count(lower(), letter.encode_utf8(&mut [0; 4])), *frequency)
            }
            Self::ResponseLanguage { language } => is_language(response, language),
            Self::NumberSentences { number, relation } => relation.holds(split_sentences(response).len(), *number),
            Self::NumberParagraphs { number } => divided(response, "***", 1) == Some(*number),
            Self::NumberWords { number, relation } => relation.holds(word_runs(response), *number),
            Self::NthParagraphFirstWord { number, nth, first_word } => nth_paragraph(response, *number, *nth, first_word),
            Self::NumberPlaceholders { number } => count_placeholders(response) >= *number,
            Self::Postscript { marker } => has_postscript(lower(), marker),
            Self::NumberBulletLists { number } => response.lines().filter(|line| is_bullet(line)).count() == *number,
            Self::ConstrainedResponse => CONSTRAINED.iter().any(|allowed| response.contains(allowed)),
            Self::NumberHighlightedSections { number } => count_highlights(response) >= *number,
            Self::MultipleSections { splitter, number } => count_sections(response, splitter) >= *number,
            Self::JsonFormat => is_json(response),
            Self::Title => response.lines().any(has_title),
            Self::TwoResponses => two_responses(response),
            Self::RepeatPrompt { prompt } => trim(lower()).starts_with(trim(&prompt.to_lowercase())),
            Self::EndChecker { end_phrase } => trim(lower()).trim_matches('"').ends_with(end_phrase.to_lowercase().as_str()),
            Self::CapitalWordFrequency { frequency, relation } => {
                relation.holds(words(response).filter(|word| is_upper(word)).count(), *frequency)
            }
            Self::EnglishCapital => is_upper(response) && is_language(lower(), "en"),
            Self::EnglishLowercase => is_lower(response) && is_language(lower(), "en"),
            Self::NoComma => memchr::memchr(b',', response.as_bytes()).is_none(),
            Self::Quotation => {
                let response = trim(response);
                response.chars().count() > 1 && response.starts_with('"') && response.ends_with('"')
            }
        }
    }
}

fn contains(text: &str, part: &str) -> bool {
    memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// How often a part occurs, without overlap.
fn count(text: &str, part: &str) -> usize {
    match part.as_bytes() {
        // The standard library finds the empty text between characters, `memmem` between bytes.
        [] => text.matches(part).count(),
        [byte] => memchr::memchr_iter(*byte, text.as_bytes()).count(),
        part => memmem::find_iter(text.as_bytes(), part).count(),
    }
}

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether the word occurs with word boundaries at both ends.
fn has_word(lower: &str, word: &str) -> bool {
    let edge = |outside: Option<char>, inside: Option<char>| {
        outside.is_some_and(is_word_character) != inside.is_some_and(is_word_character)
    };
    lower.match_indices(word).any(|(start, found)| {
        edge(lower[..start].chars().next_back(), found.chars().next())
            && edge(lower[start + found.len()..].chars().next(), found.chars().next_back())
    })
}

/// A text whose language the detector cannot recognise satisfies the constraint, as in the published checker.
fn is_language(response: &str, language: &str) -> bool {
    crate::text::Language::of_start(response).is_none_or(|found| crate::text::Language::speaks(found, language))
}

/// The number of non-blank parts between dividers; `None` if an inner part is blank.
fn divided(response: &str, divider: &str, edges: usize) -> Option<usize> {
    let parts: Vec<&str> = response.split(divider).collect();
    let inner_blank = parts.iter().enumerate().any(|(at, part)| trim(part).is_empty() && at >= edges && at + edges < parts.len());
    (!inner_blank).then(|| parts.iter().filter(|part| !trim(part).is_empty()).count())
}

fn word_runs(response: &str) -> usize {
    let (mut runs, mut inside) = (0, false);
    let mut at = 0;
    let bytes = response.as_bytes();
    while at < bytes.len() {
        let (word, length) = if bytes[at].is_ascii() {
            (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_', 1)
        } else {
            response[at..].chars().next().map_or((false, 1), |next| (is_word_character(next), next.len_utf8()))
        };
        runs += usize::from(word && !inside);
        inside = word;
        at += length;
    }
    runs
}

fn nth_paragraph(response: &str, number: usize, nth: usize, first_word: &str) -> bool {
    let paragraphs: Vec<&str> = response.split("\n\n").collect();
    let count = paragraphs.iter().filter(|paragraph| !trim(paragraph).is_empty()).count();
    if nth == 0 || nth > count || count != number {
        return false;
    }
    let Some(word) = words(paragraphs[nth - 1]).next() else { return false };
    let word = word.trim_start_matches('\'').trim_start_matches('"');
    let end = word.find(['.', ',', '?', '!', '\'', '"']).unwrap_or(word.len());
    word[..end].to_lowercase() == first_word
}

/// Counts `[…]` on one line.
fn count_placeholders(response: &str) -> usize {
    response
        .lines()
        .map(|line| {
            let mut rest = line;
            let mut count = 0;
            while let Some(start) = rest.find('[')
                && let Some(end) = rest[start..].find(']')
            {
                count += 1;
                rest = &rest[start + end + 1..];
            }
            count
        })
        .sum()
}

fn has_postscript(lower: &str, marker: &str) -> bool {
    match marker {
        "P.P.S" => spaced(lower, &["p.", "p.", "s"]),
        "P.S." => spaced(lower, &["p.", "s."]),
        other => lower.contains(other.to_lowercase().as_str()),
    }
}

/// Whether the parts occur in a row with at most one white-space character between two of them.
fn spaced(text: &str, parts: &[&str]) -> bool {
    text.match_indices(parts[0]).any(|(start, first)| {
        let mut rest = &text[start + first.len()..];
        parts[1..].iter().all(|part| {
            let after = rest.strip_prefix(part).or_else(|| {
                let mut characters = rest.chars();
                characters.next().filter(|character| character.is_whitespace())?;
                characters.as_str().strip_prefix(part)
            });
            after.map(|after| rest = after).is_some()
        })
    })
}

fn is_bullet(line: &str) -> bool {
    let line = line.trim_start();
    match line.strip_prefix('*') {
        Some(rest) => rest.chars().next().is_some_and(|next| next != '*'),
        None => line.starts_with('-'),
    }
}

/// Counts `*…*` and `**…**` with text inside, each on one line, as the published patterns find them.
fn count_highlights(response: &str) -> usize {
    let mut count = 0;
    for line in response.split('\n') {
        let stars: Vec<usize> = line.match_indices('*').map(|(at, _)| at).collect();
        let mut at = 0;
        while at + 1 < stars.len() {
            // Consecutive stars in the list have no star between them: they delimit one candidate.
            let inside = &line[stars[at] + 1..stars[at + 1]];
            count += usize::from(!trim(inside).is_empty());
            at += 2;
        }
        let mut at = 0;
        while at + 3 < stars.len() {
            let (open, close) = (stars[at] + 1 == stars[at + 1], stars[at + 2] + 1 == stars[at + 3]);
            if open && close {
                count += usize::from(!trim(&line[stars[at + 1] + 1..stars[at + 2]]).is_empty());
                at += 4;
            } else {
                at += 1;
            }
        }
    }
    count
}

/// Counts the splitter followed by at most one white-space character and a digit.
fn count_sections(response: &str, splitter: &str) -> usize {
    let numbered = |rest: &str| {
        let mut characters = rest.chars();
        match characters.next() {
            Some(character) if character.is_whitespace() => characters.next().is_some_and(|next| next.is_ascii_digit()),
            Some(character) => character.is_ascii_digit(),
            None => false,
        }
    };
    response.match_indices(splitter).filter(|(at, _)| numbered(&response[at + splitter.len()..])).count()
}

fn is_json(response: &str) -> bool {
    let mut text = trim(response);
    for opening in ["```json", "```Json", "```JSON", "```"] {
        text = text.strip_prefix(opening).unwrap_or(text);
    }
    text = text.strip_suffix("```").unwrap_or(text);
    serde_json::from_str::<serde::de::IgnoredAny>(trim(text)).is_ok()
}

/// Whether the line has `<<…>>` with text inside.
fn has_title(line: &str) -> bool {
    match (line.find("<<"), line.rfind(">>")) {
        (Some(start), Some(end)) if start + 2 < end => {
            !trim(line[start..end].trim_start_matches('<').trim_end_matches('>')).is_empty()
        }
        _ => false,
    }
}

fn two_responses(response: &str) -> bool {
    if divided(response, "******", 1) != Some(2) {
        return false;
    }
    let mut parts = response.split("******").map(trim).filter(|part| !part.is_empty());
    parts.next() != parts.next()
}

fn is_upper(text: &str) -> bool {
    !text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase)
}

fn is_lower(text: &str) -> bool {
    !text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase)
}
