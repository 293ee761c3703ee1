//! Parses the normalised text into a [`Node`]: pest matches the whole text, and this module folds the flat sequence of
//! operands and operators.
//!
//! Accepts: text that `grammars/math.pest` accepts as a whole. Refuses: everything else, and words in the middle of a
//! formula. The normaliser bounds the depth before pest runs, so the recursion here is bounded too.

mod calculus;
mod index;
mod integrals;
mod list;
mod literal;
mod operand;
mod primary;
mod product;
mod quantity;
mod radians;
mod settle;
mod stated;
mod term;

use std::num::NonZeroUsize;
use std::sync::Once;

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use super::declared::Declared;
use super::node::{Node, RelOp, SetOp, Sign};
use list::{Items, Separator};
pub use literal::{decimal, significant};
pub use product::is_one_shape;

#[derive(pest_derive::Parser)]
#[grammar = "../grammars/math.pest"]
struct Grammar;

/// Grammar calls allowed for one answer. The left-factored grammar needs about 30 calls per byte, so ordinary answers
/// do not reach the limit; it is a safeguard.
const CALL_LIMIT: usize = 1_500_000;

/// Parses a normalised answer, whose letters may be declared; `None` where the grammar does not cover it whole.
pub fn parse(text: &str, declared: &Declared) -> Option<Node> {
    static LIMIT: Once = Once::new();
    LIMIT.call_once(|| pest::set_call_limit(NonZeroUsize::new(CALL_LIMIT)));
    let pairs = Grammar::parse(Rule::answer, text).ok()?;
    let mut run = Run::new(pairs);
    let mut node = run.list()?;
    stated::mark_ranges(&mut node);
    if !matches!(run.peek(), None | Some(Rule::EOI)) {
        return None;
    }
    if is_lettered(text) {
        settle::settle(&mut node, declared);
    }
    Some(node)
}

/// Whether a normalised answer contains letters, words, or signs of products. Answers without them need no second pass
/// over the whole tree.
pub fn is_lettered(text: &str) -> bool {
    const NUMERIC: &[&str] = &["frac", "sqrt", "pi", "infty", "pm", "mp", "lv", "rv", "cup", "cap", "and", "or"];
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                let length = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                if !NUMERIC.contains(&&text[at + 1..at + 1 + length]) {
                    return true;
                }
                at += 1 + length;
            }
            byte if byte.is_ascii_alphabetic() || matches!(byte, b'*' | b'#' | b'"') || byte >= 128 => return true,
            _ => at += 1,
        }
    }
    false
}

/// A flat sequence of operands and operators.
struct Run<'i> {
    next: Option<Pair<'i, Rule>>,
    /// Values in two units, `1 h 30 min`, so far.
    units: usize,
    rest: Pairs<'i, Rule>,
}

impl<'i> Run<'i> {
    fn new(mut pairs: Pairs<'i, Rule>) -> Self {
        Self { next: pairs.next(), units: 0, rest: pairs }
    }

