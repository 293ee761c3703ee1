//! Equations of tuples: `(x, y) = (1, 2)` states `x = 1, y = 2`.
//!
//! Accepts: round brackets with as many names as values. Refuses: everything else.

use super::shapes::is_name;
use super::{Comparer, Node};
use crate::math::node::{Brackets, RelOp};

/// Whether an equation of tuples on one side states the equations on the other.
pub(super) fn equal(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    match (gold, answer) {
        (Node::List(_), Node::Relation(..)) => apart(answer).is_some_and(|a| comparer.structures(gold, &a).is_equal()),
        (Node::Relation(..), Node::List(_)) => apart(gold).is_some_and(|g| comparer.structures(&g, answer).is_equal()),
        _ => false,
    }
}

/// `(x, y) = (1, 2)` as `x = 1, y = 2`.
fn apart(node: &Node) -> Option<Node> {
    let round = Brackets { left_closed: false, right_closed: false };
    let Node::Relation(sides, ops) = node else { return None };
    match (sides.as_slice(), ops.as_slice()) {
        ([Node::Group(left, names), Node::Group(right, values)], [RelOp::Equal])
            if *left == round && *right == round && names.len() == values.len() && names.iter().all(is_name) =>
        {
            let equation = |(name, value): (&Node, &Node)| Node::Relation(vec![name.clone(), value.clone()], vec![RelOp::Equal]);
            Some(Node::List(names.iter().zip(values).map(equation).collect()))
        }
        _ => None,
    }
}
