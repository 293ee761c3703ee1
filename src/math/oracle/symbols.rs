//! The symbols that occur in a tree.
//!
//! Accepts: any tree. The index symbol of a sum or product is bound there and is not free.

use std::sync::Arc;

use crate::math::node::{Func, Node};

/// The free symbols of all these trees, sorted.
pub fn symbols_of(nodes: &[&Node]) -> Vec<Arc<str>> {
    let mut symbols: Vec<Arc<str>> = Vec::new();
    for node in nodes {
        collect(node, &mut Vec::new(), &mut symbols);
    }
    symbols.sort();
    symbols
}

/// Whether a free symbol occurs in it.
pub fn has_symbol(node: &Node) -> bool {
    !symbols_of(&[node]).is_empty()
}

pub fn has_imaginary(node: &Node) -> bool {
    any(node, &|node| matches!(node, Node::Imaginary))
}

/// Whether a logarithm without a base occurs in it.
pub fn has_log_base(node: &Node) -> bool {
    any(node, &|node| matches!(node, Node::Function(Func::Log, arguments) if arguments.len() == 1))
}

fn any(node: &Node, holds: &dyn Fn(&Node) -> bool) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= holds(node));
    found
}

fn collect(node: &Node, bound: &mut Vec<Arc<str>>, found: &mut Vec<Arc<str>>) {
    match node {
        Node::Symbol(name) if !bound.contains(name) && !found.contains(name) => found.push(name.clone()),
        Node::Big { lower, upper, body, .. } => {
            let name = match lower.as_deref() {
                Some(Node::Relation(sides, _)) => match sides.first() {
                    Some(Node::Symbol(name)) => Some(name.clone()),
                    _ => None,
                },
                _ => None,
            };
            if let Some(upper) = upper {
                collect(upper, bound, found);
            }
            let depth = bound.len();
            bound.extend(name);
            if let Some(lower) = lower {
                collect(lower, bound, found);
            }
            collect(body, bound, found);
            bound.truncate(depth);
        }
        node => node.each_child(&mut |child| collect(child, bound, found)),
    }
}
