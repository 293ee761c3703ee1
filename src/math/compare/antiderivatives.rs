//! Compares formulas up to an additive constant, as antiderivatives are (switch `up_to_constant`).
//!
//! Accepts: formulas with a symbol other than a constant of integration whose difference has the same value at all
//! points. Refuses: numbers, whose difference is always a constant, and formulas that are not defined at the same
//! points.

use std::sync::Arc;

use super::shapes::is_scalar;
use super::{Comparer, Node};
use crate::math::node::Sign;
use crate::math::scalar::{self, Closeness};

/// Letters that stand for a constant of integration, with or without an index.
const CONSTANTS: &[&str] = &["C", "K", "c", "const"];
/// Whole numbers at which both formulas may be subtracted; the first at which both have a value decides.
const POINTS: &[i64] = &[1, 2, 3];

/// Whether two formulas differ by a constant: g(x) − g(p) = a(x) − a(p) for a point p.
pub(super) fn equal(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (gold, answer) = (without_constant(gold), without_constant(answer));
    if !is_scalar(&gold) || !is_scalar(&answer) || binds(&gold) || binds(&answer) {
        return false;
    }
    let mut symbols = Vec::new();
    gold.walk(&mut |node| {
        if let Node::Symbol(name) = node
            && !symbols.contains(name)
        {
            symbols.push(Arc::clone(name));
        }
    });
    // Two numbers always differ by a constant.
    if symbols.is_empty() {
        return false;
    }
    POINTS.iter().any(|point| {
        let (g, a) = (from_point(&gold, *point), from_point(&answer, *point));
        scalar::compare(&g, &a, Closeness::EXACT, &mut comparer.budget).is_equal()
    })
}

/// The formula without the terms of a sum that are a constant of integration.
fn without_constant(node: &Node) -> Node {
    let Node::Sum(terms) = node else { return node.clone() };
    let rest: Vec<_> = terms.iter().filter(|(_, term)| !is_constant(term)).cloned().collect();
    match rest.as_slice() {
        [] => node.clone(),
        [(Sign::Plus, only)] => only.clone(),
        _ => Node::Sum(rest),
    }
}

/// Whether a formula has a bound variable, for which no number may be written.
fn binds(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Big { .. }));
    found
}

fn is_constant(node: &Node) -> bool {
    matches!(node, Node::Symbol(name) if name.split('_').next().is_some_and(|letter| CONSTANTS.contains(&letter)))
}

/// The formula minus its value where every symbol is this number.
fn from_point(node: &Node, point: i64) -> Node {
    let mut at = node.clone();
    substitute(&mut at, point);
    Node::Sum(vec![(Sign::Plus, node.clone()), (Sign::Minus, at)])
}

fn substitute(node: &mut Node, point: i64) {
    match node {
        Node::Symbol(_) => *node = Node::integer(point),
        node => node.children_mut().into_iter().for_each(|child| substitute(child, point)),
    }
}
