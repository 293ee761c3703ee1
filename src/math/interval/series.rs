//! Power series in fixed point: an integer `x` stands for `x * 2^-places`.
//!
//! Accepts numbers in the range that each function names, and documents the error of each result. All terms are floors
//! of numbers that are not negative, so every rounding goes down by less than one unit (an ulp).
//!
//! Source: R. P. Brent and P. Zimmermann, *Modern Computer Arithmetic* (2010), section 4.3 on argument reduction and
//! section 4.4 on power series.
use num_bigint::BigUint;
use num_traits::{One, Zero};

/// `exp(r)` for `0 <= r < 1`; the true value is above the result by at most 2 ulp.
///
/// `exp(r) = exp(t)^(2^k)` with `t = r / 2^k`. With `w = places + g` places:
/// - a term is `floor(floor(term * t) / j)`; with `t <= 1/2` it is below the true term by at most
///   `(2 * 1/2 + 1) / j + 1 <= 2` ulp for j >= 2, and exact for j = 1;
/// - when a term is 0 the true term is at most 2 ulp, and together with all following terms at most 4;
/// - so `n` terms leave the sum below `exp(t)` by `d <= 2 n + 4` ulp, where `n <= w <= 2 places`;
/// - a squaring takes an error `d` below a value `v` to at most `2 v d + 1`; the product of all these `v` is below
///   `exp(r (1/2 + 1/4 + ...)) < e < 4`, so `k` squarings leave at most `4 * 2^k (d + 1) < 2^(g - 1)`.
pub(super) fn exp(r: &BigUint, places: u32) -> BigUint {
    let halvings = places.isqrt() * 2 / 3;
    let guard = halvings + 5 + u32::BITS - (4 * places).leading_zeros();
    let wide = places + guard;
    let t = r << (guard - halvings);
    let mut sum = (BigUint::one() << wide) + &t;
    let mut term = t.clone();
    let mut j = 2u32;
    while !term.is_zero() {
        term = ((&term * &t) >> wide) / j;
        sum += &term;
        j += 1;
    }
    for _ in 0..halvings {
        sum = (&sum * &sum) >> wide;
    }
    sum >> guard
}

/// `sin(r)` and `cos(r)` for `0 <= r <= 0.8`; the true values are within 2 ulp of the results.
///
/// With `t = r / 2^k` the series give `s = sin(t)` and `v = 1 - cos(t)`, each from terms as in [`exp`], so within
/// `d <= 2 n + 4` ulp. Doubling, `s' = 2 s - 2 s v` and `v' = 2 s^2`, where `s <= 0.72` and `v <= 0.31`, takes an error
/// `d` in both to at most `4 d + 2`, rounding included, as long as `d` is below a quarter; `k` doublings leave at most
/// `4^k (d + 1) < 2^(g - 1)`.
pub(super) fn sin_cos(r: &BigUint, places: u32) -> (BigUint, BigUint) {
    let doublings = places.isqrt() / 2;
    let guard = 2 * doublings + 4 + u32::BITS - (4 * places).leading_zeros();
    let wide = places + guard;
    let t = r << (guard - doublings);
    // Terms 1, 2, 3, 4, 5 ... of exp(t) go to s, v, -s, -v, s ...
    let mut sums = [t.clone(), BigUint::zero(), BigUint::zero(), BigUint::zero()];
    let mut term = t.clone();
    let mut index = 2u32;
    while !term.is_zero() {
        term = ((&term * &t) >> wide) / index;
        sums[(index as usize + 3) % 4] += &term;
        index += 1;
    }
    let [plus_s, plus_v, minus_s, minus_v] = sums;
    let (mut s, mut v) = (monus(plus_s, &minus_s), monus(plus_v, &minus_v));
    for _ in 0..doublings {
        let product = (&s * &v) >> wide;
        v = (&s * &s) >> (wide - 1);
        s = monus(s, &product) << 1u32;
    }
    let cosine = monus(BigUint::one() << wide, &v);
    (s >> guard, cosine >> guard)
}

/// `atan(w)` (alternating) or `atanh(w)` for `0 <= w <= 1/2`, and a bound in ulp on the distance of the true value.
///
/// The floor of `w^2` is too low by at most 1, so a power is below the true one by `d' <= d / 4 + 1/2 + 1 <= 2`, and a
/// term by less than 2; when the power is 0, the true one is at most 2 ulp and the rest of the series less than 1.
pub(super) fn inverse(w: &BigUint, places: u32, alternating: bool) -> (BigUint, u64) {
    let square = (w * w) >> places;
    let mut sums = [w.clone(), BigUint::zero()];
    let mut power = w.clone();
    let mut odd = 1u32;
    let mut terms = 0;
    while !power.is_zero() {
        power = (power * &square) >> places;
        odd += 2;
        sums[usize::from(alternating && odd % 4 == 3)] += &power / odd;
        terms += 1;
    }
    let [plus, minus] = sums;
    (monus(plus, &minus), 2 * terms + 1)
}

/// The difference, or 0 where it would be negative.
pub(super) fn monus(a: BigUint, b: &BigUint) -> BigUint {
    if a > *b { a - b } else { BigUint::zero() }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;

    use super::*;

    /// Additional places: enough that the last places of the shorter computation do not depend on them.
    const MORE: u32 = 100;

    /// `millionths` millionths of `2^places`.
    fn part(millionths: u32, places: u32) -> BigUint {
        (BigUint::from(millionths) << places) / 1_000_000u32
    }

    /// By how many ulp the more precise value exceeds the other.
    fn above(better: BigUint, value: BigUint) -> BigInt {
        BigInt::from(better >> MORE) - BigInt::from(value)
    }

    proptest! {
        #[test]
        fn claims_hold(places in 64u32..1500, millionths in 0u32..1_000_000, shift in 0u32..64) {
            let r = part(millionths, places) >> shift;
            let gap = above(exp(&(&r << MORE), places + MORE), exp(&r, places));
            prop_assert!((0..=2).any(|ulp| gap == BigInt::from(ulp)), "exp: {gap}");

            let r = part(millionths * 4 / 5, places) >> shift;
            let ((sin, cos), (better_sin, better_cos)) = (sin_cos(&r, places), sin_cos(&(&r << MORE), places + MORE));
            for gap in [above(better_sin, sin), above(better_cos, cos)] {
                prop_assert!(gap.magnitude() <= &BigUint::from(2u32), "sin or cos: {gap}");
            }

            let w = part(millionths / 2, places) >> shift;
            for alternating in [false, true] {
                let (value, error) = inverse(&w, places, alternating);
                let gap = above(inverse(&(&w << MORE), places + MORE, alternating).0, value);
                prop_assert!(gap.magnitude() <= &BigUint::from(error), "inverse: {gap}");
            }
        }
    }
}
