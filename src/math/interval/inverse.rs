//! The inverse trigonometric functions, principal values.
//!
//! Accepts all enclosures for atan and those within [-1, 1] for asin and acos; refuses the others with
//! [`Undecided::Domain`].
use num_bigint::{BigInt, BigUint, Sign};
use num_traits::One;

use super::fixed::{GUARD, enclose, from_guess, is_tiny, leading, monotone, near_zero, smallness};
use super::{Float, Interval, Precision, Round, Undecided, constants, series};

impl Interval {
    /// The arc tangent.
    pub fn atan(&self, precision: Precision) -> Result<Self, Undecided> {
        monotone(self, |x| atan(x, precision))
    }
    /// The arc sine; refuses an enclosure that reaches beyond [-1, 1].
    pub fn asin(&self, precision: Precision) -> Result<Self, Undecided> {
        self.require_cosine()?;
        monotone(self, |x| asin(x, precision))
    }
    /// The arc cosine; refuses an enclosure that reaches beyond [-1, 1].
    pub fn acos(&self, precision: Precision) -> Result<Self, Undecided> {
        self.require_cosine()?;
        monotone(self, |x| acos(x, precision))
    }
    fn require_cosine(&self) -> Result<(), Undecided> {
        let one = Float::one();
        if *self.lower() < -&one || *self.upper() > one { Err(Undecided::Domain) } else { Ok(()) }
    }
}

/// The arc tangent of a point: `atan(x)`, or `pi/2 - atan(1/x)` for `x >= 1`.
fn atan(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    if x.is_negative() {
        return Ok(atan(&-x, precision)?.neg());
    }
    if x.is_zero() {
        return Ok(Interval::zero());
    }
    if is_tiny(x, precision) {
        return near_zero(x, false, precision);
    }
    let places = precision.bits() + GUARD + smallness(x);
    if x.magnitude() <= 0 {
        let (value, error) = atan_fixed(&x.to_fixed(places).into_parts().1, places)?;
        return Ok(enclose(value, error, places, 0, precision));
    }
    let reciprocal = Float::one().div(x, places, Round::Down)?.to_fixed(places).into_parts().1;
    let (value, error) = atan_fixed(&reciprocal, places)?;
    let right_angle = BigInt::from(constants::pi(places - 1));
    Ok(enclose(right_angle - value, error + 1, places, 0, precision))
}

/// `atan(a)` for `0 <= a <= 1`, given by a lower bound less than 2 ulp away, and a bound in ulp on the error.
///
/// For any `y`, `atan a = y + atan(w)` with `w = (a cos y - sin y) / (cos y + a sin y)`, as long as the two angles
/// differ by less than a right angle, which holds for `y` in [0, pi/4]. A `y` near `atan a` makes `w` small; if it is
/// not below 1/2, this function refuses. The numerator is within 7 ulp (2 of `a`, 2 of each function, 1 of the shift),
/// the denominator within the same and at least 0.7, so with `|w| <= 1/2` the quotient is within 16 ulp; the slope of
/// the arc tangent is at most 1.
fn atan_fixed(a: &BigUint, places: u32) -> Result<(BigInt, u64), Undecided> {
    let y = from_guess(atan_guess(leading(a, places)).clamp(0.0, 0.785), places);
    let (sin, cos) = series::sin_cos(&y, places);
    let product = (a * &cos) >> places;
    let negative = product < sin;
    let numerator = if negative { &sin - product } else { product - &sin };
    let denominator = cos + ((a * sin) >> places);
    let w: BigUint = (numerator << places) / denominator.max(BigUint::one());
    if w.bits() >= u64::from(places) {
        return Err(Undecided::TooLarge);
    }
    let (atan, error) = series::inverse(&w, places, true);
    let correction = BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, atan);
    Ok((BigInt::from(y) + correction, error + 16))
}

/// Approximately `atan(a)` for `0 <= a <= 1`: two reductions and the series, by operations whose results IEEE 754
/// defines exactly.
fn atan_guess(a: f64) -> f64 {
    // tan(pi/8) and pi/4, tan(pi/16) and pi/8.
    let (mut u, mut offset) = (a, 0.0);
    if u > 0.414_213_562_373_095_05 {
        (u, offset) = ((u - 1.0) / (u + 1.0), std::f64::consts::FRAC_PI_4);
    }
    let eighth = 0.414_213_562_373_095_05;
    if u > 0.198_912_367_379_658 {
        (u, offset) = ((u - eighth) / (1.0 + u * eighth), offset + std::f64::consts::FRAC_PI_8);
    } else if u < -0.198_912_367_379_658 {
        (u, offset) = ((u + eighth) / (1.0 - u * eighth), offset - std::f64::consts::FRAC_PI_8);
    }
    let square = -u * u;
    let mut sum = 0.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        sum = sum * square + 1.0 / odd;
    }
    offset + u * sum
}

/// `asin(x) = atan(x / sqrt((1 - x)(1 + x)))`; the factors keep full accuracy near ±1.
fn asin(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    if is_tiny(x, precision) {
        return near_zero(x, true, precision);
    }
    let wide = precision.plus(GUARD);
    let (point, one) = (Interval::point(x.clone()), Interval::one());
    let product = one.sub(&point, wide).mul(&one.add(&point, wide), wide)?;
    if product.is_zero() {
        let right_angle = Interval::pi(precision).scale(-1)?;
        return Ok(if x.is_negative() { right_angle.neg() } else { right_angle });
    }
    Ok(point.div(&product.sqrt(wide)?, wide)?.atan(wide)?.round(precision))
}

/// `acos(x) = 2 atan(sqrt((1 - x) / (1 + x)))`, and pi for -1.
fn acos(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    let wide = precision.plus(GUARD);
    let (point, one) = (Interval::point(x.clone()), Interval::one());
    let divisor = one.add(&point, wide);
    if divisor.is_zero() {
        return Ok(Interval::pi(precision));
    }
    Ok(one.sub(&point, wide).div(&divisor, wide)?.sqrt(wide)?.atan(wide)?.scale(1)?.round(precision))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The value is within the stated error, whatever digits follow the known places.
        #[test]
        fn arc_tangents_keep_their_claim(places in 64u32..900, millionths in 0u32..1_000_000, rest in any::<u128>()) {
            let a = (BigUint::from(millionths) << places) / 1_000_000u32;
            let (value, error) = atan_fixed(&a, places).unwrap();
            let (better, _) = atan_fixed(&((a << 128u32) + rest), places + 128).unwrap();
            let gap: BigInt = (better >> 128u32) - value;
            prop_assert!(gap.magnitude() < &BigUint::from(error), "{gap} of {error}");
            // The error stays within the lowest quarter of the guard bits.
            prop_assert!(error < 1 << (GUARD / 4), "{error}");
        }
    }
}
