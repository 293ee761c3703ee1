//! Whether two answers are equal: structures first, formulas by [`super::scalar`].
//!
//! Accepts: any two trees under a policy. Lists and sets compare in any order, tuples and intervals in theirs with their brackets,
//! relations up to side, direction and scale. Refuses: a list for a value, a subset, a superset, a relation that says nothing
//! (`x = x`) or cannot hold (`41 = 42`); what is forgiven beyond that is the policy's to say.

use num_rational::BigRational;
use num_traits::Signed;

use super::algebra::{self, Budget, Canon, Poly, multiple_of};
use super::decision::Decision;
use super::node::{Brackets, Func, MulOp, Node, RelOp, SetOp, Sign};
use super::policy::Policy;
use super::{scalar, units, words};
use crate::Reason;

/// Most elements of a list or set that is compared in any order.
const MAX_ITEMS: usize = 64;

/// Compares answers under a policy, within a budget.
pub struct Comparer<'p> {
    policy: &'p Policy,
    /// Work left.
    pub budget: Budget,
}

const KIND: Decision = Decision::not_equal(Reason::WrongKind, "kind");

impl<'p> Comparer<'p> {
    /// A comparer with a fresh budget.
    pub fn new(policy: &'p Policy, budget: Budget) -> Self {
        Self { policy, budget }
    }

    /// Compares two trees.
    pub fn compare(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (gold, answer) = (simplify(gold), simplify(answer));
        let decision = self.structures(&gold, &answer);
        if decision.is_equal() {
            return decision;
        }
        self.forgiving(&gold, &answer, decision)
    }

    /// Readings that the policy forgives.
    fn forgiving(&mut self, gold: &Node, answer: &Node, decision: Decision) -> Decision {
        if self.policy.assignment && !(says_which(gold) && says_which(answer)) {
            let (g, a) = (self.value_of(gold), self.value_of(answer));
            if g.is_some() || a.is_some() {
                let (g, a) = (g.unwrap_or_else(|| gold.clone()), a.unwrap_or_else(|| answer.clone()));
                let found = self.compare(&g, &a);
                if found.is_equal() {
                    return Decision::equal("assignment");
                }
            }
        }
        if self.policy.inequality_interval
            && (is_membership(gold) != is_membership(answer) || !(says_which(gold) && says_which(answer)))
        {
            let (g, a) = (self.interval_of(gold), self.interval_of(answer));
            if g.is_some() || a.is_some() {
                let (g, a) = (g.unwrap_or_else(|| gold.clone()), a.unwrap_or_else(|| answer.clone()));
                if self.structures(&g, &a).is_equal() {
                    return Decision::equal("interval");
                }
            }
        }
        if self.policy.percent_sign {
            let (g, a) = (without_percent(gold), without_percent(answer));
            if (g.is_some() || a.is_some()) && self.structures(g.unwrap_or(gold), a.unwrap_or(answer)).is_equal() {
                return Decision::equal("percent_sign");
            }
        }
        if self.policy.missing_base
            && let (Node::Based { digits, .. }, Node::Number(value)) | (Node::Number(value), Node::Based { digits, .. }) =
                (gold, answer)
            && value.is_integer()
            && value.to_integer().to_string() == *digits
        {
            return Decision::equal("missing_base");
        }
        if self.policy.any_brackets
            && let (Some(g), Some(a)) = (components(gold), components(answer))
            && g.len() == a.len()
            && (g.len() > 2 || !matches!((gold, answer), (Node::Group(..), Node::Group(..))))
            && self.ordered(&g, &a).is_equal()
        {
            return Decision::equal("components");
        }
        decision
    }

