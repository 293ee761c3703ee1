//! Units in letters without a font, which a formula may mean as symbols: the `mL` of `I = 2mL`.
//!
//! Accepts: such units where both answers have the same unit, and, of a bare value, a unit that the other answer does not have or
//! that stands behind a blank. Two spellings of one unit are the same where one is a name (`5cm`, `5 centimeters`).
//! Refuses: letters without a font that would have to be converted, added or dropped where they may as well be symbols: behind the name of a formula, directly behind the number, with a prefix before a capital (`3 kT`).

use super::Node;
use crate::math::answer::Answer;
use crate::math::units;

/// Most different units of one answer; more are compared as they are written.
const MAX_UNITS: usize = 8;

/// Whether two answers that are equal with letters as units need a reading of the letters that is not sure.
pub(super) fn differ(gold: &Answer, g: &Node, answer: &Answer, a: &Node) -> bool {
    let written = |answer: &Answer| answer.normal.as_ref().map(|normal| normal.bare_units).unwrap_or_default();
    let sides = [(written(gold), g), (written(answer), a)];
    let in_formula = sides.iter().any(|(bare, node)| bare.any && is_relation(node));
    let glued = sides.iter().any(|(bare, _)| bare.glued);
    let prefixed = sides.iter().any(|(bare, _)| bare.prefixed);
    if !(in_formula || glued || prefixed) {
        return false;
    }
    let (of_gold, of_answer) = (units_of(g), units_of(a));
    let converted = !of_gold.is_empty() && !of_answer.is_empty();
    (in_formula || if converted { glued } else { prefixed }) && !same(&of_gold, &of_answer)
}

/// Whether both answers have units, and not the same ones.
pub(super) fn other_units(g: &Node, a: &Node) -> bool {
    let (of_gold, of_answer) = (units_of(g), units_of(a));
    !of_gold.is_empty() && !of_answer.is_empty() && !same(&of_gold, &of_answer)
}

fn is_relation(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |node| found |= matches!(node, Node::Relation(..)));
    found
}

/// The words behind the values of an answer, each once.
fn units_of(node: &Node) -> Vec<(&str, i32)> {
    let mut found = Vec::new();
    node.walk(&mut |node| {
        if let Node::Quantity(_, phrase, power) = node {
            found.push((phrase.as_str(), *power));
        }
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether every unit of one answer is a unit of the other, with the same words: `m/s` is `m*s^{-1}`, for units as for symbols, and
/// `g/L` is `kg/m^3` for units only.
fn same(gold: &[(&str, i32)], answer: &[(&str, i32)]) -> bool {
    if gold == answer || gold.len().max(answer.len()) > MAX_UNITS {
        return gold == answer;
    }
    let words = |phrase: &str| {
        let mut words: Vec<String> = phrase.split(|c: char| !c.is_alphabetic()).map(str::to_owned).collect();
        words.retain(|word| !word.is_empty());
        words.sort_unstable();
        words
    };
    let alike = |one: &(&str, i32), other: &(&str, i32)| {
        let converted = || units::read(one.0, one.1).is_some_and(|unit| units::read(other.0, other.1) == Some(unit));
        // 厘米 are units and no symbols, so `12cm` beside them are centimetres.
        let chinese = |phrase: &str| phrase.chars().all(|c| c > '\u{3000}');
        let foreign = chinese(one.0) || chinese(other.0);
        // A name written out is a unit, and its symbol stands for it: `5cm` and `5 centimeters`.
        let named = |phrase: &str| phrase.split(|c: char| !c.is_alphabetic()).all(|word| word.len() > 4);
        let spelled = named(one.0) || named(other.0);
        one == other || (foreign || spelled || words(one.0) == words(other.0)) && converted()
    };
    let within = |these: &[(&str, i32)], those: &[(&str, i32)]| these.iter().all(|one| those.iter().any(|other| alike(one, other)));
    within(gold, answer) && within(answer, gold)
}
