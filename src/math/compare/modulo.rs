//! The remainder of a division as an answer: `17 \bmod 5` is 2.
//!
//! Accepts: a whole answer `a \bmod b` or `a \mod b` of real constants with b > 0, against an answer without mod: its value
//! is a − b⌊a/b⌋. `-a \bmod b` and `ac \bmod b` have several readings, and the answers must be equal in each. Refuses:
//! `\pmod{b}`, which is a class of numbers, b that is not one operand, and two answers with mod, which may be classes and
//! are compared as written.

use std::cmp::Ordering;

use super::shapes::is_constant_side;
use super::{Comparer, Decision, Node};
use crate::math::algebra::{self, Budget};
use crate::math::answer::{Answer, Form};
use crate::math::node::{Func, MulOp, Sign};
use crate::math::parse;
use crate::math::policy::Policy;

/// The mark of `\bmod` in a normalised text.
const MARK: &str = "\"mod\"";

/// Compares two answers of which exactly one is a remainder; `None` where that is not so, or its value is not decided.
pub(super) fn compare(policy: &Policy, gold: &Answer, answer: &Answer, budget: &mut Budget) -> Option<Decision> {
    let (written, other) = match (division(gold), division(answer)) {
        (Some(written), None) => (written, answer),
        (None, Some(written)) => (written, gold),
        _ => return None,
    };
    let other = other.node()?;
    let (dividend, divisor, grouped) = written;
    let size = algebra::canonical(&divisor, budget).ok()?;
    let positive = |sign| sign == Ordering::Greater;
    if !positive(algebra::sign_of(&size.num, budget).ok()?) || !positive(algebra::sign_of(&size.den, budget).ok()?) {
        return None;
    }
    let mut decision = None;
    let values = if grouped { vec![remainder(&dividend, &divisor)] } else { readings(&dividend, &divisor) };
    for value in values {
        let mut comparer = Comparer::new(policy, budget.clone(), &other, &value);
        let found = comparer.compare(&other, &value);
        *budget = comparer.budget;
        if !found.is_equal() {
            return Some(found);
        }
        decision = Some(found);
    }
    decision
}

/// Dividend and divisor of an answer that is `a \bmod b`, and whether the dividend is in brackets.
fn division(answer: &Answer) -> Option<(Node, Node, bool)> {
    if !matches!(answer.form, Form::Notation(_)) || answer.source.contains("pmod") {
        return None;
    }
    if !(answer.source.contains("\\bmod") || answer.source.contains("\\mod")) {
        return None;
    }
    let (left, right) = answer.normal.as_ref()?.text.split_once(MARK)?;
    if right.contains('"') || left.contains('"') {
        return None;
    }
    let (dividend, divisor) = (parse::parse(left)?, parse::parse(right)?);
    let whole = is_constant_side(&dividend) && is_constant_side(&divisor) && is_operand(right.trim(), &divisor);
    whole.then_some((dividend, divisor, in_brackets(left.trim())))
}

/// Whether a text is one operand, so that no operator in it can belong to what is around it.
fn is_operand(text: &str, node: &Node) -> bool {
    match node {
        Node::Number(_) | Node::Decimal { .. } | Node::Pi | Node::Euler | Node::Root(..) => true,
        _ => in_brackets(text),
    }
}

fn in_brackets(text: &str) -> bool {
    if !text.starts_with('(') {
        return false;
    }
    let mut depth = 0_i32;
    let first = text.bytes().position(|byte| {
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        depth == 0
    });
    first == Some(text.len() - 1)
}

/// The values of `a \bmod b`: the mod applies to the whole of a, to its last term, or to its last factor.
fn readings(dividend: &Node, divisor: &Node) -> Vec<Node> {
    let mut found = vec![remainder(dividend, divisor)];
    match dividend {
        Node::Sum(terms) => {
            if let Some(((sign, last), rest)) = terms.split_last() {
                found.extend(readings(last, divisor).into_iter().map(|value| {
                    let mut terms = rest.to_vec();
                    terms.push((*sign, value));
                    Node::Sum(terms)
                }));
            }
        }
        Node::Product(factors) => {
            if let Some(((op, last), rest)) = factors.split_last() {
                let mut factors = rest.to_vec();
                factors.push((*op, remainder(last, divisor)));
                found.push(Node::Product(factors));
            }
        }
        _ => {}
    }
    found
}

/// a − b⌊a/b⌋
fn remainder(dividend: &Node, divisor: &Node) -> Node {
    let quotient = Node::Product(vec![(MulOp::Times, dividend.clone()), (MulOp::Over, divisor.clone())]);
    let multiple =
        Node::Product(vec![(MulOp::Times, divisor.clone()), (MulOp::Times, Node::Function(Func::Floor, vec![quotient]))]);
    Node::Sum(vec![(Sign::Plus, dividend.clone()), (Sign::Minus, multiple)])
}