    fn structures(&mut self, gold: &Node, answer: &Node) -> Decision {
        if self.budget.spend(1).is_err() {
            return Decision::not_equal(Reason::TooLarge, "budget");
        }
        if has_plus_minus(gold) || has_plus_minus(answer) {
            let (g, a) = (choices(gold), choices(answer));
            return self.structures(&g, &a);
        }
        match (gold, answer) {
            (Node::Quantity(..) | Node::Degrees(_), _) | (_, Node::Quantity(..) | Node::Degrees(_)) => {
                self.quantities(gold, answer)
            }
            (Node::EmptySet, Node::EmptySet) => Decision::equal("empty_set"),
            (Node::EmptySet, Node::Set(items)) | (Node::Set(items), Node::EmptySet) => {
                if items.is_empty() {
                    Decision::equal("empty_set")
                } else {
                    Decision::different("set")
                }
            }
            (Node::List(g), Node::List(a)) => self.multiset(g, a),
            (Node::List(g) | Node::Set(g), Node::Set(a) | Node::List(a)) => self.set(g, a),
            (Node::Group(bg, g), Node::Group(ba, a)) => {
                if bg != ba || g.len() != a.len() {
                    return Decision::different("brackets");
                }
                self.ordered(g, a)
            }
            (Node::Angle(g), Node::Angle(a)) | (Node::Apply(_, g), Node::Apply(_, a)) if !is_scalar(gold) || !is_scalar(answer) => {
                self.ordered(g, a)
            }
            (Node::Matrix(g), Node::Matrix(a)) => self.matrices(g, a),
            (Node::Ratio(g), Node::Ratio(a)) => self.ordered(g, a),
            (Node::Text(g), Node::Text(a)) => {
                if words::phrase(g) == words::phrase(a) {
                    Decision::equal("text")
                } else {
                    Decision::different("text")
                }
            }
            (Node::SetBuilder(g, gc), Node::SetBuilder(a, ac)) => {
                let heads = self.ordered(g, a);
                if heads.is_equal() { self.multiset(gc, ac) } else { heads }
            }
            (Node::SetExpr(..), _) | (_, Node::SetExpr(..)) => self.set_expressions(gold, answer),
            (Node::Relation(gs, go), Node::Relation(as_, ao)) => self.relations(gs, go, as_, ao),
            _ => match (infinity(gold), infinity(answer)) {
                (Some(g), Some(a)) => {
                    if g == a {
                        Decision::equal("infinity")
                    } else {
                        Decision::different("infinity")
                    }
                }
                (None, None) if is_scalar(gold) && is_scalar(answer) => {
                    scalar::compare(gold, answer, self.policy.decimals, &mut self.budget)
                }
                (None, None) if is_scalar(gold) || is_scalar(answer) => self.mixed(gold, answer),
                _ => KIND,
            },
        }
    }

    /// One side is a formula, the other is something else; `ℝ` and its interval are the one pair that can be equal.
    fn mixed(&mut self, gold: &Node, answer: &Node) -> Decision {
        match (real_line(gold), real_line(answer)) {
            (true, true) => Decision::equal("real_line"),
            _ => KIND,
        }
    }

    fn ordered(&mut self, gold: &[Node], answer: &[Node]) -> Decision {
        if gold.len() != answer.len() {
            return Decision::different("length");
        }
        let mut rule = Decision::equal("elements");
        for (g, a) in gold.iter().zip(answer) {
            let decision = self.compare(g, a);
            if !decision.is_equal() {
                return decision;
            }
            if gold.len() == 1 {
                rule = decision;
            }
        }
        rule
    }

    fn multiset(&mut self, gold: &[Node], answer: &[Node]) -> Decision {
        let (gold, answer) = (flat(gold), flat(answer));
        if gold.len() != answer.len() {
            return Decision::different("length");
        }
        if gold.len() > MAX_ITEMS {
            return self.ordered(&gold, &answer);
        }
        let mut free: Vec<&Node> = answer.iter().collect();
        let mut worst = Decision::different("elements");
        for g in &gold {
            let mut found = None;
            for (place, a) in free.iter().enumerate() {
                let decision = self.compare(g, a);
                if decision.is_equal() {
                    found = Some(place);
                    break;
                }
                if matches!(decision.reason, Reason::Undecided | Reason::TooLarge) {
                    worst = decision;
                }
            }
            match found {
                Some(place) => drop(free.remove(place)),
                None => return worst,
            }
        }
        Decision::equal("elements")
    }

    fn set(&mut self, gold: &[Node], answer: &[Node]) -> Decision {
        let (gold, answer) = (flat(gold), flat(answer));
        if gold.len() > MAX_ITEMS || answer.len() > MAX_ITEMS {
            return self.ordered(&gold, &answer);
        }
        let mut all_in = |from: &[Node], of: &[Node], swap: bool| {
            let mut worst = Decision::equal("elements");
            for x in from {
                let mut found = Decision::different("elements");
                for y in of {
                    let decision = if swap { self.compare(y, x) } else { self.compare(x, y) };
                    if decision.is_equal() || matches!(decision.reason, Reason::Undecided | Reason::TooLarge) {
                        found = decision;
                    }
                    if decision.is_equal() {
                        break;
                    }
                }
                if !found.is_equal() {
                    worst = found;
                    break;
                }
            }
            worst
        };
        let forth = all_in(&gold, &answer, false);
        if forth.is_equal() { all_in(&answer, &gold, true) } else { forth }
    }

