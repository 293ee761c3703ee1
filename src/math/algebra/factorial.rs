//! Factorials and binomial coefficients of canonical forms.
//!
//! Accepts: numbers, and formulas, which stand for whole numbers here. Refuses: the factorial of a fraction or of a
//! negative number ([`Trouble::Undefined`]). A factorial that is too long to write out stays a factorial, so that equal
//! ones cancel.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::form::{Atom, Canon, Poly};
use super::held::Held;
use super::rewriting::Rewriting;
use super::{Budget, Result, Trouble, roots};

/// The largest n whose factorial is written out.
const MAX_FACTORIAL: i64 = 2_000;
/// The largest shift (n + k)!/n! that is written out.
const MAX_SHIFT: i64 = 64;

/// n!, for a whole number that is not negative, or for a formula.
pub fn factorial(value: &Canon, budget: &mut Budget) -> Result<Canon> {
    if let Some(rational) = value.rational() {
        if rational.is_negative() || !rational.is_integer() {
            return Err(Trouble::Undefined);
        }
        return match roots::integer_of(value) {
            Some(n) if n <= MAX_FACTORIAL => {
                budget.product(n.unsigned_abs(), n.unsigned_abs())?;
                Ok(Canon::constant(BigRational::from_integer(falling(n, n))))
            }
            // 2005! = 2005·2004!: factorials of one block of 64 numbers are multiples of its first.
            Some(n) => {
                let shift = n % MAX_SHIFT;
                budget.product(shift.unsigned_abs(), n.unsigned_abs())?;
                let base = Canon::atom(Atom::Factorial(Held::new(Poly::integer(n - shift))));
                base.times(&Canon::constant(BigRational::from_integer(falling(n, shift))), budget)
            }
            None => Ok(Canon::atom(Atom::Factorial(Held::new(value.num.clone())))),
        };
    }
    // For example a floor whose value is known only by an enclosure.
    if value.num.is_constant() && value.den.is_one() && super::sign_of(&value.num, budget)? == Ordering::Less {
        return Err(Trouble::Undefined);
    }
    budget.domain.integers(&value.num);
    if !value.den.is_one() {
        return Ok(Canon::atom(Atom::Factorial(Held::new(Poly::atom(Atom::Value(Held::new(value.clone())))))));
    }
    // (n + k)! = (n + k)…(n + 1)·n!, so that shifted factorials cancel.
    let constant = value.num.0.iter().find(|(m, _)| m.is_one()).map_or_else(BigRational::zero, |(_, c)| c.clone());
    let shift = constant.floor().to_integer().to_i64().filter(|k| k.abs() <= MAX_SHIFT).unwrap_or(0);
    let rest = value.num.minus(&Poly::integer(shift), budget)?;
    let mut result = Canon::atom(Atom::Factorial(Held::new(rest.clone())));
    if shift != 0 {
        budget.rewrite(Rewriting::FactorialShift);
    }
    for step in 1..=shift.abs() {
        let offset = if shift > 0 { step } else { 1 - step };
        let factor: Canon = rest.plus(&Poly::integer(offset), budget)?.into();
        result = if shift > 0 { result.times(&factor, budget)? } else { result.over(&factor, budget)? };
    }
    Ok(result)
}

/// n!! = n(n − 2)(n − 4)…
pub fn double_factorial(n: i64, budget: &mut Budget) -> Result<Canon> {
    if !(0..=MAX_FACTORIAL).contains(&n) {
        return Err(Trouble::TooLarge);
    }
    budget.product(n.unsigned_abs(), n.unsigned_abs())?;
    let mut product = BigInt::one();
    let mut factor = n;
    while factor > 1 {
        product *= factor;
        factor -= 2;
    }
    Ok(Canon::constant(BigRational::from_integer(product)))
}

/// The binomial coefficient "n choose k".
pub fn binomial(n: &Canon, k: &Canon, budget: &mut Budget) -> Result<Canon> {
    if let (Some(n), Some(k)) = (roots::integer_of(n), roots::integer_of(k)) {
        if n >= 0 && (k < 0 || k > n) {
            return Ok(Canon::integer(0));
        }
        let k = if n >= 0 { k.min(n - k) } else { k };
        if n >= 0 && k <= MAX_FACTORIAL && n <= 1 << 40 {
            // Charges for the product in the numerator, the product in the denominator, and their quotient.
            for _ in 0..3 {
                budget.product(k.unsigned_abs(), n.unsigned_abs())?;
            }
            return Ok(Canon::constant(BigRational::from_integer(falling(n, k) / falling(k, k))));
        }
    }
    if let Some(k) = roots::integer_of(k)
        && (0..=12).contains(&k)
    {
        // n(n − 1)…(n − k + 1)/k!
        let mut result = Canon::constant(BigRational::new(BigInt::one(), falling(k, k)));
        for step in 0..k {
            result = result.times(&n.plus(&Canon::integer(-step), budget)?, budget)?;
        }
        return Ok(result);
    }
    let rest = n.plus(&k.negated(), budget)?;
    if rest.rational().is_some_and(|r| r.is_integer() && !r.is_negative() && r <= BigRational::from_integer(12.into())) {
        return binomial(n, &rest, budget);
    }
    budget.rewrite(Rewriting::BinomialByFactorials);
    let (top, left, right) = (factorial(n, budget)?, factorial(k, budget)?, factorial(&rest, budget)?);
    top.over(&left, budget)?.over(&right, budget)
}

/// n(n − 1)…(n − k + 1)
fn falling(n: i64, k: i64) -> BigInt {
    // Products of machine words are taken first: most of the cost is in the long multiplications.
    let mut product = BigInt::one();
    let mut chunk: i64 = 1;
    for step in 0..k {
        let factor = n - step;
        match chunk.checked_mul(factor) {
            Some(larger) => chunk = larger,
            None => {
                product *= chunk;
                chunk = factor;
            }
        }
    }
    product * chunk
}
