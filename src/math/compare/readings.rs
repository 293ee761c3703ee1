//! Further readings of an answer, each allowed by a switch of the policy.
//!
//! Accepts: `x = 5` for 5, an inequality for its interval, a percent sign added or dropped, the index of a base left
//! out, other brackets. Refuses: readings whose switch is off, and (except with `last_of_chain`) a chain whose sides
//! are not all equal.

use super::constants;
use super::runs::have_several_names;
use super::shapes::{
    components, is_constant_side, is_membership, is_name, is_quantity, is_scalar, is_sum_of_results, says_which, simplify,
    without_percent,
};
use super::{Comparer, Decision, Node, antiderivatives, slashes};
use num_rational::BigRational;

use crate::Rule;
use crate::math::algebra::{self, Canon};
use crate::math::interval::Precision;
use crate::math::names;
use crate::math::node::{Brackets, MulOp, RelOp};
use crate::math::policy::Policy;
use crate::math::units;

/// A reading that a policy may forgive.
struct Reading {
    /// Whether the policy allows it.
    switch: fn(&Policy) -> bool,
    /// Whether the answers are equal in this reading.
    equal: fn(&mut Comparer<'_>, &Node, &Node) -> bool,
    rule: Rule,
}

/// Every such reading; the first that makes the answers equal decides.
const READINGS: &[Reading] = &[
    Reading { switch: |policy| policy.last_of_chain, equal: as_last_sides, rule: Rule::LastOfChain },
    Reading { switch: |policy| policy.assignment, equal: as_values, rule: Rule::Assignment },
    Reading { switch: |policy| policy.assignment, equal: as_tuples, rule: Rule::Assignment },
    Reading { switch: |policy| policy.up_to_constant, equal: antiderivatives::equal, rule: Rule::UpToConstant },
    Reading { switch: |_| true, equal: super::componentwise::equal, rule: Rule::Relation },
    Reading { switch: |_| true, equal: super::periodic::equal, rule: Rule::Relation },
    Reading { switch: |_| true, equal: super::described::equal, rule: Rule::Ranges },
    Reading { switch: |policy| policy.inequality_interval, equal: as_intervals, rule: Rule::Interval },
    Reading { switch: |policy| policy.percent_sign, equal: as_without_percent, rule: Rule::PercentSign },
    Reading { switch: |policy| policy.missing_base, equal: as_without_base, rule: Rule::MissingBase },
    Reading { switch: |policy| policy.constant_names, equal: with_one_name, rule: Rule::ConstantNames },
    Reading { switch: |policy| policy.cross_products, equal: slashes::equal_times, rule: Rule::Notation },
    Reading { switch: |policy| policy.ratio_fraction, equal: as_quotient, rule: Rule::RatioFraction },
    Reading { switch: |policy| policy.any_brackets, equal: as_components, rule: Rule::Components },
];

fn as_last_sides(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    either(last_side(gold), last_side(answer), gold, answer).is_some_and(|(g, a)| comparer.compare(&g, &a).is_equal())
}

fn as_values(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    if says_which(gold) && says_which(answer) {
        return false;
    }
    let (g, a) = (comparer.value_of(gold), comparer.value_of(answer));
    either(g, a, gold, answer).is_some_and(|(g, a)| {
        // The bare values of several names are in the order of the names.
        let items = |node: &Node| matches!(node, Node::List(items) | Node::Set(items) if have_several_names(items));
        let ordered = items(gold) || items(answer);
        match (&g, &a) {
            (Node::List(g) | Node::Set(g), Node::List(a) | Node::Set(a)) if ordered => comparer.ordered(g, a).is_equal(),
            _ => comparer.compare(&g, &a).is_equal(),
        }
    })
}

fn as_tuples(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (g, a) = (tuples_of(gold), tuples_of(answer));
    g.is_some() != a.is_some() && comparer.structures(g.as_ref().unwrap_or(gold), a.as_ref().unwrap_or(answer)).is_equal()
}

fn as_intervals(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    if is_membership(gold) == is_membership(answer) && says_which(gold) && says_which(answer) {
        return false;
    }
    let (g, a) = (comparer.interval_of(gold), comparer.interval_of(answer));
    either(g, a, gold, answer).is_some_and(|(g, a)| comparer.structures(&g, &a).is_equal())
}

fn as_without_percent(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    // A percentage is no length: its sign is not dropped against a unit.
    let known = |node: &Node| matches!(node, Node::Quantity(_, phrase, power) if units::read(phrase, *power).is_some());
    if known(gold) || known(answer) {
        return false;
    }
    let (g, a) = (without_percent(gold), without_percent(answer));
    (g.is_some() || a.is_some()) && comparer.structures(g.unwrap_or(gold), a.unwrap_or(answer)).is_equal()
}

fn as_without_base(_: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    match (gold, answer) {
        (Node::Based { digits, .. }, Node::Number(value)) => value.is_integer() && value.to_integer().to_string() == *digits,
        _ => false,
    }
}

fn with_one_name(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    constants::renamed(gold, answer).is_some_and(|(g, a)| comparer.compare(&g, &a).is_equal())
}

fn as_components(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (Some(g), Some(a)) = (components(gold), components(answer)) else { return false };
    g.len() == a.len()
        && !matches!((gold, answer), (Node::Matrix(_), Node::Matrix(_)))
        && (g.len() > 2 || !matches!((gold, answer), (Node::Group(..), Node::Group(..))))
        && comparer.ordered(&g, &a).is_equal()
}

/// Whether the terms of a ratio may be hours and minutes, which have two digits: `12:30`.
fn is_time(hours: &Node, minutes: &Node) -> bool {
    let below = |node: &Node, end: i64| node.literal().is_some_and(|value| *value < BigRational::from_integer(end.into()));
    let two_digits = !below(minutes, 10) && below(minutes, 60);
    below(hours, 25) && two_digits
}

/// `3:4` as 3/4.
fn as_quotient(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let quotient = |node: &Node| match node {
        Node::Ratio(parts) => match parts.as_slice() {
            [above, below] if is_constant_side(above) && is_constant_side(below) && !is_time(above, below) => {
                Some(Node::Product(vec![(MulOp::Times, above.clone()), (MulOp::Over, below.clone())]))
            }
            _ => None,
        },
        _ => None,
    };
    match (quotient(gold), quotient(answer)) {
        (Some(g), None) if is_scalar(answer) => comparer.structures(&g, answer).is_equal(),
        (None, Some(a)) if is_scalar(gold) => comparer.structures(gold, &a).is_equal(),
        _ => false,
    }
}

/// Both sides, where at least one has this reading; a side without it is used as it is.
fn either(g: Option<Node>, a: Option<Node>, gold: &Node, answer: &Node) -> Option<(Node, Node)> {
    (g.is_some() || a.is_some()).then(|| (g.unwrap_or_else(|| gold.clone()), a.unwrap_or_else(|| answer.clone())))
}

impl Comparer<'_> {
    /// The decision, or equality by the first allowed reading that makes the answers equal.
    pub(super) fn forgiving(&mut self, gold: &Node, answer: &Node, decision: Decision) -> Decision {
        let policy = self.policy;
        let forgiven = READINGS.iter().find(|reading| (reading.switch)(policy) && (reading.equal)(self, gold, answer));
        forgiven.map_or(decision, |reading| Decision::equal(reading.rule))
    }

