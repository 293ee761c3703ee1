//! Reads values with units: the words behind a value, and values in two units.
//!
//! Accepts: words, words with whole powers, quotients of two units, a number of a unit and a number of a smaller unit of
//! the same kind (`1 hour 30 minutes`). Refuses: two values of different kinds, or the smaller unit first.

use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive};

use crate::math::node::{MulOp, Node, Sign};
use crate::math::units;

/// The sum of two values, the second in a smaller unit of the same kind.
pub(super) fn compound(larger: &Node, smaller: &Node) -> Option<Node> {
    let (Node::Quantity(value, unit, power), Node::Quantity(rest, part, of_part)) = (larger, smaller) else { return None };
    let (whole, fine) = (units::read(unit, *power)?, units::read(part, *of_part)?);
    let ratio = whole.factor / &fine.factor;
    let (value, rest) = (value.literal()?, rest.literal()?);
    if whole.dimension != fine.dimension || ratio <= BigRational::one() || value.is_negative() || rest.is_negative() {
        return None;
    }
    // Degrees and minutes of an angle: the value of a text in degrees alone.
    if unit == "degree" {
        return Some(Node::Degrees(Box::new(Node::Number(value + rest / ratio))));
    }
    Some(Node::Quantity(Box::new(Node::Number(value * ratio + rest)), part.clone(), *of_part))
}

/// A word, or a word with a power on it.
pub(super) fn unit_of(node: &Node) -> Option<(String, i32)> {
    match node {
        Node::Text(words) => Some((words.clone(), 1)),
        // `\frac{\text{cm}}{\text{s}}`
        Node::Product(parts) => match parts.as_slice() {
            [(MulOp::Times, top), (MulOp::Over, low)] => {
                let ((top, 1), (low, power)) = (unit_of(top)?, unit_of(low)?) else { return None };
                let single = !top.contains(['/', '*']) && !low.contains(['/', '*', ' ']);
                (single && units::is_upright(&low)).then(|| (format!("{top}/{low}"), power))
            }
            _ => None,
        },
        Node::Power(base, exponent) => match (base.as_ref(), integer(exponent)) {
            (Node::Text(words), Some(power)) => Some((words.clone(), power)),
            _ => None,
        },
        _ => None,
    }
}

fn integer(node: &Node) -> Option<i32> {
    let value = match node {
        Node::Sum(terms) => match terms.as_slice() {
            [(Sign::Minus, inner)] => -inner.literal()?,
            _ => return None,
        },
        node => node.literal()?.clone(),
    };
    value.is_integer().then(|| value.to_integer().to_i32()).flatten().filter(|power| power.abs() <= 9)
}

/// `5 "square" "feet"`, `60 "km" / "h"`, `8 "J" * "K"^{-1}`.
pub(super) fn with_unit(measured: Node, op: Option<MulOp>, word: &str, power: i32) -> Option<Node> {
    let Node::Quantity(value, unit, before) = measured else { return None };
    let joint = match op {
        None if before == 1 => ' ',
        None | Some(MulOp::Times | MulOp::Dot) => '*',
        Some(MulOp::Over) => '/',
        Some(MulOp::Cross) => return None,
    };
    let unit = if before == 1 { unit } else { format!("{unit}^{before}") };
    Some(Node::Quantity(value, format!("{unit}{joint}{word}"), power))
}
