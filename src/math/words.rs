//! Words in answers: which sequences of letters are words, and how two phrases are compared.
//!
//! Accepts any phrase as text. Letters that are not a word are a product of symbols, which the grammar reads.

use super::{functions, numbers, units};

/// The kind of a sequence of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// `and`, `or`: separates answers.
    Separator(&'static str),
    /// A command written without its backslash: `sin`, `pi`, `sqrt`.
    Function(&'static str),
    /// `percent`.
    Percent,
    /// A word.
    Word,
    /// A product of one-letter symbols.
    Product,
}

/// Classifies a sequence of letters. `bounded`: blanks or punctuation are on both sides; `text_mode`: inside `\text{}`;
/// `after_number`: a unit may occur here.
pub fn classify(run: &str, bounded: bool, text_mode: bool, after_number: bool) -> WordKind {
    if run.len() == 1 {
        return if text_mode { WordKind::Word } else { WordKind::Product };
    }
    match run {
        "and" | "AND" => return WordKind::Separator("and"),
        "or" | "OR" => return WordKind::Separator("or"),
        "oder" if text_mode => return WordKind::Separator("or"),
        "或" | "或者" | "или" => return WordKind::Separator("or"),
        "und" if text_mode => return WordKind::Separator("and"),
        "和" | "且" if text_mode => return WordKind::Separator("and"),
        "percent" | "pct" | "percentage" | "percents" => return WordKind::Percent,
        "Percent" | "PERCENT" if after_number => return WordKind::Percent,
        _ => {}
    }
    if text_mode {
        return WordKind::Word;
    }
    if let Some(name) = command(run) {
        return WordKind::Function(name);
    }
    if !run.is_ascii() {
        return WordKind::Word;
    }
    let unit = after_number && units::is_unit_word(run);
    let vowel = run.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u'));
    let short = matches!(
        run,
        "no" | "No" | "is" | "if" | "of" | "to" | "in" | "am" | "pm" | "AM" | "PM" | "at" | "by" | "it" | "be" | "do"
    );
    let upper = run.bytes().all(|b| b.is_ascii_uppercase());
    let word = (run.len() >= 3 && vowel) || short || unit || matches!(run, "DNE" | "why" | "try" | "sky" | "dry" | "fly" | "shy");
    if unit || (bounded && word && (!upper || short || matches!(run, "DNE" | "NONE" | "TRUE" | "FALSE" | "YES"))) {
        WordKind::Word
    } else {
        WordKind::Product
    }
}

/// A command written without its backslash.
fn command(run: &str) -> Option<&'static str> {
    functions::of_word(run).or_else(|| {
        Some(match run {
            "sqrt" => "sqrt",
            "pi" => "pi",
            "inf" | "infinity" | "infty" | "oo" | "Infinity" => "infty",
            "alpha" => "alpha",
            "beta" => "beta",
            "gamma" => "gamma",
            "theta" => "theta",
            "lambda" => "lambda",
            _ => return None,
        })
    })
}

/// The normal form of a phrase: lower case, one blank between words, no punctuation, `p.m.` as `pm`.
pub fn phrase(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if (c.is_whitespace() || c == '-' || c == '/' || c == '_') && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    let trimmed = out.trim_end().len();
    out.truncate(trimmed);
    if out == "p m" || out == "a m" {
        out.remove(1);
    }
    out
}

/// A phrase without its articles, and without `it is` before a single word. The letter a is not an article beside a
/// verb, or where other single letters stand in the phrase.
pub fn without_articles(phrase: &str) -> String {
    let words: Vec<&str> = phrase.split(' ').collect();
    let letters = words.iter().any(|word| word.chars().count() == 1 && *word != "a");
    let verb = |word: &str| matches!(word, "is" | "are" | "and" | "or" | "divides" | "equals" | "wins" | "has" | "only");
    let article = |place: usize, word: &str| match word {
        "the" | "an" => words.len() > 1,
        "a" => !letters && place > 0 && words.get(place + 1).is_some_and(|next| next.len() > 2 && !verb(next)),
        _ => false,
    };
    let kept: Vec<&str> = words.iter().enumerate().filter(|(place, word)| !article(*place, word)).map(|(_, word)| *word).collect();
    match kept.as_slice() {
        ["it", "is", word] => (*word).to_owned(),
        kept => kept.join(" "),
    }
}