    fn matrices(&mut self, gold: &[Vec<Node>], answer: &[Vec<Node>]) -> Decision {
        if gold.len() != answer.len() || gold.iter().zip(answer).any(|(g, a)| g.len() != a.len()) {
            return Decision::different("shape");
        }
        for (g, a) in gold.iter().zip(answer) {
            let decision = self.ordered(g, a);
            if !decision.is_equal() {
                return decision;
            }
        }
        Decision::equal("elements")
    }

    // ---- units ------------------------------------------------------------------------------------------------------------------

    fn quantities(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (gv, gu) = measured(gold);
        let (av, au) = measured(answer);
        match (gu, au) {
            (Label::None, Label::None) => KIND,
            // The answer says more than the reference asks: 15 cm for 15.
            (Label::None, Label::Known(unit)) => {
                if matches!(answer, Node::Degrees(_)) && !is_literal_like(gv) {
                    return scalar::compare(gold, answer, self.policy.decimals, &mut self.budget);
                }
                let plain = self.compare(gv, av);
                if plain.is_equal() || !unit.dimension.iter().any(|(d, _)| *d == "degree") {
                    return plain;
                }
                scalar::compare(gold, answer, self.policy.decimals, &mut self.budget)
            }
            (Label::None, Label::Words(_)) => self.compare(gv, av),
            (Label::Known(unit), Label::None) => {
                if unit.dimension.iter().any(|(d, _)| *d == "degree") && !is_literal_like(av) {
                    let exact =
                        scalar::compare(&Node::Degrees(Box::new(gv.clone())), answer, self.policy.decimals, &mut self.budget);
                    if exact.is_equal() {
                        return exact;
                    }
                }
                let money = unit.dimension.iter().all(|(d, _)| matches!(*d, "dollar" | "unit"));
                if self.policy.missing_unit || money { self.compare(gv, av) } else { Decision::different("unit") }
            }
            (Label::Words(_), Label::None) => {
                if self.policy.missing_unit {
                    self.compare(gv, av)
                } else {
                    Decision::different("unit")
                }
            }
            (Label::Known(g), Label::Known(a)) => {
                if g.dimension != a.dimension {
                    return Decision::different("unit");
                }
                if g.factor == a.factor {
                    return self.compare(gv, av);
                }
                self.compare(&scaled(gv, &g.factor), &scaled(av, &a.factor))
            }
            (Label::Words(g), Label::Words(a)) => {
                // Morning and evening are no labels.
                let half_day = |words: &str| matches!(words, "am" | "pm");
                if (half_day(&g) || half_day(&a)) && g != a {
                    return Decision::different("unit");
                }
                let same = singular(&g) == singular(&a);
                if same || self.policy.other_label { self.compare(gv, av) } else { Decision::different("unit") }
            }
            _ => {
                if self.policy.other_label {
                    self.compare(gv, av)
                } else {
                    Decision::different("unit")
                }
            }
        }
    }

    // ---- sets -------------------------------------------------------------------------------------------------------------------

    fn set_expressions(&mut self, gold: &Node, answer: &Node) -> Decision {
        let (Some(g), Some(a)) = (union_parts(gold), union_parts(answer)) else {
            let (Node::SetExpr(g, go), Node::SetExpr(a, ao)) = (gold, answer) else { return KIND };
            return if go == ao { self.ordered(g, a) } else { Decision::different("set") };
        };
        self.set(&g, &a)
    }

    // ---- relations --------------------------------------------------------------------------------------------------------------

