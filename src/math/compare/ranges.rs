//! Compares sets of real numbers: unions, intersections and differences of intervals and points.
//!
//! Accepts: set expressions over intervals, finite sets, ℝ and ∅ whose ends can be put in order; two are equal when
//! they are the same set of numbers, however it is divided into parts (`[0, 1] ∪ [1, 2]` is `[0, 2]`). Ends with free
//! symbols cannot be ordered; such expressions are compared part by part.

use std::cmp::Ordering;

use super::shapes::{infinity, real_line};
use super::{Comparer, Decision, KIND, Node};
use crate::Rule;
use crate::math::algebra::{self, Canon, Domain, PRECISIONS};
use crate::math::interval::Precision;
use crate::math::node::{Brackets, SetOp, Sign};
use crate::math::scalar;

/// Most ranges of one set.
const MAX_RANGES: usize = 32;

/// An end of a range.
#[derive(Debug, Clone)]
enum Bound {
    MinusInfinity,
    Finite(Canon),
    Infinity,
}

/// The beginning or end of a range, and whether that point belongs to the range.
#[derive(Debug, Clone)]
struct End {
    at: Bound,
    closed: bool,
}

/// A range that is not empty; a single point is a range whose ends are equal.
#[derive(Debug, Clone)]
struct Range {
    low: End,
    high: End,
}

impl Comparer<'_> {
    /// Compares two sets, of which at least one is an expression.
    pub(super) fn set_expressions(&mut self, gold: &Node, answer: &Node) -> Decision {
        // Relations are compared with relations, or as the set that the policy makes of the whole; converting them one
        // by one would lose their unknowns.
        if let (Node::SetExpr(g, go), Node::SetExpr(a, ao)) = (gold, answer)
            && relations_only(gold)
            && relations_only(answer)
        {
            return if go.iter().chain(ao).all(|op| *op == SetOp::Union) { self.set(g, a) } else { KIND };
        }
        if relations_only(gold) || relations_only(answer) {
            return KIND;
        }
        let parts = match (union_parts(gold), union_parts(answer)) {
            (Some(g), Some(a)) => self.set(&g, &a),
            _ => match (gold, answer) {
                (Node::SetExpr(g, go), Node::SetExpr(a, ao)) if go == ao => {
                    // Of sets, A ∩ B is B ∩ A.
                    let whole = go.iter().all(|op| *op == SetOp::Intersection);
                    if whole { self.set(g, a) } else { self.ordered(g, a) }
                }
                (Node::SetExpr(..), Node::SetExpr(..)) => Decision::different(Rule::Set),
                _ => KIND,
            },
        };
        if parts.is_equal() {
            return parts;
        }
        let (Some(g), Some(a)) = (self.ranges(gold), self.ranges(answer)) else { return parts };
        Decision::of(self.same_ranges(&g, &a), Rule::Ranges)
    }

    fn same_ranges(&mut self, gold: &[Range], answer: &[Range]) -> bool {
        let mut same_end = |g: &End, a: &End| g.closed == a.closed && self.order(&g.at, &a.at) == Some(Ordering::Equal);
        gold.len() == answer.len() && gold.iter().zip(answer).all(|(g, a)| same_end(&g.low, &a.low) && same_end(&g.high, &a.high))
    }

    /// The set as disjoint ranges in ascending order.
    fn ranges(&mut self, node: &Node) -> Option<Vec<Range>> {
        match node {
            _ if real_line(node) => Some(vec![everything()]),
            Node::EmptySet => Some(Vec::new()),
            Node::Group(brackets, ends) => {
                let [low, high] = ends.as_slice() else { return None };
                let range = Range { low: self.end(low, brackets.left_closed)?, high: self.end(high, brackets.right_closed)? };
                self.joined(vec![range])
            }
            Node::Set(points) => {
                let point = |end: End| Range { low: end.clone(), high: end };
                let points = points.iter().map(|node| self.end(node, true).map(point)).collect::<Option<Vec<_>>>()?;
                self.joined(points)
            }
            Node::SetExpr(parts, ops) => {
                let (first, rest) = parts.split_first()?;
                let mut set = self.ranges(first)?;
                for (op, part) in ops.iter().zip(rest) {
                    let other = self.ranges(part)?;
                    set = match op {
                        SetOp::Union => self.union(set, other)?,
                        // A ∩ B and A ∖ B by complements.
                        SetOp::Intersection => {
                            let outside = self.union(complement(&set), complement(&other))?;
                            complement(&outside)
                        }
                        SetOp::Difference => {
                            let outside = self.union(complement(&set), other)?;
                            complement(&outside)
                        }
                    };
                }
                Some(set)
            }
            _ => None,
        }
    }

    fn union(&mut self, mut left: Vec<Range>, right: Vec<Range>) -> Option<Vec<Range>> {
        left.extend(right);
        self.joined(left)
    }

    fn end(&mut self, node: &Node, closed: bool) -> Option<End> {
        let at = match infinity(node) {
            Some(1) => Bound::Infinity,
            Some(_) => Bound::MinusInfinity,
            None => Bound::Finite(algebra::canonical(node, &mut self.budget).ok().filter(Canon::is_constant)?),
        };
        // `[2, ∞]` contains ∞, and is no set of numbers.
        (!closed || matches!(at, Bound::Finite(_))).then_some(End { at, closed })
    }

    /// Sorts ranges and joins those that overlap or touch; `None` where an order cannot be decided or a range is empty.
    fn joined(&mut self, ranges: Vec<Range>) -> Option<Vec<Range>> {
        if ranges.len() > MAX_RANGES {
            return None;
        }
        let mut sorted: Vec<Range> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match self.order(&range.low.at, &range.high.at)? {
                Ordering::Less => {}
                Ordering::Equal if range.low.closed && range.high.closed => {}
                _ => return None,
            }
            let mut place = sorted.len();
            while place > 0 && self.begins_before(&range.low, &sorted[place - 1].low)? {
                place -= 1;
            }
            sorted.insert(place, range);
        }
        let mut joined: Vec<Range> = Vec::with_capacity(sorted.len());
        for range in sorted {
            let Some(last) = joined.last_mut() else {
                joined.push(range);
                continue;
            };
            let touches = match self.order(&range.low.at, &last.high.at)? {
                Ordering::Less => true,
                Ordering::Equal => range.low.closed || last.high.closed,
                Ordering::Greater => false,
            };
            if !touches {
                joined.push(range);
                continue;
            }
            match self.order(&last.high.at, &range.high.at)? {
                Ordering::Less => last.high = range.high,
                Ordering::Equal => last.high.closed |= range.high.closed,
                Ordering::Greater => {}
            }
        }
        Some(joined)
    }

    /// Whether one end is below another, where both are numbers or infinities whose order can be decided.
    pub(super) fn is_below(&mut self, low: &Node, high: &Node) -> Option<bool> {
        let (low, high) = (self.end(low, false)?, self.end(high, false)?);
        Some(self.order(&low.at, &high.at)? == Ordering::Less)
    }

    /// Whether a tolerance would take `[2, 1]` for `[1, 2]`: the ends of an interval in the other order.
    pub(super) fn is_reversed(&mut self, brackets: Brackets, gold: &[Node], answer: &[Node]) -> bool {
        let closed = brackets.left_closed || brackets.right_closed;
        match (gold, answer) {
            ([low, high], [first, last]) if closed && !self.policy.tolerance.is_none() => {
                self.is_below(low, high) == Some(true) && self.is_below(last, first) == Some(true)
            }
            _ => false,
        }
    }

    fn begins_before(&mut self, a: &End, b: &End) -> Option<bool> {
        Some(match self.order(&a.at, &b.at)? {
            Ordering::Less => true,
            Ordering::Equal => a.closed && !b.closed,
            Ordering::Greater => false,
        })
    }

    fn order(&mut self, a: &Bound, b: &Bound) -> Option<Ordering> {
        match (a, b) {
            (Bound::MinusInfinity, Bound::MinusInfinity) | (Bound::Infinity, Bound::Infinity) => Some(Ordering::Equal),
            (Bound::MinusInfinity, _) | (_, Bound::Infinity) => Some(Ordering::Less),
            (_, Bound::MinusInfinity) | (Bound::Infinity, _) => Some(Ordering::Greater),
            (Bound::Finite(a), Bound::Finite(b)) => {
                if let (Some(a), Some(b)) = (a.rational(), b.rational()) {
                    return Some(a.cmp(&b));
                }
                if scalar::forms(a, b, &Domain::default(), &mut self.budget).is_equal() {
                    return Some(Ordering::Equal);
                }
                PRECISIONS.iter().find_map(|&bits| {
                    let precision = Precision::new(bits);
                    let mut value = |canon| algebra::evaluate(canon, precision, &|_| None, &mut self.budget).ok();
                    let (a, b) = (value(a)?, value(b)?);
                    if !a.is_real() || !b.is_real() {
                        return None;
                    }
                    if a.re().certainly_less(b.re()) {
                        Some(Ordering::Less)
                    } else {
                        b.re().certainly_less(a.re()).then_some(Ordering::Greater)
                    }
                })
            }
        }
    }
}