/// A mark behind a capital that distinguishes names; [`phrase`] keeps it.
const CAPITAL: char = 'ʷ';

/// A sentence with its capitals marked where they tell names apart: in single letters (`N`, but not the article `A`), in
/// words of capitals (`AB`) and inside words (`Cd`).
pub fn with_names(text: &str) -> String {
    with_marks(text, |word| word.len() == 1 && word != "I" || word.bytes().skip(1).any(|b| b.is_ascii_uppercase()))
}

/// A phrase with its capitals marked where they are its meaning: in single letters, inside words (`AaBb`, `pH`), in short
/// words of capitals (`TT`, `CO`, `MW`) and in pairs of one letter (`Rr`). Words that people write in capitals (`NO`,
/// `YES`, `TRUE`) are words.
pub fn with_capitals(text: &str) -> String {
    const LOUD: [&str; 12] = ["NO", "AM", "PM", "IS", "OR", "IF", "IN", "ON", "AT", "TO", "OF", "BY"];
    if text.contains(CAPITAL) {
        return text.to_owned();
    }
    let vowel = |word: &str| word.bytes().any(|b| matches!(b, b'A' | b'E' | b'I' | b'O' | b'U'));
    with_marks(text, |word| match word.len() {
        1 => word != "I",
        length if word.bytes().all(|b| b.is_ascii_uppercase()) => {
            length < 4 && !LOUD.contains(&word) && !(length == 3 && vowel(word))
        }
        2 if word[..1].eq_ignore_ascii_case(&word[1..]) => true,
        _ => word.bytes().skip(1).any(|b| b.is_ascii_uppercase()),
    })
}

/// The text with the capitals of these words marked.
fn with_marks(text: &str, is_name: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut first = true;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        out.push_str(&rest[..start]);
        let word = &rest[start..];
        let (word, tail) = word.split_at(word.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(word.len()));
        let next = tail.trim_start();
        let article =
            word == "A" && first && !["is ", "belongs", "has ", "and ", "divides"].iter().any(|verb| next.starts_with(verb));
        let named = !article && is_name(word);
        for c in word.chars() {
            out.push(c);
            if named && c.is_ascii_uppercase() {
                out.push(CAPITAL);
            }
        }
        first = false;
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Phrases that say there is no solution, all equal to the empty set.
pub fn is_no_solution(phrase: &str) -> bool {
    matches!(
        phrase,
        "no solution"
            | "no solutions"
            | "no real solution"
            | "no real solutions"
            | "none"
            | "empty set"
            | "the empty set"
            | "empty"
            | "there is no solution"
            | "there are no solutions"
            | "there is no real solution"
            | "there are no real solutions"
            | "no solution exists"
            | "no solutions exist"
            | "no such number exists"
            | "no such numbers exist"
    )
}

/// Phrases for the set of all real numbers.
pub fn is_all_reals(phrase: &str) -> bool {
    matches!(
        phrase,
        "all real numbers"
            | "all reals"
            | "the set of all real numbers"
            | "all real number"
            | "set of all real numbers"
            | "the set of real numbers"
    )
}

/// Phrases that say a value does not exist.
pub fn is_undefined(phrase: &str) -> bool {
    matches!(phrase, "dne" | "does not exist" | "undefined" | "not defined" | "the limit does not exist" | "limit does not exist")
}

/// Words that make a phrase after a number a hedge. Words that only change the number are in [`super::labels`].
pub fn is_hedge(word: &str) -> bool {
    matches!(
        word,
        "or" | "not"
            | "but"
            | "maybe"
            | "perhaps"
            | "about"
            | "approximately"
            | "if"
            | "where"
            | "when"
            | "is"
            | "isnt"
            | "be"
            | "and"
            | "to"
            | "than"
            | "more"
            | "less"
            | "either"
            | "except"
            | "unless"
            | "wrong"
            | "incorrect"
            | "no"
            | "neither"
            | "nor"
            | "almost"
            | "nearly"
            | "at"
            | "most"
            | "least"
            | "for"
            | "with"
    ) || numbers::is_number_word(word)
}