    fn next(&mut self) -> Option<Pair<'i, Rule>> {
        std::mem::replace(&mut self.next, self.rest.next())
    }

    fn peek(&self) -> Option<Rule> {
        self.next.as_ref().map(Pair::as_rule)
    }

    fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        if self.peek() == Some(rule) { self.next() } else { None }
    }

    fn items(&mut self) -> Option<Items> {
        let (mut nodes, mut separators) = (vec![self.relation()?], Vec::new());
        while let Some(separator) = self.take(Rule::sep) {
            separators.push(Separator::read(separator.as_str()));
            nodes.push(self.relation()?);
        }
        Some(Items { nodes, separators })
    }

    fn list(&mut self) -> Option<Node> {
        self.items()?.list()
    }

    fn relation(&mut self) -> Option<Node> {
        let first = if self.peek() == Some(Rule::relop) { Node::Blank } else { self.ratio()? };
        if self.peek() != Some(Rule::relop) {
            return Some(first);
        }
        let (mut sides, mut ops) = (vec![stated::multiplied(first)], Vec::new());
        while let Some(op) = self.take(Rule::relop) {
            ops.push(relop(op.as_str())?);
            sides.push(stated::multiplied(self.ratio()?));
        }
        Some(Node::Relation(sides, ops))
    }

    fn ratio(&mut self) -> Option<Node> {
        let first = self.union()?;
        if self.peek() != Some(Rule::colon) {
            return Some(first);
        }
        let mut parts = vec![first];
        while self.take(Rule::colon).is_some() {
            let minutes = self.minutes();
            let part = self.union()?;
            parts.push(match (minutes, part) {
                (Some(minutes), Node::Number(_)) => minutes,
                (Some(minutes), Node::Quantity(_, unit, power)) => Node::Quantity(Box::new(minutes), unit, power),
                (_, part) => part,
            });
        }
        Some(Node::Ratio(parts))
    }

    /// `05` after a colon, kept as written: `3:05` is a time, not a ratio.
    fn minutes(&self) -> Option<Node> {
        let digits = self.next.as_ref().filter(|pair| pair.as_rule() == Rule::number)?.as_str();
        (digits.len() > 1 && digits.bytes().all(|b| b.is_ascii_digit()) && digits.starts_with('0'))
            .then(|| Node::Marked(digits.into()))
    }

    fn union(&mut self) -> Option<Node> {
        let first = self.sum()?;
        if self.peek() != Some(Rule::setop) {
            return Some(first);
        }
        let (mut parts, mut ops) = (vec![first], Vec::new());
        while let Some(op) = self.take(Rule::setop) {
            ops.push(match op.as_str().trim_end() {
                "\\cup" => SetOp::Union,
                "\\cap" => SetOp::Intersection,
                _ => SetOp::Difference,
            });
            parts.push(self.sum()?);
        }
        // Without brackets the precedence of two different set operators is not defined.
        ops.iter().all(|op| *op == ops[0]).then_some(Node::SetExpr(parts, ops))
    }

    fn sum(&mut self) -> Option<Node> {
        let (sign, first) = self.signed_term(Sign::Plus)?;
        if sign == Sign::Plus && self.peek() != Some(Rule::addop) {
            return Some(first);
        }
        let mut terms = vec![(sign, first)];
        while let Some(op) = self.take(Rule::addop) {
            terms.push(self.signed_term(read_sign(op.as_str()))?);
        }
        // `-5 cm` is the quantity −5 cm: the sign is part of the value.
        let mut last = terms.pop().map(|(sign, term)| (sign, stated::multiplied(term)))?;
        if let Node::Quantity(value, unit, power) = last.1 {
            last.1 = *value;
            terms.push(last);
            return Some(Node::Quantity(Box::new(Node::Sum(terms)), unit, power));
        }
        terms.push(last);
        Some(Node::Sum(terms))
    }

    fn signed_term(&mut self, sign: Sign) -> Option<(Sign, Node)> {
        let sign = self.signs(sign)?;
        // `-{x+1}` displays −x + 1, so the braces do not group.
        if sign != Sign::Plus && self.is_loose() {
            return None;
        }
        Some((sign, self.term()?))
    }

    /// Folds prefix signs into one; `None` where two of them are free choices (± or ∓), which have no single reading.
    fn signs(&mut self, first: Sign) -> Option<Sign> {
        let mut sign = first;
        while let Some(next) = self.take(Rule::sign) {
            sign = combine(sign, read_sign(next.as_str()))?;
        }
        Some(sign)
    }
}

fn combine(a: Sign, b: Sign) -> Option<Sign> {
    use Sign::{Minus, MinusPlus, Plus, PlusMinus};
    Some(match (a, b) {
        (Plus, s) | (s, Plus) => s,
        (Minus, Minus) => Plus,
        (Minus, PlusMinus) | (PlusMinus, Minus) => MinusPlus,
        (Minus, MinusPlus) | (MinusPlus, Minus) => PlusMinus,
        _ => return None,
    })
}

fn read_sign(text: &str) -> Sign {
    match text {
        "+" => Sign::Plus,
        "-" => Sign::Minus,
        "\\pm" => Sign::PlusMinus,
        _ => Sign::MinusPlus,
    }
}

fn relop(text: &str) -> Option<RelOp> {
    Some(match text.trim_end() {
        "=" => RelOp::Equal,
        "!=" => RelOp::NotEqual,
        "~=" => RelOp::Approx,
        "<" => RelOp::Less,
        "<=" => RelOp::LessEqual,
        ">" => RelOp::Greater,
        ">=" => RelOp::GreaterEqual,
        "\\in" => RelOp::In,
        "\\to" => RelOp::To,
        _ => return None,
    })
}
