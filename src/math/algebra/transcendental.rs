//! Exponentials, logarithms, trigonometric functions and their inverses.
//!
//! Accepts: any canonical argument. Everything periodic goes through e^{ix}, so that identities become polynomial arithmetic:
//! sin x = (e^{ix} − e^{−ix})/2i. Angles that are rational multiples of π with denominators dividing 12 become radicals. Refuses:
//! logarithms of zero and other values that do not exist.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::conjugate::is_real;
use super::factor::factor;
use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::held::{Held, Kinds, Measured};
use super::poly::small_ratio;
use super::product::folded_poly;
use super::reality::is_nonnegative;
use super::rewriting::Rewriting;
use super::{Budget, Result, Trouble, rational, roots, sign_of};
use crate::math::node::Func;

/// Multiples of an exponent (`e^{1000000x}`) beyond this stay unexpanded.
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
    // The sign comes out, so that u and −u share their atom.
    let negative = u.num.leading().is_negative();
    let value = if negative { u.negated() } else { u.clone() };
    let sign = if negative { -Exponent::one() } else { Exponent::one() };
    Ok(vec![(Monomial::atom(Atom::Value(Held::new(value))), sign)])
}

fn small(value: &BigRational) -> Result<Exponent> {
    let ratio = small_ratio(value)?;
    if ratio.numer().abs() > MAX_MULTIPLE || *ratio.denom() > MAX_MULTIPLE { Err(Trouble::TooLarge) } else { Ok(ratio) }
}

/// e^{multiple·m} for a real monomial: e^{c·ln b} is b^c.
fn exponential(monomial: &Monomial, multiple: Exponent, budget: &mut Budget) -> Result<Poly> {
    if let [(Atom::FormalLn(argument), one)] = monomial.0.as_slice()
        && one.is_one()
    {
        // x^u·x^(n − u) = xⁿ
        let power = roots::rational_power(&Canon::from(Poly::clone(argument)), multiple, budget)?;
        if power.den.is_one() {
            return Ok(power.num);
        }
    }
    if let [(Atom::Ln(argument), one)] = monomial.0.as_slice()
        && one.is_one()
    {
        budget.rewrite(Rewriting::ExpOfLn);
        let size = Canon::from(roots::absolute(argument, budget)?);
        let power = roots::rational_power(&size, multiple, budget)?;
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
fn cis(u: &Canon, budget: &mut Budget) -> Result<Poly> {
    let mut result = Poly::one();
    for (monomial, multiple) in pieces(u)? {
        let (rest, turns) = monomial.without(&Atom::Imaginary);
        let factor = if turns.is_zero() { cis_power(&rest, multiple, budget)? } else { exponential(&rest, -multiple, budget)? };
        result = result.times(&factor, budget)?;
    }
    Ok(result)
}

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
            // At i and −i it has no value.
            let square = u.num.times(&u.num, budget)?.plus(&u.den.times(&u.den, budget)?, budget)?;
            if square.is_zero() {
                return Err(Trouble::Undefined);
            }
            inverse_circular(func, u, budget)
        }
        Func::Arsinh | Func::Artanh if u.is_zero() => Ok(Canon::integer(0)),
        Func::Artanh => {
            within_one(u, budget)?;
            // At 1 and −1 it has no value.
            let edge = u.num.times(&u.num, budget)?.minus(&u.den.times(&u.den, budget)?, budget)?;
            if edge.is_zero() {
                return Err(Trouble::Undefined);
            }
            budget.domain.divisor(&edge);
            Ok(opaque(func, u))
        }
        Func::Arcosh => {
            // u > 1
            let excess = u.num.minus(&u.den, budget)?.times(&u.den, budget)?;
            needs_positive(&excess, budget)?;
            Ok(opaque(func, u))
        }
        Func::Exp => exp(u, budget),
        Func::Ln => ln(u, budget),
        _ => Ok(opaque(func, u)),
    }
}

/// −1 ≤ u ≤ 1
fn within_one(u: &Canon, budget: &mut Budget) -> Result<()> {
    let (top, low) = (u.num.times(&u.num, budget)?, u.den.times(&u.den, budget)?);
    needs_positive(&low.minus(&top, budget)?, budget)
}

