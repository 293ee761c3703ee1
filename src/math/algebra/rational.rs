//! Fast arithmetic on rational numbers.
//!
//! The general type takes a greatest common divisor in every operation, which for a long integer over 1 costs the
//! square of its length; here, integers take none and small fractions take a short one. Accepts: any rationals in
//! lowest terms. Division by zero is excluded by the callers ([`reciprocal`] gives `None`).

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// a·b
pub fn product(a: &BigRational, b: &BigRational) -> BigRational {
    if let (Some((an, ad)), Some((bn, bd))) = (small(a), small(b)) {
        let (g, h) = (an.gcd(&bd).max(1), bn.gcd(&ad).max(1));
        let top = i128::from(an / g) * i128::from(bn / h);
        let low = i128::from(ad / h) * i128::from(bd / g);
        return BigRational::new_raw(top.into(), if top == 0 { BigInt::one() } else { low.into() });
    }
    if a.is_zero() || b.is_zero() {
        return BigRational::zero();
    }
    let (an, bd) = reduced(a.numer(), b.denom());
    let (bn, ad) = reduced(b.numer(), a.denom());
    BigRational::new_raw(an * bn, ad * bd)
}

/// a + b
pub fn sum(a: &BigRational, b: &BigRational) -> BigRational {
    if a.denom().is_one() && b.denom().is_one() {
        return BigRational::from_integer(a.numer() + b.numer());
    }
    if let (Some((an, ad)), Some((bn, bd))) = (small(a), small(b)) {
        let top = i128::from(an) * i128::from(bd) + i128::from(bn) * i128::from(ad);
        let low = i128::from(ad) * i128::from(bd);
        let divisor = top.gcd(&low).max(1);
        return BigRational::new_raw((top / divisor).into(), (low / divisor).into());
    }
    // Only factors of the shared part of the denominators can cancel in the sum (Knuth, volume 2, 4.5.1).
    let shared = common(a.denom(), b.denom());
    let (left, right) = (a.denom() / &shared, b.denom() / &shared);
    let top = a.numer() * &right + b.numer() * left;
    if top.is_zero() {
        return BigRational::zero();
    }
    let lost = common(&top, &shared);
    BigRational::new_raw(top / &lost, right * (a.denom() / lost))
}

/// 1/a, where a is not zero.
pub fn reciprocal(a: &BigRational) -> Option<BigRational> {
    if a.is_zero() {
        return None;
    }
    let (top, low) = (a.denom().clone(), a.numer().clone());
    Some(if low.is_negative() { BigRational::new_raw(-top, -low) } else { BigRational::new_raw(top, low) })
}

/// A numerator and denominator of at most 62 bits, so that sums of two products fit 127.
fn small(a: &BigRational) -> Option<(i64, i64)> {
    const LIMIT: i64 = 1 << 62;
    let top = a.numer().to_i64().filter(|top| (-LIMIT..LIMIT).contains(top))?;
    Some((top, a.denom().to_i64().filter(|low| *low < LIMIT)?))
}

fn reduced(top: &BigInt, low: &BigInt) -> (BigInt, BigInt) {
    let divisor = common(top, low);
    if divisor.is_one() { (top.clone(), low.clone()) } else { (top / &divisor, low / &divisor) }
}

/// The greatest common divisor of a number that is not zero and a positive one.
fn common(a: &BigInt, positive: &BigInt) -> BigInt {
    if a.is_one() || positive.is_one() {
        return BigInt::one();
    }
    // A power of two, as in the coefficients of cosines: the general algorithm would take one step per bit of the other
    // number.
    if let (Some(zeros), Some(power)) = (a.trailing_zeros(), power_of_two(positive)) {
        return BigInt::one() << zeros.min(power);
    }
    // For a long and a short number, one division leaves two short ones.
    if a.bits() > positive.bits() { (a % positive).gcd(positive) } else { (positive % a).gcd(a) }
}

/// The exponent, where a positive number is a power of two.
pub fn power_of_two(positive: &BigInt) -> Option<u64> {
    positive.trailing_zeros().filter(|power| power + 1 == positive.bits())
}

/// √value where that is rational.
pub fn sqrt(value: &BigRational) -> Option<BigRational> {
    if value.is_negative() {
        return None;
    }
    let (top, low) = (value.numer().sqrt(), value.denom().sqrt());
    (&top * &top == *value.numer() && &low * &low == *value.denom()).then(|| BigRational::new(top, low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rational(top: i128, low: i128, shift: u32) -> BigRational {
        BigRational::new(BigInt::from(top) << shift, BigInt::from(low.max(1)))
    }

    proptest! {
        #[test]
        fn agrees_with_the_general_type(
            a in any::<i128>(), b in 1..i128::MAX, c in any::<i64>(), d in 1..1000_i128, shift in 0..70_u32, small in any::<bool>(),
        ) {
            let x = if small { rational(a % 1_000_000, b % 1000 + 1, 0) } else { rational(a, b, shift) };
            let y = rational(c.into(), d, 0);
            prop_assert_eq!(product(&x, &y), &x * &y);
            prop_assert_eq!(sum(&x, &y), &x + &y);
            if !y.is_zero() {
                prop_assert_eq!(reciprocal(&y), Some(y.recip()));
            }
            let (z, w) = (rational(a, 1 << (b % 90), 70), rational(a / 3, 1 << (b % 80), 71));
            prop_assert_eq!(sum(&z, &w), &z + &w);
            prop_assert_eq!(sum(&z, &-&z), BigRational::zero());
            prop_assert_eq!(product(&z, &w), &z * &w);
        }
    }
}
