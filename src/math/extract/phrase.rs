//! Finds the answer after a phrase: `The final answer is …`, `Answer: …`, `A: …`.
//!
//! The whole sentence is the answer. Text after a value is left out only where it does not change the value: a unit, a
//! reason, plain words.

use memchr::memmem;

use super::found::{Extracted, is_label};
use crate::Reason;
use crate::reading::prose::{counts, gives_reason, is_clause, is_plain, last_sentence, leading_words, sentence_end, words};
use crate::reading::revision::{denies_phrase, disowns};

/// Most answer phrases that are read, from the last one backwards.
const MAX_PHRASES: usize = 32;

/// The answer after `The final answer is …`, `Answer: …`, or a heading with these words; the last one counts.
///
/// # Errors
/// [`Reason::Hedged`] where the phrase is denied or is a question.
pub(super) fn phrase(text: &str) -> Result<Option<Extracted>, Reason> {
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    for _ in 0..MAX_PHRASES {
        let lower = memmem::rfind(&bytes[..end], b"nswer");
        let upper = memmem::rfind(&bytes[..end], b"NSWER");
        let Some(place) = lower.max(upper) else { return Ok(None) };
        end = place;
        if !matches!(bytes.get(place.wrapping_sub(1)), Some(b'a' | b'A')) {
            continue;
        }
        let before = &text[..place - 1];
        let tail = text[place + 5..].trim_start_matches(['*', '_']).trim_start_matches([' ', '\t']);
        let stated = tail
            .strip_prefix("is")
            .filter(|tail| tail.starts_with([' ', ':', '\n', '$', '\\', '*']))
            .or_else(|| tail.strip_prefix([':', '=', '：']))
            .or_else(|| tail.strip_prefix(['\n', '\r']).filter(|_| is_heading(before)));
        let Some(tail) = stated else { continue };
        let sentence = last_sentence(before);
        if denies_phrase(sentence) {
            return Err(Reason::Hedged);
        }
        if is_this_answer(sentence)
            && let Some((found, behind)) = after_phrase(tail)?
        {
            return Ok(Some(Extracted { end: text.len() - behind.len(), ..found }));
        }
    }
    Ok(None)
}

/// Whether the word before `answer` allows it to be the answer of the text: `the final`, not `the other`.
fn is_this_answer(before: &str) -> bool {
    const WORDS: &str = "a an and or the this that our my your his her their its so thus hence therefore then final correct right true exact precise \
        numerical numeric simplified simplest required desired sought requested whole short complete overall total full approximate best \
        ultimate integer decimal only actual is in with for model expected";
    let word = before.trim_end_matches([' ', '*', '_', '(', '[', '"', '\'', '#', '<', '-']);
    !word.ends_with(char::is_alphabetic)
        || words(word).next_back().is_none_or(|word| WORDS.split_whitespace().any(|known| known == word))
}

/// `A: 42` on the last line, as at the end of GSM8K solutions.
pub(super) fn last_line(text: &str) -> Option<Extracted> {
    let text = text.trim_end();
    let start = memchr::memrchr(b'\n', text.as_bytes()).map_or(0, |newline| newline + 1);
    let line = text[start..].trim();
    let answer = line.strip_prefix("A:").or_else(|| line.strip_prefix("Answer:"))?.trim();
    (!answer.is_empty()).then(|| Extracted::new(answer, "phrase"))
}

/// Whether the line so far is the beginning of a heading: `### Final `, `**`.
fn is_heading(before: &str) -> bool {
    let start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1);
    let line = before[start..].trim_start();
    let title = line.trim_start_matches(['#', '*', '_', ' ']);
    title.len() < line.len()
        && matches!(title.trim_end(), "" | "Final" | "The" | "The Final" | "The final" | "FINAL" | "Correct" | "My")
}

