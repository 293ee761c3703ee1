//! Sine and cosine.
//!
//! Accepts arguments below `2^4096`: the reduction by pi/4 needs as many bits of pi as the argument has before the
//! point. Refuses larger ones.
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::ToPrimitive;

use super::fixed::{GUARD, enclose, is_tiny, near_zero, smallness};
use super::{Float, Interval, Precision, Round, Undecided, constants, series};

/// The largest magnitude of an argument.
const MAX_ARGUMENT: i64 = 4096;

impl Interval {
    /// The sine and the cosine, computed together.
    pub fn sin_cos(&self, precision: Precision) -> Result<(Self, Self), Undecided> {
        if self.is_point() {
            return sin_cos(self.lower(), precision);
        }
        let (first, last) = self.quarters(precision)?;
        let turn = last - &first;
        let whole = Self::new(Float::integer(-1), Float::one());
        if turn >= BigInt::from(4) {
            return Ok((whole.clone(), whole));
        }
        let (sin_lower, cos_lower) = sin_cos(self.lower(), precision)?;
        let (sin_upper, cos_upper) = sin_cos(self.upper(), precision)?;
        let (mut sin, mut cos) = (sin_lower.hull(&sin_upper), cos_lower.hull(&cos_upper));
        // Multiples of pi/2 that may be in the interval: 1, 2, 3, 4 (mod 4) are where sin = 1, cos = -1, sin = -1, cos
        // = 1.
        let first = first.mod_floor(&BigInt::from(4)).to_u8().unwrap_or(0);
        for quarter in 1..=turn.to_u8().unwrap_or(4) {
            match (first + quarter) % 4 {
                1 => sin = sin.hull(&Self::one()),
                2 => cos = cos.hull(&Self::from_i64(-1)),
                3 => sin = sin.hull(&Self::from_i64(-1)),
                _ => cos = cos.hull(&Self::one()),
            }
        }
        Ok((sin, cos))
    }
    /// Integers `(k, m)` with `k pi/2 <= x < (m + 1) pi/2` for all `x` in the interval, nearly the best ones.
    fn quarters(&self, precision: Precision) -> Result<(BigInt, BigInt), Undecided> {
        let magnitude = self.magnitude();
        if magnitude > MAX_ARGUMENT {
            return Err(Undecided::TooLarge);
        }
        let places = precision.bits() + GUARD + u32::try_from(magnitude.max(0)).unwrap_or(0);
        // pi/2 lies between these two, so k pi/2 <= x is certain if k times the one farther from 0 is at most floor(x).
        let less = BigInt::from(constants::pi(places - 1));
        let more = &less + 1u32;
        let lower = self.lower().to_fixed(places);
        let upper = self.upper().to_fixed(places) + 1u32;
        let first = lower.div_floor(if self.lower().is_negative() { &less } else { &more });
        let last = upper.div_floor(if self.upper().is_negative() { &more } else { &less });
        Ok((first, last))
    }
}

/// The sine and the cosine of a point.
fn sin_cos(x: &Float, precision: Precision) -> Result<(Interval, Interval), Undecided> {
    if x.is_negative() {
        let (sin, cos) = sin_cos(&-x, precision)?;
        return Ok((sin.neg(), cos));
    }
    if x.is_zero() {
        return Ok((Interval::zero(), Interval::one()));
    }
    if x.magnitude() > MAX_ARGUMENT {
        return Err(Undecided::TooLarge);
    }
    let (least, greatest) = (Float::integer(-1), Float::one());
    if is_tiny(x, precision) {
        // 1 - x^2/2 <= cos x <= 1.
        let drop = x.mul(x, 32, Round::Up)?.scale(-1)?;
        let cos = Interval::new(greatest.sub(&drop, precision.bits(), Round::Down), greatest);
        return Ok((near_zero(x, false, precision)?, cos));
    }
    // Near a multiple of pi/2 one of the two is small; up to four rounds determine how many more places it needs.
    let mut extra = smallness(x);
    let mut reduced = reduce(x, precision.bits() + GUARD + extra);
    for _ in 0..4 {
        let wanted = u64::from(precision.bits() + GUARD);
        let missing = wanted.saturating_sub(reduced.1.bits());
        if missing < 8 {
            break;
        }
        extra += u32::try_from(missing).unwrap_or(0);
        reduced = reduce(x, precision.bits() + GUARD + extra);
    }
    let places = precision.bits() + GUARD + extra;
    let (octant, r) = reduced;
    let (sin, cos) = series::sin_cos(&r, places);
    // r is the distance of x from an even multiple of pi/4: from the start of an even octant, or from the end of an odd
    // one.
    let (sin, cos) = if matches!(octant, 1 | 2 | 5 | 6) { (cos, sin) } else { (sin, cos) };
    let signed = |negative: bool, value: BigUint| {
        let value = BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, value);
        // 2 ulp of r (both functions have slopes of at most 1) and 2 of the series.
        enclose(value, 4, places, 0, precision).clamped(Some(&least), Some(&greatest))
    };
    Ok((signed(octant >= 4, sin), signed((2..6).contains(&octant), cos)))
}

/// For `x >= 0` the octant `n mod 8`, with n about `floor(x / (pi/4))`, and `x - n pi/4` (n even) or `(n + 1) pi/4 - x`
/// (n odd) in fixed point, within 2 ulp. Where n is off by one, the remainder is still correct and exceeds its range by
/// at most those ulp.
///
/// With `grow` bits before the point `n + 1 <= 1.28 * 2^grow + 1`; at `places + grow + 3` places the floors of `x` and
/// of `pi/4` leave the remainder within `n + 2 < 8 * 2^grow` ulp, which is one at `places`, and two with the last
/// shift.
fn reduce(x: &Float, places: u32) -> (u8, BigUint) {
    let grow = u32::try_from(x.magnitude().max(0)).unwrap_or(0);
    let wide = places + grow + 3;
    let value = x.to_fixed(wide).into_parts().1;
    let quarter = constants::pi(wide - 2);
    let (n, r) = value.div_rem(&quarter);
    let octant = (n & BigUint::from(7u32)).to_u8().unwrap_or(0);
    let r = if octant % 2 == 1 { series::monus(quarter, &r) } else { r };
    (octant, r >> (wide - places))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The remainder is within 2 ulp of a more precise one, and so of the true one.
        #[test]
        fn reductions_keep_their_claim(places in 64u32..400, mantissa in 1i64.., shift in -63i64..500) {
            let x = Float::new(mantissa.into(), shift).unwrap();
            let ((octant, r), (same, better)) = (reduce(&x, places), reduce(&x, places + 128));
            prop_assert_eq!(octant, same);
            let gap = BigInt::from(better >> 128u32) - BigInt::from(r);
            prop_assert!(gap.magnitude() <= &BigUint::from(2u32), "{gap}");
        }
    }
}
