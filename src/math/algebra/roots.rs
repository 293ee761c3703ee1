//! Roots and rational powers.
//!
//! Accepts: roots of any index up to 64 of any quotient. Even roots are taken over the reals: √(x²) is |x|, and a symbol that stands
//! under an even root with an odd exponent is positive wherever the formula is defined, so that √(xy) = √x·√y. Odd roots of negative
//! numbers are negative. Refuses: nothing; a root with no closer form becomes an atom.

use std::sync::Arc;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

use super::canon::Canon;
use super::factor::factor;
use super::monomial::{Atom, Exponent, Monomial};
use super::poly::{Poly, folded_poly, small_integer};
use super::{Budget, Result, Trouble, rational};

/// The largest index of a root that is worked out.
const MAX_INDEX: i64 = 64;

/// value^(top/low) for a rational exponent.
pub fn rational_power(value: &Canon, exponent: Exponent, budget: &mut Budget) -> Result<Canon> {
    let (top, low) = (*exponent.numer(), *exponent.denom());
    if low == 1 {
        return value.integer_power(top, budget);
    }
    root(value, low, budget)?.integer_power(top, budget)
}

/// The real root of that index; the principal complex one where an even root of a negative constant is taken.
pub fn root(value: &Canon, index: i64, budget: &mut Budget) -> Result<Canon> {
    if !(2..=MAX_INDEX).contains(&index) {
        return if index == 1 { Ok(value.clone()) } else { Err(Trouble::TooLarge) };
    }
    if value.den.is_one() {
        return root_of_poly(&value.num, index, budget);
    }
    let (mut num, mut den) = (value.num.clone(), value.den.clone());
    if index % 2 == 0 && den.is_constant() && super::sign_of(&den)? == std::cmp::Ordering::Less {
        (num, den) = (num.negated(), den.negated());
    }
    let top = root_of_poly(&num, index, budget)?;
    let low = root_of_poly(&den, index, budget)?;
    top.over(&low, budget)
}

