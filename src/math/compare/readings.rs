//! Readings beyond the letter, each behind a switch of the policy.
//!
//! Accepts: `x = 5` for 5, an inequality for its interval, a percent sign more or less, an index of base left out, other brackets.
//! Refuses: whatever its switch does not allow; a chain whose sides are not all equal.

use num_rational::BigRational;

use super::shapes::{
    components, infinity, is_constant_side, is_membership, is_name, is_scalar, says_which, simplify, without_percent,
};
use super::{Comparer, Decision, Node};
use crate::Rule;
use crate::math::algebra::{self, Canon};
use crate::math::interval::Precision;
use crate::math::node::{Brackets, Func, RelOp, SetOp, Sign};

impl Comparer<'_> {
    /// Readings that the policy forgives.
    pub(super) fn forgiving(&mut self, gold: &Node, answer: &Node, decision: Decision) -> Decision {
        if self.policy.last_of_chain {
            let (g, a) = (last_side(gold), last_side(answer));
            if g.is_some() || a.is_some() {
                let (g, a) = (g.unwrap_or_else(|| gold.clone()), a.unwrap_or_else(|| answer.clone()));
                if self.compare(&g, &a).is_equal() {
                    return Decision::equal(Rule::LastOfChain);
                }
            }
        }
        if self.policy.assignment && !(says_which(gold) && says_which(answer)) {
            let (g, a) = (self.value_of(gold), self.value_of(answer));
            if g.is_some() || a.is_some() {
                let (g, a) = (g.unwrap_or_else(|| gold.clone()), a.unwrap_or_else(|| answer.clone()));
                let found = self.compare(&g, &a);
                if found.is_equal() {
                    return Decision::equal(Rule::Assignment);
                }
            }
        }
        if self.policy.assignment
            && let (g, a) = (tuples_of(gold), tuples_of(answer))
            && g.is_some() != a.is_some()
            && self.structures(g.as_ref().unwrap_or(gold), a.as_ref().unwrap_or(answer)).is_equal()
        {
            return Decision::equal(Rule::Assignment);
        }
        if self.policy.inequality_interval
            && (is_membership(gold) != is_membership(answer) || !(says_which(gold) && says_which(answer)))
        {
            let (g, a) = (self.interval_of(gold), self.interval_of(answer));
            if g.is_some() || a.is_some() {
                let (g, a) = (g.unwrap_or_else(|| gold.clone()), a.unwrap_or_else(|| answer.clone()));
                if self.structures(&g, &a).is_equal() {
                    return Decision::equal(Rule::Interval);
                }
            }
        }
        if self.policy.percent_sign {
            let (g, a) = (without_percent(gold), without_percent(answer));
            if (g.is_some() || a.is_some()) && self.structures(g.unwrap_or(gold), a.unwrap_or(answer)).is_equal() {
                return Decision::equal(Rule::PercentSign);
            }
        }
        if self.policy.missing_base
            && let (Node::Based { digits, .. }, Node::Number(value)) = (gold, answer)
            && value.is_integer()
            && value.to_integer().to_string() == *digits
        {
            return Decision::equal(Rule::MissingBase);
        }
        if self.policy.any_brackets
            && let (Some(g), Some(a)) = (components(gold), components(answer))
            && g.len() == a.len()
            && !matches!((gold, answer), (Node::Matrix(_), Node::Matrix(_)))
            && (g.len() > 2 || !matches!((gold, answer), (Node::Group(..), Node::Group(..))))
            && self.ordered(&g, &a).is_equal()
        {
            return Decision::equal(Rule::Components);
        }
        decision
    }

    /// The value that `x = 5`, `f(x) = 2x`, `x ∈ S`, `= 5` or `x ≈ 5` gives to its name.
    fn value_of(&mut self, node: &Node) -> Option<Node> {
        if let Node::List(items) | Node::Set(items) = node {
            // Of the items themselves: sets inside a set are compared as they stand, once.
            let nested = |item: &Node| matches!(item, Node::List(_) | Node::Set(_));
            let values: Vec<Option<Node>> =
                items.iter().map(|item| if nested(item) { None } else { self.value_of(item) }).collect();
            if values.iter().all(Option::is_none) {
                return None;
            }
            let values = values.into_iter().zip(items).map(|(value, item)| value.unwrap_or_else(|| item.clone())).collect();
            return Some(if matches!(node, Node::Set(_)) { Node::Set(values) } else { Node::List(values) });
        }
        let Node::Relation(sides, ops) = node else { return None };
        // `x = x`, `f(x) = 2f(x)`: an equation, which gives no value to its name.
        let [first, rest @ ..] = sides.as_slice() else { return None };
        if is_name(first) && rest.iter().any(|side| mentions(side, first)) {
            return None;
        }
        // `f(5) = 2x` defines nothing.
        let free = |node: &Node| !is_constant_side(node);
        if matches!(first, Node::Apply(_, arguments) if !arguments.iter().any(free)) && rest.iter().any(free) {
            return None;
        }
        let allowed = ops.iter().all(|op| *op == RelOp::Equal || (*op == RelOp::Approx && self.policy.approximate));
        match (sides.as_slice(), ops.as_slice()) {
            ([Node::Blank, value], [RelOp::Equal]) => Some(value.clone()),
            ([name, set], [RelOp::In]) if is_name(name) => Some(set.clone()),
            ([Node::Blank, value], [RelOp::Approx]) if self.policy.approximate => Some(value.clone()),
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
            if !self.structures(simplify(first), simplify(other)).is_equal() {
                return None;
            }
        }
        // Behind `≈` stands what is near.
        if values[exact..].iter().any(|other| self.is_far(first, other)) {
            return None;
        }
        Some(first.clone())
    }

    /// Whether two numbers are certainly apart by more than a sixteenth of the first.
    fn is_far(&mut self, value: &Node, other: &Node) -> bool {
        let precision = Precision::START;
        let mut real = |node: &Node| {
            let canon = algebra::canonical(node, &mut self.budget).ok().filter(Canon::is_constant)?;
            algebra::evaluate(&canon, precision, &|_| None, &mut self.budget).ok().map(|value| value.re().clone())
        };
        let (Some(value), Some(other)) = (real(value), real(other)) else { return false };
        let distance = value.sub(&other, precision).abs();
        value.abs().scale(-4).is_ok_and(|near| near.certainly_less(&distance))
    }

    /// The interval of an inequality in one unknown, the union of several joined by `or`, the line without the points left out.
    fn interval_of(&mut self, node: &Node) -> Option<Node> {
        if let Node::SetExpr(parts, ops) = node {
            let unknown = |part: &Node| match part {
                Node::Relation(sides, _) => sides.iter().find(|side| is_name(side)).cloned(),
                _ => None,
            };
            let first = unknown(&parts[0])?;
            if parts.iter().any(|part| unknown(part).as_ref() != Some(&first)) {
                return None;
            }
            let parts = parts.iter().map(|part| self.interval_of(part)).collect::<Option<Vec<_>>>()?;
            return Some(Node::SetExpr(parts, ops.clone()));
        }
        let Node::Relation(sides, ops) = node else { return None };
        if sides.len() > 3 {
            return None;
        }
        if let Some(place) = sides.iter().position(|side| matches!(side, Node::Function(Func::Abs, _))) {
            return self.interval_of_distance(sides, ops, place);
        }
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
                let (below, above) = if upward(a) { (low, high) } else { (high, low) };
                // Between 2 and 1 there is nothing.
                if is_constant_side(below) && is_constant_side(above) && self.is_below(below, above) != Some(true) {
                    return None;
                }
                if upward(a) && upward(b) {
                    Some(group(low.clone(), closed(a), high.clone(), closed(b)))
                } else if downward(a) && downward(b) {
                    Some(group(high.clone(), closed(b), low.clone(), closed(a)))
                } else {
                    None
                }
            }
            ([name, set], [RelOp::In]) if is_name(name) => Some(set.clone()),
            ([name, point], [RelOp::NotEqual]) if is_name(name) && is_constant_side(point) => {
                let line = Node::Marked("\\acc{mathbb:R}".into());
                Some(Node::SetExpr(vec![line, Node::Set(vec![point.clone()])], vec![SetOp::Difference]))
            }
            _ => None,
        }
    }
}

