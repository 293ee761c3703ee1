//! Answers that are read from the text as it is written, without the normaliser and the grammar: options, dates, numbers
//! in words, numerals with letters, sentences.
//!
//! Accepts: texts that have one of these forms as a whole. Everything else is left to the grammar.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Signed;

use super::answer::Form;
use super::choice::{self, Choice};
use super::node::Node;
use super::numbers::{self, Spelled};
use super::words::WordKind;
use super::{dates, sentences, words};

/// Longest number in words, in bytes.
const MAX_SPELLED: usize = 160;
/// Most words of a phrase without a font.
const MAX_WORDS: usize = 12;

/// The form of a text; `None` where it has none of these.
pub(super) fn of_text(source: &str) -> Option<Form> {
    // An option with its text need not be a readable formula: `E) 30`.
    if let Some(Choice { text, .. }) = choice::read(source)
        && (text.is_some() || source.ends_with(')') && !source.starts_with('('))
    {
        return Some(Form::Notation(source.to_owned()));
    }
    dates::read(source)
        .map(Form::Notation)
        .or_else(|| spelled(source).map(spelled_form))
        .or_else(|| digits_in_letters(source).map(Form::Tree))
        .or_else(|| cyrillic_phrase(source).map(Form::Phrase))
        .or_else(|| plain_words(source).then(|| phrase_form(source)))
        .or_else(|| sentences::read(source).map(|sentence| phrase_form(&words::with_names(&sentence))))
}

/// Whether a text consists of English words without a font: `All odd primes`, `a circle`, `DNA polymerase`, `y-axis`. The grammar
/// takes a short or capital word for a product. Refuses: single letters other than an article, names of functions and letters,
/// numbers, and words that join answers.
fn plain_words(source: &str) -> bool {
    let text = source.trim_end_matches('.');
    if text.len() > MAX_SPELLED || !text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-')) {
        return false;
    }
    let known = |word: &str| {
        let kind = words::classify(word, true, false, false);
        matches!(kind, WordKind::Word | WordKind::Product) && !numbers::is_number_word(&word.to_ascii_lowercase())
    };
    let long = |word: &str| {
        word.len() > 3 && word.bytes().skip(1).all(|b| b.is_ascii_lowercase()) && word.bytes().any(|b| b"aeiouy".contains(&b))
    };
    // `p-type`, but not `x-one`.
    let joined = |word: &str| {
        let parts = word.split_once('-').filter(|(letter, _)| letter.len() == 1);
        parts.is_some_and(|(_, noun)| long(noun) && known(noun))
    };
    let all: Vec<&str> = text.split(' ').collect();
    let plain = |(place, word): (usize, &&str)| {
        joined(word)
            || word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic()) && known(word)
            || matches!(*word, "a" | "A") && place + 1 < all.len()
    };
    let noun = all.iter().any(|word| long(word) || joined(word));
    noun && (all.len() > 1 || joined(all[0])) && all.len() <= MAX_WORDS && all.iter().enumerate().all(plain)
}

/// Words in Cyrillic letters, without their case: `\text{Нет решений.}`. The normaliser refuses them in formulas, where they look
/// like Latin letters.
fn cyrillic_phrase(source: &str) -> Option<String> {
    if source.is_ascii() || source.len() > MAX_SPELLED {
        return None;
    }
    let text = source.strip_prefix("\\text{").and_then(|text| text.strip_suffix('}')).unwrap_or(source).trim();
    let text = text.trim_end_matches(['.', '!']);
    let letter = |c: char| matches!(c, '\u{0400}'..='\u{052f}');
    let words = text.chars().all(|c| letter(c) || matches!(c, ' ' | ',' | '-'));
    (words && text.chars().filter(|c| letter(*c)).count() > 1)
        .then(|| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" "))
}

/// `\text{FF}_{16}`, `1A3_{16}`: a numeral with letters among its digits. Numerals without letters are read by the
/// grammar.
fn digits_in_letters(source: &str) -> Option<Node> {
    let (numeral, base) = source.trim_matches('$').rsplit_once('_')?;
    let base = base.trim_start_matches('{').trim_end_matches('}').parse().ok().filter(|base| (11..=36).contains(base))?;
    let styled = ["\\text{", "\\mathrm{", "\\texttt{"].into_iter().find_map(|style| numeral.strip_prefix(style)?.strip_suffix('}'));
    let digits = styled.unwrap_or(numeral);
    // Small letters, or a single capital, are symbols with an index.
    let numeral_like = digits.len() > 1 && digits.len() <= MAX_SPELLED && digits.bytes().any(|b| b.is_ascii_uppercase());
    if !numeral_like || !digits.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return None;
    }
    let value = BigInt::parse_bytes(digits.as_bytes(), base)?;
    Some(Node::Based { digits: digits.to_owned(), base, value: BigRational::from_integer(value) })
}

/// A number written only in words: an `and` in it does not separate answers.
fn spelled(source: &str) -> Option<Spelled> {
    let (minus, source) = source.strip_prefix('-').map_or((false, source), |rest| (true, rest));
    let words = source.strip_prefix("\\text{").and_then(|text| text.strip_suffix('}')).unwrap_or(source);
    let (minus, words) = match words.strip_prefix('-') {
        Some(rest) if !minus && !rest.starts_with('-') => (true, rest),
        Some(_) => return None,
        None => (minus, words),
    };
    let letters = words.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-'));
    let bounded = (3..=MAX_SPELLED).contains(&words.len());
    let number = if bounded && letters { numbers::spelled(&words::phrase(words))? } else { return None };
    // `-negative five`: a sign before a sign in words has no single reading.
    let signed = number.value.is_negative();
    match (minus, signed) {
        (true, true) => None,
        (true, false) => Some(Spelled { value: -number.value, ..number }),
        (false, _) => Some(number),
    }
}

fn spelled_form(number: Spelled) -> Form {
    let value = Node::Number(number.value);
    Form::Tree(if number.percent { Node::Percent(Box::new(value)) } else { value })
}

/// The form of words: a number, the empty set, or a phrase.
pub(super) fn phrase_form(text: &str) -> Form {
    let phrase = words::phrase(text);
    if let Some(number) = numbers::spelled(&phrase) {
        return spelled_form(number);
    }
    if words::is_no_solution(&phrase) {
        return Form::Tree(Node::EmptySet);
    }
    if words::is_all_reals(&phrase) {
        return Form::Tree(Node::Marked("\\acc{mathbb:R}".into()));
    }
    if words::is_undefined(&phrase) {
        return Form::Phrase("does not exist".into());
    }
    Form::Phrase(words::without_articles(&words::phrase(&words::with_capitals(text))))
}
