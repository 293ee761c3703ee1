//! Letters that stand for positive numbers: those that are declared so and, with `positive_roots`, those that stand alone under an
//! even root, `\sqrt{a}`, or whose logarithm is taken.
//!
//! Accepts: two answers that are equal for all positive values of these letters: `\sqrt{a}\sqrt{b}` and `\sqrt{ab}`. Refuses:
//! letters below a root beside other ones, `\sqrt{a-b}`, which say nothing about the sign of each.

use std::sync::Arc;

use num_rational::BigRational;

use super::{Comparer, Decision, Node};
use crate::math::declared::as_positive;
use crate::math::node::Func;

impl Comparer<'_> {
    /// The decision, or that of the answers with their positive letters as powers of e, where they are equal.
    pub(super) fn with_positive(&mut self, gold: &Node, answer: &Node, decision: Decision) -> Decision {
        let policy = self.policy;
        let mut letters: Vec<Arc<str>> = policy.declared.positive.iter().map(|name| name.as_str().into()).collect();
        if policy.positive_roots {
            radicands(gold, &mut letters);
            radicands(answer, &mut letters);
        }
        if letters.is_empty() {
            return decision;
        }
        let raised = |node: &Node| as_positive(node, &|name| letters.iter().any(|letter| **letter == *name));
        let (g, a) = (raised(gold), raised(answer));
        if g.is_none() && a.is_none() {
            return decision;
        }
        let found = self.compare(g.as_ref().unwrap_or(gold), a.as_ref().unwrap_or(answer));
        if found.is_equal() { found } else { decision }
    }
}

/// Collects the letters that stand alone under an even root or in a logarithm.
fn radicands(node: &Node, letters: &mut Vec<Arc<str>>) {
    let half = BigRational::new(1.into(), 2.into());
    let is_even = |index: &Node| index.literal().is_some_and(|value| (value / BigRational::from_integer(2.into())).is_integer());
    let inner = match node {
        Node::Root(index, inner) if index.as_ref().is_none_or(|index| is_even(index)) => Some(inner.as_ref()),
        Node::Power(base, exponent) if exponent.literal().is_some_and(|value| *value == half) => Some(base.as_ref()),
        Node::Function(Func::Ln, arguments) => arguments.first(),
        _ => None,
    };
    if let Some(Node::Symbol(name)) = inner
        && !letters.contains(name)
    {
        letters.push(Arc::clone(name));
    }
    node.each_child(&mut |child| radicands(child, letters));
}