impl Comparer<'_> {
    /// `|x| < 3` as (−3, 3), `|x| \ge 1` as the two rays, `1 \le |x| \le 3` as the two intervals.
    fn interval_of_distance(&mut self, sides: &[Node], ops: &[RelOp], place: usize) -> Option<Node> {
        let Node::Function(Func::Abs, inner) = &sides[place] else { return None };
        let [name] = inner.as_slice() else { return None };
        let mut right = sides.to_vec();
        right[place] = name.clone();
        if !is_name(name) || matches!(name, Node::Function(..)) {
            return None;
        }
        let Node::Group(brackets, ends) = self.interval_of(&Node::Relation(right, ops.to_vec()))? else { return None };
        let [low, high] = ends.as_slice() else { return None };
        // A distance is not negative, and less than no negative number.
        let least = if infinity(low) == Some(-1) { high } else { low };
        let zero = Node::Number(BigRational::default());
        if self.is_below(&zero, least) != Some(true) {
            return None;
        }
        let minus = |node: &Node| Node::Sum(vec![(Sign::Minus, node.clone())]);
        let swapped = Brackets { left_closed: brackets.right_closed, right_closed: brackets.left_closed };
        if infinity(low) == Some(-1) {
            let both = Brackets { left_closed: brackets.right_closed, right_closed: brackets.right_closed };
            return Some(Node::Group(both, vec![minus(high), high.clone()]));
        }
        let left = Node::Group(swapped, vec![minus(high), minus(low)]);
        Some(Node::SetExpr(vec![left, Node::Group(brackets, ends.clone())], vec![SetOp::Union]))
    }
}