/// A real form must be positive, or zero; a number is.
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

fn opaque(func: Func, u: &Canon) -> Canon {
    Canon::atom(Atom::Function(func, Held::new(vec![u.clone()])))
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

/// Inverse functions at the values every table lists; elsewhere an atom.
fn inverse_circular(func: Func, u: &Canon, budget: &mut Budget) -> Result<Canon> {
    let Some((_, coefficient)) = u.num.single().filter(|_| u.den.is_one()) else {
        return if u.is_zero() { Ok(at_zero(func)) } else { Ok(opaque(func, u)) };
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
    let Some((_, (top, low))) = found else { return Ok(opaque(func, u)) };
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

/// ln u. Over the reals ln(ab) = ln |a| + ln |b| wherever ab is positive, and ln aᵉ = e·ln |a|.
pub fn ln(u: &Canon, budget: &mut Budget) -> Result<Canon> {
    if u.is_zero() {
        return Err(Trouble::Undefined);
    }
    if !(is_real(&u.num, budget)? && is_real(&u.den, budget)?) {
        budget.domain.divisor(&u.num);
        budget.domain.branch(&u.num, 0);
        return Ok(opaque(Func::Ln, u));
    }
    if u.is_constant() {
        return ln_of_constant(u, budget);
    }
    let mut signed = Poly::one();
    for part in [&u.num, &u.den] {
        if roots::square_root(part, budget)?.is_none() {
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
        let ln = match roots::square_root(&poly, budget)? {
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
            // The size of xᵘ is |x|ᵘ, whatever the sign of x.
            Atom::Exp(power) => Poly::term(sized(power), BigRational::one()),
            Atom::Base(inner) | Atom::Abs(inner) => ln_of_size(inner, budget)?,
            Atom::Prime(prime) => ln_of_integer(prime.clone()),
            _ => Poly::atom(Atom::Ln(Held::new(Poly::atom(atom.clone())))),
        };
        result = result.plus(&ln.scaled(&multiple, budget)?, budget)?;
    }
    Ok(result)
}

/// A monomial whose formal logarithms, ln x, are ln |x|.
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

/// base^exponent for any two formulas.
pub fn power(base: &Canon, exponent: &Canon, budget: &mut Budget) -> Result<Canon> {
    if let Some(rational) = exponent.rational() {
        if rational.is_integer() && base.rational().is_some_and(|b| b.is_one()) {
            return Ok(base.clone());
        }
        return roots::rational_power(base, small_ratio(&rational)?, budget);
    }
    if base.is_zero() {
        return Err(Trouble::Undefined);
    }
    if let Some(value) = base.rational()
        && value.is_negative()
    {
        // (−b)^x = b^x·e^{iπx}, which for integers x is b^x·(±1).
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
    // A power with an irrational exponent is one of a positive number.
    budget.rewrite(Rewriting::PowerByLn);
    let log = if exponent.is_constant() || base.is_constant() || !is_real(&base.num, budget)? || !is_real(&base.den, budget)? {
        ln(base, budget)?
    } else {
        ln_of_base(base, exponent, budget)?
    };
    exp(&exponent.times(&log, budget)?, budget)
}

/// The logarithm that makes bᵘ = e^{u·ln b}. Where b may be negative it is a formal one: what is computed with it holds for positive b and any u, and for
/// negative b and whole u.
fn ln_of_base(base: &Canon, exponent: &Canon, budget: &mut Budget) -> Result<Canon> {
    let product = base.num.times(&base.den, budget)?;
    budget.domain.divisor(&base.num);
    let mut log = formal_ln(&base.num, budget)?;
    if !base.den.is_one() {
        log = log.minus(&formal_ln(&base.den, budget)?, budget)?;
    }
    if formal(&log) {
        budget.domain.base(&product, exponent);
    }
    Ok(log.into())
}

fn formal(log: &Poly) -> bool {
    log.kinds().any(Kinds::FORMAL)
}

fn formal_ln(poly: &Poly, budget: &mut Budget) -> Result<Poly> {
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
