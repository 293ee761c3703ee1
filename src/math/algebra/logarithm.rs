//! Logarithms.
//!
//! Accepts: any canonical argument. Refuses: zero ([`Trouble::Undefined`]).

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed};

use super::absolute::square_root;
use super::conjugate::is_real;
use super::factor::factor;
use super::form::{Atom, Canon, Monomial, Poly};
use super::held::Held;
use super::reality::is_nonnegative;
use super::rewriting::Rewriting;
use super::{Budget, Result, Trouble, rational, sign_of};
use crate::math::node::Func;

/// ln u. Over the reals, ln(ab) = ln |a| + ln |b| wherever ab is positive, and ln aᵉ = e·ln |a| wherever aᵉ is
/// positive.
pub fn ln(u: &Canon, budget: &mut Budget) -> Result<Canon> {
    if u.is_zero() {
        return Err(Trouble::Undefined);
    }
    if !(is_real(&u.num, budget)? && is_real(&u.den, budget)?) {
        budget.domain.divisor(&u.num);
        budget.domain.branch(&u.num, 0);
        return Ok(Canon::function(Func::Ln, u));
    }
    if u.is_constant() {
        return ln_of_constant(u, budget);
    }
    let mut signed = Poly::one();
    for part in [&u.num, &u.den] {
        if square_root(part, budget)?.is_none() {
            signed = signed.times(part, budget)?;
        }
    }
    budget.domain.positive(&signed);
    budget.domain.divisor(&u.num);
    let top = ln_of_size(&u.num, budget)?;
    if u.den.is_one() {
        return Ok(top.into());
    }
    Ok(top.minus(&ln_of_size(&u.den, budget)?, budget)?.into())
}

/// The principal value: ln(−x) = ln x + iπ.
fn ln_of_constant(u: &Canon, budget: &mut Budget) -> Result<Canon> {
    budget.domain.divisor(&u.num);
    let negative = (sign_of(&u.num, budget)? == Ordering::Less) != (sign_of(&u.den, budget)? == Ordering::Less);
    let mut result = ln_of_size(&u.num, budget)?;
    if !u.den.is_one() {
        result = result.minus(&ln_of_size(&u.den, budget)?, budget)?;
    }
    if negative {
        budget.rewrite(Rewriting::LnOfNegativeNumber);
        let turn = Monomial::atom(Atom::Imaginary).times(&Monomial::atom(Atom::Pi))?;
        result = result.plus(&Poly::term(turn, BigRational::one()), budget)?;
    }
    Ok(result.into())
}

/// ln |P| of a real P.
fn ln_of_size(poly: &Poly, budget: &mut Budget) -> Result<Poly> {
    let content = poly.content();
    let mut poly = poly.scaled(&rational::reciprocal(&content).ok_or(Trouble::Undefined)?, budget)?;
    if poly.leading().is_negative() {
        poly = poly.negated();
    }
    let mut result = Poly::zero();
    for (prime, multiplicity) in factor(&content, budget)? {
        let ln = ln_of_integer(prime).scaled(&BigRational::from_integer(multiplicity.into()), budget)?;
        result = result.plus(&ln, budget)?;
    }
    if poly.is_one() {
        return Ok(result);
    }
    if !content.is_one() || poly.single().is_some_and(|(monomial, _)| monomial.0.len() > 1) {
        budget.rewrite(Rewriting::LnOfProduct);
    }
    let Some((monomial, _)) = poly.single() else {
        let ln = match square_root(&poly, budget)? {
            // ln Q² = 2·ln |Q|
            Some(root) => ln_of_size(&root, budget)?.scaled(&BigRational::from_integer(2.into()), budget)?,
            None => Poly::atom(Atom::Ln(Held::new(poly))),
        };
        return result.plus(&ln, budget);
    };
    for (atom, exponent) in &monomial.0 {
        let multiple = BigRational::new((*exponent.numer()).into(), (*exponent.denom()).into());
        if !exponent.is_one() {
            budget.rewrite(Rewriting::LnOfPower);
        }
        let ln = match atom {
            // |xᵘ| = |x|ᵘ, whatever the sign of x.
            Atom::Exp(power) => Poly::term(sized(power), BigRational::one()),
            Atom::Base(inner) | Atom::Abs(inner) => ln_of_size(inner, budget)?,
            Atom::Prime(prime) => ln_of_integer(prime.clone()),
            _ => Poly::atom(Atom::Ln(Held::new(Poly::atom(atom.clone())))),
        };
        result = result.plus(&ln.scaled(&multiple, budget)?, budget)?;
    }
    Ok(result)
}

/// The monomial with each formal logarithm ln x replaced by ln |x|.
fn sized(power: &Monomial) -> Monomial {
    let mut sized = power.clone();
    for (atom, _) in &mut sized.0 {
        if let Atom::FormalLn(inner) = atom {
            *atom = Atom::Ln(inner.clone());
        }
    }
    sized.0.sort();
    sized
}

fn ln_of_integer(value: BigInt) -> Poly {
    Poly::atom(Atom::Ln(Held::new(Poly::constant(BigRational::from_integer(value)))))
}

/// The logarithm of P for use in the exponent of a power of P: a formal one where P may be negative.
pub fn formal_ln(poly: &Poly, budget: &mut Budget) -> Result<Poly> {
    let nonnegative = |monomial: &Monomial| monomial.0.iter().all(|(atom, exponent)| is_nonnegative(atom, *exponent));
    let positive = !poly.is_zero() && poly.0.iter().all(|(monomial, c)| c.is_positive() && nonnegative(monomial));
    if positive {
        return ln_of_size(poly, budget);
    }
    let content = poly.content();
    let inner = poly.scaled(&rational::reciprocal(&content).ok_or(Trouble::Undefined)?, budget)?;
    let outer = ln_of_size(&Poly::constant(content), budget)?;
    match inner.single() {
        // (xⁿ)ᵘ = xⁿᵘ for whole n and u.
        Some((monomial, coefficient)) if coefficient.is_one() && monomial.0.iter().all(|(_, exponent)| exponent.is_integer()) => {
            let mut sum = outer;
            for (atom, exponent) in &monomial.0 {
                let log = if is_nonnegative(atom, *exponent) {
                    // a^e with an even e is |a|^e.
                    ln_of_size(&Poly::term(Monomial::power(atom.clone(), *exponent), BigRational::one()), budget)?
                } else {
                    let multiple = BigRational::from_integer(exponent.to_integer().into());
                    Poly::atom(Atom::FormalLn(Held::new(Poly::atom(atom.clone())))).scaled(&multiple, budget)?
                };
                sum = sum.plus(&log, budget)?;
            }
            Ok(sum)
        }
        _ => outer.plus(&Poly::atom(Atom::FormalLn(Held::new(inner))), budget),
    }
}
