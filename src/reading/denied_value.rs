//! A sentence after an answer that takes the answer back by its value or by a pronoun, or calls another value wrong or right:
//! `But 17 is wrong.`, `That is not correct.`, `A is wrong.`, `18 is correct.`
//!
//! Accepts: a value as it was written or a word for it, after words of contrast, a verb, and words of which an odd number denies:
//! `17 is not wrong` keeps the answer. Refuses: sentences with any other word (`17 is not prime`, `17 is wrong for n = 2`).

use super::options::named;
use super::prose::denies;
use super::tongues::{is_untrue, is_verdict_unspaced};

/// Longest value that is looked for, in bytes.
const LONGEST: usize = 200;
/// Words that may stand in front of the value.
const BEFORE: &str = "but however wait actually no so and though unfortunately sorry hmm oops aber mais pero mas ma но yet still then also alas \
    clearly in fact the an a my our this that answer value result option choice number solution box boxed final above i think believe know see \
    realize thus therefore hence note of course die la el le о l";
/// Words that stand for the answer.
const PRONOUNS: &str = "that this it that's that’s it's it’s answer value result solution box das dies ce c'est c’est ceci eso esto isto isso это antwort \
    réponse respuesta resposta risposta ответ";
/// Words that may follow a pronoun, besides those that deny.
const NARROW: &str = "is was be are can could must would cannot the an a my our definitely certainly clearly obviously actually also just simply still \
    right correct answer final boxed probably totally completely";
/// Words that may follow the value, besides those that deny and those of [`NARROW`].
const BEHIND: &str = "should does do did seems seem looks appears to true valid possible option choice one it therefore unfortunately of course work hold \
    too out allowed satisfy satisfies condition conditions equation constraint constraints given surely absolutely";
/// Verbs behind a value.
const VERBS: &str = "is was are can could cannot must would should does did do seems seem looks appears";
/// Words that deny by themselves.
const FAILS: &str =
    "fails failed fail mistake error rejected excluded ruled discarded eliminated nicht pas não non nao не nie niet";
/// Verbs and words for what is right in other languages.
const ABROAD: &str = "ist est es é è это является n'est n’est stimmt richtig korrekt correct correcte correcto correcta correto correta corretto die la el \
    bonne richtige correcta antwort réponse respuesta";
/// Words that call a value right.
const AFFIRMING: &str = "correct right answer";
/// Sentences that take back what was said before.
const TAKEN_BACK: [&str; 13] = [
    "never mind",
    "nevermind",
    "i take it back",
    "i take that back",
    "i was wrong",
    "i made a mistake",
    "i made an error",
    "wait, no",
    "hmm, no",
    "no, no",
    "my mistake",
    "wait no",
    "just kidding",
];
/// Verbs that exclude the value behind them.
const EXCLUDING: [&str; 6] = ["not ", "reject ", "discard ", "eliminate ", "exclude ", "rule out "];
/// Words in front of the reason for which a value is wrong.
const REASONS: &str = "because since as";

fn is_in(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// What a sentence says of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It is wrong.
    Denied,
    /// Another option or another whole number is wrong.
    OtherDenied,
    /// Another option or another whole number is right.
    OtherAffirmed,
}

/// What a sentence says of `answer`, if it only calls a value wrong or right.
pub(super) fn said(sentence: &str, answer: &str) -> Option<Said> {
    if sentence.len() > 2 * LONGEST {
        return None;
    }
    let (text, known) = (plain(sentence), plain(answer));
    if known.len() > LONGEST {
        return None;
    }
    let excluded = |verb: &str| text.strip_prefix(verb).is_some_and(|value| !known.is_empty() && value == known);
    if TAKEN_BACK.contains(&text.as_str()) || EXCLUDING.iter().any(|verb| excluded(verb)) || denied_unspaced(&text, &known) {
        return Some(Said::Denied);
    }
    let mut rest = text.as_str();
    // `But`, `So the answer`
    loop {
        let (word, behind) = rest.split_once(char::is_whitespace)?;
        let next = behind.split_whitespace().next().unwrap_or("");
        if is_verb(next) || is_whole(rest, &known).is_some() || !is_in(BEFORE, bare(word)) {
            break;
        }
        rest = behind.trim_start();
    }
    // `x = 17 is wrong`
    if let Some((name, value)) = rest.split_once('=')
        && name.trim().len() == 1
        && is_whole(value.trim_start(), &known).is_some()
    {
        rest = value.trim_start();
    }
    if let Some(behind) = is_whole(rest, &known) {
        let verdict = reason(behind).map_or(behind, |(verdict, _)| verdict);
        return denials(verdict, &known, true).filter(|denials| denials % 2 == 1).map(|_| Said::Denied);
    }
    let (word, behind) = rest.split_once(char::is_whitespace)?;
    let next = behind.split_whitespace().next().unwrap_or("");
    if is_in(PRONOUNS, bare(word)) && (is_verb(next) || word.contains(['\'', '’'])) {
        return denials(behind, &known, false).filter(|denials| denials % 2 == 1).map(|_| Said::Denied);
    }
    if !(is_verb(next) && differ(bare(word), &known)) {
        return None;
    }
    let reason = reason(behind);
    let verdict = reason.map_or(behind, |(verdict, _)| verdict);
    let names_a_value = |reason: &str| {
        let start = sentence.len().saturating_sub(reason.len() + 1);
        reason.contains(|c: char| c.is_ascii_digit())
            || sentence.get(start..).is_none_or(|reason| named(reason, 'Z').next().is_some())
    };
    let denials = denials(verdict, &known, true)?;
    if denials % 2 == 1 {
        return (!reason.is_some_and(|(_, reason)| names_a_value(reason))).then_some(Said::OtherDenied);
    }
    let affirmed = verdict.split_whitespace().any(|word| is_in(AFFIRMING, bare(word)));
    (affirmed && reason.is_none()).then_some(Said::OtherAffirmed)
}

