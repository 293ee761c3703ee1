//! Sums under an integral without brackets: the integrand of `\int x + a\,dx` is x + a.
//!
//! Accepts any tree whose differentials are one name. An integral without a differential of its own takes the terms up to the
//! last one of its sum, where that one ends in a differential and no other term between has one.

use crate::math::names;
use crate::math::node::{BigOp, MulOp, Node, Sign};

/// Completes every such integral.
pub(super) fn gather(node: &mut Node) {
    node.children_mut().into_iter().for_each(gather);
    let Node::Sum(terms) = node else { return };
    let Some(place) = terms.iter().position(|(_, term)| is_open(term)) else { return };
    let plain =
        |terms: &[(Sign, Node)]| terms.iter().all(|(sign, term)| is_sign(*sign) && !has_differential(term) && !is_open(term));
    let Some(((sign, last), between)) = terms[place + 1..].split_last() else { return };
    let Node::Product(factors) = last else { return };
    let Some(((MulOp::Times, differential), rest)) = factors.split_last() else { return };
    if !plain(between) || !is_sign(*sign) || !is_differential(differential) || rest.iter().any(|(_, part)| has_differential(part)) {
        return;
    }
    let mut integrand = vec![];
    let (first, differential) = (terms[place].clone(), differential.clone());
    let Node::Big { op, lower, upper, body } = first.1 else { return };
    integrand.push((Sign::Plus, *body));
    integrand.extend(between.iter().cloned());
    integrand.push((*sign, if let [(MulOp::Times, only)] = rest { only.clone() } else { Node::Product(rest.to_vec()) }));
    let body = Box::new(Node::Product(vec![(MulOp::Times, Node::Sum(integrand)), (MulOp::Times, differential)]));
    terms.truncate(place);
    terms.push((first.0, Node::Big { op, lower, upper, body }));
    if let [(Sign::Plus, _)] = terms.as_slice()
        && let Some((_, only)) = terms.pop()
    {
        *node = only;
    }
}

/// An integral without a differential.
fn is_open(node: &Node) -> bool {
    matches!(node, Node::Big { op: BigOp::Integral, body, .. } if !has_differential(body))
}

fn is_sign(sign: Sign) -> bool {
    matches!(sign, Sign::Plus | Sign::Minus)
}

fn is_differential(node: &Node) -> bool {
    matches!(node, Node::Symbol(name) if names::differential(name).is_some_and(|of| of.0 == "d"))
}

fn has_differential(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= is_differential(node));
    found
}
