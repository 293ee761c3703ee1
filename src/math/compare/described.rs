//! Sets of real numbers that are described by a condition: `\{x \mid -1 < x < 1\}` is (−1, 1).
//!
//! Accepts: one letter without a range of its own and one inequality in it, alone or in a union, intersection or
//! difference with other sets. Refuses: letters that range over other numbers (`\{n \in \mathbb{Z} \mid …\}`), several
//! conditions.

use super::shapes::real_line;
use super::{Comparer, Node};
use crate::math::node::{RelOp, SetOp, Sign};

/// Whether both are the same set of numbers, where at least one is described by a condition.
pub(super) fn equal(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (g, a) = (set_of(comparer, gold), set_of(comparer, answer));
    if g.is_none() && a.is_none() {
        return false;
    }
    comparer.structures(g.as_ref().unwrap_or(gold), a.as_ref().unwrap_or(answer)).is_equal()
}

/// The set with every condition replaced by its interval; `None` where there is no condition, or one that has no
/// interval.
fn set_of(comparer: &mut Comparer<'_>, node: &Node) -> Option<Node> {
    match node {
        Node::SetBuilder(items, conditions) => match (items.as_slice(), conditions.as_slice()) {
            ([item], [condition]) => {
                let name = real_name(item).filter(|name| about(condition, name));
                name.and_then(|_| comparer.interval_of(condition))
            }
            _ => None,
        },
        Node::SetExpr(parts, ops) => all(comparer, parts).map(|parts| Node::SetExpr(parts, ops.clone())),
        // `\{x \mid x < 2\} - \{1\}`
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Plus, left), (Sign::Minus, right)] if is_set(left) && is_set(right) => {
                all(comparer, &[left.clone(), right.clone()]).map(|parts| Node::SetExpr(parts, vec![SetOp::Difference]))
            }
            _ => None,
        },
        _ => None,
    }
}

fn all(comparer: &mut Comparer<'_>, parts: &[Node]) -> Option<Vec<Node>> {
    let described = |part: &Node| matches!(part, Node::SetBuilder(..));
    if !parts.iter().any(described) {
        return None;
    }
    parts.iter().map(|part| if described(part) { set_of(comparer, part) } else { Some(part.clone()) }).collect()
}

fn is_set(node: &Node) -> bool {
    matches!(node, Node::SetBuilder(..) | Node::Set(_) | Node::Group(..))
}

/// The letter of a set: `x`, or `x \in \mathbb{R}`.
fn real_name(item: &Node) -> Option<&Node> {
    match item {
        Node::Relation(sides, ops) => match (sides.as_slice(), ops.as_slice()) {
            ([name @ Node::Symbol(_), set], [RelOp::In]) if real_line(set) => Some(name),
            _ => None,
        },
        name => Some(name).filter(|name| real(name)),
    }
}

/// Letters that stand for real numbers by custom.
fn real(name: &Node) -> bool {
    matches!(name, Node::Symbol(letter) if letter.len() == 1 && "xyztabcpqrsuvw".contains(letter.as_ref()))
}

/// Whether a condition is an inequality about a name.
fn about(condition: &Node, name: &Node) -> bool {
    match condition {
        Node::Relation(sides, ops) => sides.contains(name) && !ops.contains(&RelOp::Equal) && !ops.contains(&RelOp::In),
        Node::SetExpr(parts, _) | Node::Either(parts) => parts.iter().all(|part| about(part, name)),
        _ => false,
    }
}
