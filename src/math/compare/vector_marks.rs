//! The marks of vectors: an arrow in one answer, bold letters in the other.
//!
//! Accepts: answers that each use one of the two marks throughout, `\vec F = m\vec a` and `\mathbf F = m\mathbf a`; and the
//! unit vectors i, j, k with a hat, an arrow or in bold, where i and j both occur with that mark. Refuses: an answer with
//! both marks, in which they may mean different things.

use std::sync::Arc;

use super::Node;

const BOLD: &str = "\\acc{b:";
const ARROW: &str = "\\acc{vec:";
const HAT: &str = "\\acc{hat:";

/// The tree with arrows for bold letters, and hats on unit vectors; `None` where nothing changes.
pub(super) fn unified(node: &Node) -> Option<Node> {
    let mut names = Vec::new();
    node.walk(&mut |node| {
        if let Some(name) = name(node).filter(|name| name.starts_with("\\acc{")) {
            names.push(Arc::clone(name));
        }
    });
    let marked = |mark: &str| names.iter().any(|name| name.starts_with(mark));
    let unit = |mark: &str| ["i", "j"].iter().all(|letter| names.iter().any(|name| **name == *format!("{mark}{letter}}}")));
    let units = [BOLD, ARROW].into_iter().find(|mark| unit(mark) && !marked(HAT));
    let arrows = marked(BOLD) && !marked(ARROW);
    if units.is_none() && !arrows {
        return None;
    }
    let rename = |name: &str| -> Option<String> {
        if let Some(letter) = units.and_then(|mark| name.strip_prefix(mark))
            && matches!(letter, "i}" | "j}" | "k}")
        {
            return Some(format!("{HAT}{letter}"));
        }
        name.strip_prefix(BOLD).filter(|_| arrows).map(|rest| format!("{ARROW}{rest}"))
    };
    let mut node = node.clone();
    renamed(&mut node, &rename);
    Some(node)
}

/// The letter of a vector, without its mark.
pub(super) fn letter(name: &str) -> Option<&str> {
    [BOLD, ARROW].iter().find_map(|mark| name.strip_prefix(mark)).and_then(|rest| rest.strip_suffix('}'))
}

fn name(node: &Node) -> Option<&Arc<str>> {
    match node {
        Node::Marked(name) | Node::Symbol(name) | Node::Apply(name, _) => Some(name),
        _ => None,
    }
}

fn renamed(node: &mut Node, rename: &dyn Fn(&str) -> Option<String>) {
    if let Node::Marked(name) | Node::Symbol(name) | Node::Apply(name, _) = node
        && let Some(other) = rename(name)
    {
        *name = other.into();
    }
    node.children_mut().into_iter().for_each(|child| renamed(child, rename));
}
