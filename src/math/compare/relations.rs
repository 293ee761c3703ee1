//! Compares equations, inequalities and chains of them.
//!
//! Accepts: relations with the same meaning up to side, direction and a constant factor. Refuses: a relation that is
//! always true (`x = x`) or never (`41 = 42`), unless both its sides are equal to those of the reference; one that is
//! solved where the other is not.

use super::shapes::is_scalar;
use super::solved::only_one_is;
use super::{Comparer, Decision, Node, pair_up};
use crate::{Reason, Rule};
use std::cmp::Ordering;

use num_traits::Signed;

use crate::math::algebra::{self, Budget, Canon, Domain, Formula, Kinds, Monomial, Poly, Trouble, multiple_of};
use crate::math::node::RelOp;
use crate::math::scalar;

impl Comparer<'_> {
    pub(super) fn relations(&mut self, gs: &[Node], go: &[RelOp], as_: &[Node], ao: &[RelOp]) -> Decision {
        // A chain of arrows is compared in its order; a chain of other relations link by link.
        if go.len() > 1 && go.contains(&RelOp::To) {
            return self.literal_relations(gs, go, as_, ao);
        }
        let (g, a) = (Links::of(gs, go), Links::of(as_, ao));
        let (Some(g), Some(a)) = (g, a) else { return self.literal_relations(gs, go, as_, ao) };
        if g.0.len() != a.0.len() {
            return Decision::different(Rule::Relation);
        }
        // Each link of one chain matches a link of the other: 1 < x < 3 is 3 > x > 1.
        pair_up(Rule::Relation, &g.0, a.0, |link, other| self.link(link, other))
    }

    /// Compares relations whose sides are not formulas, side by side.
    fn literal_relations(&mut self, gs: &[Node], go: &[RelOp], as_: &[Node], ao: &[RelOp]) -> Decision {
        if go != ao || gs.len() != as_.len() {
            return Decision::different(Rule::Relation);
        }
        // `= 5` and `= 5`: the missing side is the same on both.
        match (gs.split_first(), as_.split_first()) {
            (Some((Node::Blank, g)), Some((Node::Blank, a))) => self.ordered(g, a),
            _ => self.ordered(gs, as_),
        }
    }

    /// Compares two relations p ∘ 0 and q ∘ 0: they are the same where p is a multiple of q (a positive multiple for
    /// inequalities).
    fn link(&mut self, gold: &Link<'_>, answer: &Link<'_>) -> Decision {
        if gold.op != answer.op {
            return Decision::different(Rule::Relation);
        }
        if gold.op == RelOp::In || gold.op == RelOp::To {
            return self.sides(gold, answer);
        }
        if only_one_is((gold.left, gold.right), (answer.left, answer.right)) {
            return Decision::different(Rule::Relation);
        }
        if !(is_scalar(gold.left) && is_scalar(gold.right) && is_scalar(answer.left) && is_scalar(answer.right)) {
            return self.sides(gold, answer);
        }
        let (Ok(p), Ok(q)) = (self.side(gold), self.side(answer)) else { return self.sides(gold, answer) };
        let (top_p, top_q) = (&p.canon.num, &q.canon.num);
        // A relation without unknowns is always true or never.
        if top_p.is_constant() || top_q.is_constant() {
            let same = top_p.is_constant() && top_q.is_constant() && self.sides(gold, answer).is_equal();
            return Decision::of(same, Rule::Relation);
        }
        let ordered = gold.op != RelOp::Equal && gold.op != RelOp::NotEqual;
        let same = match self.multiple(&p.canon, &q.canon, ordered) {
            Ok(same) => same,
            Err(_) => return Decision::not_equal(Reason::TooLarge, Rule::Budget),
        };
        if !same {
            return Decision::different(Rule::Relation);
        }
        // The same numerator has the same zeros; the solutions are the same where the divisors remove the same zeros
        // and both sides are defined.
        match loses_the_same(&p, &q, &mut self.budget) {
            Ok(true) => {}
            Ok(false) => return Decision::different(Rule::Relation),
            Err(_) => return Decision::not_equal(Reason::TooLarge, Rule::Budget),
        }
        match scalar::same_places(&p.domain, &q.domain, &mut self.budget) {
            Ok(()) => Decision::equal(Rule::Relation),
            Err(Trouble::Undefined) => Decision::not_equal(Reason::Undefined, Rule::Undefined),
            Err(Trouble::TooLarge) => Decision::not_equal(Reason::TooLarge, Rule::Budget),
            Err(_) => Decision::not_equal(Reason::Undecided, Rule::Domain),
        }
    }

    /// Compares side by side; the sides of `=` and `≠` may be exchanged.
    fn sides(&mut self, gold: &Link<'_>, answer: &Link<'_>) -> Decision {
        let mut sides = |left: &Node, right: &Node| {
            let decision = self.compare(gold.left, left);
            if decision.is_equal() { self.compare(gold.right, right) } else { decision }
        };
        let decision = sides(answer.left, answer.right);
        if decision.is_equal() || !matches!(gold.op, RelOp::Equal | RelOp::NotEqual) {
            return decision;
        }
        let turned = sides(answer.right, answer.left);
        if turned.is_equal() { turned } else { decision }
    }

    /// Whether p is q times a number that is not zero, and is positive for inequalities (`ordered`).
    fn multiple(&mut self, p: &Canon, q: &Canon, ordered: bool) -> algebra::Result<bool> {
        if let Some(factor) = multiple_of(&q.num, &p.num) {
            if !ordered {
                return Ok(true);
            }
            if p.den == q.den {
                return Ok(factor.is_positive());
            }
            if !(p.den.is_constant() && q.den.is_constant()) {
                return Ok(false);
            }
            let mut negative = factor.is_negative();
            for den in [&p.den, &q.den] {
                negative ^= algebra::sign_of(den, &mut self.budget)? == Ordering::Less;
            }
            return Ok(!negative);
        }
        // √2·x = 2 and x = √2: multiples by an irrational constant.
        let (left, right) = (by_unknowns(&p.num), by_unknowns(&q.num));
        let same_unknowns = left.len() == right.len() && left.iter().zip(&right).all(|(l, r)| l.0 == r.0);
        let (Some((_, p0)), Some((_, q0)), true) = (left.first(), right.first(), same_unknowns && p.den == q.den) else {
            return Ok(scalar::forms(p, q, &Domain::default(), &mut self.budget).is_equal());
        };
        for constant in [p0, q0] {
            if algebra::separate_from_zero(constant, &mut self.budget).is_err() {
                return Ok(false);
            }
        }
        if ordered && algebra::sign_of(p0, &mut self.budget)? != algebra::sign_of(q0, &mut self.budget)? {
            return Ok(false);
        }
        for ((_, pi), (_, qi)) in left.iter().zip(&right) {
            let (l, r) = (pi.times(q0, &mut self.budget)?, qi.times(p0, &mut self.budget)?);
            if !scalar::forms(&l.into(), &r.into(), &Domain::default(), &mut self.budget).is_equal() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// left − right
    fn side(&mut self, link: &Link<'_>) -> algebra::Result<Formula> {
        let left = algebra::formula(link.left, &mut self.budget)?;
        let right = algebra::formula(link.right, &mut self.budget)?;
        left.minus(right, &mut self.budget)
    }
}

/// A form as a sum over products of unknowns, each with its constant coefficient.
fn by_unknowns(poly: &Poly) -> Vec<(Monomial, Poly)> {
    let mut parts: Vec<(Monomial, Poly)> = Vec::new();
    for (monomial, coefficient) in &poly.0 {
        let (free, constant): (Vec<_>, Vec<_>) = monomial.0.iter().cloned().partition(|(atom, _)| atom.kinds().any(Kinds::FREE));
        let (free, term) = (Monomial(free.into_iter().collect()), (Monomial(constant.into_iter().collect()), coefficient.clone()));
        match parts.iter_mut().find(|(known, _)| *known == free) {
            Some((_, constant)) => constant.0.push(term),
            None => parts.push((free, Poly(vec![term]))),
        }
    }
    parts.iter_mut().for_each(|(_, constant)| constant.0.sort_by(|a, b| a.0.cmp(&b.0)));
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    parts
}

/// Whether two equations with the same numerator lose the same solutions to their divisors: the divisors are the same,
/// or have no zero in common with the numerator.
fn loses_the_same(p: &Formula, q: &Formula, budget: &mut Budget) -> algebra::Result<bool> {
    let (mine, theirs) = (p.domain.removed(), q.domain.removed());
    let harmless = |divisor: &&Poly| !(algebra::has_no_zero(divisor) || algebra::apart(divisor, &p.canon.num));
    let same = |divisor: &Poly, known: &[Poly]| known.iter().any(|known| multiple_of(known, divisor).is_some());
    let left: Vec<&Poly> = mine.iter().filter(harmless).filter(|divisor| !same(divisor, theirs)).collect();
    let right: Vec<&Poly> = theirs.iter().filter(harmless).filter(|divisor| !same(divisor, mine)).collect();
    if left.is_empty() || right.is_empty() {
        return Ok(left.is_empty() && right.is_empty());
    }
    // (x + 1) and (x + 2) on one side, their product on the other.
    let mut product = |divisors: &[&Poly]| divisors.iter().try_fold(Poly::one(), |product, divisor| product.times(divisor, budget));
    Ok(multiple_of(&product(&left)?, &product(&right)?).is_some())
}

/// One relation of a chain; `>` and `≥` are turned into `<` and `≤`.
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
