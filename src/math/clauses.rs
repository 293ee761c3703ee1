//! Clauses behind an equation that say for which values it holds: `for all x`, `where c is a constant`.
//!
//! Accepts: `for all`, `for any`, `for every` and ∀ with one letter, which may range over numbers by name or over a set
//! like ℤ or ℚ⁺, and `where` with a letter that is a constant; one clause at the end, or the same clause behind every
//! equation. Refuses: conditions (`for all x > 1`) and every other
//! clause; the answer is then read as it is written.

use super::answer::{Answer, Form, Read};
use super::node::Node;

/// Longest text with a clause, in bytes.
const MAX_TEXT: usize = 600;
const QUANTIFIERS: [&str; 4] = ["for all ", "for any ", "for every ", "\\forall "];
const WHERE: &str = "where ";
const FONTS: [&str; 3] = ["\\text{", "\\textrm{", "\\mathrm{"];
const BLANKS: [&str; 10] = ["\\quad", "\\qquad", "\\ ", "\\,", "\\;", "\\(", "\\)", "$", "~", "\n"];

/// The answer without its clauses, where it has any and is then an equation or several.
pub(super) fn read(source: &str, part: &Read<'_>) -> Option<Answer> {
    let Stated { main, domain, clauses } = split(source)?;
    let answer = part(&main)?;
    let equation = |node: &Node| matches!(node, Node::Relation(..));
    let stated = match &answer.form {
        // A set named once belongs to all items or to the last.
        // `f(x) = x or f(x) = -x for all x` may also say that each x has one of the two values.
        Form::Tree(Node::List(items)) => {
            (domain.is_none() && !main.contains(" or ") || clauses == items.len()) && items.iter().all(equation)
        }
        Form::Tree(node) => equation(node) && clauses == 1,
        _ => false,
    };
    stated.then_some(answer)
}

/// Whether two answers have clauses with different sets of numbers. `lenient`: one of them may leave its set out.
pub(super) fn differ(gold: &str, answer: &str, lenient: bool) -> bool {
    let domain = |source: &str| split(source).and_then(|stated| stated.domain);
    let (gold, answer) = (domain(gold), domain(answer));
    gold != answer && !(lenient && (gold.is_none() || answer.is_none()))
}

/// An answer and what its clauses say.
struct Stated {
    /// The text without the clauses.
    main: String,
    /// The set that the clauses name.
    domain: Option<String>,
    /// How many times the clause stands in the text.
    clauses: usize,
}

/// Takes the clauses off a text; `None` where it has none, or others than one at the end or the same one behind every
/// equation.
fn split(source: &str) -> Option<Stated> {
    // Every mark has a blank in it; most answers have none and return here.
    if !source.as_bytes().contains(&b' ') {
        return None;
    }
    let mark = |place: usize| source[place..].starts_with("for") || source[place..].starts_with("where");
    if source.len() > MAX_TEXT || !memchr::memchr2_iter(b'f', b'w', source.as_bytes()).any(mark) {
        return None;
    }
    let text = without_fonts(source)?;
    let first = Clause::first(&text)?;
    let (mut main, mut clauses, mut behind) = (first.before.to_owned(), 1, first.behind);
    while !matches!(behind.trim(), "" | ".") {
        let next = Clause::first(behind)?;
        let equation = next.before.trim_start_matches([',', ';']).trim_start();
        let equation = equation.strip_prefix("and ").unwrap_or(equation);
        let several = |text: &str| text.contains([',', ';']) || text.contains(" and ") || text.contains(" or ");
        let same = next.letter == first.letter && next.domain == first.domain;
        if !same || several(equation) || (clauses == 1 && several(&main)) || !equation.contains(first.letter) {
            return None;
        }
        main.push_str(", ");
        main.push_str(equation);
        clauses += 1;
        behind = next.behind;
    }
    main.contains(first.letter).then_some(Stated { main, domain: first.domain, clauses })
}

/// A clause and the text around it.
struct Clause<'t> {
    before: &'t str,
    letter: char,
    domain: Option<String>,
    behind: &'t str,
}

impl<'t> Clause<'t> {
    /// The first clause of a text.
    fn first(text: &'t str) -> Option<Self> {
        let marks = QUANTIFIERS.iter().chain([&WHERE]);
        let (place, mark) = marks.filter_map(|mark| text.find(mark).map(|place| (place, *mark))).min()?;
        let behind = &text[place + mark.len()..];
        let (letter, domain, behind) = if mark == WHERE { constant(behind)? } else { range(behind)? };
        let before = text[..place].trim_end().trim_end_matches([',', ';']);
        Some(Self { before, letter, domain, behind })
    }
}

