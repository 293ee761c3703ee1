//! Trigonometric and hyperbolic functions and their inverses.
//!
//! Accepts: any canonical argument. Trigonometric functions are expressed by e^{ix}, so that identities become
//! polynomial arithmetic: sin x = (e^{ix} − e^{−ix})/2i. Angles that are rational multiples of π with denominators
//! dividing 12 become radicals. Refuses: values that do not exist ([`Trouble::Undefined`]).

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed};

use super::conjugate::is_real;
use super::exponential::{cis, exp};
use super::form::{Atom, Canon, Monomial, Poly};
use super::logarithm::ln;
use super::rewriting::Rewriting;
use super::{Budget, Result, Trouble, sign_of};
use crate::math::node::Func;

/// A trigonometric or hyperbolic function, or an inverse of one.
pub fn apply(func: Func, u: &Canon, budget: &mut Budget) -> Result<Canon> {
    match func {
        Func::Sin => circular(u, false, budget),
        Func::Cos => circular(u, true, budget),
        Func::Tan => circular(u, false, budget)?.over(&circular(u, true, budget)?, budget),
        Func::Cot => circular(u, true, budget)?.over(&circular(u, false, budget)?, budget),
        Func::Sec => circular(u, true, budget)?.inverse(budget),
        Func::Csc => circular(u, false, budget)?.inverse(budget),
        Func::Sinh => hyperbolic(u, false, budget),
        Func::Cosh => hyperbolic(u, true, budget),
        Func::Tanh => hyperbolic(u, false, budget)?.over(&hyperbolic(u, true, budget)?, budget),
        Func::Coth => hyperbolic(u, true, budget)?.over(&hyperbolic(u, false, budget)?, budget),
        Func::Arcsin | Func::Arccos => {
            within_one(u, budget)?;
            inverse_circular(func, u, budget)
        }
        Func::Arctan | Func::Arccot => {
            // Undefined at i and −i.
            let square = u.num.times(&u.num, budget)?.plus(&u.den.times(&u.den, budget)?, budget)?;
            if square.is_zero() {
                return Err(Trouble::Undefined);
            }
            inverse_circular(func, u, budget)
        }
        Func::Arsinh | Func::Artanh if u.is_zero() => Ok(Canon::integer(0)),
        Func::Artanh => {
            within_one(u, budget)?;
            // Undefined at 1 and −1.
            let edge = u.num.times(&u.num, budget)?.minus(&u.den.times(&u.den, budget)?, budget)?;
            if edge.is_zero() {
                return Err(Trouble::Undefined);
            }
            budget.domain.divisor(&edge);
            Ok(Canon::function(func, u))
        }
        Func::Arcosh => {
            // u > 1
            let excess = u.num.minus(&u.den, budget)?.times(&u.den, budget)?;
            needs_positive(&excess, budget)?;
            Ok(Canon::function(func, u))
        }
        Func::Exp => exp(u, budget),
        Func::Ln => ln(u, budget),
        _ => Ok(Canon::function(func, u)),
    }
}

/// −1 ≤ u ≤ 1
fn within_one(u: &Canon, budget: &mut Budget) -> Result<()> {
    let (top, low) = (u.num.times(&u.num, budget)?, u.den.times(&u.den, budget)?);
    needs_positive(&low.minus(&top, budget)?, budget)
}

/// Requires that a real form is not negative. A form with symbols is recorded as a need; a constant is tested now.
fn needs_positive(poly: &Poly, budget: &mut Budget) -> Result<()> {
    if !poly.is_constant() {
        budget.domain.positive(poly);
        return Ok(());
    }
    match poly.is_zero() || !is_real(poly, budget)? || sign_of(poly, budget)? != Ordering::Less {
        true => Ok(()),
        false => Err(Trouble::Undefined),
    }
}

/// (e^{iu} ± e^{−iu}) / 2 or 2i
fn circular(u: &Canon, cosine: bool, budget: &mut Budget) -> Result<Canon> {
    budget.rewrite(Rewriting::Circular);
    let forward = cis(u, budget)?;
    let backward = cis(&u.negated(), budget)?;
    sum_or_difference(&forward, &backward, cosine, true, budget)
}

fn hyperbolic(u: &Canon, cosine: bool, budget: &mut Budget) -> Result<Canon> {
    budget.rewrite(Rewriting::Hyperbolic);
    let forward = exp(u, budget)?.num;
    let backward = exp(&u.negated(), budget)?.num;
    sum_or_difference(&forward, &backward, cosine, false, budget)
}

fn sum_or_difference(forward: &Poly, backward: &Poly, sum: bool, imaginary: bool, budget: &mut Budget) -> Result<Canon> {
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    if sum {
        return Ok(forward.plus(backward, budget)?.scaled(&half, budget)?.into());
    }
    let difference = forward.minus(backward, budget)?;
    if !imaginary {
        return Ok(difference.scaled(&half, budget)?.into());
    }
    // 1/2i = −i/2
    Ok(difference.times(&Poly::term(Monomial::atom(Atom::Imaginary), -half), budget)?.into())
}

/// The square of a value, and the multiple of π whose sine or tangent it is, as fractions.
type Known = ((i64, i64), (i64, i64));

/// Inverse functions at the values of the special angles; at any other value, an atom.
fn inverse_circular(func: Func, u: &Canon, budget: &mut Budget) -> Result<Canon> {
    // Roots of primes are positive, so the coefficient has the sign of the value. That of |x|/x, whose square is 1, too, is not known.
    let surd = |monomial: &Monomial| u.den.is_one() && monomial.0.iter().all(|(atom, _)| matches!(atom, Atom::Prime(_)));
    let Some((_, coefficient)) = u.num.single().filter(|(monomial, _)| surd(monomial)) else {
        return if u.is_zero() { Ok(at_zero(func)) } else { Ok(Canon::function(func, u)) };
    };
    let square = u.times(u, budget)?.rational();
    let negative = coefficient.is_negative();
    let fraction = |top: i64, low: i64| BigRational::new(top.into(), low.into());
    let table: &[Known] = match func {
        // square of the sine ▸ multiple of π
        Func::Arcsin | Func::Arccos => &[((1, 4), (1, 6)), ((1, 2), (1, 4)), ((3, 4), (1, 3)), ((1, 1), (1, 2))],
        _ => &[((1, 3), (1, 6)), ((1, 1), (1, 4)), ((3, 1), (1, 3))],
    };
    let found = square.and_then(|square| table.iter().find(|((top, low), _)| fraction(*top, *low) == square));
    let Some((_, (top, low))) = found else { return Ok(Canon::function(func, u)) };
    budget.rewrite(Rewriting::InverseCircular);
    let mut angle = fraction(*top, *low);
    if negative {
        angle = -angle;
    }
    if matches!(func, Func::Arccos | Func::Arccot) {
        angle = fraction(1, 2) - angle;
    }
    Ok(Poly::term(Monomial::atom(Atom::Pi), angle).into())
}

fn at_zero(func: Func) -> Canon {
    match func {
        Func::Arccos | Func::Arccot => Poly::term(Monomial::atom(Atom::Pi), BigRational::new(1.into(), 2.into())).into(),
        _ => Canon::integer(0),
    }
}