fn everything() -> Range {
    Range { low: End { at: Bound::MinusInfinity, closed: false }, high: End { at: Bound::Infinity, closed: false } }
}

/// The gaps between disjoint ranges in ascending order.
fn complement(ranges: &[Range]) -> Vec<Range> {
    let flip = |end: &End| End { at: end.at.clone(), closed: !end.closed && matches!(end.at, Bound::Finite(_)) };
    let mut gaps = Vec::with_capacity(ranges.len() + 1);
    let mut low = everything().low;
    for range in ranges {
        if !matches!(range.low.at, Bound::MinusInfinity) {
            gaps.push(Range { low, high: flip(&range.low) });
        }
        low = flip(&range.high);
        if matches!(low.at, Bound::Infinity) {
            return gaps;
        }
    }
    gaps.push(Range { low, high: everything().high });
    gaps
}

/// The parts of a union, in any order: finite sets as their points, `ℝ ∖ {a}` as the two intervals around a.
fn union_parts(node: &Node) -> Option<Vec<Node>> {
    match node {
        Node::SetExpr(parts, ops) => {
            if ops.iter().all(|op| *op == SetOp::Union) {
                let point = |item: &Node| Node::Set(vec![item.clone()]);
                let split = |part: &Node| match part {
                    Node::Set(items) => items.iter().map(point).collect(),
                    part => vec![part.clone()],
                };
                return Some(parts.iter().flat_map(split).collect());
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
        Node::Set(items) => Some(items.iter().map(|item| Node::Set(vec![item.clone()])).collect()),
        Node::Group(..) | Node::EmptySet => Some(vec![node.clone()]),
        _ => None,
    }
}

/// `x < 1 or x > 2`: a set expression whose parts are all relations.
fn relations_only(node: &Node) -> bool {
    matches!(node, Node::SetExpr(parts, _) if parts.iter().all(|part| matches!(part, Node::Relation(..))))
}