    /// The value in `x = 5`, `f(x) = 2x`, `x ∈ S`, `= 5` or `x ≈ 5`.
    pub(super) fn value_of(&mut self, node: &Node) -> Option<Node> {
        if let Node::List(items) | Node::Set(items) = node {
            // The values of the direct items; nested lists and sets are kept as they are, so that they are compared
            // once.
            let nested = |item: &Node| matches!(item, Node::List(_) | Node::Set(_));
            let values: Vec<Option<Node>> =
                items.iter().map(|item| if nested(item) { None } else { self.value_of(item) }).collect();
            if values.iter().all(Option::is_none) {
                return None;
            }
            let values = values.into_iter().zip(items).map(|(value, item)| value.unwrap_or_else(|| item.clone())).collect();
            return Some(if matches!(node, Node::Set(_)) { Node::Set(values) } else { Node::List(values) });
        }
        let Node::Relation(sides, ops) = node else { return None };
        // `x = x`, `f(x) = 2f(x)`: an equation that does not define its name.
        let [first, rest @ ..] = sides.as_slice() else { return None };
        if is_name(first) && rest.iter().any(|side| mentions(side, first)) {
            return None;
        }
        // `D = C` names two options, points or lines.
        let capital = |node: &Node| matches!(node, Node::Symbol(name) if name.len() == 1 && names::is_capitals(name));
        if rest.iter().any(capital) && capital(first) {
            return None;
        }
        // `f(5) = 2x` does not define a value of f(5), unless x is a constant as `\rho` and `R` are in physics.
        let free = |node: &Node| !is_constant_side(node);
        if !self.policy.any_name
            && matches!(first, Node::Apply(_, arguments) if !arguments.iter().any(free))
            && rest.iter().any(free)
        {
            return None;
        }
        let allowed = ops.iter().all(|op| *op == RelOp::Equal || (*op == RelOp::Approx && self.policy.approximate));
        match (sides.as_slice(), ops.as_slice()) {
            ([Node::Blank, value], [RelOp::Equal]) => Some(value.clone()),
            ([name, set], [RelOp::In]) if is_name(name) => Some(set.clone()),
            ([Node::Blank, value], [RelOp::Approx]) if self.policy.approximate => Some(value.clone()),
            ([value, name], [RelOp::Equal]) if is_name(name) && is_constant_side(value) => Some(value.clone()),
            ([name, rest @ ..], _) if allowed && is_name(name) && !rest.is_empty() => self.consistent(rest, &ops[1..]),
            ([sum, rest @ ..], _) if allowed && is_sum_of_results(sum) && rest.iter().all(is_constant_side) => {
                self.consistent(rest, &ops[1..])
            }
            ([quantity, value], [RelOp::Equal]) if is_quantity(quantity) && !shares_letters(quantity, value) => Some(value.clone()),
            (values, _) if allowed && values.iter().all(is_scalar) && !values.iter().any(is_name) => self.consistent(values, ops),
            _ => None,
        }
    }

