//! Definitions of functions that are written in different ways.
//!
//! Accepts: another letter for the argument (`f(m) = 2m` for `f(n) = 2n`), which a definition binds; an equation of
//! tuples for the equations of their components (`(x, y) = (1, 2)` for `x = 1, y = 2`). Refuses: letters that are not
//! customary for arguments, which may be constants, and a new letter that occurs already.

use super::shapes::is_name;
use super::{Comparer, Node};
use crate::math::names;
use crate::math::node::{Brackets, RelOp};

/// Letters for arguments: those of one row may be exchanged.
const ARGUMENTS: [&str; 2] = ["xyztsuvw", "nmkj"];
/// The common name for the argument, which no answer can contain.
const BOUND: &str = "\u{0}";

/// Whether both define one function, up to the letter of the argument.
pub(super) fn renamed(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (Some(g), Some(a)) = (argument(gold), argument(answer)) else { return false };
    let kin = ARGUMENTS.iter().any(|row| row.contains(g) && row.contains(a));
    if g == a || !kin {
        return false;
    }
    let (Some(g), Some(a)) = (with_bound(gold, g), with_bound(answer, a)) else { return false };
    comparer.structures(&g, &a).is_equal()
}

/// The letter that a definition `f(x) = …` binds.
fn argument(node: &Node) -> Option<&str> {
    let Node::Relation(sides, ops) = node else { return None };
    match (sides.as_slice(), ops.as_slice()) {
        ([Node::Apply(_, arguments), _], [RelOp::Equal]) => match arguments.as_slice() {
            [Node::Symbol(letter)] if letter.len() == 1 => Some(letter),
            _ => None,
        },
        _ => None,
    }
}

/// The definition with the common name for its argument; `None` where the letter is also part of another name.
fn with_bound(node: &Node, letter: &str) -> Option<Node> {
    let mut plain = true;
    node.walk(&mut |node| {
        if let Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _) = node {
            plain &= name.as_ref() == letter || !names::mentions(name, letter);
        }
        plain &= !matches!(node, Node::Apply(name, _) if name.as_ref() == letter);
        plain &= !matches!(node, Node::Big { .. } | Node::SetBuilder(..) | Node::Text(_));
    });
    plain.then(|| {
        let mut node = node.clone();
        rename(&mut node, letter);
        node
    })
}

fn rename(node: &mut Node, letter: &str) {
    match node {
        Node::Symbol(name) if name.as_ref() == letter => *node = Node::Symbol(BOUND.into()),
        node => node.children_mut().into_iter().for_each(|child| rename(child, letter)),
    }
}

/// Whether an equation of tuples on one side states the equations on the other.
pub(super) fn componentwise(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
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
