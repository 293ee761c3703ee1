//! Which atoms and forms are guaranteed by syntax alone to be real, or not negative, wherever they have a value.
//!
//! Accepts: any form; symbols stand for real numbers. "No" means not shown: a form may be real although syntax does not
//! show it.

use num_rational::BigRational;
use num_traits::{One, Signed};

use super::form::{Atom, Exponent, Monomial, Poly};
use super::held::{Held, Kinds, Measured};
use crate::math::node::Func;

/// Whether an atom is a real number wherever it has a value.
pub fn atom_is_real(atom: &Atom) -> bool {
    let monomial = |held: &Held<Monomial>| held.0.iter().all(|(atom, _)| atom_is_real(atom));
    // A sum counts as real only where nothing imaginary is in it; sums that equal their conjugate are tested in
    // `conjugate::is_real`.
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

/// Whether it may contain a logarithm of a complex argument.
fn complex_function(poly: &Poly) -> bool {
    poly.kinds().any(Kinds::FUNCTION) && poly.0.iter().any(|(monomial, _)| monomial.0.iter().any(|(atom, _)| !atom_is_real(atom)))
}

/// Whether a power of an atom is real and not negative wherever it has a value.
pub fn is_nonnegative(atom: &Atom, exponent: Exponent) -> bool {
    if is_positive_atom(atom) {
        return true;
    }
    let even = |n: &i64| n % 2 == 0;
    // x^(nu), written with a formal logarithm of x: a square for even n, where nu is whole wherever x is negative.
    if let Atom::Exp(held) = atom
        && held.kinds().any(Kinds::FORMAL)
    {
        return !is_formal_fraction(atom) && exponent.is_integer() && even(exponent.numer());
    }
    // A power with an even denominator is an even root, whose argument must be positive.
    atom_is_real(atom) && (even(exponent.numer()) || even(exponent.denom()))
}

/// Whether an atom is a power x^(1/n) of a base that may be negative, with an exponent that is not shown to be whole: a
/// power of this atom may be real where the atom is not.
pub fn is_formal_fraction(atom: &Atom) -> bool {
    let whole = |factor: &(Atom, Exponent)| matches!(factor.0, Atom::FormalLn(_)) && factor.1.is_one() || is_whole_power(factor);
    matches!(atom, Atom::Exp(held) if held.kinds().any(Kinds::FORMAL) && !held.0.iter().all(whole))
}

/// Whether every power of an atom is real and not negative.
pub fn is_positive_atom(atom: &Atom) -> bool {
    match atom {
        Atom::Prime(_) | Atom::Pi | Atom::LogBase | Atom::Abs(_) | Atom::Function(Func::Abs, _) => true,
        // Factorials of whole numbers that are not negative, where symbols stand for them; Γ, which extends the
        // factorial, takes both signs.
        Atom::Factorial(held) => may_be_whole(held),
        Atom::Exp(held) => !held.kinds().any(Kinds::FORMAL) && held.0.iter().all(|(atom, _)| atom_is_real(atom)),
        _ => false,
    }
}

/// Whether a form is a whole number wherever its symbols are whole numbers.
pub fn may_be_whole(poly: &Poly) -> bool {
    poly.0.iter().all(|(monomial, coefficient)| coefficient.is_integer() && monomial.0.iter().all(is_whole_power))
}

/// Whether the factor is a symbol with an exponent that is a positive whole number.
fn is_whole_power((atom, exponent): &(Atom, Exponent)) -> bool {
    matches!(atom, Atom::Symbol(_)) && exponent.is_integer() && exponent.is_positive()
}

/// The part of `poly` that decides its sign: without positive factors, even powers and positive content. `None` where
/// syntax alone shows that `poly` is positive.
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
