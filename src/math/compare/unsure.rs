//! Equalities that rest on a reading of units which is not sure. They are looked for after any rule has found two answers equal.
//!
//! Accepts: answers without units, or with the same units. Refuses, as undecided: units that a value without any leaves out and that
//! differ in size (`3:4` and `3 m : 4 cm`), letters that vanish because the value is zero (`0J` and `0N`), degrees of other scales, a unit
//! in brackets under a power. Refuses, as different: names or percent signs that were dropped together with another unit.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::bare_units;
use super::{Comparer, Decision, Node};
use crate::math::answer::Answer;
use crate::math::units;
use crate::{Reason, Rule};

/// The answer and its tree.
pub(super) type Side<'a> = (&'a Answer, &'a Node);

/// What speaks against an equality that `rule` found.
pub(super) fn objection(comparer: &mut Comparer<'_>, gold: Side<'_>, answer: Side<'_>, rule: Rule) -> Option<Decision> {
    let dropped = match rule {
        Rule::Assignment => bare_units::other_units(gold.1, answer.1) && !converted(comparer, gold.1, answer.1),
        Rule::PercentSign => has_unit(gold.1) || has_unit(answer.1),
        _ => false,
    };
    if dropped {
        return Some(Decision::different(Rule::Unit));
    }
    let unsure = sizes_differ(gold.1, answer.1)
        || scales_differ([gold, answer])
        || brackets_differ(gold.0, answer.0)
        || letters_vanish(comparer, gold, answer);
    unsure.then_some(Decision::not_equal(Reason::Undecided, Rule::Unit))
}

/// Whether a unit in brackets has a power, which its tree does not show, and the texts differ.
pub(super) fn brackets_differ(gold: &Answer, answer: &Answer) -> bool {
    [gold, answer].into_iter().any(|one| has_bracketed_unit(&one.source)) && written(gold) != written(answer)
}

/// The reference has no unit, and the answer has two of one dimension and of different sizes.
fn sizes_differ(gold: &Node, answer: &Node) -> bool {
    if has_unit(gold) {
        return false;
    }
    let mut found: Vec<units::Unit> = Vec::new();
    let mut differ = false;
    answer.walk(&mut |node| {
        if let Node::Quantity(_, phrase, power) = node
            && let Some(unit) = units::read(phrase, *power)
        {
            differ |= found.iter().any(|other| other.dimension == unit.dimension && other.factor != unit.factor);
            found.push(unit);
        }
    });
    differ
}

/// Whether the values show that units of one dimension were converted: `s = 9 m` and `900 cm`, not `s = 9 m` and `9 cm`.
fn converted(comparer: &mut Comparer<'_>, gold: &Node, answer: &Node) -> bool {
    let (gold, answer) = (values(gold), values(answer));
    gold.len() == answer.len()
        && gold.iter().zip(&answer).all(|((g, of_gold), (a, of_answer))| match (of_gold, of_answer) {
            (Some(one), Some(other)) => {
                one.dimension == other.dimension && (one.factor == other.factor || !comparer.compare(g, a).is_equal())
            }
            _ => false,
        })
}

/// The values in front of units, with the unit if it is known.
fn values(node: &Node) -> Vec<(Node, Option<units::Unit>)> {
    let mut found = Vec::new();
    node.walk(&mut |node| {
        if let Node::Quantity(value, phrase, power) = node {
            found.push((value.as_ref().clone(), units::read(phrase, *power)));
        }
    });
    found
}

fn has_unit(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Quantity(..) | Node::Degrees(_)));
    found
}

/// Degrees of one scale and of another: `0^\circ\text{C}` and `0^\circ\text{F}`, or the letter as a factor.
fn scales_differ(sides: [Side<'_>; 2]) -> bool {
    let texts = sides.map(|(answer, _)| answer.normal.as_ref().map_or("", |normal| normal.text.as_str()));
    let [gold, answer] = texts.map(scales);
    gold != answer && (!(gold.is_empty() || answer.is_empty()) || texts.iter().all(|text| text.contains(['C', 'F'])))
}

/// The letters C and F behind degree signs.
fn scales(text: &str) -> Vec<char> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let rest = text[at + 1..].trim_start_matches([' ', '"', '*', '{']);
        let mut letters = rest.chars();
        if let Some(scale @ ('C' | 'F')) = letters.next()
            && !letters.next().is_some_and(char::is_alphanumeric)
        {
            found.push(scale);
        }
    }
    found
}

/// `5\text{ (m/s)}^2`: the power is that of the bracket.
fn has_bracketed_unit(source: &str) -> bool {
    source.match_indices(")}").any(|(at, end)| {
        let open = source[..at].rfind('(').unwrap_or(at);
        let is_unit = open < at && units::is_expression(source[open + 1..at].trim());
        is_unit && source[at + end.len()..].trim_start().starts_with('^')
    })
}

fn written(answer: &Answer) -> String {
    answer.source.split_whitespace().collect()
}

/// Both values are zero and no letter is common to both: as symbols they are equal, as units (`0J` and `0N`) they are not.
fn letters_vanish(comparer: &mut Comparer<'_>, (_, gold): Side<'_>, (_, answer): Side<'_>) -> bool {
    let letters = |node: &Node| {
        let mut found = BTreeSet::new();
        node.walk(&mut |node| {
            if let Node::Symbol(name) | Node::Marked(name) = node {
                found.insert(Arc::clone(name));
            }
        });
        found
    };
    let (g, a) = (letters(gold), letters(answer));
    !g.is_empty()
        && !a.is_empty()
        && g.is_disjoint(&a)
        && super::shapes::is_scalar(gold)
        && comparer.compare(gold, &Node::integer(0)).is_equal()
}