/// What is in front of a reason and the reason: `is wrong`, `it ignores friction`.
fn reason(text: &str) -> Option<(&str, &str)> {
    let found = REASONS.split(' ').filter_map(|word| text.split_once(&format!(" {word} ")));
    found.min_by_key(|(before, _)| before.len())
}

/// What follows the value at the beginning of a text; `None` where the text begins otherwise.
fn is_whole<'t>(text: &'t str, known: &str) -> Option<&'t str> {
    let behind = text.strip_prefix(known).filter(|_| !known.is_empty())?;
    let behind = behind.strip_prefix(',').unwrap_or(behind);
    behind.starts_with(char::is_whitespace).then(|| behind.trim_start())
}

/// How many words deny, where every word is a known one. `wide`: behind a value, where more words are known.
fn denials(text: &str, known: &str, wide: bool) -> Option<usize> {
    let mut denials = 0;
    for word in text.split_whitespace().map(bare) {
        let denied = denies(word) || calls_untrue(word) || is_untrue(word, "") || is_in(FAILS, word);
        denials += usize::from(denied);
        let neutral = word.is_empty() || word == known || is_in(NARROW, word) || is_in(ABROAD, word) || wide && is_in(BEHIND, word);
        if !denied && !neutral {
            return None;
        }
    }
    Some(denials)
}

fn is_verb(word: &str) -> bool {
    is_in(VERBS, word)
        || denies(word) && word.contains(['\'', '’'])
        || is_in("ist est es é è это не n'est n’est no não non stimmt", word)
        || is_in(FAILS, word)
}

fn bare(word: &str) -> &str {
    word.trim_matches([',', ';', ':', '(', ')'])
}

/// `但17是错的`, `答案不是17`
fn denied_unspaced(text: &str, known: &str) -> bool {
    if text.is_ascii() || known.is_empty() {
        return false;
    }
    let text = text.trim_end_matches(['。', '！', ' ']);
    let text = ["但是", "但", "其实", "所以"].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let verdict =
        text.strip_prefix(known).is_some_and(|verdict| is_verdict_unspaced(verdict.strip_prefix('是').unwrap_or(verdict)));
    let denied = ["答案不是", "不是", "结果不是"].iter().any(|words| text.strip_prefix(words) == Some(known));
    verdict || denied
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
    use super::{Said, said};

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
            ("$-3$ is not correct", "-3"),
            ("17 does not work", "17"),
            ("17 fails", "17"),
            ("17 is definitely wrong", "17"),
            ("Thus 17 is ruled out", "17"),
            ("x = 17 is wrong", "17"),
            ("That is not correct", "17"),
            ("Wait, that's wrong", "17"),
            ("This can't be right", "17"),
            ("The answer is not 17", "17"),
            ("It is not 17", "17"),
            ("Not 17", "17"),
            ("Never mind", "17"),
            ("Eliminate C", "C"),
            ("17 ist falsch", "17"),
            ("Das ist nicht richtig", "17"),
            ("Mais 17 est faux", "17"),
            ("17 no es correcto", "17"),
            ("C is wrong because it ignores friction", "C"),
            ("但17是错的", "17"),
            ("答案不是17", "17"),
        ] {
            assert_eq!(said(sentence, answer), Some(Said::Denied), "{sentence}");
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
            ("That is not possible", "17"),
            ("This is not the only solution", "17"),
            ("It is not hard to see", "17"),
            ("It is not a solution", "17"),
            ("2 is a solution", "17"),
            ("A is wrong because D is right", "C"),
            ("18 is the next value", "17"),
        ] {
            assert_eq!(said(sentence, answer), None, "{sentence}");
        }
    }

    #[test]
    fn other_values_are_told_apart() {
        for (sentence, answer) in [
            ("A is wrong", "C"),
            ("171 is wrong", "17"),
            ("But 18 is not correct", "17"),
            ("B is wrong", "(C)"),
            ("A is wrong because it ignores friction", "C"),
        ] {
            assert_eq!(said(sentence, answer), Some(Said::OtherDenied), "{sentence}");
        }
        for (sentence, answer) in [("18 is correct", "17"), ("D is the answer", "C"), ("18 is the correct answer", "17")] {
            assert_eq!(said(sentence, answer), Some(Said::OtherAffirmed), "{sentence}");
        }
    }
}