    /// The common value of a chain whose sides are all equal; sides after `≈` need only be close.
    fn consistent(&mut self, values: &[Node], ops: &[RelOp]) -> Option<Node> {
        let exact = ops.iter().position(|op| *op == RelOp::Approx).map_or(values.len(), |place| place + 1);
        let (first, rest) = values[..exact].split_first()?;
        for other in rest {
            if !self.structures(simplify(first), simplify(other)).is_equal() {
                return None;
            }
        }
        // A side after `≈` must be near the value.
        if values[exact..].iter().any(|other| self.is_far(first, other)) {
            return None;
        }
        Some(first.clone())
    }

    /// Whether the distance of two numbers is certainly more than a sixteenth of the first.
    fn is_far(&mut self, value: &Node, other: &Node) -> bool {
        let precision = Precision::START;
        let mut real = |node: &Node| {
            let canon = algebra::canonical(node, &mut self.budget).ok().filter(Canon::is_constant)?;
            algebra::evaluate(&canon, precision, &|_| None, &mut self.budget).ok().map(|value| value.re().clone())
        };
        let (Some(value), Some(other)) = (real(value), real(other)) else { return false };
        let distance = value.sub(&other, precision).abs();
        value.abs().scale(-4).is_ok_and(|near| near.certainly_less(&distance))
    }
}

/// Whether a node contains a name, or the function of which the name is a value.
fn mentions(node: &Node, name: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |part| {
        found |= part == name
            || match (name, part) {
                (Node::Apply(f, _), Node::Apply(g, _) | Node::Symbol(g)) => f == g,
                _ => false,
            };
    });
    found
}

/// Whether a value contains a name of the quantity or, for a derivative, its letter: an equation for them and not a value.
fn shares_letters(quantity: &Node, value: &Node) -> bool {
    let mut shared = false;
    quantity.walk(&mut |part| {
        let Node::Symbol(name) = part else { return };
        let letter = names::differential(name).map_or(name.as_ref(), |of| of.1);
        // The letter by which one differentiates may occur: dy/dx = 2x.
        let below = names::differential(name).is_some() && is_below(quantity, part);
        value.walk(&mut |other| {
            if let Node::Symbol(other) | Node::Apply(other, _) = other {
                shared |= !below && (other == name || other.as_ref() == letter);
            }
        });
    });
    shared && !matches!(quantity, Node::Angle(_))
}

fn is_below(quotient: &Node, part: &Node) -> bool {
    matches!(quotient, Node::Product(factors) if factors.iter().any(|(op, factor)| *op == MulOp::Over && simplify(factor) == part))
}

/// `x = 1, y = 2` as (1, 2), with as many names as values.
fn tuple_of(node: &Node) -> Option<Node> {
    let Node::List(items) = node else { return None };
    let mut names = Vec::with_capacity(items.len());
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Node::Relation(sides, ops) if ops.as_slice() == [RelOp::Equal] && is_name(&sides[0]) && !names.contains(&&sides[0]) => {
                names.push(&sides[0]);
                values.push(sides[1].clone());
            }
            _ => return None,
        }
    }
    // The components of the tuple are in the order of their names.
    let in_order = names.windows(2).all(|pair| match (pair[0], pair[1]) {
        (Node::Symbol(one), Node::Symbol(next)) => one < next,
        _ => true,
    });
    (values.len() > 1 && in_order).then_some(Node::Group(Brackets { left_closed: false, right_closed: false }, values))
}

/// The tuple of a system, or the tuples of each of several systems.
fn tuples_of(node: &Node) -> Option<Node> {
    tuple_of(node).or_else(|| match node {
        Node::List(items) => items.iter().map(tuple_of).collect::<Option<Vec<_>>>().map(Node::List),
        _ => None,
    })
}

/// `x = 2 + 3 = 5` as `x = 5`, `2 + 3 = 5` as 5; sides after `≈` are ignored.
pub(super) fn last_side(node: &Node) -> Option<Node> {
    let Node::Relation(sides, ops) = node else { return None };
    if sides.len() < 3 || !ops.iter().all(|op| matches!(op, RelOp::Equal | RelOp::Approx)) {
        return None;
    }
    let exact = ops.iter().position(|op| *op == RelOp::Approx).map_or(sides.len(), |place| place + 1);
    let last = sides[..exact].last()?.clone();
    Some(if is_name(&sides[0]) && exact > 1 { Node::Relation(vec![sides[0].clone(), last], vec![RelOp::Equal]) } else { last })
}
