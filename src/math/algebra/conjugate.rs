//! The conjugate of a form, used to decide whether the form is real or imaginary.
//!
//! Accepts: any form; symbols stand for real numbers. "No" means not shown: a form may be real although this test does
//! not show it.

use num_rational::BigRational;

use super::form::{Atom, Exponent, Monomial, Poly};
use super::held::Measured;
use super::reality::atom_is_real;
use super::{Budget, Result};

/// Whether a form is real: it contains nothing imaginary, or it is equal to its conjugate.
pub fn is_real(poly: &Poly, budget: &mut Budget) -> Result<bool> {
    if poly.0.iter().all(|(monomial, _)| monomial.0.iter().all(|(atom, _)| atom_is_real(atom))) {
        return Ok(true);
    }
    budget.spend(poly.size())?;
    match conjugate(poly) {
        Some(conjugate) => Ok(conjugate.minus(poly, budget)?.is_zero()),
        None => Ok(false),
    }
}

/// Whether a form is i times a real number at real values of its symbols: its conjugate is its negative.
pub fn is_imaginary(poly: &Poly, budget: &mut Budget) -> Result<bool> {
    budget.spend(poly.size())?;
    match conjugate(poly) {
        Some(conjugate) => Ok(conjugate.plus(poly, budget)?.is_zero()),
        None => Ok(false),
    }
}

/// The conjugate, where the conjugate of every atom is known.
fn conjugate(poly: &Poly) -> Option<Poly> {
    let mut terms = Vec::with_capacity(poly.0.len());
    for (monomial, coefficient) in &poly.0 {
        let mut factors = Monomial::one();
        let mut coefficient: BigRational = coefficient.clone();
        for (atom, exponent) in &monomial.0 {
            let factor = match atom {
                Atom::Imaginary => {
                    coefficient = -coefficient;
                    Monomial::power(atom.clone(), *exponent)
                }
                Atom::Cis(angle) if angle.0.iter().all(|(atom, _)| atom_is_real(atom)) => {
                    turned(atom.clone(), angle, *exponent, &mut coefficient)?
                }
                atom if atom_is_real(atom) => Monomial::power(atom.clone(), *exponent),
                _ => return None,
            };
            factors = factors.times(&factor).ok()?;
        }
        terms.push((factors, coefficient));
    }
    terms.sort_by(|a, b| a.0.cmp(&b.0));
    Some(Poly(terms))
}

/// The conjugate of a power of e^{iu}. For e^{iπ} the exponent is kept between 0 and 1, as in the normal form.
fn turned(atom: Atom, angle: &Monomial, exponent: Exponent, coefficient: &mut BigRational) -> Option<Monomial> {
    if matches!(angle.0.as_slice(), [(Atom::Pi, one)] if *one == Exponent::from_integer(1)) {
        // e^{−iπt} = −e^{iπ(1 − t)}
        let turn = -exponent;
        let whole = turn.floor();
        if whole.to_integer() % 2 != 0 {
            *coefficient = -coefficient.clone();
        }
        return Some(Monomial::power(atom, turn - whole));
    }
    Some(Monomial::power(atom, -exponent))
}
