//! Reads a text as an answer and determines its form.
//!
//! Accepts: plain numbers (without the grammar), formulas and structures, phrases, and well-formed notation that the
//! grammar does not interpret. Refuses: text that is unreadable, unbalanced, too long or too deep, each with its
//! reason.

use super::answer::{Answer, Form, Plain, Read, Unread, with_stack};
use super::choice;
use super::declared::Declared;
use super::forms::phrase_form;
use super::node::Node;
use super::normalize::{Normal, Refusal, normalize, normalize_symbols, trim, unboxed};
use super::{clauses, forms, lines, parse, statements, symbols, unicode};
use crate::Reason;

/// Longest string of letters, in bytes.
const MAX_STRING: usize = 64;

impl Answer {
    /// Reads a text as an answer.
    pub fn read(text: &str) -> Result<Self, Unread> {
        Self::read_as(text, &Declared::default())
    }

    /// Reads a text as an answer, whose letters and numbers may be declared.
    pub fn read_as(text: &str, declared: &Declared) -> Result<Self, Unread> {
        let text = declared.numbers(text);
        let narrow = unicode::narrowed(unboxed(trim(text.as_ref())));
        let source = narrow.as_ref();
        if source.is_empty() {
            return Err(Unread { reason: Reason::NoAnswer, detail: "the answer is empty".into() });
        }
        if let Some(plain) = Plain::read(source) {
            return Ok(Self { source: source.to_owned(), form: Form::Plain(plain), normal: None });
        }
        if let Some(form) = forms::of_text(source) {
            return Ok(Self { source: source.to_owned(), form, normal: None });
        }
        let part: &Read<'_> = &|text| Self::read_as(text, declared).ok();
        if let Some(answer) =
            clauses::read(source, part).or_else(|| lines::list(source, part)).or_else(|| statements::read(source, part))
        {
            return Ok(Self { source: source.to_owned(), ..answer });
        }
        if lines::is_stack(source) {
            return Err(Unread {
                reason: Reason::Unparsable,
                detail: "numbers on several lines, which may be a sum or a list".into(),
            });
        }
        let normal = normalize(source).map_err(|refusal| match refusal {
            Refusal::TooLong => Unread { reason: Reason::TooLarge, detail: "longer than the limit".into() },
            Refusal::TooDeep => Unread { reason: Reason::TooLarge, detail: "nested deeper than the limit".into() },
            Refusal::Unreadable(detail) => Unread { reason: Reason::Unparsable, detail },
        })?;
        let form = with_stack(normal.depth, || form(&normal.text, declared))
            .ok_or_else(|| Unread { reason: Reason::Unparsable, detail: "the grammar does not cover the whole answer".into() })?;
        Ok(Self { source: source.to_owned(), form, normal: Some(normal) })
    }

    /// Its other reading, where a bare letter behind a number was read as a unit: the letter as a symbol.
    pub fn with_symbols(&self, declared: &Declared) -> Option<Self> {
        let read = self.normal.as_ref().filter(|normal| normal.unit_letters)?;
        // The tree may be that of a part of the text, or of its lines.
        if normalize(&self.source).is_ok_and(|whole| whole != *read) {
            return None;
        }
        let normal = normalize_symbols(&self.source).ok()?;
        let form = with_stack(normal.depth, || form(&normal.text, declared))?;
        Some(Self { source: self.source.clone(), form, normal: Some(normal) })
    }

    /// The same answer with another normalised text. `None` where its form is not that of its normalised text: it was
    /// read in parts.
    pub fn with_text(&self, text: String, declared: &Declared) -> Option<Self> {
        let normal = self.normal.as_ref()?;
        let read = |text: &str| with_stack(normal.depth, || form(text, declared));
        if read(&normal.text)? != self.form {
            return None;
        }
        let form = read(&text)?;
        Some(Self { source: self.source.clone(), form, normal: Some(Normal { text, ..normal.clone() }) })
    }

