//! Conversions between fixed point and enclosures, and code that the functions share for arguments near 0.
use num_bigint::{BigInt, BigUint};
use num_traits::ToPrimitive;

use super::{Float, Interval, Precision, Round, Undecided};

/// Bits beyond the precision with which every function computes: an error of a few ulp then changes the rounded
/// endpoints with a probability of about `2^-29`.
pub(super) const GUARD: u32 = 32;

/// The numbers `2^scale * v` with `v` within `error` ulp of a fixed-point value.
pub(super) fn enclose(value: BigInt, error: u64, places: u32, scale: i64, precision: Precision) -> Interval {
    let exponent = scale - i64::from(places);
    let lower = Float::rounded(&value - error, exponent, precision.bits(), Round::Down);
    Interval::new(lower, Float::rounded(value + error, exponent, precision.bits(), Round::Up))
}

/// The leading 53 bits of a fixed-point value below 2 as an `f64`: exact, so the same on every platform.
#[allow(clippy::cast_precision_loss)]
pub(super) fn leading(value: &BigUint, places: u32) -> f64 {
    // At most 54 bits; the last of them is below the accuracy that a guess needs.
    let top = (value >> places.saturating_sub(53)).to_u64().unwrap_or(0);
    top as f64 * f64::EPSILON / 2.0
}

/// A first guess `0 <= y < 16` as a fixed-point value: its leading 48 places, exact.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn from_guess(y: f64, places: u32) -> BigUint {
    let top = (y / (16.0 * f64::EPSILON)) as u64;
    BigUint::from(top) << (places - 48)
}

/// Whether `x` is so close to 0 that [`near_zero`] encloses an odd function with slope 1 there to full precision.
pub(super) fn is_tiny(x: &Float, precision: Precision) -> bool {
    x.magnitude() < -i64::from(precision.bits() / 2 + GUARD / 2)
}

/// `f(x)` for an odd `f` that lies between `x` and `x + x^3` (`outward`) or between `x - x^3` and `x`, for `|x| < 1/2`.
pub(super) fn near_zero(x: &Float, outward: bool, precision: Precision) -> Result<Interval, Undecided> {
    let bits = precision.bits();
    let away = if x.is_negative() { Round::Down } else { Round::Up };
    let cube = x.mul(x, 32, Round::Up)?.mul(x, 32, away)?;
    let other = |round| if outward { x.add(&cube, bits, round) } else { x.sub(&cube, bits, round) };
    let other_is_above = outward == x.is_positive();
    Ok(if other_is_above {
        Interval::new(x.round(bits, Round::Down), other(Round::Up))
    } else {
        Interval::new(other(Round::Down), x.round(bits, Round::Up))
    })
}

/// The enclosure of a monotonic function, from its enclosures at both ends.
pub(super) fn monotone(x: &Interval, point: impl Fn(&Float) -> Result<Interval, Undecided>) -> Result<Interval, Undecided> {
    let lower = point(x.lower())?;
    if x.is_point() {
        return Ok(lower);
    }
    Ok(lower.hull(&point(x.upper())?))
}

/// The number of bits by which a number is smaller than 1, which a result near 0 needs in addition.
pub(super) fn smallness(x: &Float) -> u32 {
    u32::try_from((-x.magnitude()).clamp(0, i64::from(u32::MAX) / 4)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enclosures_reach_as_far_as_the_error() {
        let value = enclose(BigInt::from(5), 2, 3, 1, Precision::START);
        assert_eq!(value, Interval::new(Float::integer(3), Float::integer(7)).scale(-2).unwrap());
    }
}
