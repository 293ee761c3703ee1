//! Quotients of differentials: `\frac{dy}{dx}` and `d/dx` are no quotients of products with a factor d.
//!
//! Accepts: a numerator and a denominator that both begin with d. Refuses: to touch a lone `dx`, which is a product like another.

use std::sync::Arc;

use crate::math::node::{MulOp, Node};

/// The d of a derivative, which is no symbol that an answer can contain otherwise.
const DIFFERENTIAL: &str = "\\acc{d:d}";

/// Marks the d of a derivative on both sides of a fraction's bar.
pub(super) fn mark_derivative(top: &mut Node, low: &mut Node) {
    let by_something = matches!(low, Node::Product(factors) if factors.len() > 1);
    if by_something && begins(top) && begins(low) {
        mark(top);
        mark(low);
    }
}

/// The same for `dy/dx`, written in a line.
pub(super) fn mark_inline(factors: Vec<(MulOp, Node)>) -> Vec<(MulOp, Node)> {
    let bar = factors.windows(2).position(|pair| {
        matches!(&pair[0], (MulOp::Over, Node::Symbol(d)) if d.as_ref() == "d")
            && matches!(&pair[1], (MulOp::Times, Node::Symbol(_) | Node::Power(..) | Node::Apply(..)))
    });
    let Some(bar) = bar else { return factors };
    let Some(start) = factors[..bar].iter().position(|(_, factor)| begins(factor)) else { return factors };
    let mut rest = factors.into_iter();
    let mut marked: Vec<_> = rest.by_ref().take(start).collect();
    let mut top: Vec<_> = rest.by_ref().take(bar - start).collect();
    let op = std::mem::replace(&mut top[0].0, MulOp::Times);
    let mut low: Vec<_> = rest.by_ref().take(1).map(|(_, d)| (MulOp::Times, d)).collect();
    // `d/dx(x^2)`: the variable, then what is derived.
    let mut behind = None;
    match rest.next() {
        Some((op, Node::Apply(name, mut arguments))) if arguments.len() == 1 => {
            low.push((op, Node::Symbol(name)));
            behind = arguments.pop();
        }
        Some(variable) => low.push(variable),
        None => {}
    }
    let (mut top, mut low) = (Node::Product(top), Node::Product(low));
    mark(&mut top);
    mark(&mut low);
    marked.push((op, top));
    marked.push((MulOp::Over, low));
    marked.extend(behind.map(|argument| (MulOp::Times, argument)));
    marked.extend(rest);
    marked
}

fn is_d(name: &Arc<str>) -> bool {
    name.as_ref() == "d"
}

fn begins(node: &Node) -> bool {
    match node {
        Node::Symbol(name) => is_d(name),
        Node::Apply(name, arguments) => is_d(name) && arguments.len() == 1,
        Node::Power(base, _) => matches!(base.as_ref(), Node::Symbol(name) if is_d(name)),
        Node::Product(factors) => factors.first().is_some_and(|(_, first)| begins(first)),
        _ => false,
    }
}

fn mark(node: &mut Node) {
    let d = || Node::Marked(DIFFERENTIAL.into());
    match node {
        Node::Symbol(name) if is_d(name) => *node = d(),
        Node::Apply(name, arguments) if is_d(name) => {
            let arguments = std::mem::take(arguments);
            *node = Node::Product([d()].into_iter().chain(arguments).map(|part| (MulOp::Times, part)).collect());
        }
        Node::Power(base, _) => mark(base),
        Node::Product(factors) => factors.iter_mut().for_each(|(_, factor)| mark(factor)),
        _ => {}
    }
}
