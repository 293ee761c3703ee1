//! Powers of any two formulas.
//!
//! Accepts: any canonical base and exponent. Refuses: powers of zero with an exponent that is not a number
//! ([`Trouble::Undefined`]).

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::conjugate::is_real;
use super::exponential::exp;
use super::form::{Atom, Canon, Monomial, Poly};
use super::held::{Kinds, Measured};
use super::logarithm::{formal_ln, ln};
use super::poly::small_ratio;
use super::rewriting::Rewriting;
use super::roots::rational_power;
use super::{Budget, Result, Trouble};

/// base^exponent for any two formulas.
pub fn power(base: &Canon, exponent: &Canon, budget: &mut Budget) -> Result<Canon> {
    if let Some(rational) = exponent.rational() {
        if rational.is_integer() && base.rational().is_some_and(|b| b.is_one()) {
            return Ok(base.clone());
        }
        return rational_power(base, small_ratio(&rational)?, budget);
    }
    if base.is_zero() {
        return Err(Trouble::Undefined);
    }
    if let Some(value) = base.rational()
        && value.is_negative()
    {
        // (−b)^x = b^x·e^{iπx}; for integer x this is b^x·(±1).
        budget.domain.whole(exponent);
        budget.rewrite(Rewriting::PowerOfNegativeNumber);
        let turn = Canon::from(Poly::term(Monomial::atom(Atom::Imaginary).times(&Monomial::atom(Atom::Pi))?, BigRational::one()));
        let sign = exp(&turn.times(exponent, budget)?, budget)?;
        return power(&Canon::constant(-value), exponent, budget)?.times(&sign, budget);
    }
    let is_e = matches!(base.num.single(), Some((m, c)) if c.is_one() && matches!(m.0.as_slice(), [(Atom::Exp(p), e)] if p.is_one() && e.is_one()));
    if is_e && base.den.is_one() {
        return exp(exponent, budget);
    }
    // A power with an irrational exponent requires a positive base.
    budget.rewrite(Rewriting::PowerByLn);
    let log = if exponent.is_constant() || base.is_constant() || !is_real(&base.num, budget)? || !is_real(&base.den, budget)? {
        ln(base, budget)?
    } else {
        ln_of_base(base, exponent, budget)?
    };
    exp(&exponent.times(&log, budget)?, budget)
}

/// The logarithm for bᵘ = e^{u·ln b}. Where b may be negative it is a formal one: results computed with it hold for
/// positive b and any u, and for negative b and whole u.
fn ln_of_base(base: &Canon, exponent: &Canon, budget: &mut Budget) -> Result<Canon> {
    let product = base.num.times(&base.den, budget)?;
    budget.domain.divisor(&base.num);
    let mut log = formal_ln(&base.num, budget)?;
    if !base.den.is_one() {
        log = log.minus(&formal_ln(&base.den, budget)?, budget)?;
    }
    if log.kinds().any(Kinds::FORMAL) {
        budget.domain.base(&product, exponent);
    }
    Ok(log.into())
}
