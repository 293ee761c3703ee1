//! Counts words of self-reflection: a heuristic to track "aha moments".
//!
//! It is a metric and not a reward, because a policy that is rewarded for certain words learns to write them.

use memchr::memmem;

use crate::reading::{count_words, is_space};

/// The default markers, in lower case. A marker counts if the characters next to it are not letters, digits or hyphens.
///
/// Source: the word list of DeepSeek-R1 (2501.12948, v2, appendix on self-reflection) and Satori's token.
pub const MARKERS: &[&str] = &[
    "wait",
    "hmm",
    "aha",
    "mistake",
    "however",
    "but",
    "retry",
    "error",
    "verify",
    "wrong",
    "evaluate",
    "check",
    "re-check",
    "double-check",
    "actually",
    "<|reflect|>",
];

/// The reflection metrics of one response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reflection {
    /// The number of markers in the response.
    pub markers: usize,
    /// The number of words in the response.
    pub words: u64,
    /// Whether the final answer differs from the answer before the first marker; `None` if there is no marker or no
    /// answer before it.
    pub changed: Option<bool>,
}

/// Counts the markers of a response and compares the answer before the first marker with the final one.
///
/// `answer` extracts the last answer of a text; it is called on the text before the first marker and on the whole text.
/// `same` tells whether two answers are equal.
///
/// ```
/// use r1rewards::metrics::{MARKERS, reflection};
/// let last_number = |text: &str| text.split_whitespace().filter(|word| word.parse::<i64>().is_ok()).next_back().map(str::to_owned);
/// let seen = reflection("It is 41 . Wait, it is 42", MARKERS, last_number, |left, right| left == right);
/// assert_eq!((seen.markers, seen.words, seen.changed), (1, 8, Some(true)));
/// ```
pub fn reflection(
    text: &str,
    markers: &[&str],
    answer: impl Fn(&str) -> Option<String>,
    same: impl Fn(&str, &str) -> bool,
) -> Reflection {
    let lower = text.to_ascii_lowercase();
    let mut first = usize::MAX;
    let mut count = 0;
    for marker in markers.iter().filter(|marker| !marker.is_empty()) {
        for place in memmem::find_iter(lower.as_bytes(), marker.as_bytes()) {
            if stands_alone(&lower, place, place + marker.len()) {
                count += 1;
                first = first.min(place);
            }
        }
    }
    let before = text.get(..first).and_then(&answer);
    let changed = before.map(|before| answer(text).is_none_or(|after| !same(&before, &after)));
    Reflection { markers: count, words: count_words(text), changed }
}

/// Whether no letter, digit or hyphen is next to the range, so that `check` is not counted inside `double-check`.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let joins = |character: char| character.is_alphanumeric() || character == '-';
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !(before.is_some_and(joins) || after.is_some_and(|character| joins(character) && !is_space(character)))
}

/// Reflection metrics over many responses.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReflectionSummary {
    /// The number of responses.
    pub responses: usize,
    /// The mean number of markers in a response.
    pub markers: f64,
    /// The mean number of words in a response.
    pub words: f64,
    /// The share of responses with a marker.
    pub with_marker: f64,
    /// The share of responses whose answer changes after the first marker.
    pub changed: f64,
}

/// The averages over responses; all 0 if there are none.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub fn summarize_reflection(responses: &[Reflection]) -> ReflectionSummary {
    let count = responses.len().max(1) as f64;
    let share = |wanted: fn(&&Reflection) -> bool| responses.iter().filter(wanted).count() as f64 / count;
    ReflectionSummary {
        responses: responses.len(),
        markers: responses.iter().map(|response| response.markers).sum::<usize>() as f64 / count,
        words: responses.iter().map(|response| response.words).sum::<u64>() as f64 / count,
        with_marker: share(|response| response.markers > 0),
        changed: share(|response| response.changed == Some(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_inside_words_do_not_count() {
        let seen = reflection("waiter checked; butter", MARKERS, |_| None, |_, _| true);
        assert_eq!((seen.markers, seen.changed), (0, None));
        assert_eq!(reflection("double-check it", MARKERS, |_| None, |_, _| true).markers, 1);
    }

    #[test]
    fn no_responses_average_to_zero() {
        assert_eq!(summarize_reflection(&[]).markers, 0.0);
    }
}
