//! The remainder of a division as an answer: `17 \bmod 5` is 2.
//!
//! Accepts: a whole answer `a \bmod b` or `a \mod b` of real constants with b > 0, where a < 0 or a ≥ b: its value is
//! a − b⌊a/b⌋. `-a \bmod b` and `ac \bmod b` have several readings, and the answers must be equal in each. Refuses:
//! `3 \mod 7` and `\pmod{b}`, which are classes of numbers and compared as written, and b that is not one operand.

use std::cmp::Ordering;

use super::shapes::is_constant_side;
use super::{Comparer, Decision, Node};
use crate::math::algebra::{self, Budget};
use crate::math::answer::{Answer, Form};
use crate::math::declared::Declared;
use crate::math::node::{Func, MulOp, Sign};
use crate::math::parse;
use crate::math::policy::Policy;
use crate::math::same_text;
use num_traits::Zero;

/// The mark of `\bmod` in a normalised text.
const MARK: &str = "\"mod\"";

/// Compares two answers of which one at least is a remainder; `None` where that is not so, or its value is not decided.
pub(super) fn compare(policy: &Policy, gold: &Answer, answer: &Answer, budget: &mut Budget) -> Option<Decision> {
    let (g, a) = (division(gold), division(answer));
    if (g.is_none() && a.is_none()) || same_text::identical(gold, answer) {
        return None;
    }
    let mut values = |written: Option<Division>, answer: &Answer| match written {
        Some(written) => written.values(budget),
        None => Some(vec![answer.node()?.into_owned()]),
    };
    let (g, a) = (values(g, gold)?, values(a, answer)?);
    let mut decision = None;
    for (g, a) in g.iter().flat_map(|g| a.iter().map(move |a| (g, a))) {
        let mut comparer = Comparer::new(policy, budget.clone(), g, a);
        let found = comparer.compare(g, a);
        *budget = comparer.budget;
        if !found.is_equal() {
            return Some(found);
        }
        decision = Some(found);
    }
    decision
}

/// An answer `a \bmod b`.
struct Division {
    dividend: Node,
    divisor: Node,
    /// Whether the dividend is in brackets.
    grouped: bool,
}

impl Division {
    /// The remainder in each reading; `None` where b is not certainly positive, or a is a remainder already: `3 \mod 7`
    /// is more often the class of 3.
    fn values(&self, budget: &mut Budget) -> Option<Vec<Node>> {
        let size = algebra::canonical(&self.divisor, budget).ok()?;
        let positive = |sign| sign == Ordering::Greater;
        if !positive(algebra::sign_of(&size.num, budget).ok()?) || !positive(algebra::sign_of(&size.den, budget).ok()?) {
            return None;
        }
        let times = algebra::canonical(&times(&self.dividend, &self.divisor), budget).ok()?.rational()?;
        if times.is_zero() {
            return None;
        }
        let whole = remainder(&self.dividend, &self.divisor);
        Some(if self.grouped { vec![whole] } else { readings(&self.dividend, &self.divisor) })
    }
}

/// Reads an answer `a \bmod b`.
fn division(answer: &Answer) -> Option<Division> {
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
    let declared = Declared::default();
    let (dividend, divisor) = (parse::parse(left, &declared)?, parse::parse(right, &declared)?);
    let whole = is_constant_side(&dividend) && is_constant_side(&divisor) && is_operand(right.trim(), &divisor);
    whole.then_some(Division { dividend, divisor, grouped: in_brackets(left.trim()) })
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

/// ⌊a/b⌋
fn times(dividend: &Node, divisor: &Node) -> Node {
    let quotient = Node::Product(vec![(MulOp::Times, dividend.clone()), (MulOp::Over, divisor.clone())]);
    Node::Function(Func::Floor, vec![quotient])
}

/// a − b⌊a/b⌋
fn remainder(dividend: &Node, divisor: &Node) -> Node {
    let multiple = Node::Product(vec![(MulOp::Times, divisor.clone()), (MulOp::Times, times(dividend, divisor))]);
    Node::Sum(vec![(Sign::Plus, dividend.clone()), (Sign::Minus, multiple)])
}
