//! Values with labels: `Minimum: 1, Maximum: 3`, `The area is 12`.
//!
//! Accepts: the values in the order of their labels, against values without labels. Refuses: labels that may change or
//! deny a value, another order; two answers with labels are compared with them.

use super::{Comparer, Node};
use crate::math::labels;
use crate::math::node::RelOp;
use crate::math::statements;

/// Whether one of the two has labels, and the values are equal in their order.
pub(super) fn equal(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    match (values(gold), values(answer)) {
        (Some(g), None) => comparer.ordered(&g, &items(answer)).is_equal(),
        (None, Some(a)) => comparer.ordered(&items(gold), &a).is_equal(),
        _ => false,
    }
}

fn items(node: &Node) -> Vec<Node> {
    match node {
        Node::List(items) => items.clone(),
        node => vec![node.clone()],
    }
}

/// The values of an answer all of whose items have a label.
fn values(node: &Node) -> Option<Vec<Node>> {
    match node {
        Node::List(items) => items.iter().map(value).collect(),
        node => value(node).map(|value| vec![value]),
    }
}

fn value(node: &Node) -> Option<Node> {
    let (label, value) = match node {
        Node::Ratio(parts) => match parts.as_slice() {
            [Node::Text(label), value] => (label, value),
            _ => return None,
        },
        Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Equal] => match sides.as_slice() {
            [Node::Text(label), value] => (label, value),
            _ => return None,
        },
        _ => return None,
    };
    let words: Vec<&str> = label.split(' ').filter(|word| !matches!(*word, "the" | "The")).collect();
    // `The value of y` is the value of y alone; the other answer does not say whose value it gives.
    let lettered = words.iter().any(|word| word.chars().filter(|c| c.is_ascii_alphabetic()).count() == 1 && *word != "a");
    // The names of points, whose capitals are marked.
    let points = |word: &str| !word.is_ascii() && word.chars().filter(char::is_ascii_alphabetic).count() > 1;
    let plain = |word: &&str| {
        points(word)
            || word.len() < 3
            || labels::is_harmless(&word.to_ascii_lowercase())
            || matches!(*word, "for" | "with" | "least")
    };
    let harmless = !lettered && statements::names_value(&words) && words.iter().all(plain);
    harmless.then(|| value.clone())
}
