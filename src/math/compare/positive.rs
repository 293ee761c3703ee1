//! Formulas whose letters are declared to be positive.
//!
//! Accepts: formulas that are equal with every such letter as a power of e, or that are both at least zero, by the way they are
//! written, and have equal squares: `\sqrt{a^2+b^2}` and `a\sqrt{1+b^2/a^2}` for a positive a. A square keeps the domain of its root.
//! Refuses: formulas with i, and every sum with a minus outside of a root.

use num_traits::Signed;

use super::{Comparer, Decision, Node, is_scalar};
use crate::math::node::{Func, RelOp, Sign};

impl Comparer<'_> {
    /// The decision, or that of the answers with declared positive numbers as powers of e, where they are equal.
    pub(super) fn with_positive(&mut self, gold: &Node, answer: &Node, decision: Decision) -> Decision {
        let declared = &self.policy.declared;
        let (g, a) = (declared.with_positive(gold), declared.with_positive(answer));
        if g.is_none() && a.is_none() {
            return decision;
        }
        let (g, a) = (g.as_ref().unwrap_or(gold), a.as_ref().unwrap_or(answer));
        let raised = self.compare(g, a);
        if raised.is_equal() {
            return raised;
        }
        let (Some((g, a)), Some(plain)) = (formulas(g, a), formulas(gold, answer)) else { return decision };
        if !(is_at_least_zero(g) && is_at_least_zero(a)) {
            return decision;
        }
        // With powers of e, and as they are written: each may show that both have one domain.
        for (g, a) in [(g, a), plain] {
            let squares = self.compare(&squared(g), &squared(a));
            if squares.is_equal() {
                return squares;
            }
        }
        decision
    }
}

/// Two formulas, or the right sides of two equations with one left side.
fn formulas<'n>(gold: &'n Node, answer: &'n Node) -> Option<(&'n Node, &'n Node)> {
    let (g, a) = match (gold, answer) {
        (Node::Relation(gs, go), Node::Relation(sides, ops)) => match (gs.as_slice(), sides.as_slice()) {
            ([name, g], [same, a]) if name == same && go == ops && go.as_slice() == [RelOp::Equal] => (g, a),
            _ => return None,
        },
        sides => sides,
    };
    (is_scalar(g) && is_scalar(a)).then_some((g, a))
}

fn squared(node: &Node) -> Node {
    Node::Power(Box::new(node.clone()), Box::new(Node::integer(2)))
}

/// Whether a formula has no value below zero, by the way it is written.
fn is_at_least_zero(node: &Node) -> bool {
    let mut real = true;
    node.walk(&mut |part| real &= !matches!(part, Node::Imaginary | Node::Marked(_) | Node::Apply(..)));
    real && has_no_minus(node)
}

fn has_no_minus(node: &Node) -> bool {
    match node {
        Node::Pi | Node::Euler | Node::Function(Func::Abs, _) => true,
        Node::Sum(terms) => terms.iter().all(|(sign, term)| *sign == Sign::Plus && has_no_minus(term)),
        Node::Product(factors) => factors.iter().all(|(_, factor)| has_no_minus(factor)),
        // The root of a number below zero is not real; a formula has its root only where it is not below zero.
        Node::Root(None, inside) => has_no_minus(inside) || holds_letter(inside),
        Node::Power(base, _) => has_no_minus(base),
        node => node.literal().is_some_and(|value| !value.is_negative()),
    }
}

fn holds_letter(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |part| found |= matches!(part, Node::Symbol(_)));
    found
}
