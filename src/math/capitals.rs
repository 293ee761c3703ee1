//! Reads capitals as matrices: a pair of answers whose only letters are capitals has two readings, numbers and
//! matrices.
//!
//! Accepts: two answers with two or more different capitals, with indices and primes, in sums, products and powers:
//! `A^2B`, `(A+B)^2`, `A_1BA_1`. Refuses pairs which show that the letters are numbers: other letters or π in the pair
//! (`PV=nRT`), a capital in a denominator or in a function, names of segments.

use std::sync::Arc;

use super::names;
use super::node::{Func, MulOp, Node, RelOp};

/// Both answers with their capitals as matrices; `None` where the capitals can only be numbers, or where no product
/// depends on the order of its factors.
pub fn as_matrices(gold: &Node, answer: &Node) -> Option<(Node, Node)> {
    let mut letters = Vec::new();
    let open = collect(gold, &mut letters) && collect(answer, &mut letters) && letters.len() > 1;
    // Two names of segments are numbers: `AC\cdot BD`.
    let segments = letters.iter().any(|name| names::is_run(name)) && !letters.iter().any(|name| name.contains('_'));
    if !open || segments || !(multiplies(gold) || multiplies(answer)) {
        return None;
    }
    let (mut gold, mut answer) = (gold.clone(), answer.clone());
    mark(&mut gold);
    mark(&mut answer);
    Some((gold, answer))
}

/// Collects the capitals; returns false where something shows that they are numbers.
fn collect<'n>(node: &'n Node, letters: &mut Vec<&'n Arc<str>>) -> bool {
    match node {
        Node::Symbol(name) => {
            if !letters.contains(&name) {
                letters.push(name);
            }
            name.split(['_', '\'']).next().is_some_and(names::is_capitals)
        }
        // An exponent is a number: its letters are not matrices.
        Node::Power(base, _) => collect(base, letters),
        Node::Number(_) | Node::Decimal { .. } | Node::Imaginary => true,
        Node::Sum(terms) => terms.iter().all(|(_, term)| collect(term, letters)),
        Node::Product(factors) => factors
            .iter()
            .all(|(op, factor)| if *op == MulOp::Over { factor.literal().is_some() } else { collect(factor, letters) }),
        Node::Function(Func::Det, parts) | Node::List(parts) | Node::Set(parts) | Node::Group(_, parts) => {
            parts.iter().all(|part| collect(part, letters))
        }
        Node::Relation(sides, ops) if ops.iter().all(|op| matches!(op, RelOp::Equal | RelOp::NotEqual)) => {
            sides.iter().all(|side| collect(side, letters))
        }
        _ => false,
    }
}

/// Whether a tree contains a product of two factors with letters, or a power of a sum.
fn multiplies(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| match node {
        Node::Product(factors) => found |= factors.iter().filter(|(_, factor)| has_letter(factor)).count() > 1,
        Node::Power(base, _) => found |= matches!(base.as_ref(), Node::Sum(terms) if terms.len() > 1),
        _ => {}
    });
    found
}

fn has_letter(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Symbol(_)));
    found
}

fn mark(node: &mut Node) {
    match node {
        Node::Symbol(name) => *node = Node::Marked(Arc::clone(name)),
        Node::Power(base, _) => mark(base),
        node => node.children_mut().into_iter().for_each(mark),
    }
}
