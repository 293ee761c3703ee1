//! What a tree's parts are, seen from the whole: letters before brackets, letters that are matrices, dots between scalars.
//!
//! Accepts: any tree as it was folded. Refuses: nothing; what holds notation keeps its signs of products, and algebra leaves it alone.

use std::sync::Arc;

use crate::math::names;
use crate::math::node::{BigOp, MulOp, Node};

/// The letters that stand for vectors where others are matrices.
const VECTORS: &str = "buvwxyz";

pub(super) fn settle(node: &mut Node) {
    let (mut dots, mut letters) = (false, false);
    node.walk(&mut |node| match node {
        Node::Product(factors) => dots |= factors.iter().any(|(op, _)| *op == MulOp::Dot),
        Node::Power(base, exponent) => letters |= is_adjoint(base, exponent) || exponent.is_minus_one(),
        _ => {}
    });
    if letters && has_matrices(node) {
        names::take_apart(node);
        mark_matrices(node);
    }
    names::settle(node);
    if dots {
        join(node);
    }
}

/// `X^T`, `(AB)^\dagger`, `V^*`: the mark stands on a capital, or can mean nothing else.
fn is_adjoint(base: &Node, exponent: &Node) -> bool {
    match exponent {
        Node::Marked(name) => matches!(name.as_ref(), "\\top" | "\\dagger") || holds_capital(base),
        Node::Symbol(name) => matches!(name.as_ref(), "T" | "H") && holds_capital(base),
        _ => false,
    }
}

fn holds_capital(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Symbol(name) if is_capital(name)));
    found
}

fn is_capital(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Whether capitals stand for matrices: one is transposed, or one is inverted beside another.
fn has_matrices(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| match node {
        Node::Power(base, exponent) => {
            found |= is_adjoint(base, exponent);
            found |= exponent.is_minus_one() && matches!(base.as_ref(), Node::Symbol(name) if names::is_run(name));
        }
        Node::Product(factors) => {
            let inverted =
                |factor: &Node| matches!(factor, Node::Power(base, exponent) if exponent.is_minus_one() && holds_capital(base));
            let capitals = factors.iter().filter(|(_, factor)| holds_capital(factor)).count();
            found |= capitals > 1 && factors.iter().any(|(_, factor)| inverted(factor));
        }
        _ => {}
    });
    found
}

fn mark_matrices(node: &mut Node) {
    match node {
        Node::Symbol(name) if is_capital(name) || (name.len() == 1 && VECTORS.contains(name.as_ref())) => {
            *node = Node::Marked(Arc::clone(name));
        }
        // The mark itself is no matrix.
        Node::Power(base, exponent) if is_adjoint(base, exponent) => mark_matrices(base),
        node => node.children_mut().into_iter().for_each(mark_matrices),
    }
}

/// Makes dots between scalars plain products; says whether a node holds notation.
fn join(node: &mut Node) -> bool {
    let mut notation = match node {
        Node::Marked(_) | Node::Text(_) => true,
        Node::Big { op, .. } => matches!(op, BigOp::Integral | BigOp::Limit),
        Node::Product(factors) => factors.iter().any(|(op, _)| *op == MulOp::Cross),
        _ => false,
    };
    for child in node.children_mut() {
        notation |= join(child);
    }
    if let (false, Node::Product(factors)) = (notation, node) {
        factors.iter_mut().filter(|(op, _)| *op == MulOp::Dot).for_each(|(op, _)| *op = MulOp::Times);
    }
    notation
}
