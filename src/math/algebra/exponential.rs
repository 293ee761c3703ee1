//! Powers of e.
//!
//! Accepts: any canonical argument. Refuses: multiples that do not fit an exponent ([`Trouble::TooLarge`]).

use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::absolute::absolute;
use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::held::Held;
use super::poly::small_ratio;
use super::product::folded_poly;
use super::rewriting::Rewriting;
use super::roots::rational_power;
use super::{Budget, Result, Trouble};

/// Largest multiple in an exponent (`e^{1000000x}`); a larger one is refused.
const MAX_MULTIPLE: i64 = 1 << 40;

/// e^u
pub fn exp(u: &Canon, budget: &mut Budget) -> Result<Canon> {
    let mut result = Poly::one();
    for (monomial, multiple) in pieces(u)? {
        let (rest, turns) = monomial.without(&Atom::Imaginary);
        let factor = if turns.is_zero() { exponential(&rest, multiple, budget)? } else { cis_power(&rest, multiple, budget)? };
        result = result.times(&factor, budget)?;
    }
    Ok(result.into())
}

/// u as a sum of rational multiples of monomials; a quotient counts as one atom.
fn pieces(u: &Canon) -> Result<Vec<(Monomial, Exponent)>> {
    let sum = |poly: &Poly| poly.0.iter().map(|(m, c)| Ok((m.clone(), small(c)?))).collect();
    if u.den.is_one() {
        return sum(&u.num);
    }
    // The sign is factored out, so that u and −u share their atom.
    let negative = u.num.leading().is_negative();
    let value = if negative { u.negated() } else { u.clone() };
    let sign = if negative { -Exponent::one() } else { Exponent::one() };
    Ok(vec![(Monomial::atom(Atom::Value(Held::new(value))), sign)])
}

fn small(value: &BigRational) -> Result<Exponent> {
    let ratio = small_ratio(value)?;
    if ratio.numer().abs() > MAX_MULTIPLE || *ratio.denom() > MAX_MULTIPLE { Err(Trouble::TooLarge) } else { Ok(ratio) }
}

/// e^{multiple·m} for a real monomial m. e^{c·ln b} becomes b^c.
fn exponential(monomial: &Monomial, multiple: Exponent, budget: &mut Budget) -> Result<Poly> {
    if let [(Atom::FormalLn(argument), one)] = monomial.0.as_slice()
        && one.is_one()
    {
        // x^u·x^(n − u) = xⁿ
        let power = rational_power(&Canon::from(Poly::clone(argument)), multiple, budget)?;
        if power.den.is_one() {
            return Ok(power.num);
        }
    }
    if let [(Atom::Ln(argument), one)] = monomial.0.as_slice()
        && one.is_one()
    {
        budget.rewrite(Rewriting::ExpOfLn);
        let size = Canon::from(absolute(argument, budget)?);
        let power = rational_power(&size, multiple, budget)?;
        if power.den.is_one() {
            return Ok(power.num);
        }
    }
    folded_poly(Monomial::power(Atom::Exp(Held::new(monomial.clone())), multiple), BigRational::one(), budget)
}

fn cis_power(monomial: &Monomial, multiple: Exponent, budget: &mut Budget) -> Result<Poly> {
    folded_poly(Monomial::power(Atom::Cis(Held::new(monomial.clone())), multiple), BigRational::one(), budget)
}

/// e^{iu}
pub fn cis(u: &Canon, budget: &mut Budget) -> Result<Poly> {
    let mut result = Poly::one();
    for (monomial, multiple) in pieces(u)? {
        let (rest, turns) = monomial.without(&Atom::Imaginary);
        let factor = if turns.is_zero() { cis_power(&rest, multiple, budget)? } else { exponential(&rest, -multiple, budget)? };
        result = result.times(&factor, budget)?;
    }
    Ok(result)
}
