//! The exponential and the logarithm.
//!
//! Accepts arguments of the exponential below about `2^32` in magnitude, and arguments of the logarithm above 0.
//! Refuses other arguments of the exponential with [`Undecided::TooLarge`], and other arguments of the logarithm with
//! [`Undecided::Domain`].
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, ToPrimitive};

use super::fixed::{GUARD, enclose, from_guess, leading, monotone, smallness};
use super::{Float, Interval, Precision, Round, Undecided, constants, series};

impl Interval {
    /// The exponential.
    pub fn exp(&self, precision: Precision) -> Result<Self, Undecided> {
        monotone(self, |x| exp(x, precision))
    }
    /// The natural logarithm; refuses an enclosure that reaches 0 or below.
    pub fn ln(&self, precision: Precision) -> Result<Self, Undecided> {
        if !self.is_positive() {
            return Err(Undecided::Domain);
        }
        monotone(self, |x| ln(x, precision))
    }
}

/// `exp(x) = 2^n exp(r)` with `r = x - n ln 2` in `[0, ln 2)`.
///
/// With `grow` bits of `x` before the point, `|n| <= 1.45 * 2^grow + 1`. At `places + grow + 2` places the floors of
/// `x` and of `ln 2` leave `r` within `|n| + 1 < 4 * 2^grow` ulp, that is within one ulp at `places`, two with the last
/// shift. The exponential grows at most twofold there, so its error is at most 5 ulp of that and 2 of the series.
fn exp(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    if x.is_zero() {
        return Ok(Interval::one());
    }
    if x.magnitude() > 33 {
        return Err(Undecided::TooLarge);
    }
    let places = precision.bits() + GUARD;
    let grow = u32::try_from(x.magnitude().max(0)).unwrap_or(0);
    let wide = places + grow + 2;
    let (n, r) = x.to_fixed(wide).div_mod_floor(&BigInt::from(constants::ln_2(wide)));
    let r: BigUint = r.into_parts().1 >> (wide - places);
    let n = n.to_i64().ok_or(Undecided::TooLarge)?;
    let value = enclose(BigInt::from(series::exp(&r, places)), 8, places, n, precision).checked()?;
    let one = Float::one();
    Ok(if x.is_negative() { value.clamped(None, Some(&one)) } else { value.clamped(Some(&one), None) })
}

/// `ln(x) = n ln 2 + ln(f)` with `f = x / 2^n` in `[3/4, 3/2)`.
///
/// If n is not 0 then `|ln x| >= 0.28`, so a small absolute error is a small relative error. If n is 0, the number of
/// places is increased by the number of zeros of `f - 1` after the point; beyond `precision + 8` zeros,
/// `d - d^2 <= ln(1 + d) <= d` is used.
fn ln(x: &Float, precision: Precision) -> Result<Interval, Undecided> {
    let magnitude = x.magnitude();
    let bits = precision.bits();
    let upper_half = x.cmp(&Float::integer(3).scale(magnitude - 2)?).is_ge();
    let n = if upper_half { magnitude } else { magnitude - 1 };
    let mut places = bits + GUARD;
    if n == 0 {
        // The leading bit of x is at most one place from that of 1, so this is exact.
        let difference = x.sub(&Float::one(), u32::MAX, Round::Down);
        if difference.is_zero() {
            return Ok(Interval::zero());
        }
        if difference.magnitude() < -i64::from(bits + 8) {
            let square = difference.mul(&difference, 32, Round::Up)?;
            let lower = difference.sub(&square, bits, Round::Down);
            return Ok(Interval::new(lower, difference.round(bits, Round::Up)));
        }
        places += smallness(&difference);
    }
    let f = x.scale(-n)?.to_fixed(places).into_parts().1;
    let (value, error) = ln_fixed(&f, places);
    if n == 0 {
        return Ok(enclose(value, error, places, 0, precision));
    }
    // |n| < 2^33: the floor of ln 2 at 34 more places contributes less than one ulp, and the shift less than another.
    let multiple = (BigInt::from(constants::ln_2(places + 34)) * n) >> 34u32;
    Ok(enclose(value + multiple, error + 2, places, 0, precision))
}

/// `ln(f)` for `3/4 <= f < 3/2`, given by its floor, and a bound in ulp on the error.
///
/// For any `y`, `ln f = y + 2 atanh(w)` with `w = (f exp(-y) - 1) / (f exp(-y) + 1)`; a `y` near `ln f` makes `w` small
/// and the series short, and the error bound does not depend on it. As `|y| < 1/2`, `|w| < 1/2`. The numerator is
/// within 6 ulp (1 of `f` times at most 1.7, 2 of the exponential times 1.5, 1 of the shift), the denominator at least
/// 1.25, so `w` is within `6/1.25 + 6/1.25 |w| + 1 < 9` ulp, and `atanh(w)`, of slope below 4/3, within 12 and the
/// error of its series.
fn ln_fixed(f: &BigUint, places: u32) -> (BigInt, u64) {
    let guess = ln_guess(leading(f, places)).clamp(-0.49, 0.49);
    let y = from_guess(guess.abs(), places);
    let exponential = series::exp(&y, places);
    // The exponential is applied to the side for which its exponent is not negative, so it is at least 1.
    let (left, right) =
        if guess < 0.0 { ((f * exponential) >> places, BigUint::one() << places) } else { (f.clone(), exponential) };
    let sum = &left + &right;
    let negative = left < right;
    let ratio = ((if negative { right - left } else { left - right }) << places) / sum;
    let (atanh, error) = series::inverse(&ratio, places, false);
    let sign = |negative, magnitude| BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, magnitude);
    (sign(guess < 0.0, y) + sign(negative, atanh << 1u32), 2 * (error + 12))
}

/// Approximately `ln(f)`: `2 atanh((f - 1) / (f + 1))` by operations whose results IEEE 754 defines exactly.
fn ln_guess(f: f64) -> f64 {
    let u = (f - 1.0) / (f + 1.0);
    let square = u * u;
    let mut sum = 0.0;
    for odd in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        sum = sum * square + 1.0 / odd;
    }
    2.0 * u * sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The value is within the stated error, whatever digits follow the known places.
        #[test]
        fn logarithms_keep_their_claim(places in 64u32..900, millionths in 750_000u32..1_500_000, rest in any::<u128>()) {
            let f = (BigUint::from(millionths) << places) / 1_000_000u32;
            let (value, error) = ln_fixed(&f, places);
            let (better, _) = ln_fixed(&((f << 128u32) + rest), places + 128);
            let gap: BigInt = (better >> 128u32) - value;
            prop_assert!(gap.magnitude() < &BigUint::from(error), "{gap} of {error}");
            prop_assert!(error < 40 + u64::from(places) / 20, "{error}");
        }
    }
}
