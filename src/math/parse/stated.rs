//! Ranges and sizes: signs that compute inside a formula, and state something where they are a whole answer.
//!
//! Accepts: two ascending numbers with a dash between them, `10-20`, `3-4 days`, `10\%-20\%`, which become the interval
//! `[10, 20]`; numbers joined by `\times` before a unit or label, `5\times3 matrix`, whose product is not taken. Refuses
//! nothing: other answers stay as they are. In a relation both compute: `3-5 = -2`, `3\times4 cm = 12 cm`.

use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};

use super::product::{is_product_of_numbers, multiply_numbers};
use crate::math::node::{Brackets, MulOp, Node, Sign};

/// Largest power of ten of an end.
const MAX_EXPONENT: i32 = 99;

/// Makes the ranges among the items of an answer intervals.
pub(super) fn mark_ranges(node: &mut Node) {
    match node {
        Node::List(items) | Node::Either(items) => items.iter_mut().for_each(mark_range),
        node => mark_range(node),
    }
}

fn mark_range(node: &mut Node) {
    let node = match node {
        Node::Quantity(value, unit, power) => {
            // `3 m-4 m`
            if let Node::Sum(terms) = value.as_mut()
                && let [(Sign::Plus, low), _] = terms.as_mut_slice()
                && let Node::Quantity(number, other, of_other) = low
                && other == unit
                && of_other == power
            {
                *low = number.as_ref().clone();
            }
            value.as_mut()
        }
        node => node,
    };
    let Node::Sum(terms) = node else { return };
    let [(Sign::Plus, low), (Sign::Minus, high)] = terms.as_slice() else { return };
    let ascend = matches!((end(low), end(high)), (Some(low), Some(high)) if !low.is_negative() && low < high);
    if ascend {
        let ends = vec![low.clone(), high.clone()];
        *node = Node::Group(Brackets { left_closed: true, right_closed: true }, ends);
    }
}

/// The number of an end, with or without a mark: `10`, `10\%`, `10^\circ`, `10^3`, `2\times10^3`.
fn end(node: &Node) -> Option<BigRational> {
    match node {
        Node::Percent(value) | Node::Degrees(value) => value.literal().cloned(),
        Node::Power(base, exponent) if **base == Node::integer(10) => {
            let exponent = exponent.literal().filter(|exponent| exponent.is_integer())?.to_integer().to_i32()?;
            (exponent.abs() <= MAX_EXPONENT).then(|| BigRational::from_integer(10.into()).pow(exponent))
        }
        Node::Product(factors) => match factors.as_slice() {
            [(MulOp::Times, number), (MulOp::Times, power @ Node::Power(..))] => Some(number.literal()? * end(power)?),
            _ => None,
        },
        node => node.literal().cloned(),
    }
}

/// Takes the product of a size that is part of a formula or relation.
pub(super) fn multiplied(mut node: Node) -> Node {
    if let Node::Quantity(value, ..) = &mut node
        && let Node::Product(factors) = value.as_mut()
        && is_product_of_numbers(factors)
    {
        multiply_numbers(factors);
    }
    node
}
