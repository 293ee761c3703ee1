//! Converts inequalities in one unknown to the sets that they describe.
//!
//! Accepts: `x > 2`, `1 < x \le 3`, `|x| < 3`, `x \ne 0`, `x \in S`, and several of these joined by `or`. Refuses:
//! several unknowns, and bounds that are not constants or are in the wrong order.

use num_rational::BigRational;

use super::shapes::{infinity, is_constant_side, is_name};
use super::{Comparer, Node};
use crate::math::node::{Brackets, Func, RelOp, SetOp, Sign};

impl Comparer<'_> {
    /// The set that an inequality in one unknown describes: an interval, the union of several joined by `or`, or the
    /// real line without the excluded points.
    pub(super) fn interval_of(&mut self, node: &Node) -> Option<Node> {
        let (sides, ops) = match node {
            Node::SetExpr(parts, ops) => return self.union_of(parts, ops),
            Node::List(parts) => return self.without_points(parts),
            Node::Relation(sides, ops) if sides.len() <= 3 => (sides, ops),
            _ => return None,
        };
        if let Some(place) = sides.iter().position(|side| matches!(side, Node::Function(Func::Abs, _))) {
            return self.interval_of_distance(sides, ops, place);
        }
        match (sides.as_slice(), ops.as_slice()) {
            ([name, set], [RelOp::In]) if is_name(name) => Some(set.clone()),
            ([name, point], [RelOp::NotEqual]) if is_name(name) && is_constant_side(point) => {
                let line = Node::Marked("\\acc{mathbb:R}".into());
                Some(Node::SetExpr(vec![line, Node::Set(vec![point.clone()])], vec![SetOp::Difference]))
            }
            ([name, bound], [op]) if is_name(name) && is_constant_side(bound) => {
                ray(bound, downward(*op), upward(*op), closed(*op))
            }
            ([bound, name], [op]) if is_name(name) && is_constant_side(bound) => {
                ray(bound, upward(*op), downward(*op), closed(*op))
            }
            ([low, name, high], [a, b]) if is_name(name) => self.between(low, *a, *b, high),
            _ => None,
        }
    }

    /// `0 \le x \le 2, x \ne 1`: one inequality, and points that it leaves out.
    fn without_points(&mut self, parts: &[Node]) -> Option<Node> {
        let (range, rest) = parts.split_first()?;
        let Node::Relation(sides, _) = range else { return None };
        let unknown = sides.iter().find(|side| is_name(side))?;
        let point = |part: &Node| match part {
            Node::Relation(sides, ops)
                if ops.as_slice() == [RelOp::NotEqual] && sides[0] == *unknown && is_constant_side(&sides[1]) =>
            {
                Some(sides[1].clone())
            }
            _ => None,
        };
        let points = rest.iter().map(point).collect::<Option<Vec<_>>>().filter(|points| !points.is_empty())?;
        let Some(Node::Group(brackets, ends)) = self.interval_of(range) else { return None };
        Some(Node::SetExpr(vec![Node::Group(brackets, ends), Node::Set(points)], vec![SetOp::Difference]))
    }

    /// The union for several inequalities in the same unknown; an equation gives a single point.
    fn union_of(&mut self, parts: &[Node], ops: &[SetOp]) -> Option<Node> {
        let unknown = |part: &Node| match part {
            Node::Relation(sides, _) => sides.iter().find(|side| is_name(side)).cloned(),
            _ => None,
        };
        let first = unknown(&parts[0])?;
        if parts.iter().any(|part| unknown(part).as_ref() != Some(&first)) {
            return None;
        }
        let parts = parts.iter().map(|part| self.part_of_union(part, &first)).collect::<Option<Vec<_>>>()?;
        Some(Node::SetExpr(parts, ops.to_vec()))
    }

    fn part_of_union(&mut self, part: &Node, unknown: &Node) -> Option<Node> {
        match part {
            Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Equal] => {
                (sides[0] == *unknown && is_constant_side(&sides[1])).then(|| Node::Set(vec![sides[1].clone()]))
            }
            part => self.interval_of(part),
        }
    }

    /// `1 < x < 3`, `3 > x > 1`.
    fn between(&mut self, left: &Node, a: RelOp, b: RelOp, right: &Node) -> Option<Node> {
        let (low, high) = if upward(a) { (left, right) } else { (right, left) };
        // An empty range, such as between 2 and 1, is refused.
        if is_constant_side(low) && is_constant_side(high) && self.is_below(low, high) != Some(true) {
            return None;
        }
        if upward(a) && upward(b) {
            Some(interval(low.clone(), closed(a), high.clone(), closed(b)))
        } else {
            (downward(a) && downward(b)).then(|| interval(low.clone(), closed(b), high.clone(), closed(a)))
        }
    }

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
        // An absolute value is not negative, so a bound below zero is refused.
        let least = if infinity(low) == Some(-1) { high } else { low };
        let zero = Node::Number(BigRational::default());
        if self.is_below(&zero, least) != Some(true) {
            return None;
        }
        if infinity(low) == Some(-1) {
            return Some(interval(minus(high), brackets.right_closed, high.clone(), brackets.right_closed));
        }
        let left = interval(minus(high), brackets.right_closed, minus(low), brackets.left_closed);
        Some(Node::SetExpr(vec![left, Node::Group(brackets, ends.clone())], vec![SetOp::Union]))
    }
}

/// The interval above a bound, or below it.
fn ray(bound: &Node, above: bool, below: bool, closed: bool) -> Option<Node> {
    if above {
        return Some(interval(bound.clone(), closed, Node::Infinity, false));
    }
    below.then(|| interval(minus(&Node::Infinity), false, bound.clone(), closed))
}

fn interval(low: Node, left_closed: bool, high: Node, right_closed: bool) -> Node {
    Node::Group(Brackets { left_closed, right_closed }, vec![low, high])
}

fn minus(node: &Node) -> Node {
    Node::Sum(vec![(Sign::Minus, node.clone())])
}

fn closed(op: RelOp) -> bool {
    matches!(op, RelOp::LessEqual | RelOp::GreaterEqual)
}

fn upward(op: RelOp) -> bool {
    matches!(op, RelOp::Less | RelOp::LessEqual)
}

fn downward(op: RelOp) -> bool {
    matches!(op, RelOp::Greater | RelOp::GreaterEqual)
}
