//! Names on the left of an equation that stand for one quantity, where one name only says more than the other: `R` and
//! `R_{\max}`, `z` and `z(r)`, `\mathbf{E}` and `E`, or where letters of an index differ in their case: `C_v` and `C_V`.
//!
//! Accepts: one letter, perhaps in bold or under an arrow, with an index and letters as arguments that the other name may
//! leave out. Refuses: primes, which may be derivatives, and other marks (a mean, a derivative by time); two different
//! indices; arguments that are not letters (`f(5)`); an index on one name against arguments of the other; an index in another case
//! whose letter the right side contains (`a_n = 2n` and `a_N = 2n`); words in an index that may change or deny a value.

use super::Node;
use crate::math::answer::Answer;
use crate::math::{labels, names};

/// The shortest word in an index that is read as a word.
const SHORTEST_WORD: usize = 3;
/// Letters of coordinates.
const COORDINATES: &[u8] = b"xyztr";

/// A name: its letter, its index without braces and quotation marks, and its arguments.
struct Name<'n> {
    letter: &'n str,
    index: String,
    arguments: &'n [Node],
}

/// Whether two equations give values to names of one quantity.
pub(super) fn name_one_quantity(gold: &Node, answer: &Node) -> bool {
    let (Node::Relation(gs, _), Node::Relation(sides, _)) = (gold, answer) else { return false };
    let ([g, gold_rest @ ..], [a, rest @ ..]) = (gs.as_slice(), sides.as_slice()) else { return false };
    let (Some(g), Some(a)) = (Name::of(g), Name::of(a)) else { return false };
    let in_case = |letter: char| {
        let letter = letter.to_string();
        let unused = |side: &Node| !mentions(side, &letter.to_ascii_lowercase()) && !mentions(side, &letter.to_ascii_uppercase());
        gold_rest.iter().chain(rest).all(unused)
    };
    let indices = g.index == a.index
        || g.index.eq_ignore_ascii_case(&a.index) && g.index.chars().all(|c| !c.is_ascii_alphabetic() || in_case(c));
    g.letter == a.letter && (g.says_more_than(&a, indices) || a.says_more_than(&g, indices))
}

/// The equation for a vector or field with the letter alone as its name: `\mathbf{E}(r) = 5` as `\mathbf{E} = 5`, `E(r>R) = 5` as `E = 5`.
/// Its tree does not tell a call from a product, so its text does. Returns the argument, too: those of two answers must be the same.
pub(super) fn without_argument<'t>(answer: &'t Answer, node: &Node) -> Option<(Node, &'t str)> {
    let Node::Relation(sides, ops) = node else { return None };
    let text = answer.normal.as_ref()?.text.as_str();
    let (name, rest) = text.split_once('(')?;
    let (argument, rest) = rest.split_once(')')?;
    let marked = name.starts_with("\\acc{b:") || name.starts_with("\\acc{vec:");
    let letters =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'\\' | b' '));
    let (letters_alone, condition) = (argument.split(',').all(letters), argument.split(['<', '>']).all(letters));
    let names = if marked { letters_alone || condition } else { condition && argument.contains(['<', '>']) };
    let equation = rest.starts_with('=') || rest.starts_with("~=");
    if !(names && equation && is_one_name(name)) || argument.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut first = None;
    sides.first()?.walk(&mut |part| {
        if first.is_none() {
            first = match part {
                Node::Symbol(_) | Node::Marked(_) => Some(part.clone()),
                Node::Apply(name, _) => Some(Node::Symbol(name.clone())),
                _ => None,
            };
        }
    });
    let mut sides = sides.clone();
    sides[0] = first?;
    Some((Node::Relation(sides, ops.clone()), argument))
}

/// Whether a normalised text is one letter, perhaps with a mark and an index.
fn is_one_name(text: &str) -> bool {
    let behind = match (text.strip_prefix("\\acc{"), text.strip_prefix('\\')) {
        (Some(marked), _) => marked.split_once('}').map(|(_, behind)| behind),
        (None, Some(command)) => Some(command.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start()),
        (None, None) => text.strip_prefix(|c: char| c.is_ascii_alphabetic()),
    };
    let index = |index: &str| {
        let inner = index.strip_prefix('{').and_then(|index| index.strip_suffix('}'));
        inner.map_or(index.len() == 1, |inner| !inner.contains(['{', '}']))
    };
    behind.is_some_and(|behind| behind.is_empty() || behind.strip_prefix('_').is_some_and(index))
}

impl<'n> Name<'n> {
    fn of(node: &'n Node) -> Option<Self> {
        let (name, arguments) = match node {
            Node::Symbol(name) => (name, [].as_slice()),
            Node::Marked(name) => (name, [].as_slice()),
            Node::Apply(name, arguments) if arguments.iter().all(|argument| matches!(argument, Node::Symbol(_))) => {
                (name, arguments.as_slice())
            }
            _ => return None,
        };
        let (letter, index) = match name.strip_prefix("\\acc{") {
            Some(marked) => {
                let (inner, behind) = marked.split_once('}')?;
                let letter = inner.strip_prefix("b:").or_else(|| inner.strip_prefix("vec:"))?;
                (letter, if behind.is_empty() { "" } else { behind.strip_prefix('_')? })
            }
            None => name.split_once('_').unwrap_or((name, "")),
        };
        let spelled = |c: char| c.is_ascii_alphabetic() || matches!(c, '\\' | ' ');
        let written = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '\\' | '"' | '{' | '}' | ',' | '/');
        if names::is_run(letter) || !letter.chars().all(spelled) || !index.chars().all(written) {
            return None;
        }
        let index: String = index.chars().filter(|c| !matches!(c, '"' | '{' | '}')).collect();
        let index = index.trim().to_owned();
        // A coordinate as an index: a component or a partial derivative.
        if !index.is_empty() && index.bytes().all(|b| COORDINATES.contains(&b)) {
            return None;
        }
        let mut words = index.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() >= SHORTEST_WORD);
        words.all(labels::is_harmless).then_some(Self { letter, index, arguments })
    }

    /// Whether this name is the other, or the other with an index or arguments. `indices`: the two indices are alike.
    fn says_more_than(&self, other: &Self, indices: bool) -> bool {
        (indices || other.index.is_empty()) && (self.arguments == other.arguments || other.arguments.is_empty())
    }
}

/// Whether a side contains a letter, alone or in a name.
fn mentions(side: &Node, letter: &str) -> bool {
    let mut found = false;
    side.walk(&mut |node| {
        if let Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _) = node {
            found |= names::mentions(name, letter);
        }
    });
    found
}