    fn relations(&mut self, gs: &[Node], go: &[RelOp], as_: &[Node], ao: &[RelOp]) -> Decision {
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
        self.ordered(gs, as_)
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

    // ---- readings ---------------------------------------------------------------------------------------------------------------

    /// The value that `x = 5`, `f(x) = 2x`, `x ∈ S`, `= 5` or `x ≈ 5` gives to its name.
    fn value_of(&mut self, node: &Node) -> Option<Node> {
        if let Node::List(items) | Node::Set(items) = node {
            let values: Vec<Option<Node>> = items.iter().map(|item| self.value_of(item)).collect();
            if values.iter().all(Option::is_none) {
                return None;
            }
            let values = values.into_iter().zip(items).map(|(value, item)| value.unwrap_or_else(|| item.clone())).collect();
            return Some(if matches!(node, Node::Set(_)) { Node::Set(values) } else { Node::List(values) });
        }
        let Node::Relation(sides, ops) = node else { return None };
        let allowed = ops.iter().all(|op| *op == RelOp::Equal || (*op == RelOp::Approx && self.policy.approximate));
        match (sides.as_slice(), ops.as_slice()) {
            ([Node::Blank, value], [RelOp::Equal]) => Some(value.clone()),
            ([name, set], [RelOp::In]) if is_name(name) => Some(set.clone()),
            ([Node::Blank, value], [RelOp::Approx]) if self.policy.approximate => Some(value.clone()),
            ([.., last], _) if allowed && self.policy.last_of_chain => {
                Some(match ops.iter().rposition(|op| *op == RelOp::Approx) {
                    Some(place) if !is_name(&sides[place]) => sides[place].clone(),
                    _ => last.clone(),
                })
            }
            ([value, name], [RelOp::Equal]) if is_name(name) && is_constant_side(value) => Some(value.clone()),
            ([name, rest @ ..], _) if allowed && is_name(name) && !rest.is_empty() => self.consistent(rest, &ops[1..]),
            (values, _) if allowed && values.iter().all(is_scalar) && !values.iter().any(is_name) => self.consistent(values, ops),
            _ => None,
        }
    }

    /// The common value of a chain whose sides are all equal; behind `≈` a side may be off.
    fn consistent(&mut self, values: &[Node], ops: &[RelOp]) -> Option<Node> {
        let exact = ops.iter().position(|op| *op == RelOp::Approx).map_or(values.len(), |place| place + 1);
        let (first, rest) = values[..exact].split_first()?;
        for other in rest {
            if !self.structures(&simplify(first), &simplify(other)).is_equal() {
                return None;
            }
        }
        Some(first.clone())
    }

    /// The interval of an inequality in one unknown.
    fn interval_of(&mut self, node: &Node) -> Option<Node> {
        let Node::Relation(sides, ops) = node else { return None };
        let closed = |op: &RelOp| matches!(op, RelOp::LessEqual | RelOp::GreaterEqual);
        let upward = |op: &RelOp| matches!(op, RelOp::Less | RelOp::LessEqual);
        let downward = |op: &RelOp| matches!(op, RelOp::Greater | RelOp::GreaterEqual);
        let group = |left: Node, left_closed: bool, right: Node, right_closed: bool| {
            Node::Group(Brackets { left_closed, right_closed }, vec![left, right])
        };
        let minus_infinity = || Node::Sum(vec![(Sign::Minus, Node::Infinity)]);
        match (sides.as_slice(), ops.as_slice()) {
            ([name, bound], [op]) if is_name(name) && is_constant_side(bound) => {
                if downward(op) {
                    Some(group(bound.clone(), closed(op), Node::Infinity, false))
                } else {
                    upward(op).then(|| group(minus_infinity(), false, bound.clone(), closed(op)))
                }
            }
            ([bound, name], [op]) if is_name(name) && is_constant_side(bound) => {
                if upward(op) {
                    Some(group(bound.clone(), closed(op), Node::Infinity, false))
                } else {
                    downward(op).then(|| group(minus_infinity(), false, bound.clone(), closed(op)))
                }
            }
            ([low, name, high], [a, b]) if is_name(name) => {
                if upward(a) && upward(b) {
                    Some(group(low.clone(), closed(a), high.clone(), closed(b)))
                } else if downward(a) && downward(b) {
                    Some(group(high.clone(), closed(b), low.clone(), closed(a)))
                } else {
                    None
                }
            }
            ([name, set], [RelOp::In]) if is_name(name) => Some(set.clone()),
            _ => None,
        }
    }
}

// ---- links of a chain -----------------------------------------------------------------------------------------------------------

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

// ---- shapes ---------------------------------------------------------------------------------------------------------------------

/// Drops layers that mean nothing: a sum of one plus, a list of one.
fn simplify(node: &Node) -> Node {
    match node {
        Node::Sum(terms) if terms.len() == 1 && terms[0].0 == Sign::Plus => simplify(&terms[0].1),
        Node::List(items) if items.len() == 1 => simplify(&items[0]),
        node => node.clone(),
    }
}

fn flat(items: &[Node]) -> Vec<Node> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        if has_plus_minus(item) {
            match choices(item) {
                Node::List(parts) => out.extend(parts),
                node => out.push(node),
            }
        } else {
            out.push(item.clone());
        }
    }
    out
}

