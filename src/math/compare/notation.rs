//! Compares notation: trees that are not scalars are compared part by part, and only their scalar parts by value.
//!
//! Accepts: two trees of the same construction whose parts are equal in their order, and these rewritings, each of
//! which is sound for vectors, matrices, operators and sets alike:
//!
//! | rewriting | why |
//! |---|---|
//! | terms in any order, brackets in sums: a − (b + c) = −c + a − b | addition is commutative and associative for all of them |
//! | scalar factors of a product first, multiplied: a·2·b = 2(a·b) | products are bilinear over the scalars |
//! | the bound letter of an integral, sum or limit renamed | the value does not depend on the name of a bound letter |
//!
//! Never moves a part that is not a scalar past another, or anything to the left past an operator (∇, ∂, d/dx).

use super::bound::{Bound, may_capture};
use super::shapes::is_scalar_throughout;
use super::{Comparer, Decision, KIND, Node, pair_up};
use crate::math::node::{Func, MulOp, Sign};
use crate::math::scalar::{self, Closeness};
use crate::{Reason, Rule};

/// Most terms of a sum that are compared in any order.
const MAX_TERMS: usize = 64;

/// A term of a sum or a product: its scalar factors, and the other factors in order.
struct Term {
    scalars: Vec<(MulOp, Node)>,
    operands: Vec<(MulOp, Node)>,
}

impl Comparer<'_> {
    /// Compares two trees of which at least one is not a scalar.
    pub(super) fn notation(&mut self, gold: &Node, answer: &Node) -> Decision {
        // Each level visits everything below it several times, so the cost is quadratic in the size.
        let (g, a) = (super::size(gold), super::size(answer));
        let decision = match self.budget.spend((g * g + a * a) / 24) {
            Ok(()) => self.alike(gold, answer),
            Err(_) => Decision::not_equal(Reason::TooLarge, Rule::Budget),
        };
        // Trees that no rule compares are still equal where they are the same, unless they have no value.
        let nameless = matches!(decision.reason, Reason::Different | Reason::WrongKind | Reason::TooLarge);
        if nameless && gold == answer { Decision::equal(Rule::Identical) } else { decision }
    }

    fn alike(&mut self, gold: &Node, answer: &Node) -> Decision {
        match (gold, answer) {
            (Node::Marked(g), Node::Marked(a)) if g == a => Decision::equal(Rule::Notation),
            (Node::Marked(_), Node::Marked(_)) => Decision::different(Rule::Notation),
            (Node::Power(gb, ge), Node::Power(ab, ae)) => self.parts(&[gb, ge], &[ab, ae]),
            (Node::Root(gi, g), Node::Root(ai, a)) => match (gi, ai) {
                (None, None) => self.parts(&[g], &[a]),
                (Some(gi), Some(ai)) => self.parts(&[gi, g], &[ai, a]),
                _ => Decision::different(Rule::Notation),
            },
            (Node::Factorial(g, gm), Node::Factorial(a, am)) if gm == am => self.parts(&[g], &[a]),
            (Node::Binomial(gn, gk), Node::Binomial(an, ak)) => self.parts(&[gn, gk], &[an, ak]),
            (Node::Function(gf, g), Node::Function(af, a)) if gf == af => self.all_parts(g, a),
            (Node::Apply(gf, g), Node::Apply(af, a)) if gf == af => self.all_parts(g, a),
            (Node::Big { op: g, .. }, Node::Big { op: a, .. }) if g == a => self.big(gold, answer),
            _ if !is_expression(gold) || !is_expression(answer) => KIND,
            (Node::Sum(_), _) | (_, Node::Sum(_)) => self.sums(gold, answer),
            (Node::Product(_), _) | (_, Node::Product(_)) => self.products(gold, answer),
            _ => KIND,
        }
    }

    fn parts(&mut self, gold: &[&Node], answer: &[&Node]) -> Decision {
        if gold.len() != answer.len() {
            return Decision::different(Rule::Notation);
        }
        for (g, a) in gold.iter().zip(answer) {
            let decision = self.structures(g, a);
            if !decision.is_equal() {
                return decision;
            }
        }
        Decision::equal(Rule::Notation)
    }

    fn all_parts(&mut self, gold: &[Node], answer: &[Node]) -> Decision {
        self.parts(&gold.iter().collect::<Vec<_>>(), &answer.iter().collect::<Vec<_>>())
    }

    /// Compares the terms of both in any order, with the terms without notation added into one.
    fn sums(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (mut g, mut a) = (Vec::new(), Vec::new());
        if !(terms(gold, Sign::Plus, &mut g) && terms(answer, Sign::Plus, &mut a)) || g.len() > MAX_TERMS || a.len() > MAX_TERMS {
            return Decision::different(Rule::Notation);
        }
        if may_capture(&g) || may_capture(&a) {
            let (left, right): (Vec<_>, Vec<_>) =
                (g.iter().map(|(_, term)| *term).collect(), a.iter().map(|(_, term)| *term).collect());
            let signs = g.len() == a.len() && g.iter().zip(&a).all(|(g, a)| g.0 == a.0);
            return if signs { self.parts(&left, &right) } else { Decision::different(Rule::Notation) };
        }
        let split = |terms: Vec<(Sign, &Node)>| -> (Vec<(Sign, Node)>, Vec<Term>) {
            let (scalars, rest): (Vec<_>, Vec<_>) = terms.into_iter().partition(|(_, term)| is_scalar_throughout(term));
            let owned = scalars.into_iter().map(|(sign, term)| (sign, term.clone())).collect();
            (owned, rest.into_iter().map(|(sign, term)| Term::of(sign, term)).collect())
        };
        let ((gs, g), (as_, a)) = (split(g), split(a));
        if g.len() != a.len() {
            return Decision::different(Rule::Notation);
        }
        let scalars = self.values(&total(gs), &total(as_));
        if !scalars.is_equal() {
            return scalars;
        }
        pair_up(Rule::Notation, &g, a, |term, other| self.terms(term, other))
    }

    fn products(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (g, a) = (Term::of(Sign::Plus, gold), Term::of(Sign::Plus, answer));
        // Without operands there is no notation to compare.
        if g.operands.is_empty() || a.operands.is_empty() {
            return Decision::different(Rule::Notation);
        }
        self.terms(&g, &a)
    }

    /// Compares scalar factors by value, operands one by one and with the same signs between them.
    fn terms(&mut self, gold: &Term, answer: &Term) -> Decision {
        if gold.operands.len() != answer.operands.len() || gold.operands.iter().zip(&answer.operands).any(|(g, a)| g.0 != a.0) {
            return Decision::different(Rule::Notation);
        }
        for ((_, g), (_, a)) in gold.operands.iter().zip(&answer.operands) {
            let decision = self.structures(g, a);
            if !decision.is_equal() {
                return decision;
            }
        }
        self.values(&factors(&gold.scalars), &factors(&answer.scalars))
    }

    fn values(&mut self, gold: &Node, answer: &Node) -> Decision {
        let decision = scalar::compare(gold, answer, Closeness::EXACT, &mut self.budget);
        if decision.is_equal() { Decision::equal(Rule::Notation) } else { decision }
    }

    /// Compares sums, products, integrals and limits: bounds and bodies, with one name for the bound letter.
    fn big(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (Some(g), Some(a)) = (Bound::of(gold), Bound::of(answer)) else { return Decision::different(Rule::Notation) };
        let same_letter = g.letter == a.letter;
        let (g, a) = if same_letter { (Some(g), Some(a)) } else { (g.renamed(), a.renamed()) };
        let (Some(g), Some(a)) = (g, a) else { return Decision::different(Rule::Notation) };
        let bounds = g.bounds.iter().zip(&a.bounds).all(|(g, a)| match (g, a) {
            (None, None) => true,
            (Some(g), Some(a)) => self.structures(g, a).is_equal(),
            _ => false,
        });
        if bounds { self.parts(&[&g.body], &[&a.body]) } else { Decision::different(Rule::Notation) }
    }
}