    /// Reads a part of a normalised text, nested at most `depth` deep.
    pub fn of_normal(text: &str, depth: usize, declared: &Declared) -> Option<Self> {
        let form = with_stack(depth, || form(text, declared))?;
        let normal = Normal { text: text.to_owned(), depth, ..Normal::default() };
        Some(Self { source: text.to_owned(), form, normal: Some(normal) })
    }

    /// Whether it is an answer on its own, not a sentence around a number.
    pub fn is_bare(&self) -> bool {
        match &self.form {
            Form::Plain(_) => true,
            // A sentence is an answer where it is marked as one, or where it consists of words alone.
            Form::Phrase(_) if self.normal.is_none() => normalize(&self.source)
                .ok()
                .and_then(|normal| form(&normal.text, &Declared::default()))
                .is_some_and(|form| matches!(form, Form::Phrase(_))),
            Form::Phrase(phrase) => !phrase.bytes().any(|b| b.is_ascii_digit()),
            Form::Notation(text) => !text.contains('"') || choice::read(&self.source).is_some(),
            Form::Tree(node) => {
                let mut bare = true;
                node.walk(&mut |n| match n {
                    Node::Text(_) => bare = false,
                    Node::Quantity(_, words, _) => bare &= words.split(' ').count() <= 3,
                    _ => {}
                });
                bare
            }
        }
    }
}

impl Declared {
    /// Whether a text is one name, as an option takes it.
    pub fn is_name(text: &str) -> bool {
        let normal = normalize(text);
        normal.is_ok_and(
            |normal| matches!(parse::parse(&normal.text, &Self::default()), Some(Node::Symbol(name)) if name.as_ref() == text),
        )
    }
}

fn form(text: &str, declared: &Declared) -> Option<Form> {
    if is_string(text) {
        return Some(Form::Notation(text.to_owned()));
    }
    if let Some(node) = parse::parse(text, declared) {
        return Some(match node {
            Node::Text(words) => phrase_form(&words),
            node => Form::Tree(node),
        });
    }
    let letters = text.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 128);
    let mut outside = text.split('"').step_by(2);
    let only_words = text.contains('"')
        && outside.all(|part| {
            part.bytes().all(|b| matches!(b, b' ' | b',' | b'.' | b'\'' | b'!' | b'?' | b':' | b';' | b'-' | b'/' | b'(' | b')'))
        });
    // A sign before words changes the meaning, unlike the other marks.
    if only_words && !text.trim_start().starts_with('-') {
        return Some(phrase_form(&text.replace('"', " ")));
    }
    // Notation must contain a letter, digit or symbol: `+`, `?` or `\ldots` alone are not answers.
    // `\mathbb{N}^+`: the sign is a mark.
    let open = text.ends_with(['+', '-', '*', '/', '^', '_', '=', '<', '>']) && !text.ends_with("^+") && !text.ends_with("^-");
    (letters && !open && names_something(text)).then(|| Form::Notation(text.to_owned()))
}

/// `hht`: three or more small letters in a row of which one occurs twice. A product is not written like that.
fn is_string(text: &str) -> bool {
    let bytes = text.as_bytes();
    let twice = || bytes.iter().enumerate().any(|(place, letter)| bytes[..place].contains(letter));
    (3..=MAX_STRING).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_lowercase) && twice()
}

/// Whether the text contains a letter or digit outside the names of commands, or a Greek letter.
fn names_something(text: &str) -> bool {
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('\\') {
        let name = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        if head.bytes().any(|b| b.is_ascii_alphanumeric()) || symbols::is_greek(&tail[..name]) {
            return true;
        }
        rest = &tail[name..];
    }
    rest.bytes().any(|b| b.is_ascii_alphanumeric()) || rest.bytes().any(|b| b >= 128)
}

#[cfg(test)]
mod tests {
    use super::Declared;

    #[test]
    fn a_name_is_one_symbol() {
        for name in ["x", "A", "\\lambda", "x_1", "AB"] {
            assert!(Declared::is_name(name), "{name}");
        }
        for text in ["e", "\\pi", "2x", "x+y", "", "i", "f(x)"] {
            assert!(!Declared::is_name(text), "{text}");
        }
    }
}