fn root_of_poly(poly: &Poly, index: i64, budget: &mut Budget) -> Result<Canon> {
    if poly.is_zero() {
        return Ok(poly.clone().into());
    }
    if let Some((monomial, coefficient)) = poly.single() {
        return root_of_term(monomial, coefficient, index, budget);
    }
    let mut poly = poly.clone();
    let mut outside = Poly::one();
    // Signs: −P under an odd root leaves a minus outside; a negative constant under a square root leaves i.
    let negative = poly.leading().is_negative();
    if index % 2 == 1 && negative {
        poly = poly.negated();
        outside = Poly::integer(-1);
    } else if index == 2 && poly.is_constant() && super::sign_of(&poly)? == std::cmp::Ordering::Less {
        poly = poly.negated();
        outside = Poly::atom(Atom::Imaginary);
    }
    let content = poly.content();
    poly = poly.scaled(&rational::reciprocal(&content).ok_or(Trouble::Undefined)?, budget)?;
    outside = outside.times(&root_of_rational(&content, index, budget)?, budget)?;
    let (pulled, rest) = pull_symbols(&poly, index, budget)?;
    outside = outside.times(&pulled, budget)?;
    let inside = match perfect_root(&rest, index, budget)? {
        Some(root) => root,
        None => match denest(&rest, index, budget)? {
            Some(root) => root,
            None => Poly::term(Monomial::power(Atom::Base(Arc::new(rest)), Exponent::new(1, index)), BigRational::one()),
        },
    };
    Ok(outside.times(&inside, budget)?.into())
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

fn root_of_term(monomial: &Monomial, coefficient: &BigRational, index: i64, budget: &mut Budget) -> Result<Canon> {
    let even = index % 2 == 0;
    let mut result = if coefficient.is_negative() {
        if !even {
            root_of_rational(&coefficient.abs(), index, budget)?.negated()
        } else if index == 2 && monomial.0.iter().all(|(atom, _)| is_positive(atom)) {
            let root = root_of_rational(&coefficient.abs(), index, budget)?;
            root.times(&Poly::atom(Atom::Imaginary), budget)?
        } else {
            return Ok(opaque(Poly::term(monomial.clone(), coefficient.clone()), index));
        }
    } else {
        root_of_rational(coefficient, index, budget)?
    };
    for (atom, exponent) in &monomial.0 {
        let part = exponent / Exponent::from_integer(index);
        let whole_even = exponent.is_integer() && exponent.to_integer() % 2 == 0;
        let factor = match atom {
            _ if is_positive(atom) || !even && is_real(atom) => {
                folded_poly(Monomial::power(atom.clone(), part), BigRational::one(), budget)?
            }
            Atom::Symbol(_) if whole_even => {
                folded_poly(Monomial::power(Atom::Abs(Arc::new(Poly::atom(atom.clone()))), part), BigRational::one(), budget)?
            }
            Atom::Symbol(_) => Poly::term(Monomial::power(atom.clone(), part), BigRational::one()),
            _ if whole_even && is_real(atom) => {
                folded_poly(Monomial::power(Atom::Abs(Arc::new(Poly::atom(atom.clone()))), part), BigRational::one(), budget)?
            }
            _ => return Ok(opaque(Poly::term(monomial.clone(), coefficient.clone()), index)),
        };
        result = result.times(&factor, budget)?;
    }
    Ok(result.into())
}

fn opaque(poly: Poly, index: i64) -> Canon {
    Poly::term(Monomial::power(Atom::Base(Arc::new(poly)), Exponent::new(1, index)), BigRational::one()).into()
}

/// Atoms that are positive reals wherever they are defined.
fn is_positive(atom: &Atom) -> bool {
    match atom {
        Atom::Prime(_) | Atom::Pi | Atom::Abs(_) | Atom::LogBase => true,
        Atom::Base(poly) => !poly.any_atom(&mut |a| matches!(a, Atom::Imaginary | Atom::Cis(_))),
        Atom::Exp(power) => power.0.iter().all(|(a, _)| is_real(a)),
        _ => false,
    }
}

fn is_real(atom: &Atom) -> bool {
    match atom {
        Atom::Imaginary | Atom::Cis(_) | Atom::Function(..) | Atom::Value(_) | Atom::Big(..) => false,
        Atom::Ln(poly) | Atom::Base(poly) | Atom::Abs(poly) | Atom::Factorial(poly) => {
            !poly.any_atom(&mut |a| matches!(a, Atom::Imaginary | Atom::Cis(_)))
        }
        Atom::Exp(power) => power.0.iter().all(|(a, _)| is_real(a)),
        _ => true,
    }
}

/// Takes out of P the powers of symbols whose root is known: √(x²y + x²) = |x|·√(y + 1).
fn pull_symbols(poly: &Poly, index: i64, budget: &mut Budget) -> Result<(Poly, Poly)> {
    let mut pulled = Poly::one();
    let mut rest = poly.clone();
    let symbols: Vec<Atom> = poly.0[0]
        .0
        .0
        .iter()
        .map(|(a, _)| a.clone())
        .chain(poly.0.iter().skip(1).flat_map(|(m, _)| m.0.iter().map(|(a, _)| a.clone())))
        .filter(|a| matches!(a, Atom::Symbol(_) | Atom::Pi))
        .collect();
    let mut seen: Vec<Atom> = Vec::new();
    for symbol in symbols {
        if seen.contains(&symbol) {
            continue;
        }
        seen.push(symbol.clone());
        let lowest = poly
            .0
            .iter()
            .map(|(m, _)| m.0.iter().find(|(a, _)| *a == symbol).map_or(Exponent::zero(), |(_, e)| *e))
            .min()
            .unwrap_or_else(Exponent::zero);
        let step = Exponent::from_integer(index);
        let whole = (lowest / step).floor() * step;
        if whole.is_zero() {
            continue;
        }
        let down = Monomial::power(symbol.clone(), -whole);
        let mut terms = Vec::with_capacity(rest.0.len());
        for (m, c) in &rest.0 {
            terms.push((m.times(&down)?, c.clone()));
        }
        terms.sort_by(|a, b| a.0.cmp(&b.0));
        rest = Poly(terms);
        let out = whole / step;
        let outer = if index % 2 == 0 && out.to_integer() % 2 != 0 && !matches!(symbol, Atom::Pi) {
            folded_poly(Monomial::power(Atom::Abs(Arc::new(Poly::atom(symbol))), out), BigRational::one(), budget)?
        } else {
            Poly::term(Monomial::power(symbol, out), BigRational::one())
        };
        pulled = pulled.times(&outer, budget)?;
    }
    Ok((pulled, rest))
}

/// Q with Q^index = P, found from its first and last term for squares of two or three terms and cubes of two. Even roots give |Q|.
fn perfect_root(poly: &Poly, index: i64, budget: &mut Budget) -> Result<Option<Poly>> {
    let terms = &poly.0;
    let wanted = matches!((index, terms.len()), (2, 3..=10) | (3, 4));
    if !wanted {
        return Ok(None);
    }
    let root_of = |(m, c): &(Monomial, BigRational)| -> Option<Poly> {
        let exponent = Exponent::new(1, index);
        if m.0.iter().any(|(_, e)| !(e * exponent).is_integer()) {
            return None;
        }
        let root = if index == 2 { rational::sqrt(c)? } else { cube_root(c)? };
        Some(Poly::term(m.raised(exponent).ok()?, root))
    };
    // The candidate's terms: roots of the perfect-power terms, with every choice of sign for squares.
    let pieces: Vec<Poly> = terms.iter().filter_map(root_of).collect();
    if !(2..=4).contains(&pieces.len()) {
        return Ok(None);
    }
    for signs in 0..(1u32 << (pieces.len() - 1)) {
        let mut candidate = Poly::zero();
        for (place, piece) in pieces.iter().enumerate() {
            let minus = place > 0 && signs >> (place - 1) & 1 == 1;
            candidate = candidate.plus(&if minus { piece.negated() } else { piece.clone() }, budget)?;
        }
        if candidate.power(index.unsigned_abs(), budget)? == *poly {
            return Ok(Some(if index == 2 { absolute(&candidate, budget)? } else { candidate }));
        }
    }
    Ok(None)
}

fn cube_root(value: &BigRational) -> Option<BigRational> {
    let (top, low) = (value.numer().cbrt(), value.denom().cbrt());
    (&top * &top * &top == *value.numer() && &low * &low * &low == *value.denom()).then(|| BigRational::new(top, low))
}

/// |P| in normal form.
pub fn absolute(poly: &Poly, budget: &mut Budget) -> Result<Poly> {
    if poly.is_zero() {
        return Ok(Poly::zero());
    }
    if let Some(value) = poly.rational() {
        return Ok(Poly::constant(value.abs()));
    }
    if poly.is_constant() && !poly.any_atom(&mut |a| matches!(a, Atom::Imaginary | Atom::Cis(_))) {
        return Ok(match super::sign_of(poly)? {
            std::cmp::Ordering::Less => poly.negated(),
            _ => poly.clone(),
        });
    }
    let content = poly.content();
    let mut inner = poly.scaled(&rational::reciprocal(&content).ok_or(Trouble::Undefined)?, budget)?;
    if inner.leading().is_negative() {
        inner = inner.negated();
    }
    let outer = Poly::constant(content);
    if let Some((monomial, _)) = inner.single() {
        let mut result = outer;
        for (atom, exponent) in &monomial.0 {
            let factor = if is_positive(atom)
                || exponent.is_integer() && exponent.to_integer() % 2 == 0 && is_real(atom)
                || !exponent.is_integer() && is_real(atom)
            {
                Monomial::power(atom.clone(), *exponent)
            } else if is_real(atom) || exponent.is_integer() {
                Monomial::power(Atom::Abs(Arc::new(Poly::atom(atom.clone()))), *exponent)
            } else {
                return Err(Trouble::TooLarge);
            };
            result = result.times(&folded_poly(factor, BigRational::one(), budget)?, budget)?;
        }
        return Ok(result);
    }
    outer.times(&Poly::atom(Atom::Abs(Arc::new(inner))), budget)
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
