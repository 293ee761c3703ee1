//! Terms in normal form: what is known of an atom is applied to its powers.
//!
//! i² = −1, (√p)² = p, |p|² = p², e^{iπ} = −1, and a power of a prime is written out.
//!
//! Accepts: any product of powers of atoms. Refuses, as [`Trouble::TooLarge`]: a power of a sum with a negative exponent, and what exceeds
//! the [`Budget`].

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::factor::factor;
use super::monomial::{Atom, Exponent, Monomial};
use super::poly::{MAX_BITS, Poly};
use super::rewriting::Rewriting;
use super::unit_root::unit_root;
use super::{Budget, Result, Trouble, rational};

/// (c·m)^n for any integer n, kept as a power where writing it out would exceed [`MAX_BITS`].
pub fn single_power(monomial: &Monomial, coefficient: &BigRational, exponent: i64, budget: &mut Budget) -> Result<Poly> {
    if exponent < 0 && monomial.0.iter().any(|(atom, _)| matches!(atom, Atom::Base(p) | Atom::Abs(p) if p.single().is_none())) {
        return Err(Trouble::TooLarge);
    }
    let raised = monomial.raised(Exponent::from_integer(exponent))?;
    let bits = coefficient.numer().bits().max(coefficient.denom().bits());
    if coefficient.abs().is_one() {
        let sign = if coefficient.is_negative() && exponent % 2 != 0 { -BigRational::one() } else { BigRational::one() };
        return folded_poly(raised, sign, budget);
    }
    if bits.saturating_mul(exponent.unsigned_abs()) <= MAX_BITS {
        let power = i32::try_from(exponent).map_err(|_| Trouble::TooLarge)?;
        budget.spend(bits * u64::from(power.unsigned_abs()) / 64 + 1)?;
        return folded_poly(raised, num_traits::Pow::pow(coefficient.clone(), power), budget);
    }
    // Too long to write out: keep it factorised, so that equal towers are equal in form.
    let mut product = raised;
    for (prime, multiplicity) in factor(coefficient, budget)? {
        let exponent = multiplicity.checked_mul(exponent).ok_or(Trouble::TooLarge)?;
        product = product.times(&Monomial::power(Atom::Prime(prime), Exponent::from_integer(exponent)))?;
    }
    let sign = if coefficient.is_negative() && exponent % 2 != 0 { -BigRational::one() } else { BigRational::one() };
    folded_poly(product, sign, budget)
}

/// A term after folding, as a polynomial.
pub fn folded_poly(monomial: Monomial, coefficient: BigRational, budget: &mut Budget) -> Result<Poly> {
    Ok(match fold(monomial, coefficient, budget)? {
        Folded::Term(m, c) => Poly::term(m, c),
        Folded::Poly(poly) => poly,
    })
}

/// A term after folding. It may be a sum: (√(x + 1))² is x + 1.
pub enum Folded {
    Term(Monomial, BigRational),
    Poly(Poly),
}