fn has_plus_minus(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| {
        if let Node::Sum(terms) = node {
            found |= terms.iter().any(|(sign, _)| matches!(sign, Sign::PlusMinus | Sign::MinusPlus));
        }
    });
    found
}

/// Both readings of ±, as a list; a list or set of such is flattened.
fn choices(node: &Node) -> Node {
    match node {
        Node::List(items) => Node::List(flat(items)),
        Node::Set(items) => Node::Set(flat(items)),
        node if has_plus_minus(node) => Node::List(vec![choose(node, true), choose(node, false)]),
        node => node.clone(),
    }
}

fn choose(node: &Node, upper: bool) -> Node {
    let all = |nodes: &[Node]| nodes.iter().map(|n| choose(n, upper)).collect::<Vec<_>>();
    let one = |node: &Node| Box::new(choose(node, upper));
    match node {
        Node::Sum(terms) => Node::Sum(
            terms
                .iter()
                .map(|(sign, n)| {
                    let sign = match (sign, upper) {
                        (Sign::PlusMinus, true) | (Sign::MinusPlus, false) => Sign::Plus,
                        (Sign::PlusMinus, false) | (Sign::MinusPlus, true) => Sign::Minus,
                        (sign, _) => *sign,
                    };
                    (sign, choose(n, upper))
                })
                .collect(),
        ),
        Node::Product(factors) => Node::Product(factors.iter().map(|(op, n)| (*op, choose(n, upper))).collect()),
        Node::Power(a, b) => Node::Power(one(a), one(b)),
        Node::Root(index, a) => Node::Root(index.clone(), one(a)),
        Node::Percent(a) => Node::Percent(one(a)),
        Node::Degrees(a) => Node::Degrees(one(a)),
        Node::Factorial(a, k) => Node::Factorial(one(a), *k),
        Node::Binomial(a, b) => Node::Binomial(one(a), one(b)),
        Node::Function(func, args) => Node::Function(*func, all(args)),
        Node::Apply(name, args) => Node::Apply(name.clone(), all(args)),
        Node::Quantity(a, unit, power) => Node::Quantity(one(a), unit.clone(), *power),
        Node::Group(brackets, items) => Node::Group(*brackets, all(items)),
        Node::Angle(items) => Node::Angle(all(items)),
        Node::Set(items) => Node::Set(all(items)),
        Node::List(items) => Node::List(all(items)),
        Node::Relation(sides, ops) => Node::Relation(all(sides), ops.clone()),
        Node::SetExpr(parts, ops) => Node::SetExpr(all(parts), ops.clone()),
        Node::Ratio(parts) => Node::Ratio(all(parts)),
        Node::Matrix(rows) => Node::Matrix(rows.iter().map(|row| all(row)).collect()),
        Node::Big { op, lower, upper: top, body } => {
            Node::Big { op: *op, lower: lower.clone(), upper: top.clone(), body: one(body) }
        }
        node => node.clone(),
    }
}

/// Whether a node says which unknown has which value: two such are compared as they stand.
fn says_which(node: &Node) -> bool {
    match node {
        Node::Relation(..) => true,
        Node::List(items) | Node::Set(items) => items.iter().any(says_which),
        _ => false,
    }
}

fn is_membership(node: &Node) -> bool {
    matches!(node, Node::Relation(_, ops) if ops.as_slice() == [RelOp::In])
}

/// Whether a node is a number or formula by its outermost shape.
fn is_scalar(node: &Node) -> bool {
    matches!(
        node,
        Node::Number(_)
            | Node::Decimal { .. }
            | Node::Based { .. }
            | Node::Symbol(_)
            | Node::Pi
            | Node::Euler
            | Node::Imaginary
            | Node::Sum(_)
            | Node::Product(_)
            | Node::Power(..)
            | Node::Root(..)
            | Node::Percent(_)
            | Node::Degrees(_)
            | Node::Factorial(..)
            | Node::Binomial(..)
            | Node::Function(..)
            | Node::Apply(..)
            | Node::Big { .. }
    )
}

/// +1 or −1 for ±∞.
fn infinity(node: &Node) -> Option<i8> {
    match node {
        Node::Infinity => Some(1),
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Minus, inner)] => infinity(inner).map(|sign| -sign),
            [(Sign::Plus, inner)] => infinity(inner),
            _ => None,
        },
        _ => None,
    }
}

