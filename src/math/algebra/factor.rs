//! Prime factorisation, as far as canonical forms need it.
//!
//! Accepts: any rational. Large primes are not searched for: trial division stops at a limit, and what remains is one
//! factor, prime or not. Equal numbers still have equal factorisations, which is enough for canonical forms.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::{Budget, Result, Trouble};

/// The limit of trial division; what remains is taken as one factor.
const TRIAL_LIMIT: u32 = 2_000;
/// The factorisation of |value|, numerator and denominator, as far as trial division goes. The cofactor may be
/// composite; equal numbers still have equal factorisations.
pub fn factor(value: &BigRational, budget: &mut Budget) -> Result<Vec<(BigInt, i64)>> {
    let mut factors = Vec::new();
    factor_integer(&value.numer().abs(), 1, &mut factors, budget)?;
    factor_integer(value.denom(), -1, &mut factors, budget)?;
    Ok(factors)
}

fn factor_integer(value: &BigInt, sign: i64, factors: &mut Vec<(BigInt, i64)>, budget: &mut Budget) -> Result<()> {
    let mut rest = value.clone();
    if rest.is_one() || rest.is_zero() {
        return Ok(());
    }
    let limbs = rest.bits() / 64 + 1;
    // Powers of two are removed by a shift; a small cofactor is factored in machine words.
    let twos = rest.trailing_zeros().unwrap_or(0);
    if twos > 0 {
        rest >>= twos;
        factors.push((BigInt::from(2), sign * i64::try_from(twos).map_err(|_| Trouble::TooLarge)?));
    }
    let mut prime = 3u32;
    while prime < TRIAL_LIMIT && !rest.is_one() {
        if let Some(small) = rest.to_u64() {
            return factor_small(small, prime, sign, factors, budget);
        }
        budget.spend(limbs)?;
        let mut count = 0;
        while (&rest % prime).is_zero() {
            rest /= prime;
            count += 1;
            budget.spend(limbs)?;
        }
        if count > 0 {
            factors.push((BigInt::from(prime), sign * count));
        }
        prime += 2;
    }
    if !rest.is_one() {
        // A perfect power of a large prime is written as a power.
        let (base, power) = perfect_power(&rest, budget)?;
        factors.push((base, sign * power));
    }
    Ok(())
}

fn factor_small(mut rest: u64, mut prime: u32, sign: i64, factors: &mut Vec<(BigInt, i64)>, budget: &mut Budget) -> Result<()> {
    budget.spend(1)?;
    while prime < TRIAL_LIMIT && u64::from(prime) * u64::from(prime) <= rest {
        let mut count = 0;
        while rest.is_multiple_of(u64::from(prime)) {
            rest /= u64::from(prime);
            count += 1;
        }
        if count > 0 {
            factors.push((BigInt::from(prime), sign * count));
        }
        prime += 2;
    }
    budget.spend(u64::from(prime / 16))?;
    if rest > 1 {
        let (base, power) = perfect_power(&BigInt::from(rest), budget)?;
        factors.push((base, sign * power));
    }
    Ok(())
}

/// `value` as b^k with the largest k up to 16.
fn perfect_power(value: &BigInt, budget: &mut Budget) -> Result<(BigInt, i64)> {
    let limbs = value.bits() / 64 + 1;
    for power in [16u32, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2] {
        if value.bits() < u64::from(power) * 10 {
            continue;
        }
        budget.spend(limbs * limbs)?;
        let root = value.nth_root(power);
        if num_traits::Pow::pow(&root, power) == *value {
            return Ok((root, i64::from(power)));
        }
    }
    Ok((value.clone(), 1))
}
