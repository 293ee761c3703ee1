//! Lists of equations that give one value to each of several names, compared name by name: `x = 1.5, y = 2.5`.
//!
//! Accepts: the same different names on both sides, in any order, whose values are equal under the policy, so within its tolerance.
//! Refuses: a name that has several values, other names, relations other than `=` and `≈`.

use super::shapes::is_name;
use super::{Comparer, MAX_ITEMS, Node};
use crate::math::node::RelOp;

/// Whether both lists give equal values to the same names.
pub(super) fn equal(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (Some(g), Some(a)) = (named(gold), named(answer)) else { return false };
    g.len() == a.len()
        && g.iter().all(|(name, given)| {
            let Some((_, other)) = a.iter().find(|(other, _)| other == name) else { return false };
            match (comparer.value_of(given), comparer.value_of(other)) {
                (Some(g), Some(a)) => comparer.compare(&g, &a).is_equal(),
                _ => false,
            }
        })
}

/// The names and their equations, where every item is an equation for another name.
fn named(node: &Node) -> Option<Vec<(&Node, &Node)>> {
    let items = match node {
        Node::List(items) if items.len() <= MAX_ITEMS => items.as_slice(),
        Node::Relation(..) => std::slice::from_ref(node),
        _ => return None,
    };
    let mut names: Vec<(&Node, &Node)> = Vec::with_capacity(items.len());
    for item in items {
        let Node::Relation(sides, ops) = item else { return None };
        let name = sides.first().filter(|name| is_name(name))?;
        let gives = matches!(ops.as_slice(), [RelOp::Equal | RelOp::Approx]);
        if !gives || names.iter().any(|(other, _)| *other == name) {
            return None;
        }
        names.push((name, item));
    }
    Some(names)
}
