//! Which forms are real numbers, and which are not negative, wherever they have a value.
//!
//! Accepts: any form; symbols stand for real numbers. Refuses, by saying no, what it cannot see: a form may be real and not look it.

use super::held::{Held, Kinds, Measured};
use super::monomial::{Atom, Exponent, Monomial};
use super::poly::Poly;
use super::{Budget, Result};
use crate::math::node::Func;
use num_rational::BigRational;
use num_traits::{One, Signed};

/// Whether a form is real: it has nothing imaginary in it, or it is its own conjugate.
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

/// The conjugate, where every atom has one that can be told.
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

/// The conjugate of e^{iu} to a power: of e^{iπ} it is kept between 0 and 1, as forms have it.
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

/// Whether an atom is a real number wherever it has a value.
pub fn atom_is_real(atom: &Atom) -> bool {
    let monomial = |held: &Held<Monomial>| held.0.iter().all(|(atom, _)| atom_is_real(atom));
    // Of a sum only what has nothing imaginary in it: a sum that is its own conjugate was asked before.
    let plain = |kinds: Kinds| !kinds.any(Kinds::IMAGINARY);
    match atom {
        Atom::Imaginary | Atom::Cis(_) => false,
        Atom::Prime(_) | Atom::Pi | Atom::LogBase | Atom::Symbol(_) | Atom::Ln(_) | Atom::FormalLn(_) | Atom::Abs(_) => true,
        Atom::Exp(held) => monomial(held),
        Atom::Base(held) | Atom::Factorial(held) => plain(held.kinds()) && !complex_function(held),
        Atom::Function(Func::Abs | Func::Re | Func::Im | Func::Arg, _) => true,
        Atom::Function(Func::Ln, _) => false,
        Atom::Function(_, held) | Atom::Apply(_, held) => plain(held.kinds()),
        Atom::Value(held) => plain(held.kinds()) && !complex_function(&held.num) && !complex_function(&held.den),
    }
}

/// Whether a logarithm of something complex may be in it.
fn complex_function(poly: &Poly) -> bool {
    poly.kinds().any(Kinds::FUNCTION) && poly.0.iter().any(|(monomial, _)| monomial.0.iter().any(|(atom, _)| !atom_is_real(atom)))
}

/// Whether a power of an atom is a real number and not negative, wherever it has a value.
pub fn is_nonnegative(atom: &Atom, exponent: Exponent) -> bool {
    if is_positive_atom(atom) {
        return true;
    }
    let even = |n: &i64| n % 2 == 0;
    // x^(nu) with a logarithm of x that is formal: a square where nu is whole wherever x is negative.
    if let Atom::Exp(held) = atom
        && held.kinds().any(Kinds::FORMAL)
    {
        return !is_formal_fraction(atom) && exponent.is_integer() && even(exponent.numer());
    }
    // A power with an even denominator is an even root of what must be positive.
    atom_is_real(atom) && (even(exponent.numer()) || even(exponent.denom()))
}

/// Whether an atom is a power of what may be negative whose exponent is not seen to be whole, x^(1/n): a power of it may be real where it is not.
pub fn is_formal_fraction(atom: &Atom) -> bool {
    let whole = |factor: &(Atom, Exponent)| matches!(factor.0, Atom::FormalLn(_)) && factor.1.is_one() || is_whole_power(factor);
    matches!(atom, Atom::Exp(held) if held.kinds().any(Kinds::FORMAL) && !held.0.iter().all(whole))
}

/// Whether every power of an atom is a real number and not negative.
pub fn is_positive_atom(atom: &Atom) -> bool {
    match atom {
        Atom::Prime(_) | Atom::Pi | Atom::LogBase | Atom::Abs(_) | Atom::Function(Func::Abs, _) => true,
        // Of whole numbers that are not negative, where symbols stand for them: Γ, which extends it, has both signs.
        Atom::Factorial(held) => may_be_whole(held),
        Atom::Exp(held) => !held.kinds().any(Kinds::FORMAL) && held.0.iter().all(|(atom, _)| atom_is_real(atom)),
        _ => false,
    }
}

/// Whether a form is a whole number wherever its symbols are.
pub fn may_be_whole(poly: &Poly) -> bool {
    poly.0.iter().all(|(monomial, coefficient)| coefficient.is_integer() && monomial.0.iter().all(is_whole_power))
}

/// A symbol to a power that is a positive whole number.
fn is_whole_power((atom, exponent): &(Atom, Exponent)) -> bool {
    matches!(atom, Atom::Symbol(_)) && exponent.is_integer() && exponent.is_positive()
}

/// What decides the sign of `poly`: without positive factors, even powers and positive content. `None` where it is positive by its looks.
pub fn signed_part(poly: &Poly) -> Option<Poly> {
    if let Some((monomial, coefficient)) = poly.single() {
        let factors = monomial.0.iter().filter(|(atom, exponent)| !is_nonnegative(atom, *exponent));
        let rest = Monomial(factors.map(|(atom, _)| (atom.clone(), Exponent::one())).collect());
        if rest.is_one() && coefficient.is_positive() {
            return None;
        }
        return Some(Poly::term(rest, coefficient.signum()));
    }
    let positive = |(monomial, coefficient): &(Monomial, BigRational)| {
        coefficient.is_positive() && monomial.0.iter().all(|(atom, exponent)| is_nonnegative(atom, *exponent))
    };
    if !poly.is_zero() && poly.0.iter().all(positive) {
        return None;
    }
    let content = poly.content();
    Some(Poly(poly.0.iter().map(|(m, c)| (m.clone(), c / &content)).collect()))
}
