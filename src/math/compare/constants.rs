//! Physical constants under another name, `k` for Boltzmann's constant `k_B` and `h` for 2πħ, and `kT` behind a slash.
//!
//! Accepts: a pair in which one side has only the one name and the other only the other. `k` is Boltzmann's constant only where
//! each `k` and `k_B` is a factor of a temperature `T` or of a logarithm. Refuses: every other `k`, which may be a wave number or
//! the constant of a spring.

use super::Node;
use crate::math::node::{Func, MulOp};

/// Ways to write Boltzmann's constant with its index.
const BOLTZMANN: &[&str] = &["k_B", "k_b", "k_\"B\""];
const PLANCK: &str = "h";
const REDUCED: &str = "\\hbar";

/// Both sides with one name for each constant; `None` where both write the constants in the same way.
pub(super) fn renamed(gold: &Node, answer: &Node) -> Option<(Node, Node)> {
    let written = |name: &str| is_boltzmann(name) || name == PLANCK;
    if !(has(gold, written) || has(answer, written)) {
        return None;
    }
    let (mut g, mut a) = (gold.clone(), answer.clone());
    let changed = [boltzmann(&mut g, &mut a), boltzmann(&mut a, &mut g), planck(&mut g, &mut a), planck(&mut a, &mut g)];
    changed.contains(&true).then_some((g, a))
}

/// Whether a temperature follows one of the constants behind a slash.
pub(super) fn has_temperatures(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Product(factors) if factors.windows(2).any(is_thermal_pair)));
    found
}

/// Divides by the temperature, too, where it follows a constant behind a slash: `E/kT` is E/(kT).
pub(super) fn put_below(node: &mut Node) {
    if let Node::Product(factors) = node {
        for place in 1..factors.len() {
            if is_thermal_pair(&factors[place - 1..=place]) {
                factors[place].0 = MulOp::Over;
            }
        }
    }
    node.children_mut().into_iter().for_each(put_below);
}

fn is_thermal_pair(pair: &[(MulOp, Node)]) -> bool {
    let [(op, before), (next, factor)] = pair else { return false };
    let constant = matches!(before, Node::Symbol(name) if is_k(name) || is_boltzmann(name));
    (*op, *next) == (MulOp::Over, MulOp::Times) && constant && is_temperature(factor)
}

/// Whether a name is that of a constant which may be written otherwise.
pub(in crate::math) fn is_constant_name(name: &str) -> bool {
    is_k(name) || is_boltzmann(name) || name == PLANCK || name == REDUCED
}

fn is_temperature(node: &Node) -> bool {
    matches!(node, Node::Symbol(name) if name.split('_').next() == Some("T"))
}

/// Writes `k` for the `k_B` of one side.
fn boltzmann(long: &mut Node, short: &mut Node) -> bool {
    let differ = has(long, is_boltzmann) && !has(long, is_k) && has(short, is_k) && !has(short, is_boltzmann);
    let applies = differ && is_thermal(long, false) && is_thermal(short, false);
    if applies {
        replace(long, is_boltzmann, &Node::Symbol("k".into()));
    }
    applies
}

/// Writes 2πħ for the h of one side.
fn planck(plain: &mut Node, reduced: &mut Node) -> bool {
    let (h, bar) = (|name: &str| name == PLANCK, |name: &str| name == REDUCED);
    let applies = has(plain, h) && !has(plain, bar) && has(reduced, bar) && !has(reduced, h);
    if applies {
        let factors = [Node::integer(2), Node::Pi, Node::Symbol(REDUCED.into())];
        replace(plain, h, &Node::Product(factors.into_iter().map(|factor| (MulOp::Times, factor)).collect()));
    }
    applies
}

fn is_k(name: &str) -> bool {
    name == "k"
}

fn is_boltzmann(name: &str) -> bool {
    BOLTZMANN.contains(&name)
}

fn has(node: &Node, is: impl Fn(&str) -> bool) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Symbol(name) if is(name)));
    found
}

fn replace(node: &mut Node, is: impl Fn(&str) -> bool + Copy, with: &Node) {
    match node {
        Node::Symbol(name) if is(name) => *node = with.clone(),
        node => node.children_mut().into_iter().for_each(|child| replace(child, is, with)),
    }
}

/// Whether every constant is a factor of a temperature or of a logarithm. `beside`: a factor of the product around it is one.
fn is_thermal(node: &Node, beside: bool) -> bool {
    let beside = match node {
        Node::Symbol(name) => return beside || !(is_k(name) || is_boltzmann(name)),
        Node::Product(factors) => beside || factors.iter().any(|(_, factor)| holds_temperature(factor)),
        Node::Power(base, _) => return is_thermal(base, beside),
        Node::Sum(terms) => beside && terms.len() == 1,
        _ => false,
    };
    let mut thermal = true;
    node.each_child(&mut |child| thermal &= is_thermal(child, beside));
    thermal
}

/// Whether a factor is a temperature or a logarithm, or a product that has one.
fn holds_temperature(node: &Node) -> bool {
    match node {
        Node::Symbol(_) => is_temperature(node),
        Node::Function(func, _) => matches!(func, Func::Ln | Func::Log),
        Node::Power(base, _) => holds_temperature(base),
        Node::Product(factors) => factors.iter().any(|(_, factor)| holds_temperature(factor)),
        Node::Sum(terms) => terms.len() == 1 && holds_temperature(&terms[0].1),
        _ => false,
    }
}
