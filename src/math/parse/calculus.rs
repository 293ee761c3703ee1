//! Quotients of differentials: `\frac{dy}{dx}` and `d/dx` are no quotients of products with a factor d.
//!
//! Accepts: a numerator and a denominator that both begin with d. Refuses: to touch a lone `dx`, which is a product like another.

use crate::math::node::{MulOp, Node};

/// The mark of a d of derivatives, which no accent has.
const DIFFERENTIAL: &str = "\\acc{d:";

/// Marks the d of a derivative on both sides of a fraction's bar: `\frac{dy}{dx}`, `\frac{\delta S}{\delta q}`.
pub(super) fn mark_derivative(top: &mut Node, low: &mut Node) {
    let by_something = matches!(low, Node::Product(factors) if factors.len() > 1);
    if !by_something {
        return;
    }
    if begins(top, "d") && begins(low, "d") {
        mark(top, "d");
        mark(low, "d");
    } else if begins(top, "\\delta") && begins(low, "\\delta") {
        mark(top, "\\delta");
        mark(low, "\\delta");
    }
}

/// The same for `dy/dx`, written in a line.
pub(super) fn mark_inline(mut factors: Vec<(MulOp, Node)>) -> Vec<(MulOp, Node)> {
    // `(dy)/(dx)`
    for place in 1..factors.len() {
        let (before, behind) = factors.split_at_mut(place);
        if let ([.., (_, top)], [(MulOp::Over, low), ..]) = (before, behind) {
            mark_derivative(top, low);
        }
    }
    let bar = factors.windows(2).position(|pair| {
        matches!(&pair[0], (MulOp::Over, Node::Symbol(d)) if d.as_ref() == "d")
            && matches!(&pair[1], (MulOp::Times, Node::Symbol(_) | Node::Power(..) | Node::Apply(..)))
    });
    let Some(bar) = bar else { return factors };
    let Some(start) = factors[..bar].iter().position(|(_, factor)| begins(factor, "d")) else { return factors };
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
    mark(&mut top, "d");
    mark(&mut low, "d");
    marked.push((op, top));
    marked.push((MulOp::Over, low));
    marked.extend(behind.map(|argument| (MulOp::Times, argument)));
    marked.extend(rest);
    marked
}

fn begins(node: &Node, d: &str) -> bool {
    match node {
        Node::Symbol(name) => name.as_ref() == d,
        Node::Apply(name, arguments) => name.as_ref() == d && arguments.len() == 1,
        Node::Power(base, _) => matches!(base.as_ref(), Node::Symbol(name) if name.as_ref() == d),
        Node::Product(factors) => factors.first().is_some_and(|(_, first)| begins(first, d)),
        _ => false,
    }
}

fn mark(node: &mut Node, d: &str) {
    let marked = || Node::Marked(format!("{DIFFERENTIAL}{d}}}").into());
    match node {
        Node::Symbol(name) if name.as_ref() == d => *node = marked(),
        Node::Apply(name, arguments) if name.as_ref() == d => {
            let arguments = std::mem::take(arguments);
            *node = Node::Product([marked()].into_iter().chain(arguments).map(|part| (MulOp::Times, part)).collect());
        }
        Node::Power(base, _) => mark(base, d),
        Node::Product(factors) => factors.iter_mut().for_each(|(_, factor)| mark(factor, d)),
        _ => {}
    }
}