impl Term {
    fn of(sign: Sign, node: &Node) -> Self {
        let mut term = Self { scalars: Vec::new(), operands: Vec::new() };
        if sign == Sign::Minus {
            term.scalars.push((MulOp::Times, minus_one()));
        }
        term.take(MulOp::Times, node);
        term
    }

    /// Sorts the factors of each side of `\times` in turn.
    fn take(&mut self, op: MulOp, node: &Node) {
        let parts = match (op, node) {
            (MulOp::Times, Node::Product(parts)) => parts,
            (MulOp::Times, Node::Sum(terms)) => match terms.as_slice() {
                [(Sign::Minus, inner)] => {
                    self.scalars.push((MulOp::Times, minus_one()));
                    return self.take(op, inner);
                }
                [(Sign::Plus, inner)] => return self.take(op, inner),
                _ => return self.operands.push((op, node.clone())),
            },
            _ => return self.operands.push((op, node.clone())),
        };
        let crossed = parts.iter().any(|(op, _)| *op == MulOp::Cross);
        for side in parts.chunk_by(|_, (op, _)| *op != MulOp::Cross) {
            if crossed && side.iter().all(|(_, part)| is_scalar_throughout(part)) {
                // These letters may be sets or vectors.
                let op = if side[0].0 == MulOp::Cross { MulOp::Cross } else { MulOp::Times };
                let plain = |(op, part): &(MulOp, Node)| (if *op == MulOp::Cross { MulOp::Times } else { *op }, part.clone());
                self.operands.push((op, Node::Product(side.iter().map(plain).collect())));
            } else {
                self.side(side);
            }
        }
    }

