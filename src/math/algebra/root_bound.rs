//! How close to zero an algebraic number can be without being zero.
//!
//! Accepts: sums of products of radicals, nested or not, and roots of unity, with rational coefficients. Refuses:
//! anything transcendental. The bound is that of Burnikel, Fleischer, Mehlhorn and Schirra ("A strong and easily
//! computable separation bound for arithmetic expressions involving radicals", Algorithmica 27, 2000) for division-free
//! expressions: with D the product of the indices of the distinct radicals and u the bound that grows like the
//! expression itself, a nonzero value is at least u^(1 − D) in magnitude.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::One;

use super::{Atom, Exponent, Poly};
use crate::math::interval::{Complex, Float, Interval, Round};

/// Largest number of bits at which the bound is still used.
const MAX_BITS: u64 = 2_000;
/// Largest degree at which the bound is still used.
const MAX_DEGREE: u64 = 4_096;

/// A radical or root of unity, counted once in the degree however often it occurs.
type Radical = (Atom, i64);

/// k such that a nonzero value of the form is at least 2^−k in magnitude; `None` where the form is not algebraic or k
/// exceeds 2000.
pub fn separation_bits(poly: &Poly) -> Option<u64> {
    let mut radicals: Vec<Radical> = Vec::new();
    let bits = upper_bits(poly, &mut radicals)?;
    let mut degree: u64 = 1;
    for (_, index) in &radicals {
        degree = degree.checked_mul(index.unsigned_abs())?;
        if degree > MAX_DEGREE {
            return None;
        }
    }
    // The coefficients' common denominator was multiplied out, so the value itself may be smaller by that factor.
    let total = bits.checked_mul(degree)?.checked_add(denominator(poly).bits())?;
    (total <= MAX_BITS).then_some(total)
}

/// Whether an enclosure lies within ±2^−bits.
pub fn below(value: &Complex, bits: u64) -> bool {
    let Ok(shift) = i64::try_from(bits + 1) else { return false };
    let Ok(limit) = Float::one().scale(-shift) else { return false };
    let within = |part: &Interval| {
        let (low, high) = (part.lower().abs(), part.upper().abs());
        smaller(&low, &limit) && smaller(&high, &limit)
    };
    within(value.re()) && within(value.im())
}

fn smaller(a: &Float, b: &Float) -> bool {
    a.sub(b, 64, Round::Up).is_negative()
}

fn denominator(poly: &Poly) -> BigInt {
    poly.0.iter().fold(BigInt::one(), |low, (_, c)| low.lcm(c.denom()))
}

/// log₂ of the bound u of the form with integer coefficients, rounded up.
fn upper_bits(poly: &Poly, radicals: &mut Vec<Radical>) -> Option<u64> {
    let low = denominator(poly);
    let mut most = 0;
    for (monomial, coefficient) in &poly.0 {
        let scaled = coefficient.numer() * (&low / coefficient.denom());
        let mut bits = scaled.bits();
        for (atom, exponent) in &monomial.0 {
            bits = bits.checked_add(atom_bits(atom, *exponent, radicals)?)?;
        }
        most = most.max(bits);
    }
    // A sum of n terms is at most n times the largest.
    Some(most + u64::from(usize::BITS - poly.0.len().leading_zeros()))
}

fn atom_bits(atom: &Atom, exponent: Exponent, radicals: &mut Vec<Radical>) -> Option<u64> {
    let (top, index) = (*exponent.numer(), *exponent.denom());
    let mut count = |index: i64| match radicals.iter_mut().find(|(a, _)| a == atom) {
        Some((_, known)) => *known = known.lcm(&index),
        None => radicals.push((atom.clone(), index)),
    };
    match atom {
        Atom::Imaginary => {
            count(2);
            Some(0)
        }
        Atom::Prime(prime) if top > 0 => {
            count(index);
            root_bits(prime.bits(), top, index)
        }
        Atom::Base(inner) if top > 0 && inner.is_constant() => {
            count(index);
            // Integer coefficients inside: the content was taken out when the root was built.
            if !denominator(inner).is_one() {
                return None;
            }
            let bits = upper_bits(inner, radicals)?;
            root_bits(bits, top, index)
        }
        Atom::Cis(turn) if matches!(turn.0.as_slice(), [(Atom::Pi, one)] if one.is_one()) => {
            count(index.checked_mul(2)?);
            Some(0)
        }
        _ => None,
    }
}

/// Bits of the `top`-th power of the `index`-th root of a number with `bits` bits.
fn root_bits(bits: u64, top: i64, index: i64) -> Option<u64> {
    Some(bits.checked_mul(top.unsigned_abs())? / index.unsigned_abs() + 1)
}
