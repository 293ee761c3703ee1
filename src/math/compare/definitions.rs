//! Definitions of one function with other names for its arguments: `f(m) = 2m` defines what `f(n) = 2n` defines.
//!
//! Accepts: an equation whose left side is a letter that names functions by custom, applied to letters that are all different.
//! Refuses: items of a list, where a condition may follow, right sides without the argument, letters that may be constants
//! (`f(a)`), other functions (`v(t)` and `v(x)` are different quantities), a new name that already occurs on the right, and
//! names that contain an argument in their index.

use std::sync::Arc;

use super::Node;
use crate::math::names;
use crate::math::node::RelOp;

/// Letters that name functions whose arguments have no meaning of their own.
const FUNCTIONS: &[&str] = &["f", "g", "h", "F", "G", "p", "q", "P", "Q"];

/// Letters for arguments: those of one row may stand for each other. Other letters may be constants.
const ARGUMENTS: [&str; 2] = ["xyztsuvw", "nmkj"];

/// The sides of the answer with the arguments of the reference; `None` where the two do not define one function with
/// different names for its arguments.
pub(super) fn with_arguments_of(gold: (&[Node], &[RelOp]), answer: (&[Node], &[RelOp])) -> Option<Vec<Node>> {
    let ([Node::Apply(f, _), gold_right], [RelOp::Equal]) = gold else { return None };
    let ([Node::Apply(g, _), right], [RelOp::Equal]) = answer else { return None };
    let letter = f.split('_').next().unwrap_or(f);
    if f != g || !FUNCTIONS.contains(&letter) {
        return None;
    }
    let (new, old) = (arguments(&gold.0[0])?, arguments(&answer.0[0])?);
    let kin = |(one, other): (&Arc<str>, &Arc<str>)| {
        one == other || ARGUMENTS.iter().any(|row| [one, other].iter().all(|name| name.len() == 1 && row.contains(name.as_ref())))
    };
    if new.len() != old.len() || new == old || !new.iter().zip(&old).all(kin) {
        return None;
    }
    // `f(3) = 5` and `f(m) = 5` give values: an argument is bound only where the right side depends on it.
    let depends = |side: &Node, names: &[Arc<str>]| {
        let mut found = false;
        side.walk(&mut |node| found |= matches!(node, Node::Symbol(name) if names.contains(name)));
        found
    };
    if !depends(gold_right, &new) || !depends(right, &old) {
        return None;
    }
    let mut free = true;
    right.walk(&mut |node| {
        if let Node::Symbol(name) | Node::Marked(name) | Node::Apply(name, _) = node {
            let renamed = old.contains(name);
            free &= renamed || !old.iter().chain(&new).any(|argument| names::mentions(name, argument));
            free &= !(renamed && matches!(node, Node::Apply(..)));
        }
    });
    if !free {
        return None;
    }
    let mut right = right.clone();
    rename(&mut right, &old, &new);
    Some(vec![gold.0[0].clone(), right])
}

/// The arguments of a function, where they are different letters.
fn arguments(node: &Node) -> Option<Vec<Arc<str>>> {
    let Node::Apply(_, arguments) = node else { return None };
    let mut names: Vec<Arc<str>> = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument {
            Node::Symbol(name) if !names.contains(name) && !names::is_run(name) => names.push(name.clone()),
            _ => return None,
        }
    }
    Some(names)
}

fn rename(node: &mut Node, old: &[Arc<str>], new: &[Arc<str>]) {
    match node {
        Node::Symbol(name) => {
            if let Some(place) = old.iter().position(|old| old == name) {
                *name = new[place].clone();
            }
        }
        node => node.children_mut().into_iter().for_each(|child| rename(child, old, new)),
    }
}
