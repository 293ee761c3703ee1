//! Absolute values, and sums that are powers of shorter sums.
//!
//! Accepts: real forms. Refuses, as [`Trouble::Undecided`]: the absolute value of a form that may not be real.

use std::cmp::Ordering;

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::conjugate::{is_imaginary, is_real};
use super::form::{Atom, Exponent, Monomial, Poly};
use super::held::Held;
use super::product::folded_poly;
use super::reality::{atom_is_real, is_formal_fraction, is_nonnegative};
use super::rewriting::Rewriting;
use super::{Budget, Result, Trouble, rational, sign_of};

/// |Q| with Q² = P, where P is the square of a short sum.
pub fn square_root(poly: &Poly, budget: &mut Budget) -> Result<Option<Poly>> {
    perfect_root(poly, 2, budget)
}

/// The real root of P, not negative where the index is even, for a P that is a power of a short real sum.
pub fn perfect_root(poly: &Poly, index: i64, budget: &mut Budget) -> Result<Option<Poly>> {
    match root_of_power(poly, index, budget)? {
        Some(root) if !is_real(&root, budget)? => Ok(None),
        Some(root) if index == 2 => absolute(&root, budget).map(Some),
        root => Ok(root),
    }
}

/// Q with Q^index = P, found by trying roots of the terms of P: for squares of two to four terms and cubes of two. Q
/// need not be real where P is: e^{2ix} + e^{-2ix} - 2 is the square of e^{ix} - e^{-ix}, and negative.
fn root_of_power(poly: &Poly, index: i64, budget: &mut Budget) -> Result<Option<Poly>> {
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
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

fn cube_root(value: &BigRational) -> Option<BigRational> {
    let (top, low) = (value.numer().cbrt(), value.denom().cbrt());
    (&top * &top * &top == *value.numer() && &low * &low * &low == *value.denom()).then(|| BigRational::new(top, low))
}

/// |P| of a real P in normal form.
pub fn absolute(poly: &Poly, budget: &mut Budget) -> Result<Poly> {
    if poly.is_zero() {
        return Ok(Poly::zero());
    }
    if let Some(value) = poly.rational() {
        return Ok(Poly::constant(value.abs()));
    }
    if poly.is_constant() {
        return Ok(match sign_of(poly, budget)? {
            Ordering::Less => poly.negated(),
            _ => poly.clone(),
        });
    }
    budget.domain.real = true;
    if is_positive(poly, budget)? {
        return Ok(poly.clone());
    }
    let content = poly.content();
    let mut inner = poly.scaled(&rational::reciprocal(&content).ok_or(Trouble::Undefined)?, budget)?;
    if inner.leading().is_negative() {
        inner = inner.negated();
    }
    if !content.is_one() || inner.single().is_some_and(|(monomial, _)| monomial.0.len() > 1) {
        budget.rewrite(Rewriting::AbsOfProduct);
    }
    let outer = Poly::constant(content);
    let Some((monomial, _)) = inner.single() else {
        let size = match root_of_power(&inner, 2, budget)? {
            Some(root) if is_real(&root, budget)? => inner,
            Some(root) if is_imaginary(&root, budget)? => inner.negated(),
            _ => Poly::atom(Atom::Abs(Held::new(inner))),
        };
        return outer.times(&size, budget);
    };
    let mut result = outer;
    for (atom, exponent) in &monomial.0 {
        let factor = if is_nonnegative(atom, *exponent) {
            Monomial::power(atom.clone(), *exponent)
        } else if atom_is_real(atom) && !is_formal_fraction(atom) {
            Monomial::power(Atom::Abs(Held::new(Poly::atom(atom.clone()))), *exponent)
        } else {
            return Err(Trouble::Undecided);
        };
        result = result.times(&folded_poly(factor, BigRational::one(), budget)?, budget)?;
    }
    Ok(result)
}

/// Whether syntax alone guarantees that a real form is positive; for a constant, whether it is positive.
pub fn is_positive(poly: &Poly, budget: &mut Budget) -> Result<bool> {
    if poly.is_constant() {
        return Ok(sign_of(poly, budget)? == Ordering::Greater);
    }
    Ok(poly.0.iter().all(|(monomial, coefficient)| {
        coefficient.is_positive() && monomial.0.iter().all(|(atom, exponent)| is_nonnegative(atom, *exponent))
    }))
}
