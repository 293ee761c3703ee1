//! Roots and rational powers.
//!
//! Each rewriting holds wherever the root has a value; the conditions for that are recorded as needs of the
//! [`Domain`](super::Domain).
//!
//! | rewriting | needs | source |
//! |---|---|---|
//! | ᵏ√(aᵉ) = a^(e/k), k even, a ≥ 0 by syntax | – | definition of the root of a real number that is not negative |
//! | ᵏ√(aᵉ) = a^(e/k), k and e odd | a > 0 | the same |
//! | ᵏ√(aᵉ) = ∣a∣^(e/k), k even, e even | – | aᵉ = ∣a∣ᵉ |
//! | ᵏ√(ab) = ᵏ√∣a∣·ᵏ√∣b∣, k even | ab > 0 | ab = ∣a∣∣b∣ there |
//! | ᵏ√(a/b) = ᵏ√(ab)/∣b∣, k = 2 | ab > 0 | a/b = ab/b² |
//! | a/b = (as)/(bs) inside a root, s a power of symbols | s ≠ 0, which b ≠ 0 or s⁻¹ in b needs | – |
//! | ᵏ√(−a) = −ᵏ√a, k odd, a real | – | odd roots of negative numbers are negative |
//! | ᵏ√(−c) = e^{iπ/k}·ᵏ√c, k even, c > 0 a number | – | principal value |
//! | ²√(a + b√c) = √((a + d)/2) ± √((a − d)/2), d² = a² − b²c | d rational | squaring both sides |
//!
//! Accepts: roots of any index up to 64 of any quotient, and up to 1,000 of positive rational numbers. A root with no closer form becomes an atom, which for complex
//! numbers is the principal root.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::absolute::{absolute, is_positive, perfect_root};
use super::conjugate::is_real;
use super::factor::factor;
use super::form::{Atom, Canon, Exponent, Monomial, Poly};
use super::held::{Held, Kinds, Measured};
use super::monomial::divided;
use super::poly::small_integer;
use super::product::folded_poly;
use super::reality::is_nonnegative;
use super::rewriting::Rewriting;
use super::{Budget, Result, Trouble, rational};
use crate::math::interval::Precision;

/// The largest index of a root that is computed.
const MAX_INDEX: i64 = 64;
/// The largest index of a root of a positive rational number: `10^{0.001}`.
const MAX_NUMBER_INDEX: i64 = 1_000;

/// value^(top/low) for a rational exponent.
pub fn rational_power(value: &Canon, exponent: Exponent, budget: &mut Budget) -> Result<Canon> {
    let (top, low) = (*exponent.numer(), *exponent.denom());
    if low == 1 {
        return value.integer_power(top, budget);
    }
    root(value, low, budget)?.integer_power(top, budget)
}

/// The real root of this index; for an even root of a negative constant, the principal complex root.
pub fn root(value: &Canon, index: i64, budget: &mut Budget) -> Result<Canon> {
    if !(2..=MAX_INDEX).contains(&index) {
        if (2..=MAX_NUMBER_INDEX).contains(&index)
            && let Some(number) = value.rational().filter(Signed::is_positive)
        {
            return root_of_rational(&number, index, budget).map(Canon::from);
        }
        return if index == 1 { Ok(value.clone()) } else { Err(Trouble::TooLarge) };
    }
    if value.den.is_one() {
        return root_of_poly(&value.num, index, budget);
    }
    if !(is_real(&value.num, budget)? && is_real(&value.den, budget)?) {
        if index % 2 == 1 && !value.kinds().any(Kinds::FREE) && may_be_real(value, budget) {
            return Err(Trouble::Undecided);
        }
        // For complex numbers, the root of a quotient is not always the quotient of the roots.
        budget.domain.branch(&value.num, index);
        budget.domain.branch(&value.den, index);
        return Ok(opaque(Poly::atom(Atom::Value(Held::new(value.clone()))), index));
    }
    let (mut num, mut den) = without_common_symbols(&value.num, &value.den, budget)?;
    if den.is_one() {
        return root_of_poly(&num, index, budget);
    }
    if den.is_constant() && super::sign_of(&den, budget)? == Ordering::Less {
        (num, den) = (num.negated(), den.negated());
    }
    if index % 2 == 0 && !is_positive(&den, budget)? && !is_positive(&num, budget)? {
        let product = num.times(&den, budget)?;
        if index == 2 {
            budget.rewrite(Rewriting::RootOfQuotient);
            let low: Canon = absolute(&den, budget)?.into();
            return root_of_poly(&product, index, budget)?.over(&low, budget);
        }
        budget.domain.positive(&product);
        return Ok(opaque(Poly::atom(Atom::Value(Held::new(value.clone()))), index));
    }
    let top = root_of_poly(&num, index, budget)?;
    let low = root_of_poly(&den, index, budget)?;
    top.over(&low, budget)
}

