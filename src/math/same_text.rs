//! Compares answers by how they are written: phrases, notation without a meaning, and a word written once as text and
//! once as letters.
//!
//! Accepts any two answers that were read. Comparison by value is in [`super::compare`].

use super::answer::{Answer, Form};
use super::decision::Decision;
use super::words;
use crate::{Reason, Rule};

/// Compares phrases and notation, which are equal only to the same phrase or notation.
pub fn compare(gold: &Answer, answer: &Answer) -> Decision {
    let same = match (&gold.form, &answer.form) {
        (Form::Phrase(g), Form::Phrase(a)) => !g.is_empty() && g == a,
        (Form::Notation(g), Form::Notation(a)) => {
            let plain = |text: &str| without_brackets(&scripts(bare(text)));
            bare(g) == bare(a) || plain(g) == plain(a)
        }
        _ if same_letters(gold, answer) => true,
        _ => return Decision::not_equal(Reason::WrongKind, Rule::Kind),
    };
    Decision::of(same, Rule::Text)
}

/// Whether two answers have the same normalised text.
pub fn identical(gold: &Answer, answer: &Answer) -> bool {
    matches!((&gold.normal, &answer.normal), (Some(g), Some(a)) if g.text == a.text)
}

/// Whether both answers are the same word, written as text in one of them at least; the other may write it as letters.
pub fn same_letters(gold: &Answer, answer: &Answer) -> bool {
    let spelled = |answer: &Answer| match (&answer.form, &answer.normal) {
        (Form::Phrase(phrase), _) => Some((phrase.clone(), true)),
        (_, Some(normal)) if normal.text.len() > 1 && normal.text.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Some((words::phrase(&normal.text), false))
        }
        _ => None,
    };
    match (spelled(gold), spelled(answer)) {
        (Some((g, gp)), Some((a, ap))) => (gp || ap) && g == a,
        _ => false,
    }
}

/// The notation without braces around all of it; extraction from a box can leave such braces.
fn bare(notation: &str) -> &str {
    let Some(inner) = notation.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { return notation };
    let mut depth = 0_i32;
    let closes = inner.bytes().any(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth < 0
    });
    if closes { notation } else { bare(inner) }
}

/// The notation without braces around an index or exponent of one letter or digit, and with `1/2` for a fraction of
/// numbers there: `P_{0}` is `P_0`, `S_{\frac{1}{2}}` is `S_{1/2}`.
fn scripts(notation: &str) -> String {
    let bytes = notation.as_bytes();
    let one = |at: usize| {
        matches!(bytes.get(at), Some(b'_' | b'^'))
            && bytes.get(at + 1) == Some(&b'{')
            && bytes.get(at + 2).is_some_and(u8::is_ascii_alphanumeric)
            && bytes.get(at + 3) == Some(&b'}')
            // `P_{1}0`: without the braces the two digits would join.
            && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit)
    };
    let (mut out, mut at) = (String::with_capacity(notation.len()), 0);
    for (place, letter) in notation.char_indices() {
        if place < at {
            continue;
        }
        if one(place) {
            out.push(letter);
            out.push(char::from(bytes[place + 2]));
            at = place + 4;
        } else if let Some((above, below, length)) = fraction(&notation[place..]) {
            out.push(letter);
            out.push_str(&format!("{{{above}/{below}}}"));
            at = place + length;
        } else {
            out.push(letter);
        }
    }
    out
}

/// The numbers of a fraction that is a whole index or exponent, `_{\frac{1}{2}}`, and the length of that text.
fn fraction(text: &str) -> Option<(&str, &str, usize)> {
    let inner = text.strip_prefix(['_', '^'])?.strip_prefix("{\\frac")?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let bytes = inner.as_bytes();
    if matches!(bytes, [b'0'..=b'9', b'0'..=b'9', b'}', ..]) {
        return Some((&inner[..1], &inner[1..2], text.len() - inner.len() + 3));
    }
    let (above, rest) = inner.strip_prefix('{')?.split_once("}{")?;
    let (below, rest) = rest.split_once('}')?;
    let rest = rest.strip_prefix('}')?;
    (number(above) && number(below)).then_some((above, below, text.len() - rest.len()))
}

/// The notation without round brackets around a single fraction that is a factor: `-(\frac{r}{3})x` is `-\frac{r}{3}x`. Brackets
/// behind a letter or a bracket, which may be those of a call, and before a power stay.
fn without_brackets(notation: &str) -> String {
    let mut out = String::with_capacity(notation.len());
    let mut rest = notation;
    while let Some(place) = rest.find("(\\frac{") {
        let (before, bracket) = rest.split_at(place);
        out.push_str(before);
        let begins = out.is_empty() || out.ends_with(['=', '<', '>', '+', '-', ',', '{', '(']);
        let inner = &bracket[1..];
        let length = groups(&inner[5..]).map(|length| length + 5);
        match length.and_then(|length| Some((length, inner[length..].strip_prefix(')')?))) {
            Some((length, behind)) if begins && !behind.starts_with(['^', '_', '!', '\'', '%', '(']) => {
                out.push_str(&inner[..length]);
                rest = behind;
            }
            _ => {
                out.push('(');
                rest = inner;
            }
        }
    }
    out + rest
}

/// The length of the two groups in braces at the beginning of a text.
fn groups(text: &str) -> Option<usize> {
    let (mut depth, mut closed) = (0_usize, 0);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            closed += 1;
            if closed == 2 {
                return Some(place + 1);
            }
        }
    }
    None
}