/// The answer in the text after a phrase, and the text after the answer.
fn after_phrase(tail: &str) -> Result<Option<(Extracted, &str)>, Reason> {
    let tail = tail.trim_start_matches([':', '=', '*', '_', ' ', '\t']).trim_start().trim_start_matches('*');
    for (open, close) in [("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"), ("`", "`"), ("\"", "\""), ("“", "”")] {
        if let Some(inner) = tail.strip_prefix(open)
            && let Some(stop) = inner.find(close)
        {
            let behind = &inner[stop + close.len()..];
            if disowns(&behind[..sentence_end(behind)]) {
                return Err(Reason::Hedged);
            }
            let empty = inner[..stop].trim().is_empty() || (matches!(open, "$" | "`" | "\"" | "“") && inner[..stop].contains('\n'));
            // Code style around a number is no formula, so nothing may follow it on its line.
            let code = open == "`" && !behind.lines().next().unwrap_or("").trim_matches([' ', '*', '.']).is_empty();
            if !empty && !code && stays_alone(behind) {
                return Ok(Some((Extracted::new(&inner[..stop], "phrase"), behind)));
            }
            break;
        }
    }
    let line = tail.lines().next().unwrap_or("");
    let behind = &tail[line.len()..];
    let line = line.trim();
    // `**4** because …`: the end of bold type ends the answer, as the end of a formula does.
    let line = match line.split_once("**") {
        Some((inner, behind)) if !inner.trim().is_empty() && stays_alone(behind) => inner.trim(),
        _ => line,
    };
    let end = sentence_end(line);
    if line[end..].starts_with('?') || disowns(&line[..end]) {
        return Err(Reason::Hedged);
    }
    let answer = without_bold(line[..end].trim());
    if answer.is_empty() {
        return Ok(None);
    }
    let next = behind.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let another = next.trim().parse::<f64>().is_ok();
    if another || offers_more(&line[end..]) || offers_more(next) {
        return Ok(Some((Extracted::new(&format!("{line} {next}"), "phrase"), behind)));
    }
    // In prose, `~4` is about 4; in a formula, `~` is a blank.
    if let Some(value) =
        answer.strip_prefix('~').filter(|value| value.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '$' | '-')))
    {
        return Ok(Some((Extracted::new(&format!("\\approx {value}"), "phrase"), tail.get(end..).unwrap_or(behind))));
    }
    Ok(Some((Extracted::new(value_alone(answer), "phrase"), tail.get(end..).unwrap_or(behind))))
}

/// Whether the text after a formula does not change it.
fn stays_alone(behind: &str) -> bool {
    let end = sentence_end(behind);
    // `$4$,000` and `$4$.5` continue without a blank.
    let touches =
        behind.chars().next().is_some_and(|c| !(c.is_whitespace() || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '*' | ')')))
            || behind.get(1..2).is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()));
    let label = leading_words(&behind[..end]);
    let says_more = label.is_empty() || is_label(label);
    !touches
        && says_more
        && is_plain(&behind[..end])
        && is_clause(&behind[..end])
        && !changes_behind(&behind[..end])
        && !behind[end..].starts_with('?')
        && !offers_more(&behind[end..])
}

/// Whether the first words after a value bound it or add a part to it: `at least`, `and a half`, `and up`.
fn changes_behind(rest: &str) -> bool {
    let all: Vec<String> = words(rest).take(3).collect();
    match all.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["at", "least" | "most", ..] | ["or" | "and", "up" | "above" | "over" | "more" | "less" | "below" | "so", ..] => true,
        ["and", "a" | "one", part, ..] => counts(part) || matches!(*part, "half" | "third" | "quarter" | "fifth" | "tenth"),
        _ => false,
    }
}

/// Whether the text after a sentence begins with another answer: `Or 5.`, `C.`, `A is also right`.
fn offers_more(behind: &str) -> bool {
    let next = behind.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!' | '?' | '*' | ',' | '('));
    let (word, rest) = next.split_at(next.find(|c: char| !c.is_alphabetic()).unwrap_or(next.len()));
    let letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let named = letter
        && (rest.is_empty() || rest.starts_with(['.', ')', ',', ';']) || rest.starts_with(" is also") || rest.starts_with(" too"));
    named || ["or", "xor", "alternatively"].iter().any(|offer| word.eq_ignore_ascii_case(offer))
}

/// The number at the beginning of a sentence, where a clause follows that does not change it: `4, as required`, `4
/// because …`. Words without a comma may be a unit and are kept; reading the answer decides.
fn value_alone(sentence: &str) -> &str {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | ',' | '/' | '$' | '%' | '\\');
    let stop = sentence.find(|c: char| !digits(c)).unwrap_or(sentence.len());
    let stop = sentence[..stop].trim_end_matches([',', '.']).len();
    let (value, rest) = sentence.split_at(stop);
    let clause = (rest.starts_with(", ") && is_clause(rest)) || rest.starts_with(" which ") || gives_reason(rest);
    if value.bytes().any(|byte| byte.is_ascii_digit()) && clause && is_plain(rest) { value } else { sentence }
}

/// The text without the marks of bold type around it.
fn without_bold(text: &str) -> &str {
    text.trim_matches(['*', '_']).trim()
}