fn root_of_poly(poly: &Poly, index: i64, budget: &mut Budget) -> Result<Canon> {
    if poly.is_zero() {
        return Ok(poly.clone().into());
    }
    if !is_real(poly, budget)? {
        if index % 2 == 1 && poly.is_constant() && may_be_real(&poly.clone().into(), budget) {
            return Err(Trouble::Undecided);
        }
        budget.domain.branch(poly, index);
        return Ok(opaque(poly.clone(), index));
    }
    if let Some((monomial, coefficient)) = poly.single() {
        return root_of_term(monomial, coefficient, index, budget);
    }
    let mut poly = poly.clone();
    let mut outside = Poly::one();
    // Signs: −P under an odd root leaves a minus outside; a negative constant under an even root leaves e^{iπ/k}.
    if index % 2 == 1 {
        budget.domain.real |= !poly.is_constant();
        if poly.leading().is_negative() {
            budget.rewrite(Rewriting::OddRoot);
            poly = poly.negated();
            outside = Poly::integer(-1);
        }
    } else if poly.is_constant() && super::sign_of(&poly, budget)? == Ordering::Less {
        poly = poly.negated();
        outside = turn(index, budget)?;
    }
    let content = poly.content();
    poly = poly.scaled(&rational::reciprocal(&content).ok_or(Trouble::Undefined)?, budget)?;
    outside = outside.times(&root_of_rational(&content, index, budget)?, budget)?;
    let (pulled, rest) = pull_symbols(&poly, index, budget)?;
    outside = outside.times(&pulled, budget)?;
    let perfect = perfect_root(&rest, index, budget)?;
    if perfect.is_none() && index % 2 == 0 && !rest.is_constant() {
        // The part that was moved out of the root is an even power, so only the rest must be positive.
        budget.domain.positive(&rest);
    }
    let inside = match perfect {
        Some(root) => {
            budget.rewrite(Rewriting::RootOfSquareOfSum);
            root
        }
        None => match denest(&rest, index, budget)? {
            Some(root) => root,
            None => Poly::term(Monomial::power(Atom::Base(Held::new(rest)), Exponent::new(1, index)), BigRational::one()),
        },
    };
    Ok(outside.times(&inside, budget)?.into())
}

/// Whether a number that is not known to be real may be real. The value of an odd root depends on it: the odd root of a
/// negative number is negative, that of a complex number is the principal one.
fn may_be_real(value: &Canon, budget: &mut Budget) -> bool {
    super::eval::evaluate(value, Precision::START, &|_| None, budget).map_or(true, |value| value.im().contains_zero())
}

/// e^{iπ/index}: the principal root of −1.
fn turn(index: i64, budget: &mut Budget) -> Result<Poly> {
    budget.rewrite(Rewriting::RootOfNegativeNumber);
    let half_turn = Atom::Cis(Held::new(Monomial::atom(Atom::Pi)));
    folded_poly(Monomial::power(half_turn, Exponent::new(1, index)), BigRational::one(), budget)
}

fn root_of_rational(value: &BigRational, index: i64, budget: &mut Budget) -> Result<Poly> {
    if index == 2
        && let Some(root) = rational::sqrt(value)
    {
        return Ok(Poly::constant(root));
    }
    let mut result = Poly::one();
    for (prime, power) in factor(value, budget)? {
        let factor = folded_poly(Monomial::power(Atom::Prime(prime), Exponent::new(power, index)), BigRational::one(), budget)?;
        result = result.times(&factor, budget)?;
    }
    Ok(result)
}

