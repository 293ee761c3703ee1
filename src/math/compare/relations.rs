//! Equations, inequalities and chains of them.
//!
//! Accepts: relations that say the same up to side, direction and a constant factor. Refuses: a relation that says nothing
//! (`x = x`) or cannot hold (`41 = 42`), unless it is the reference to the letter.

use super::shapes::is_scalar;
use super::{Comparer, Decision, Node};
use crate::Reason;
use crate::math::algebra::{self, Budget, Canon, Poly, multiple_of};
use crate::math::node::RelOp;
use crate::math::scalar;
use num_traits::Signed;

impl Comparer<'_> {
    pub(super) fn relations(&mut self, gs: &[Node], go: &[RelOp], as_: &[Node], ao: &[RelOp]) -> Decision {
        let (g, a) = (Links::of(gs, go), Links::of(as_, ao));
        let (Some(g), Some(a)) = (g, a) else { return self.literal_relations(gs, go, as_, ao) };
        if g.0.len() != a.0.len() {
            return Decision::different("relation");
        }
        // Each link of one chain matches one of the other: 1 < x < 3 is 3 > x > 1.
        let mut free = a.0;
        for link in &g.0 {
            let mut found = None;
            let mut worst = Decision::different("relation");
            for (place, other) in free.iter().enumerate() {
                let decision = self.link(link, other);
                if decision.is_equal() {
                    found = Some(place);
                    break;
                }
                if decision.reason != Reason::Different {
                    worst = decision;
                }
            }
            match found {
                Some(place) => drop(free.remove(place)),
                None => return worst,
            }
        }
        Decision::equal("relation")
    }

    /// Relations whose sides are no formulas: side by side.
    fn literal_relations(&mut self, gs: &[Node], go: &[RelOp], as_: &[Node], ao: &[RelOp]) -> Decision {
        if go != ao || gs.len() != as_.len() {
            return Decision::different("relation");
        }
        // `= 5` and `= 5`: the side that is not there is the same on both.
        match (gs.split_first(), as_.split_first()) {
            (Some((Node::Blank, g)), Some((Node::Blank, a))) => self.ordered(g, a),
            _ => self.ordered(gs, as_),
        }
    }

    /// Two relations p ∘ 0 are the same where p is a multiple of q (a positive one for inequalities).
    fn link(&mut self, gold: &Link<'_>, answer: &Link<'_>) -> Decision {
        if gold.op != answer.op {
            return Decision::different("relation");
        }
        if gold.op == RelOp::In || gold.op == RelOp::To {
            let left = self.compare(gold.left, answer.left);
            return if left.is_equal() { self.compare(gold.right, answer.right) } else { left };
        }
        if !(is_scalar(gold.left) && is_scalar(gold.right) && is_scalar(answer.left) && is_scalar(answer.right)) {
            let left = self.compare(gold.left, answer.left);
            return if left.is_equal() { self.compare(gold.right, answer.right) } else { left };
        }
        let (Ok(p), Ok(q)) = (self.side(gold), self.side(answer)) else {
            let left = self.compare(gold.left, answer.left);
            return if left.is_equal() { self.compare(gold.right, answer.right) } else { left };
        };
        // A relation without unknowns says nothing, or cannot hold.
        if p.num.is_constant() || q.num.is_constant() {
            return if p.num.is_constant() && q.num.is_constant() {
                let left = self.compare(gold.left, answer.left);
                if left.is_equal() { self.compare(gold.right, answer.right) } else { Decision::different("relation") }
            } else {
                Decision::not_equal(Reason::Different, "tautology")
            };
        }
        let ordered = gold.op != RelOp::Equal && gold.op != RelOp::NotEqual;
        let factor = multiple_of(&q.num, &p.num);
        match factor {
            Some(_) if !ordered => Decision::equal("relation"),
            Some(factor) if p.den == q.den || (p.den.is_constant() && q.den.is_constant()) => {
                if factor.is_positive() {
                    Decision::equal("relation")
                } else {
                    Decision::different("relation")
                }
            }
            Some(_) => Decision::different("relation"),
            None => self.monomial_multiple(&p, &q, ordered),
        }
    }

    /// √2·x = 2 and x = √2: multiples by a constant that is no rational.
    fn monomial_multiple(&mut self, p: &Canon, q: &Canon, ordered: bool) -> Decision {
        if ordered || p.num.0.len() != q.num.0.len() {
            let same = scalar::forms(p, q, &mut self.budget);
            return if same.is_equal() { Decision::equal("relation") } else { Decision::different("relation") };
        }
        let leading = |poly: &Poly| Poly(vec![poly.0[poly.0.len() - 1].clone()]);
        let (lp, lq) = (Canon::from(leading(&p.num)), Canon::from(leading(&q.num)));
        let constant_ratio = lq.over(&lp, &mut self.budget).is_ok_and(|ratio| ratio.is_constant());
        let crossed = |budget: &mut Budget| -> algebra::Result<Poly> {
            let left = p.num.times(&lq.num, budget)?;
            let right = q.num.times(&lp.num, budget)?;
            left.minus(&right, budget)
        };
        match crossed(&mut self.budget) {
            Ok(difference) if difference.is_zero() && constant_ratio => Decision::equal("relation"),
            _ => Decision::different("relation"),
        }
    }

    /// left − right
    fn side(&mut self, link: &Link<'_>) -> algebra::Result<Canon> {
        let left = algebra::canonical(link.left, &mut self.budget)?;
        let right = algebra::canonical(link.right, &mut self.budget)?;
        left.plus(&right.negated(), &mut self.budget)
    }
}

/// One relation of a chain, turned so that it reads `<` or `≤`.
struct Link<'n> {
    left: &'n Node,
    op: RelOp,
    right: &'n Node,
}

struct Links<'n>(Vec<Link<'n>>);

impl<'n> Links<'n> {
    fn of(sides: &'n [Node], ops: &[RelOp]) -> Option<Self> {
        if sides.contains(&Node::Blank) || ops.contains(&RelOp::Approx) {
            return None;
        }
        Some(Self(
            ops.iter()
                .enumerate()
                .map(|(place, op)| {
                    let (left, right) = (&sides[place], &sides[place + 1]);
                    match op {
                        RelOp::Greater => Link { left: right, op: RelOp::Less, right: left },
                        RelOp::GreaterEqual => Link { left: right, op: RelOp::LessEqual, right: left },
                        op => Link { left, op: *op, right },
                    }
                })
                .collect(),
        ))
    }
}
