//! Reads literals: the exact value of digits.
//!
//! Accepts: integers, decimals, repeating decimals, scientific notation up to [`MAX_LITERAL_EXPONENT`], numerals in a
//! base from 2 to 36. Refuses: larger exponents, digits that the base does not have.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Pow, Zero};
use pest::iterators::Pair;

use super::Rule;
use crate::math::node::Node;

/// Largest absolute exponent of a literal (`1e400`), which is the number of digits it adds.
const MAX_LITERAL_EXPONENT: i64 = 4_000;
/// Number of decimal digits that always fits 64 bits.
const MAX_SHORT: usize = 18;

/// Reads a literal: digits, a point, a repeating part after `~`, an exponent.
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
    let scale = u32::try_from(decimals.len()).ok()?;
    let value = if repetend.is_empty() {
        shifted(whole, decimals, exponent)
    } else {
        let ten = BigInt::from(10);
        let period: BigInt = repetend.parse().ok()?;
        let nines = Pow::pow(&ten, u32::try_from(repetend.len()).ok()?) - 1u32;
        let value = decimal(false, whole, decimals) + BigRational::new(period, nines * Pow::pow(&ten, scale));
        value * BigRational::from_integer(ten).pow(i32::try_from(exponent).ok()?)
    };
    if decimals.is_empty() || !repetend.is_empty() {
        return Some(Node::Number(value));
    }
    let significant = u32::try_from(significant(whole, decimals)).ok()?;
    let scale = i64::from(scale) - exponent;
    Some(match u32::try_from(scale) {
        Ok(scale) => Node::Decimal { value, scale, significant },
        Err(_) => Node::Number(value),
    })
}

/// The number with these digits before and after the point, times a power of ten. The point is moved instead of
/// multiplying, because a product would compute a greatest common divisor with that power.
fn shifted(whole: &str, decimals: &str, exponent: i64) -> BigRational {
    let shift = usize::try_from(exponent.unsigned_abs()).unwrap_or(0);
    if exponent >= 0 {
        if let Some((moved, rest)) = decimals.split_at_checked(shift) {
            return decimal(false, &format!("{whole}{moved}"), rest);
        }
        let zeros = u32::try_from(shift - decimals.len()).unwrap_or(0);
        let digits: BigInt = format!("{whole}{decimals}").parse().unwrap_or_default();
        return BigRational::from_integer((digits * Pow::pow(BigInt::from(5), zeros)) << zeros);
    }
    match whole.len().checked_sub(shift) {
        Some(place) => decimal(false, &whole[..place], &format!("{}{decimals}", &whole[place..])),
        None => decimal(false, "", &format!("{}{whole}{decimals}", "0".repeat(shift - whole.len()))),
    }
}

/// The number with these digits before and after the point; either part may be empty.
pub fn decimal(negative: bool, whole: &str, decimals: &str) -> BigRational {
    let value = match short(whole, decimals) {
        Some((top, low)) => {
            let divisor = top.gcd(&low);
            BigRational::new_raw((top / divisor).into(), (low / divisor).into())
        }
        None => long(whole, decimals),
    };
    if negative { -value } else { value }
}

/// For more digits than a machine word holds. A greatest common divisor with a power of ten would take time quadratic
/// in their number; only factors of two and five can be cancelled.
fn long(whole: &str, decimals: &str) -> BigRational {
    let mut top: BigInt = format!("{whole}{decimals}").parse().unwrap_or_default();
    let places = u32::try_from(decimals.len()).unwrap_or(0);
    let twos = top.trailing_zeros().map_or(places, |zeros| places.min(u32::try_from(zeros).unwrap_or(places)));
    top >>= twos;
    let mut fives = 0;
    // Divides by 5²⁷ at a time, the largest power of five below 2⁶⁴, then by single fives.
    for step in [27, 1] {
        let power = BigInt::from(5_u64.pow(step));
        while fives + step <= places && (&top % &power).is_zero() {
            top /= &power;
            fives += step;
        }
    }
    let low = Pow::pow(BigInt::from(5), places - fives) << (places - twos);
    BigRational::new_raw(top, low)
}

/// The number of significant digits among the digits before and after the point.
pub fn significant(whole: &str, decimals: &str) -> usize {
    let whole = whole.trim_start_matches('0');
    if whole.is_empty() { decimals.trim_start_matches('0').len() } else { whole.len() + decimals.len() }
}

/// The digits as an integer, and the power of ten that divides it, where both fit a machine word.
fn short(whole: &str, decimals: &str) -> Option<(u64, u64)> {
    if whole.len() + decimals.len() > MAX_SHORT {
        return None;
    }
    let mut digits = whole.bytes().chain(decimals.bytes());
    let top = digits.try_fold(0, |top: u64, digit| digit.is_ascii_digit().then(|| 10 * top + u64::from(digit - b'0')))?;
    Some((top, decimals.bytes().fold(1, |low: u64, _| 10 * low)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_moved_point_is_a_power_of_ten(whole in "[0-9]{1,20}", decimals in "[0-9]{0,20}", exponent in -60_i64..60) {
            let moved = shifted(&whole, &decimals, exponent);
            let ten = BigRational::from_integer(10.into());
            prop_assert_eq!(&moved, &(decimal(false, &whole, &decimals) * ten.pow(i32::try_from(exponent).expect("small"))));
            prop_assert_eq!(moved.denom().clone(), moved.reduced().denom().clone());
        }

        #[test]
        fn decimals_are_in_lowest_terms(whole in "[0-9]{0,30}", decimals in "[0-9]{0,12}(0|5|25|3125|9){0,30}", negative in any::<bool>()) {
            let top: BigInt = format!("0{whole}{decimals}").parse().expect("digits");
            let low = Pow::pow(BigInt::from(10), u32::try_from(decimals.len()).expect("short"));
            let value = decimal(negative, &whole, &decimals);
            prop_assert_eq!(&value, &BigRational::new(if negative { -top } else { top }, low));
            prop_assert_eq!(value.denom().clone(), value.reduced().denom().clone());
        }
    }
}
