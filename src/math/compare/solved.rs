//! Whether a relation is solved: `x = 3` and `2 < x` are, `2x + 1 = 7` and `3x > 6` are not.
//!
//! A relation with the same solutions as a solved reference may be the task itself, which everybody can copy; and a
//! reference that is not solved asks for a relation. So solved relations and others are different. Accepts as solved also
//! `-x = -3` and `x - 3 = 0`, as lines and bounds are written.

use crate::math::node::{Node, Sign};

/// Whether a relation with these sides is solved for its only name.
fn is_solved(left: &Node, right: &Node) -> bool {
    let mut all = names(left).chain(names(right));
    let (Some(name), None) = (all.next(), all.next()) else { return false };
    // The name stands once, so that the rest has none.
    let is_zero = |side: &Node| matches!(side, Node::Number(value) if *value.numer() == 0.into());
    let is_name = |node: &Node| matches!(node, Node::Symbol(found) if **found == *name);
    [(left, right), (right, left)].into_iter().any(|(side, other)| match side {
        Node::Sum(terms) => {
            (terms.len() == 1 || is_zero(other))
                && terms.iter().any(|(sign, term)| matches!(sign, Sign::Plus | Sign::Minus) && is_name(term))
        }
        side => is_name(side),
    })
}

/// Whether one of two relations, given by their sides, is solved and the other is not. Relations that have the same name
/// alone on a side are solved alike: in `I = 2mL` the letters may be units.
pub(super) fn only_one_is(gold: (&Node, &Node), answer: (&Node, &Node)) -> bool {
    let alone = |(left, right): (&Node, &Node)| -> Vec<String> {
        [left, right]
            .into_iter()
            .filter_map(|side| if let Node::Symbol(name) = side { Some(name.to_string()) } else { None })
            .collect()
    };
    is_solved(gold.0, gold.1) != is_solved(answer.0, answer.1) && !alone(gold).iter().any(|name| alone(answer).contains(name))
}

/// Whether one of two trees has a relation that is solved, and the other one that is not, for the same name.
pub(super) fn differ(gold: &Node, answer: &Node) -> bool {
    let share = |(left, right): &(&Node, &Node), (l, r): &(&Node, &Node)| {
        names(left).chain(names(right)).any(|name| names(l).chain(names(r)).any(|other| other == name))
    };
    let (gold, answer) = (links(gold), links(answer));
    gold.iter().any(|link| answer.iter().any(|other| share(link, other) && only_one_is(*link, *other)))
}

/// The pairs of sides of all relations in a tree.
fn links(node: &Node) -> Vec<(&Node, &Node)> {
    let mut found = Vec::new();
    node.walk(&mut |node| {
        if let Node::Relation(sides, _) = node {
            found.extend(sides.windows(2).map(|pair| (&pair[0], &pair[1])));
        }
    });
    found
}

/// The names in a tree.
fn names(node: &Node) -> impl Iterator<Item = &str> {
    let mut found = Vec::new();
    node.walk(&mut |node| {
        if let Node::Symbol(name) = node {
            found.push(&**name);
        }
    });
    found.into_iter()
}