/// The root of a real term.
fn root_of_term(monomial: &Monomial, coefficient: &BigRational, index: i64, budget: &mut Budget) -> Result<Canon> {
    let mut result = root_of_rational(&coefficient.abs(), index, budget)?;
    let even = index % 2 == 0;
    let constant = !monomial.0.iter().any(|(atom, _)| atom.kinds().any(Kinds::FREE));
    let unknown: Vec<&(Atom, Exponent)> = monomial.0.iter().filter(|(atom, exponent)| !is_nonnegative(atom, *exponent)).collect();
    let mut alone = None;
    if !even {
        budget.domain.real |= !constant;
        if coefficient.is_negative() {
            budget.rewrite(Rewriting::OddRoot);
            result = result.negated();
        }
    } else if constant {
        let whole = Poly::term(monomial.clone(), coefficient.clone());
        let sign = if unknown.is_empty() { coefficient.is_negative() } else { super::sign_of(&whole, budget)? == Ordering::Less };
        if sign {
            result = result.times(&turn(index, budget)?, budget)?;
        }
    } else {
        budget.domain.positive(&Poly::term(monomial.clone(), coefficient.clone()));
        // With only one factor of unknown sign, that factor is positive where the term is.
        alone = (unknown.len() == 1 && coefficient.is_positive()).then(|| unknown[0].0.clone());
    }
    for (atom, exponent) in &monomial.0 {
        let part = divided(*exponent, index)?;
        let kept = !even || super::reality::is_positive_atom(atom) || exponent.denom() % 2 == 0 || alone.as_ref() == Some(atom);
        let factor = if kept {
            budget.rewrite(Rewriting::EvenRoot);
            folded_poly(Monomial::power(atom.clone(), part), BigRational::one(), budget)?
        } else {
            let even_power = exponent.numer() % 2 == 0;
            budget.rewrite(if even_power { Rewriting::RootOfEvenPower } else { Rewriting::RootOfProduct });
            raised(&absolute(&Poly::atom(atom.clone()), budget)?, part, budget)?
        };
        result = result.times(&factor, budget)?;
    }
    Ok(result.into())
}

/// A power of an absolute value; the absolute value is one atom or a constant.
fn raised(absolute: &Poly, exponent: Exponent, budget: &mut Budget) -> Result<Poly> {
    match absolute.single() {
        Some((monomial, coefficient)) if coefficient.is_one() => {
            folded_poly(monomial.raised(exponent)?, BigRational::one(), budget)
        }
        _ => Ok(Poly::term(Monomial::power(Atom::Abs(Held::new(absolute.clone())), exponent), BigRational::one())),
    }
}

/// A root as an atom; for a complex number it is the principal root.
fn opaque(poly: Poly, index: i64) -> Canon {
    Poly::term(Monomial::power(Atom::Base(Held::new(poly)), Exponent::new(1, index)), BigRational::one()).into()
}

/// Moves the powers of symbols whose root is known out of a real P: √(x²y + x²) = |x|·√(y + 1).
fn pull_symbols(poly: &Poly, index: i64, budget: &mut Budget) -> Result<(Poly, Poly)> {
    let mut pulled = Poly::one();
    let mut rest = poly.clone();
    for symbol in symbols_of(poly) {
        let step = Exponent::from_integer(index);
        let whole = (lowest_exponent(poly, &symbol) / step).floor() * step;
        if whole.is_zero() {
            continue;
        }
        rest = times_power(&rest, &symbol, -whole, budget)?;
        let out = whole / step;
        let outer = if index % 2 == 0 && out.to_integer() % 2 != 0 && !matches!(symbol, Atom::Pi) {
            folded_poly(Monomial::power(Atom::Abs(Held::new(Poly::atom(symbol))), out), BigRational::one(), budget)?
        } else {
            Poly::term(Monomial::power(symbol, out), BigRational::one())
        };
        pulled = pulled.times(&outer, budget)?;
    }
    Ok((pulled, rest))
}

