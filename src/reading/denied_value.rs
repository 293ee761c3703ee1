//! A sentence after an answer that calls the answer wrong by its value: `But 17 is wrong.`, `C is not correct.`
//!
//! Accepts: the value as it was written, after words of contrast or a noun for answers, a verb, and words of which an odd number denies:
//! `17 is not wrong` keeps the answer. Refuses: sentences with any other word (`17 is not prime`, `17 is wrong for n = 2`).

use super::prose::denies;
use super::tongues::is_untrue;

/// Longest value that is looked for, in bytes.
const LONGEST: usize = 200;
/// Words that may stand in front of the value.
const BEFORE: &str = "but however wait actually no so and though unfortunately sorry hmm oops aber mais pero mas ma но yet still then also alas clearly in fact the an a \
    my our this that answer value result option choice number solution box boxed final above i think believe know see realize";
/// Words that may follow the value, besides those that deny.
const BEHIND: &str = "is was be are can could must cannot would should does do did seems seem looks appears to the a an my our clearly obviously actually \
    also just simply still right correct true valid possible answer value result solution option choice one it therefore unfortunately of course \
    work hold";
/// Verbs behind a value.
const VERBS: &str = "is was are can could cannot must would should does did do seems seem looks appears";
/// Verbs that deny by themselves.
const FAILS: &str = "fails failed fail";
/// Verbs of other languages.
const ABROAD: &str = "ist est es é è это является";

fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// What a sentence that calls a value wrong says of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denied {
    /// The value is that answer.
    Answer,
    /// It is the letter of another option or another whole number.
    Other,
}

/// Whether a sentence only calls a value wrong, and whether that is the value of `answer`.
pub(super) fn denied(sentence: &str, answer: &str) -> Option<Denied> {
    if sentence.len() > 2 * LONGEST {
        return None;
    }
    let said = plain(sentence);
    let mut rest = said.as_str();
    let (mut value, mut denials) = (None, 0);
    while !rest.is_empty() {
        let (word, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let bare = word.trim_matches([',', ';', ':', '(', ')']);
        if value.is_some() {
            let denied = denies(bare) || calls_untrue(bare) || is_untrue(bare, "") || is_in(FAILS, bare);
            denials += usize::from(denied);
            if !denied && !bare.is_empty() && !is_in(BEHIND, bare) && !is_in(ABROAD, bare) {
                return None;
            }
            rest = behind.trim_start();
            continue;
        }
        let next = behind.split_whitespace().next().unwrap_or("");
        let verb = is_in(VERBS, next) || denies(next) && next.contains(['\'', '’']) || is_in(ABROAD, next) || is_in(FAILS, next);
        if !verb && is_in(BEFORE, bare) {
            rest = behind.trim_start();
            continue;
        }
        // The value goes up to the verb; a formula may contain blanks.
        let known = plain(answer);
        let whole = rest.strip_prefix(known.as_str()).filter(|tail| !known.is_empty() && tail.starts_with(char::is_whitespace));
        value = Some(match whole {
            Some(tail) => {
                rest = tail.trim_start();
                Denied::Answer
            }
            None if verb && differ(bare, &known) => {
                rest = behind.trim_start();
                Denied::Other
            }
            None => return None,
        });
    }
    value.filter(|_| denials % 2 == 1)
}

/// Whether two values are certainly not the same: two letters of options, or two whole numbers.
fn differ(one: &str, other: &str) -> bool {
    let other = other.trim_matches(['(', ')']);
    let letter = |value: &str| value.len() == 1 && value.bytes().all(|byte| byte.is_ascii_lowercase());
    let whole = |value: &str| !value.is_empty() && !value.starts_with('0') && value.bytes().all(|byte| byte.is_ascii_digit());
    one != other && (letter(one) && letter(other) || whole(one) && whole(other))
}

/// Whether a word calls a statement untrue.
pub(super) fn calls_untrue(word: &str) -> bool {
    matches!(
        word,
        "wrong"
            | "incorrect"
            | "false"
            | "mistaken"
            | "untrue"
            | "erroneous"
            | "invalid"
            | "bogus"
            | "naive"
            | "tempting"
            | "fake"
            | "dubious"
            | "nope"
    )
}

/// A text in small letters without the marks of formulas and bold type.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mark = ["\\(", "\\)", "\\[", "\\]", "\\boxed"].iter().find(|mark| rest.starts_with(**mark));
        rest = &rest[mark.map_or(c.len_utf8(), |mark| mark.len())..];
        if mark.is_none() && !matches!(c, '$' | '*' | '`' | '"' | '“' | '”') {
            out.extend(c.to_lowercase());
        }
    }
    out.trim().trim_end_matches(['.', '!']).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Denied, denied};

    #[test]
    fn the_value_called_wrong_is_denied() {
        for (sentence, answer) in [
            ("But 17 is wrong", "17"),
            ("But $17$ is incorrect", "17"),
            ("C is wrong", "C"),
            ("The answer 17 is not correct", "17"),
            ("17 cannot be the answer", "17"),
            ("17 isn't right", "17"),
            ("However, \\(\\frac{1}{2}\\) is false", "\\frac{1}{2}"),
            ("17 does not work", "17"),
            ("17 fails", "17"),
            ("17 ist falsch", "17"),
            ("Mais 17 est faux", "17"),
        ] {
            assert_eq!(denied(sentence, answer), Some(Denied::Answer), "{sentence}");
        }
    }

    #[test]
    fn other_sentences_leave_it() {
        for (sentence, answer) in [
            ("17 is correct", "17"),
            ("17 is not wrong", "17"),
            ("17 is not prime", "17"),
            ("So 16 is wrong and 17 is right", "17"),
            ("17 is wrong for other values of n", "17"),
            ("17", "17"),
            ("0.5 is wrong", "\\frac{1}{2}"),
        ] {
            assert_eq!(denied(sentence, answer), None, "{sentence}");
        }
        for (sentence, answer) in
            [("A is wrong", "C"), ("171 is wrong", "17"), ("But 18 is not correct", "17"), ("B is wrong", "(C)")]
        {
            assert_eq!(denied(sentence, answer), Some(Denied::Other), "{sentence}");
        }
    }
}
