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
    if says_that_the_most_is_less(comparer, gold) || says_that_the_most_is_less(comparer, answer) {
        return false;
    }
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

/// Whether an answer gives a maximum that is below its minimum: its labels are in the wrong order.
fn says_that_the_most_is_less(comparer: &mut Comparer<'_>, node: &Node) -> bool {
    let Node::List(items) = node else { return false };
    let given = |names: &[&str]| {
        let mut of_label = items.iter().filter_map(parts);
        let says = |label: &str| label.split(' ').any(|word| names.contains(&word.to_ascii_lowercase().as_str()));
        of_label.find(|(label, _)| says(label)).map(|(_, value)| value)
    };
    let most = given(&["maximum", "max", "largest", "greatest", "highest", "longest", "most"]);
    let least = given(&["minimum", "min", "smallest", "least", "lowest", "shortest"]);
    matches!((most, least), (Some(most), Some(least)) if comparer.is_below(most, least) == Some(true))
}

/// A label and its value.
fn parts(node: &Node) -> Option<(&str, &Node)> {
    match node {
        Node::Ratio(parts) => match parts.as_slice() {
            [Node::Text(label), value] => Some((label, value)),
            _ => None,
        },
        Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Equal] => match sides.as_slice() {
            [Node::Text(label), value] => Some((label, value)),
            _ => None,
        },
        _ => None,
    }
}

fn value(node: &Node) -> Option<Node> {
    let (label, value) = parts(node)?;
    if matches!(label, "pH" | "pOH") {
        return Some(value.clone());
    }
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