/// The text without the fonts of words, dollar signs and spacing.
fn without_fonts(source: &str) -> Option<String> {
    let (mut text, mut stack) = (String::with_capacity(source.len()), Vec::new());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if let Some(font) = FONTS.iter().find(|font| c == '\\' && rest.starts_with(**font)) {
            stack.push(false);
            text.push(' ');
            rest = &rest[font.len()..];
            continue;
        }
        let begins = matches!(c, '\\' | '$' | '~' | '\n');
        if let Some(blank) = BLANKS.iter().find(|blank| begins && rest.starts_with(**blank)) {
            text.push(' ');
            rest = &rest[blank.len()..];
            continue;
        }
        match c {
            '{' => stack.push(true),
            '}' if !stack.pop()? => {
                text.push(' ');
                rest = &rest[1..];
                continue;
            }
            _ => {}
        }
        if !(c == ' ' && text.ends_with(' ')) {
            text.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    Some(text)
}

/// `x`, `real x`, `positive integers n`, `x \in \mathbb{R}`: the letter, its set, and the text behind.
fn range(text: &str) -> Option<(char, Option<String>, &str)> {
    let mut rest = text.trim_start();
    let mut kinds: Vec<&str> = Vec::new();
    loop {
        let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = &rest[..length];
        let known = matches!(
            word,
            "real"
                | "rational"
                | "positive"
                | "natural"
                | "integer"
                | "integers"
                | "number"
                | "numbers"
                | "reals"
                | "nonzero"
                | "complex"
        );
        if !known {
            break;
        }
        kinds.push(word.trim_end_matches('s'));
        rest = rest[length..].trim_start();
    }
    let letter = rest.chars().next().filter(char::is_ascii_alphabetic)?;
    let rest = rest[1..].trim_start();
    let (set, rest) = match rest.strip_prefix("\\in").or_else(|| rest.strip_prefix('∈')) {
        Some(tail) => set(tail.trim_start()).map(|(set, rest)| (Some(set), rest))?,
        None => (None, rest),
    };
    let named = (!kinds.is_empty()).then(|| kinds.join(" "));
    ends(rest).then(|| (letter, set.or(named), rest))
}

/// `\mathbb{Q}_{>0}`, `\mathbb Z^+`, `ℝ`.
fn set(text: &str) -> Option<(String, &str)> {
    let (letter, rest) = match text.strip_prefix("\\mathbb") {
        Some(tail) => {
            let tail = tail.trim_start();
            match tail.strip_prefix('{') {
                Some(inner) => (capital(inner)?, inner[1..].strip_prefix('}')?),
                None => (capital(tail)?, &tail[1..]),
            }
        }
        None => {
            let letter = text.chars().next()?;
            let place = "ℝℚℤℕℂ".chars().position(|c| c == letter)?;
            ("RQZNC".chars().nth(place)?, &text[letter.len_utf8()..])
        }
    };
    let marks = ["_{>0}", "_{> 0}", "_{\\ge0}", "_{\\ge 0}", "_{\\geq0}", "_{\\geq 0}", "^{+}", "^+", "_+", "_{+}", "^*", "^{*}"];
    let mark = marks.iter().find(|mark| rest.starts_with(**mark)).copied().unwrap_or("");
    let plain: String = mark.chars().filter(|c| !matches!(c, ' ' | '{' | '}')).collect();
    "RQZNC".contains(letter).then(|| (format!("{letter}{plain}"), &rest[mark.len()..]))
}

/// The first character, where it is a capital.
fn capital(text: &str) -> Option<char> {
    text.chars().next().filter(char::is_ascii_uppercase)
}

/// `c is a constant`, `c is any real number`: the letter and the text behind.
fn constant(text: &str) -> Option<(char, Option<String>, &str)> {
    let text = text.trim_start();
    // Letters of variables, functions and numbers are no constants of a solution.
    let letter = text.chars().next().filter(|c| c.is_ascii_alphabetic() && !"xyzteifghuvw".contains(*c))?;
    let mut rest = text[1..].trim_start().strip_prefix("is ")?.trim_start();
    for article in ["a ", "an ", "any "] {
        rest = rest.strip_prefix(article).unwrap_or(rest).trim_start();
    }
    while let Some(tail) = ["arbitrary ", "real ", "fixed "].iter().find_map(|word| rest.strip_prefix(*word)) {
        rest = tail.trim_start();
    }
    let rest = rest.strip_prefix("constant").or_else(|| rest.strip_prefix("number"))?;
    ends(rest).then_some((letter, None, rest))
}

/// Whether nothing follows a clause, or the next item of a list.
fn ends(rest: &str) -> bool {
    let rest = rest.trim_start();
    rest.is_empty() || rest == "." || rest.starts_with([',', ';']) || rest.starts_with("and ") || rest.starts_with("or ")
}
