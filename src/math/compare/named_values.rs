//! Lists of equations that give one value to each of several names, compared name by name: `x = 1.5, y = 2.5`.
//!
//! Accepts: the same different names on both sides, in any order, whose values are equal under the policy, so within its tolerance.
//! Refuses: a name that has several values, other names, relations other than `=` and `≈`. With `further_names` the answer may give
//! values of further names, with other letters than the one name of the reference.

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

/// Whether the answer gives an equal value to the one name of the reference, and one value each to further names.
pub(super) fn equal_with_further(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (Some(g), Some(a)) = (named(gold), named(answer)) else { return false };
    let further: Vec<&Node> =
        a.iter().filter(|(name, _)| !g.iter().any(|(known, _)| known == name)).map(|(_, item)| *item).collect();
    // A further name that only differs in its font, index or case may be another try.
    let letter = |node: &Node| match node {
        Node::Relation(sides, _) => sides.first().and_then(first_letter),
        _ => None,
    };
    let known: Vec<Option<char>> = g.iter().map(|(_, item)| letter(item)).collect();
    if g.len() > 1 || further.is_empty() || further.iter().any(|item| letter(item).is_none() || known.contains(&letter(item))) {
        return false;
    }
    let kept: Vec<Node> = a.iter().filter(|(_, item)| !further.contains(item)).map(|(_, item)| (*item).clone()).collect();
    equal(comparer, gold, &Node::List(kept))
}

/// The letter of a name as a small letter, without its mark, its command and its index.
fn first_letter(name: &Node) -> Option<char> {
    let (Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _)) = name else { return None };
    let letter = name.strip_prefix("\\acc{").and_then(|rest| rest.split_once(':')).map_or(name.as_ref(), |(_, inner)| inner);
    letter.chars().find(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase())
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
