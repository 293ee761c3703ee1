//! Literals: the exact value of digits.
//!
//! Accepts: integers, decimals, repeating decimals, scientific notation up to [`MAX_LITERAL_EXPONENT`], numerals in a base from 2 to 36. Refuses: larger
//! exponents, digits that the base does not have.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow, Zero};
use pest::iterators::Pair;

use super::Rule;
use crate::math::node::Node;

/// Digits a literal exponent (`1e400`) may ask for.
const MAX_LITERAL_EXPONENT: i64 = 4_000;

/// Reads a literal: digits, a point, a repeating part behind `~`, an exponent.
pub(super) fn number(text: &str) -> Option<Node> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(place) => (&text[..place], text[place + 1..].parse::<i64>().ok()?),
        None => (text, 0),
    };
    if exponent.abs() > MAX_LITERAL_EXPONENT {
        return None;
    }
    let (mantissa, repetend) = mantissa.split_once('~').map_or((mantissa, ""), |(a, b)| (a, b));
    let (whole, decimals) = mantissa.split_once('.').map_or((mantissa, ""), |(a, b)| (a, b));
    let mut digits = String::with_capacity(whole.len() + decimals.len() + repetend.len());
    digits.push_str(whole);
    digits.push_str(decimals);
    let ten = BigInt::from(10);
    let scale = u32::try_from(decimals.len()).ok()?;
    let mut value = if digits.is_empty() {
        BigRational::zero()
    } else {
        let integer: BigInt = digits.parse().ok()?;
        if scale == 0 { BigRational::from_integer(integer) } else { BigRational::new(integer, Pow::pow(&ten, scale)) }
    };
    if !repetend.is_empty() {
        let period: BigInt = repetend.parse().ok()?;
        let nines = Pow::pow(&ten, u32::try_from(repetend.len()).ok()?) - 1u32;
        value += BigRational::new(period, nines * Pow::pow(&ten, scale));
    }
    let shift = u32::try_from(exponent.unsigned_abs()).ok()?;
    match exponent {
        0 => {}
        1.. => value *= BigRational::from_integer(Pow::pow(&ten, shift)),
        _ => value /= BigRational::from_integer(Pow::pow(&ten, shift)),
    }
    if decimals.is_empty() || !repetend.is_empty() {
        return Some(Node::Number(value));
    }
    let significant = u32::try_from(digits.trim_start_matches('0').len()).ok()?;
    let scale = i64::from(scale) - exponent;
    Some(match u32::try_from(scale) {
        Ok(scale) => Node::Decimal { value, scale, significant },
        Err(_) => Node::Number(value),
    })
}

/// `1011_2`: the digits must be digits of the base.
pub(super) fn based(node: &Node, pair: Pair<'_, Rule>) -> Option<Node> {
    let base: u32 = pair.into_inner().next()?.as_str().parse().ok()?;
    let Node::Number(value) = node else { return None };
    if !(2..=36).contains(&base) || !value.is_integer() {
        return None;
    }
    let digits = value.to_integer().to_string();
    let value = BigInt::parse_bytes(digits.as_bytes(), base)?;
    Some(Node::Based { digits, base, value: BigRational::from_integer(value) })
}