/// Applies what is known of each atom until the monomial is in normal form.
pub fn fold(mut monomial: Monomial, mut coefficient: BigRational, budget: &mut Budget) -> Result<Folded> {
    let mut extra: Option<Poly> = None;
    let mut place = 0;
    while place < monomial.0.len() {
        let (atom, exponent) = &monomial.0[place];
        let exponent = *exponent;
        match atom {
            Atom::Imaginary => {
                let turns = exponent.to_integer().rem_euclid(4);
                if turns >= 2 {
                    coefficient = -coefficient;
                }
                if turns % 2 == 0 {
                    monomial.0.remove(place);
                    continue;
                }
                monomial.0[place].1 = Exponent::one();
            }
            Atom::Prime(prime) => {
                let whole = exponent.floor().to_integer();
                if whole != 0 {
                    let bits = prime.bits().saturating_mul(whole.unsigned_abs());
                    if bits <= MAX_BITS {
                        let power = num_traits::Pow::pow(
                            prime.clone(),
                            u32::try_from(whole.unsigned_abs()).map_err(|_| Trouble::TooLarge)?,
                        );
                        budget.spend(bits / 64 + 1)?;
                        let factor = BigRational::from_integer(power);
                        let factor = if whole > 0 { factor } else { rational::reciprocal(&factor).ok_or(Trouble::Undefined)? };
                        coefficient = rational::product(&coefficient, &factor);
                        let rest = exponent - Exponent::from_integer(whole);
                        if rest.is_zero() {
                            monomial.0.remove(place);
                            continue;
                        }
                        monomial.0[place].1 = rest;
                    } else {
                        // The coefficient gives its own powers of the prime to the tower: 2·2^N is 2^(N+1).
                        let prime = prime.clone();
                        let moved = take_powers(&mut coefficient, &prime, budget)?;
                        if moved != 0 {
                            monomial.0[place].1 = exponent + Exponent::from_integer(moved);
                        }
                    }
                }
            }
            Atom::Base(poly) if exponent >= Exponent::one() => {
                let whole = exponent.floor();
                let poly = poly.clone();
                let rest = exponent - whole;
                if rest.is_zero() {
                    monomial.0.remove(place);
                } else {
                    monomial.0[place].1 = rest;
                    place += 1;
                }
                let power = poly.power(whole.to_integer().unsigned_abs(), budget)?;
                extra = Some(extra.unwrap_or_else(Poly::one).times(&power, budget)?);
                continue;
            }
            Atom::Abs(poly) => {
                let pairs = (exponent / Exponent::from_integer(2)).floor().to_integer();
                if pairs != 0 {
                    let poly = poly.clone();
                    let rest = exponent - Exponent::from_integer(pairs * 2);
                    if rest.is_zero() {
                        monomial.0.remove(place);
                    } else {
                        monomial.0[place].1 = rest;
                        place += 1;
                    }
                    let power = match poly.single() {
                        Some((m, c)) => single_power(m, c, pairs * 2, budget)?,
                        None if pairs > 0 => poly.power(pairs.unsigned_abs() * 2, budget)?,
                        None => return Err(Trouble::TooLarge),
                    };
                    extra = Some(extra.unwrap_or_else(Poly::one).times(&power, budget)?);
                    continue;
                }
            }
            Atom::Cis(turn) if matches!(turn.0.as_slice(), [(Atom::Pi, one)] if one.is_one()) => {
                let turns = exponent - (exponent / Exponent::from_integer(2)).floor() * Exponent::from_integer(2);
                let (negate, turns) = if turns >= Exponent::one() { (true, turns - Exponent::one()) } else { (false, turns) };
                if negate {
                    coefficient = -coefficient;
                }
                if turns.is_zero() {
                    monomial.0.remove(place);
                    continue;
                }
                if let Some(terms) = unit_root(turns) {
                    budget.rewrite(Rewriting::SpecialAngle);
                    let value = Poly(terms);
                    monomial.0.remove(place);
                    extra = Some(match extra {
                        None => value,
                        Some(extra) => extra.times(&value, budget)?,
                    });
                    continue;
                }
                monomial.0[place].1 = turns;
            }
            _ => {}
        }
        place += 1;
    }
    match extra {
        None => Ok(Folded::Term(monomial, coefficient)),
        Some(extra) => {
            let rest = Poly::term(monomial, coefficient);
            Ok(Folded::Poly(rest.times(&extra, budget)?))
        }
    }
}

/// Takes every power of a prime out of a coefficient; says how many there were, those of the denominator negative.
fn take_powers(coefficient: &mut BigRational, prime: &BigInt, budget: &mut Budget) -> Result<i64> {
    if !coefficient.numer().is_multiple_of(prime) && !coefficient.denom().is_multiple_of(prime) {
        return Ok(0);
    }
    let (top, above) = without_powers(coefficient.numer(), prime, budget)?;
    let (low, below) = without_powers(coefficient.denom(), prime, budget)?;
    // In lowest terms before, so after.
    *coefficient = BigRational::new_raw(top, low);
    Ok(above - below)
}

/// A number without its powers of a prime, and how many there were: divided by p, p², p⁴ and so on as long as that goes, then back.
fn without_powers(value: &BigInt, prime: &BigInt, budget: &mut Budget) -> Result<(BigInt, i64)> {
    let mut rest = value.clone();
    let (mut powers, mut count) = (vec![prime.clone()], 0);
    let mut place = 0;
    loop {
        let limbs = rest.bits() / 64 + 1;
        budget.spend(limbs + limbs * limbs / 256)?;
        let (quotient, remainder) = rest.div_rem(&powers[place]);
        if remainder.is_zero() && !quotient.is_zero() {
            rest = quotient;
            count += 1_i64 << place;
            let square = &powers[place] * &powers[place];
            if place + 1 == powers.len() {
                powers.push(square);
            }
            place += 1;
        } else if place > 0 {
            place -= 1;
        } else {
            return Ok((rest, count));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn powers_of_a_prime_are_counted(rest in 1_i64..1_000_000, power in 0_u32..300, place in 0_usize..4) {
            let prime = BigInt::from([2, 3, 5, 97][place]);
            let value = BigInt::from(rest) * num_traits::Pow::pow(prime.clone(), power);
            let (left, count) = without_powers(&value, &prime, &mut Budget::new(1_000_000)).expect("within the budget");
            prop_assert!(!left.is_multiple_of(&prime));
            prop_assert_eq!(left * num_traits::Pow::pow(prime, u32::try_from(count).expect("not negative")), value);
        }
    }
}