/// A symbol, an indexed symbol, an applied function, or a tuple of those: what a value can be given to.
fn is_name(node: &Node) -> bool {
    match node {
        Node::Symbol(_) | Node::Apply(..) | Node::Imaginary => true,
        Node::Group(_, items) => items.iter().all(is_name),
        Node::Function(Func::Abs, args) => args.iter().all(|arg| is_name(arg) || is_product_of_names(arg)),
        // A B as the name of a segment.
        node => is_product_of_names(node),
    }
}

fn is_product_of_names(node: &Node) -> bool {
    matches!(node, Node::Product(factors) if factors.iter().all(|(op, n)| *op == MulOp::Times && matches!(n, Node::Symbol(name) if name.starts_with(|c: char| c.is_ascii_uppercase()))))
}

fn is_constant_side(node: &Node) -> bool {
    let mut constant = is_scalar(node) || infinity(node).is_some();
    node.walk(&mut |n| constant &= !matches!(n, Node::Symbol(_) | Node::Apply(..)));
    constant
}

fn is_literal_like(node: &Node) -> bool {
    let mut plain = true;
    node.walk(&mut |n| plain &= !matches!(n, Node::Pi | Node::Symbol(_)));
    plain
}

fn real_line(node: &Node) -> bool {
    match node {
        Node::Symbol(name) => name.as_ref() == "\\acc{mathbb:R}",
        Node::Group(Brackets { left_closed: false, right_closed: false }, items) => {
            matches!(items.as_slice(), [low, high] if infinity(low) == Some(-1) && infinity(high) == Some(1))
        }
        _ => false,
    }
}

/// The parts of a union, in any order, with `ℝ ∖ {a}` as the two intervals around a.
fn union_parts(node: &Node) -> Option<Vec<Node>> {
    match node {
        Node::SetExpr(parts, ops) => {
            if ops.iter().all(|op| *op == SetOp::Union) {
                return Some(parts.clone());
            }
            match (parts.as_slice(), ops.as_slice()) {
                ([line, Node::Set(points)], [SetOp::Difference]) if real_line(line) && points.len() == 1 => {
                    let open = Brackets { left_closed: false, right_closed: false };
                    let point = points[0].clone();
                    Some(vec![
                        Node::Group(open, vec![Node::Sum(vec![(Sign::Minus, Node::Infinity)]), point.clone()]),
                        Node::Group(open, vec![point, Node::Infinity]),
                    ])
                }
                _ => None,
            }
        }
        Node::Group(..) | Node::Set(_) | Node::EmptySet => Some(vec![node.clone()]),
        _ => None,
    }
}

/// The entries of a tuple, vector, or matrix of one row or column.
fn components(node: &Node) -> Option<Vec<Node>> {
    match node {
        Node::Group(_, items) | Node::Angle(items) => Some(items.clone()),
        Node::Matrix(rows) if rows.iter().all(|row| row.len() == 1) => Some(rows.iter().flatten().cloned().collect()),
        Node::Matrix(rows) if rows.len() == 1 => Some(rows[0].clone()),
        _ => None,
    }
}

fn without_percent(node: &Node) -> Option<&Node> {
    match node {
        Node::Percent(value) => Some(value),
        _ => None,
    }
}

// ---- labels ---------------------------------------------------------------------------------------------------------------------

enum Label {
    None,
    Known(units::Unit),
    Words(String),
}

/// A value and what stands behind it.
fn measured(node: &Node) -> (&Node, Label) {
    match node {
        Node::Quantity(value, phrase, power) => {
            let label = match units::read(phrase, *power) {
                Some(unit) => Label::Known(unit),
                None => Label::Words(words::phrase(phrase)),
            };
            (value, label)
        }
        Node::Degrees(value) => (value, units::read("degree", 1).map_or(Label::None, Label::Known)),
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Plus, inner)] => measured(inner),
            _ => (node, Label::None),
        },
        node => (node, Label::None),
    }
}

fn scaled(node: &Node, factor: &BigRational) -> Node {
    Node::Product(vec![(MulOp::Times, Node::Number(factor.clone())), (MulOp::Times, node.clone())])
}

fn singular(phrase: &str) -> &str {
    phrase.strip_suffix('s').unwrap_or(phrase)
}

/// Whether words behind a number hedge or negate it.
pub fn hedging_label(node: &Node) -> bool {
    let mut hedge = false;
    node.walk(&mut |n| {
        if let Node::Quantity(_, phrase, power) = n {
            hedge |= units::read(phrase, *power).is_none() && words::phrase(phrase).split(' ').any(words::is_hedge);
        }
    });
    hedge
}