    /// Moves scalars to the front from any place, but not past an operator, and not where two product signs would then
    /// be adjacent.
    fn side(&mut self, parts: &[(MulOp, Node)]) {
        // The product sign before a scalar that was moved applies to the next factor.
        let mut pending = MulOp::Times;
        for (op, part) in parts {
            let scalar = is_scalar_throughout(part);
            // The first factor is multiplied first, with or without brackets.
            if !scalar && self.operands.is_empty() && *op == MulOp::Times && matches!(part, Node::Product(_)) && !is_operator(part)
            {
                self.take(MulOp::Times, part);
                continue;
            }
            let behind = self.operands.iter().any(|(_, operand)| is_operator(operand));
            let meet = pending != MulOp::Times && *op == MulOp::Dot;
            if scalar && !behind && !meet {
                match op {
                    MulOp::Cross => pending = MulOp::Cross,
                    MulOp::Dot if !self.operands.is_empty() => pending = MulOp::Dot,
                    _ => {}
                }
                let op = if *op == MulOp::Over { MulOp::Over } else { MulOp::Times };
                self.scalars.push((op, part.clone()));
                continue;
            }
            let op = match (*op, pending) {
                (MulOp::Times, pending) => pending,
                (MulOp::Dot, _) if self.operands.is_empty() => MulOp::Times,
                (op, _) => op,
            };
            pending = MulOp::Times;
            match (self.operands.last_mut(), scalar) {
                // Scalars after an operator are one operand.
                (Some((_, Node::Product(run))), true)
                    if op != MulOp::Cross && run.iter().all(|(_, factor)| is_scalar_throughout(factor)) =>
                {
                    run.push((if op == MulOp::Dot { MulOp::Times } else { op }, part.clone()));
                }
                (_, true) => self.operands.push((op, Node::Product(vec![(MulOp::Times, part.clone())]))),
                (_, false) => {
                    let part = self.freed(op, part);
                    self.operands.push((op, part));
                }
            }
        }
    }
}

impl Term {
    /// The operand after its scalar factors were moved to the front: the 3 of `\vec a\times(3\vec b)`. Behind an operator
    /// only numbers move: `\nabla\cdot(f\vec v)` is not `f\nabla\cdot\vec v`.
    fn freed(&mut self, op: MulOp, part: &Node) -> Node {
        if op == MulOp::Over || !matches!(part, Node::Product(_)) || is_operator(part) {
            return part.clone();
        }
        let mut inner = Self::of(Sign::Plus, part);
        let behind = self.operands.iter().any(|(_, operand)| is_operator(operand));
        if behind && inner.scalars.iter().any(|(_, factor)| has_names(factor)) {
            return part.clone();
        }
        self.scalars.append(&mut inner.scalars);
        if inner.operands.len() == 1 { inner.operands.remove(0).1 } else { Node::Product(inner.operands) }
    }
}

fn has_names(node: &Node) -> bool {
    let mut named = false;
    node.walk(&mut |node| named |= matches!(node, Node::Symbol(_) | Node::Marked(_) | Node::Apply(..)));
    named
}

fn minus_one() -> Node {
    Node::Sum(vec![(Sign::Minus, Node::integer(1))])
}

fn factors(scalars: &[(MulOp, Node)]) -> Node {
    if scalars.is_empty() { Node::integer(1) } else { Node::Product(scalars.to_vec()) }
}

fn total(scalars: Vec<(Sign, Node)>) -> Node {
    if scalars.is_empty() { Node::integer(0) } else { Node::Sum(scalars) }
}

/// Collects the terms of a sum and of the sums inside it; returns false where a sign is ± or ∓.
fn terms<'n>(node: &'n Node, sign: Sign, out: &mut Vec<(Sign, &'n Node)>) -> bool {
    let Node::Sum(parts) = node else {
        out.push((sign, node));
        return true;
    };
    parts.iter().all(|(inner, part)| match (sign, inner) {
        (Sign::Plus, Sign::Plus) | (Sign::Minus, Sign::Minus) => terms(part, Sign::Plus, out),
        (Sign::Plus, Sign::Minus) | (Sign::Minus, Sign::Plus) => terms(part, Sign::Minus, out),
        _ => false,
    })
}

/// Whether the outermost node is that of a formula or a name.
fn is_expression(node: &Node) -> bool {
    matches!(node, Node::Marked(_)) || super::shapes::is_scalar(node)
}

/// Whether a node acts on the factors that follow it.
fn is_operator(node: &Node) -> bool {
    let mut operator = false;
    node.walk(&mut |node| {
        operator |= match node {
            Node::Marked(name) => {
                ["\\nabla", "\\partial", "\\acc{d:", "\\acc{hat:", "\\acc{mathcal:"].iter().any(|mark| name.starts_with(mark))
            }
            Node::Big { .. } => true,
            Node::Function(func, _) => matches!(func, Func::Det | Func::Dim | Func::Ker | Func::Deg),
            _ => false,
        };
    });
    operator
}