/// Whether a name, or the function it is a value of, stands in a node.
fn mentions(node: &Node, name: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |part| {
        found |= part == name
            || match (name, part) {
                (Node::Apply(f, _), Node::Apply(g, _) | Node::Symbol(g)) => f == g,
                _ => false,
            };
    });
    found
}

/// `x = 1, y = 2` as (1, 2), with as many names as values.
fn tuple_of(node: &Node) -> Option<Node> {
    let Node::List(items) = node else { return None };
    let mut names = Vec::with_capacity(items.len());
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Equal] && is_name(&sides[0]) && !names.contains(&&sides[0]) => {
                names.push(&sides[0]);
                values.push(sides[1].clone());
            }
            _ => return None,
        }
    }
    // A tuple has its components in the order of their names.
    let in_order = names.windows(2).all(|pair| match (pair[0], pair[1]) {
        (Node::Symbol(one), Node::Symbol(next)) => one < next,
        _ => true,
    });
    (values.len() > 1 && in_order).then_some(Node::Group(Brackets { left_closed: false, right_closed: false }, values))
}

/// The tuples of a system, or of each of several.
fn tuples_of(node: &Node) -> Option<Node> {
    tuple_of(node).or_else(|| match node {
        Node::List(items) => items.iter().map(tuple_of).collect::<Option<Vec<_>>>().map(Node::List),
        _ => None,
    })
}

/// `x = 2 + 3 = 5` as `x = 5`, `2 + 3 = 5` as 5; what stands behind `≈` does not count.
fn last_side(node: &Node) -> Option<Node> {
    let Node::Relation(sides, ops) = node else { return None };
    if sides.len() < 3 || !ops.iter().all(|op| matches!(op, RelOp::Equal | RelOp::Approx)) {
        return None;
    }
    let exact = ops.iter().position(|op| *op == RelOp::Approx).map_or(sides.len(), |place| place + 1);
    let last = sides[..exact].last()?.clone();
    Some(if is_name(&sides[0]) && exact > 1 { Node::Relation(vec![sides[0].clone(), last], vec![RelOp::Equal]) } else { last })
}