/// The sides of a quotient without the powers of symbols that all terms of the denominator share: 2gh/(1 + I/(mr²)) as 2ghmr²/(mr² + I).
/// Equal radicands then have equal roots; a quotient alone is compared by multiplying crosswise.
fn without_common_symbols(num: &Poly, den: &Poly, budget: &mut Budget) -> Result<(Poly, Poly)> {
    let (mut num, mut den) = (num.clone(), den.clone());
    for symbol in symbols_of(&den) {
        let whole = lowest_exponent(&den, &symbol).floor();
        if !whole.is_zero() {
            num = times_power(&num, &symbol, -whole, budget)?;
            den = times_power(&den, &symbol, -whole, budget)?;
        }
    }
    Ok((num, den))
}

/// The symbols of a polynomial, and π.
fn symbols_of(poly: &Poly) -> Vec<Atom> {
    let mut seen: Vec<Atom> = Vec::new();
    for atom in poly.0.iter().flat_map(|(monomial, _)| monomial.0.iter().map(|(atom, _)| atom)) {
        if matches!(atom, Atom::Symbol(_) | Atom::Pi) && !seen.contains(atom) {
            seen.push(atom.clone());
        }
    }
    seen
}

/// The lowest exponent of a symbol in the terms of a polynomial; 0 in a term without it.
fn lowest_exponent(poly: &Poly, symbol: &Atom) -> Exponent {
    let exponents = poly.0.iter().map(|(m, _)| m.0.iter().find(|(a, _)| a == symbol).map_or(Exponent::zero(), |(_, e)| *e));
    exponents.min().unwrap_or_else(Exponent::zero)
}

/// Every term times a power of a symbol.
fn times_power(poly: &Poly, symbol: &Atom, exponent: Exponent, budget: &mut Budget) -> Result<Poly> {
    budget.spend(poly.size())?;
    let power = Monomial::power(symbol.clone(), exponent);
    let mut terms = Vec::with_capacity(poly.0.len());
    for (m, c) in &poly.0 {
        terms.push((m.times(&power)?, c.clone()));
    }
    terms.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Poly(terms))
}

/// √(a + b√c) = √((a+d)/2) ± √((a−d)/2) with d² = a² − b²c, where d is rational.
fn denest(poly: &Poly, index: i64, budget: &mut Budget) -> Result<Option<Poly>> {
    if index != 2 || poly.0.len() != 2 || !poly.is_constant() {
        return Ok(None);
    }
    let (mut plain, mut surd) = (None, None);
    for (monomial, coefficient) in &poly.0 {
        if monomial.is_one() {
            plain = Some(coefficient.clone());
        } else if monomial.0.iter().all(|(atom, e)| matches!(atom, Atom::Prime(_)) && *e == Exponent::new(1, 2)) {
            let square = poly_square(monomial, coefficient, budget)?;
            surd = Some((square, coefficient.is_negative()));
        }
    }
    let (Some(a), Some((square, negative))) = (plain, surd) else { return Ok(None) };
    let Some(d) = rational::sqrt(&(&a * &a - square)) else { return Ok(None) };
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let (big, small) = ((&a + &d) * &half, (&a - &d) * &half);
    if small.is_negative() {
        return Ok(None);
    }
    budget.rewrite(Rewriting::Denesting);
    let first = root_of_rational(&big, 2, budget)?;
    let second = root_of_rational(&small, 2, budget)?;
    Ok(Some(if negative { first.minus(&second, budget)? } else { first.plus(&second, budget)? }))
}

fn poly_square(monomial: &Monomial, coefficient: &BigRational, budget: &mut Budget) -> Result<BigRational> {
    let term = Poly::term(monomial.clone(), coefficient.clone());
    term.times(&term, budget)?.rational().ok_or(Trouble::TooLarge)
}

/// The exact integer n with value = n, if it fits.
pub fn integer_of(value: &Canon) -> Option<i64> {
    value.rational().as_ref().and_then(small_integer)
}
